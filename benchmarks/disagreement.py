"""What it says of a digit that the stroke tree reads it otherwise than the network.

    python benchmarks/disagreement.py --write

Among the 5,000 validation digits, how many of the network's mistakes are among those that the tree
reads otherwise; and how well disagreement tells what is no digit, beside the energy and together
with it. --write puts both into docs/trust.md. Expect a minute.
"""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from common import ROOT, told
from laboratory_tables import table

from digitrec import datasets
from digitrec.datasets import Images, Part
from digitrec.datasets.outliers import outliers
from digitrec.insight.strokes.tree import disagreement
from digitrec.insight.trust.outliers import Parted, Score, parted
from digitrec.reading.classifier import Classifier, energies

PAGE = ROOT / "docs" / "trust.md"

HALF = 0.5
"""From which disagreement counts as such: the tree gives the network's answer less than half."""


def main(argv: list[str] | None = None) -> None:
    """Measure, print, and write if told so."""
    own = argparse.ArgumentParser(description="What disagreement with the stroke tree says.")
    own.add_argument("--write", action="store_true", help="put it into docs/trust.md")
    options = own.parse_args(argv)
    classifier, validation = Classifier(), datasets.load("mnist").validation
    usual = scores(classifier, validation.images)
    others = {name: scores(classifier, images) for name, images in outliers(validation).items()}
    text = f"{mistakes(classifier, validation, usual['strokes'])}\n\n{apart(usual, others)}"
    told("disagreement", text, options.write, PAGE)


def scores(classifier: Classifier, images: Images) -> dict[str, Score]:
    """How little images are like digits, by the energy, by the strokes, and by both."""
    logits = classifier.logits(images)
    energy = energies(logits, classifier.card.temperature)
    strokes = disagreement(images, classifier.probabilities(images))
    return {"energy": energy, "strokes": strokes, "both": energy + strokes}


def mistakes(classifier: Classifier, part: Part, strokes: Score) -> str:
    """How many mistakes are among the digits that the tree reads otherwise."""
    wrong = classifier.logits(part.images).argmax(axis=1) != part.labels
    odd = strokes > HALF
    return (
        f"Of the {len(part):,} validation digits the tree disagrees with the network on "
        f"{100 * odd.mean():.1f} %; among these are {int((wrong & odd).sum())} of the network's "
        f"{int(wrong.sum())} mistakes. What disagreement tells from digits, beside the energy and "
        "added to it:"
    )


def apart(usual: Mapping[str, Score], others: Mapping[str, Mapping[str, Score]]) -> str:
    """A row a kind of no digit, a column a score."""
    lines = []
    for kind, found in others.items():
        cells = (parted(usual[name], found[name]) for name in usual)
        lines.append([kind, *map(cell, cells)])
    means = [
        np.mean([parted(usual[name], found[name]).auroc for found in others.values()])
        for name in usual
    ]
    lines.append(["mean", *(f"{mean:.4f}" for mean in means)])
    return table(["what is no digit", *(f"{name}: AUROC, FPR" for name in usual)], lines)


def cell(one: Parted) -> str:
    """As in the table of the other scores."""
    return f"{one.auroc:.4f}, {100 * one.fpr95:.1f} %"


if __name__ == "__main__":
    main()
