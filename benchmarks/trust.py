"""How far the shipped model is to be trusted: what `digitrec report` finds on MNIST's test digits.

    python benchmarks/trust.py --write

writes the tables into docs/trust.md. `--letters FILE` adds a row for what this package has not
drawn: an .npz with `images` (N, 28, 28) uint8 of `letters` (N,), of which B and I, that nobody can
tell from digits in some fonts, are left out. A model that was measured is not measured again.
Expect two minutes.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from common import ROOT, Kept, Row, digitrec, parser, told, wanted
from laboratory_tables import table
from pictures import LIKE_DIGITS

from digitrec import datasets, files
from digitrec.datasets.outliers import NEW
from digitrec.insight.evaluation import answers
from digitrec.insight.report.facts import kinds_of
from digitrec.insight.text import percent, span
from digitrec.insight.trust.labels import DISPUTED
from digitrec.reading.classifier import Classifier

PAGE = ROOT / "docs" / "trust.md"
MODELS = {
    "int8, what `predict` runs": ROOT / "models" / "digitrec.tflite",
    "float32": ROOT / "models" / "digitrec.keras",
}
TABLES = ("sure", "silent", "none", "labels")

LEFT_OUT = ("confusion", "per_class", "worst", "pairs")
"""Of an evaluation, which other pages have."""

LETTERS = "letters A to J of other fonts"


def main() -> None:
    """Measure what is missing; print and write the tables."""
    own = parser("How far the shipped model is to be trusted.", ())
    own.add_argument("--letters", type=Path, metavar="FILE", help="images of no digits, an .npz")
    options = own.parse_args()
    kept = Kept("trust")
    rows = {
        called: kept.once(lambda path=path: reported(path), sha256=files.sha256(path))
        for called, path in MODELS.items()
    }
    first, path = next(iter(rows.values())), next(iter(MODELS.values()))
    letters = [row for row in kept.rows if row.get("letters_of") == first["sha256"]]
    if options.letters and not letters:
        letters = [kept.once(lambda: taken(path, options.letters), letters_of=first["sha256"])]
    made = {
        "sure": sure(rows),
        "silent": silent(first),
        "none": none([*first["outliers"], *(row["kind"] for row in letters)]),
        "labels": labels(first),
    }
    for name in wanted(TABLES, options.only):
        told(name, made[name], options.write, PAGE)


def reported(path: Path) -> Row:
    """What `digitrec report` finds, without what is too long to be kept."""
    with TemporaryDirectory() as folder:
        found: Row = json.loads(
            digitrec(
                "report", str(path), "--data=mnist", "--json", "--no-timing",
                f"--output={folder}/page.html",
            )
        )  # fmt: skip
    short = {name: value for name, value in found["evaluation"].items() if name not in LEFT_OUT}
    return {**found, "model": path.name, "evaluation": short}


def taken(path: Path, letters: Path) -> dict[str, Any]:
    """How images of no digits that somebody else made are taken."""
    with np.load(letters) as stored:
        images = stored["images"][~np.isin(stored["letters"], LIKE_DIGITS)]
    classifier, digits = Classifier(path), datasets.load("mnist")
    before, said = (answers(classifier, part) for part in (digits.validation, digits.test))
    (kind,) = kinds_of(classifier, before, said, {LETTERS: images})
    return {"kind": asdict(kind)}


def sure(rows: Mapping[str, Row]) -> str:
    """Calibration, a row a model."""
    head = (
        "shipped model", "ECE, 15 bins", "luck alone: mean, 95 of 100 under", "adaptive",
        "each class", "Brier score", "negative log-likelihood",
    )  # fmt: skip
    lines = []
    for called, row in rows.items():
        found = row["calibration"]
        luck = f"{percent(found['luck']['mean'])}, {percent(found['luck']['most'])}"
        errors = [percent(found[name]) for name in ("adaptive", "classwise")]
        scores = [f"{found['brier']:.5f}", f"{found['nll']:.5f}"]
        lines.append([called, percent(found["ece"]), luck, *errors, *scores])
    return table(head, lines)


def silent(row: Row) -> str:
    """What is right of what is answered, and what the costs choose."""
    found = row["selection"]
    costs, cheapest, everything = found["costs"], found["cheapest"], found["everything"]
    head = ("validation asks for", "confidence from", "answered", "right", "wrong")
    asked = [
        *((f"{100 * float(s):g} % answered", at) for s, at in found["at_coverage"].items()),
        *((f"{100 * float(s):g} % right", at) for s, at in found["at_accuracy"].items() if at),
        (f"least cost: wrong {costs['wrong']:g}, rejected {costs['reject']:g}", cheapest),
    ]
    lines = [
        [
            called, f"{at['limit']:.5f}", percent(at["coverage"]), percent(at["accuracy"]),
            f"{at['wrong']}",
        ]
        for called, at in asked
    ]  # fmt: skip
    return (
        f"{table(head, lines)}\n\nThe area under the risk-coverage curve is {found['area']:.2g}. "
        f"At those costs silence takes a digit's from {everything['cost']:.3g} to "
        f"{cheapest['cost']:.3g}."
    )


def none(kinds: Sequence[Mapping[str, Any]]) -> str:
    """How each kind of no digit is taken, by the limits and by each score."""
    scores = list(kinds[0]["parted"])
    head = ("drawn by a program", "passes", *(f"{name}: AUROC, FPR" for name in scores))
    lines = [
        [
            called(kind["name"]), f"{100 * kind['read']:.1f} %",
            *(
                f"{kind['parted'][name]['auroc']:.4f}, {100 * kind['parted'][name]['fpr95']:.1f} %"
                for name in scores
            ),
        ]
        for kind in kinds
    ]  # fmt: skip
    return table(head, lines)


def called(kind: str) -> str:
    """A kind's name, with a star when its like was in training."""
    return kind if kind in (*NEW, LETTERS) else f"{kind} *"


def labels(row: Row) -> str:
    """The disputed labels and the doubted ones, in sentences."""
    found, doubts = row["disputed"], row["doubts"]
    first = doubts[: len(DISPUTED)]
    probably = sum(doubt["confident"] for doubt in doubts)
    shared = sum(doubt["index"] in DISPUTED for doubt in first)
    listed = ", ".join(map(doubted, first))
    return (
        f"Of the {len(DISPUTED)} disputed digits the shipped model reads {len(found['misread'])} "
        f"otherwise than labelled. On the other {found['count']:,} it is right on "
        f"{percent(found['accuracy'])} ({found['errors']} misses; 95 % interval "
        f"{span(tuple(found['interval']))}). Labels that confident learning finds probably wrong: "
        f"{probably or 'none'}. Of the {len(first)} that the model doubts most {shared} are "
        f"disputed: {listed}."
    )


def doubted(one: Mapping[str, Any]) -> str:
    """A doubted label, such as `2597 (5 as 3, disputed)`."""
    disputed = ", disputed" if one["index"] in DISPUTED else ""
    return f"{one['index']} ({one['label']} as {one['suggested']}{disputed})"


if __name__ == "__main__":
    main()
