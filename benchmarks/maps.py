"""Whether the maps of `digitrec explain` show what the shipped network goes by.

    python benchmarks/maps.py --write

For 200 validation digits: how much of the score is left when the fifth of the ink that a map marks
most is taken away; and how alike the maps are to those of the same network with its weights
shuffled, layer by layer. --write puts the table into docs/trust.md. A model that was measured is
not measured again. Expect five minutes.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from common import ROOT, Kept, Row, told
from laboratory_tables import table

from digitrec import datasets, files
from digitrec.compression.keras_classifier import KerasClassifier, open_classifier
from digitrec.datasets.split import some
from digitrec.insight.maps import checks
from digitrec.insight.maps.methods import METHODS, maps_by
from digitrec.insight.maps.occlusion import scores

PAGE = ROOT / "docs" / "trust.md"
MODEL = ROOT / "models" / "digitrec.keras"
DIGITS = 200
TOGETHER = 50
"""Digits whose maps are made at once: of integrated gradients a digit becomes 64."""


def main(argv: list[str] | None = None) -> None:
    """Measure, print, and write if told so."""
    own = argparse.ArgumentParser(description="Whether maps show what the network goes by.")
    own.add_argument("--write", action="store_true", help="put the table into docs/trust.md")
    own.add_argument("--digits", type=int, default=DIGITS, metavar="N")
    options = own.parse_args(argv)
    row = Kept("maps").once(
        lambda: measured(options.digits), sha256=files.sha256(MODEL), digits=options.digits
    )
    told("maps", shown(row), options.write, PAGE)


def shown(row: Row) -> str:
    """The table."""
    heads = ["what marks the ink", "left of the score", "alike when weights are shuffled"]
    lines = [
        [name, f"{100 * found['left']:.0f} %", f"{round(found['alike'], 1) + 0.0:.1f}"]
        for name, found in row["maps"].items()
    ]
    return table(heads, lines)


def measured(count: int) -> Row:
    """Of so many digits, by the method: what is left of the score, and how alike the maps are."""
    classifier = open_classifier(MODEL)
    assert isinstance(classifier, KerasClassifier)  # noqa: S101  a script, and its own model
    shuffled = KerasClassifier(checks.shuffled(classifier.model), classifier.card)
    images = some(datasets.load("mnist").validation, count).images
    read = classifier.logits(images).argmax(axis=1)
    whole = scores(classifier, images, read)

    def left(maps: np.ndarray) -> float:
        fallen = checks.drops(classifier, images, read, maps)
        return float(1 - fallen.sum() / whole.sum())

    found = {"random blotches": {"left": left(checks.random_maps(count)), "alike": 0.0}}
    for method in METHODS:
        own, other = (in_parts(method, one, images, read) for one in (classifier, shuffled))
        alike = float(checks.likeness(images, own, other).mean())
        found[method] = {"left": left(own), "alike": alike}
        print(method, found[method], file=sys.stderr, flush=True)
    return {"maps": found}


def in_parts(
    method: str, classifier: KerasClassifier, images: np.ndarray, read: np.ndarray
) -> np.ndarray:
    """The maps of a method, of some digits at a time."""
    starts = range(0, len(images), TOGETHER)
    parts = [np.s_[start : start + TOGETHER] for start in starts]
    return np.concatenate([maps_by(method, classifier, images[p], read[p]) for p in parts])


if __name__ == "__main__":
    main()
