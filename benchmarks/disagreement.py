"""What it says of a digit that the stroke tree reads it otherwise than the network.

    python benchmarks/disagreement.py --write

Among the 5,000 validation digits, how many of the network's mistakes are among those that the tree
reads otherwise; and how well disagreement tells what is no digit, beside the energy and together
with it. --write puts both into docs/trust.md. A model that was measured with this tree is not
measured again. Expect a minute.
"""

import argparse
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from statistics import fmean

sys.path.insert(0, str(Path(__file__).parent))

from common import ROOT, Kept, Row, told
from laboratory_tables import table

from digitrec import datasets, files
from digitrec.datasets import Images, Part
from digitrec.datasets.outliers import outliers
from digitrec.insight.strokes.tree import disagreement
from digitrec.insight.trust.outliers import Score, parted
from digitrec.reading.classifier import Classifier, energies

PAGE = ROOT / "docs" / "trust.md"
MODEL, TREE = ROOT / "models" / "digitrec.tflite", ROOT / "models" / "strokes.json"

HALF = 0.5
"""From which disagreement counts as such: the tree gives the network's answer less than half."""


def main(argv: list[str] | None = None) -> None:
    """Measure, print, and write if told so."""
    own = argparse.ArgumentParser(description="What disagreement with the stroke tree says.")
    own.add_argument("--write", action="store_true", help="put it into docs/trust.md")
    options = own.parse_args(argv)
    row = Kept("disagreement").once(
        measured, sha256=files.sha256(MODEL), tree=files.sha256(TREE)[:12]
    )
    told("disagreement", shown(row), options.write, PAGE)


def shown(row: Row) -> str:
    """The sentence and the table."""
    return f"{in_words(row['mistakes'])}\n\n{apart(row['kinds'])}"


def measured() -> Row:
    """Mistakes and digits that the tree reads otherwise; how each score tells what is no digit."""
    classifier, validation = Classifier(MODEL), datasets.load("mnist").validation
    usual = scores(classifier, validation.images)
    others = {name: scores(classifier, images) for name, images in outliers(validation).items()}
    return {
        "mistakes": mistakes(classifier, validation, usual["strokes"]),
        "kinds": {
            kind: {name: asdict(parted(usual[name], found[name])) for name in usual}
            for kind, found in others.items()
        },
    }


def scores(classifier: Classifier, images: Images) -> dict[str, Score]:
    """How little images are like digits, by the energy, by the strokes, and by both."""
    logits = classifier.logits(images)
    energy = energies(logits, classifier.card.temperature)
    strokes = disagreement(images, classifier.probabilities(images))
    return {"energy": energy, "strokes": strokes, "both": energy + strokes}


def mistakes(classifier: Classifier, part: Part, strokes: Score) -> Row:
    """How many digits the tree reads otherwise, and how many mistakes are among them."""
    wrong = classifier.logits(part.images).argmax(axis=1) != part.labels
    odd = strokes > HALF
    return {
        "count": len(part),
        "odd": int(odd.sum()),
        "wrong": int(wrong.sum()),
        "both": int((wrong & odd).sum()),
    }


def in_words(found: Row) -> str:
    """What stands before the table."""
    return (
        f"Of the {found['count']:,} validation digits the tree disagrees with the network on "
        f"{100 * found['odd'] / found['count']:.1f} %; among these are {found['both']} of the "
        f"network's {found['wrong']} mistakes. What disagreement tells from digits, beside the "
        "energy and added to it:"
    )


def apart(kinds: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    """A row a kind of no digit, a column a score."""
    names = list(next(iter(kinds.values())))
    lines = [[kind, *(cell(found[name]) for name in names)] for kind, found in kinds.items()]
    means = [fmean(found[name]["auroc"] for found in kinds.values()) for name in names]
    lines.append(["mean", *(f"{mean:.4f}" for mean in means)])
    return table(["what is no digit", *(f"{name}: AUROC, FPR" for name in names)], lines)


def cell(one: Mapping[str, float]) -> str:
    """As in the table of the other scores."""
    return f"{one['auroc']:.4f}, {100 * one['fpr95']:.1f} %"


if __name__ == "__main__":
    main()
