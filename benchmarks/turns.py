"""How far a 6 may turn before it is a 9, and a 9 before it is a 6.

    python benchmarks/turns.py [--write]

MNIST's validation digits, turned either way and read by the shipped model. --write puts the table
into docs/training.md.
"""

import argparse
import sys
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from common import ROOT, put_between_marks

from digitrec import datasets
from digitrec.datasets import Part
from digitrec.reading.classifier import Classifier

PAGE = ROOT / "docs" / "training.md"
ANGLES = (0, 12, 30, 45, 60, 90, 120, 150, 180)
OTHER = {6: 9, 9: 6}


def main() -> None:
    """Turn, read, print."""
    own = argparse.ArgumentParser(description="How far a 6 may turn before it is a 9.")
    own.add_argument("--write", action="store_true", help="put the table into docs/training.md")
    write = own.parse_args().write
    validation, classifier = datasets.load("mnist").validation, Classifier()
    lines = ["| turned by | 6 read as 6 | as 9 | 9 read as 9 | as 6 |", "|---|---|---|---|---|"]
    for angle in ANGLES:
        shares = [share for digit in OTHER for share in read(classifier, validation, digit, angle)]
        lines.append(f"| {angle}° | {' | '.join(f'{share:.1%}' for share in shares)} |")
    print(text := "\n".join(lines))
    if write:
        put_between_marks("turns", text, PAGE)


def read(classifier: Classifier, part: Part, digit: int, angle: float) -> tuple[float, float]:
    """Shares of a digit, turned either way, that are read as itself and as the other."""
    images = part.images[part.labels == digit]
    both = np.concatenate([turned(images, angle), turned(images, -angle)])
    answers = classifier.probabilities(both).argmax(axis=1)
    return float((answers == digit).mean()), float((answers == OTHER[digit]).mean())


def turned(images: np.ndarray, angle: float) -> np.ndarray:
    """Images (N, 28, 28) turned about their middle, in degrees."""
    turn = cv2.getRotationMatrix2D((13.5, 13.5), angle, 1.0)
    return np.stack([cv2.warpAffine(image, turn, (28, 28)) for image in images])


if __name__ == "__main__":
    main()
