"""Which promises of pooling and augmentation hold: accuracy on digits that are moved and changed.

    python benchmarks/invariance.py shipped --write
    python benchmarks/invariance.py pooling augmentation --write

`shipped` measures the shipped model on 1,000 validation digits, in two minutes. The others train
the laboratory's base with one change each, on 3,000 digits with three seeds, ten minutes in all.
Each is kept in benchmarks/results/invariance.json, and the script goes on when it is started again.
--write puts the tables into docs/trust.md and the plots into docs/trust.
"""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from common import ROOT, Kept, Row, parser, told
from experiments import BASE, DIGITS
from laboratory_tables import grouped, table
from short_runs import Ground, Study, from_training, keras

from digitrec import datasets, files
from digitrec.compression.keras_classifier import KerasClassifier
from digitrec.datasets.split import some
from digitrec.insight import invariance
from digitrec.insight.invariance import Invariance
from digitrec.reading.card import Card
from digitrec.reading.classifier import Classifier
from digitrec.training.recipe import Recipe

PAGE = ROOT / "docs" / "trust.md"
PLOTS = ROOT / "docs" / "trust"
MODEL = ROOT / "models" / "digitrec.tflite"
NAME = "invariance"

SHIPPED, MEASURED = 1_000, 500
"""Digits that the shipped model is measured on, and those of each run."""

SEEDS = (0, 1, 2)

STILL = BASE.changed(augment="none")
"""Without augmentation, so that it is the pooling which makes the difference."""

VARIANTS: Mapping[str, Mapping[str, Recipe]] = {
    "pooling": {
        "2x2 maximum, global maximum": STILL,
        "2x2 average": STILL.changed(pooling="average"),
        "stride instead of pooling": STILL.changed(pooling="strided"),
        "generalised mean": STILL.changed(pooling="gem"),
        "gated": STILL.changed(pooling="gated"),
        "global average": STILL.changed(global_pooling="average"),
        "pyramid": STILL.changed(global_pooling="pyramid"),
        "flattened, no global pooling": STILL.changed(global_pooling="flatten"),
    },
    "augmentation": {
        "none": STILL,
        "shifts alone": BASE.changed(rotation=0.0, shear=0.0, zoom=0.0),
        "turns alone": BASE.changed(translation=0.0, shear=0.0, zoom=0.0),
        "sizes alone": BASE.changed(translation=0.0, rotation=0.0, shear=0.0),
        "affine": BASE,
        "affine, doubled": BASE.changed(rotation=24.0, translation=5.0, shear=0.4, zoom=0.24),
        "full": BASE.changed(augment="full"),
    },
}

SHOWN: tuple[tuple[str, str, tuple[float, ...]], ...] = (
    ("as they are", "scale", (1.0,)),
    ("shifted by 2", "shift", (2.0,)),
    ("by 4", "shift", (4.0,)),
    ("turned by 20°", "rotation", (-20.0, 20.0)),
    ("by 40°", "rotation", (-40.0, 40.0)),
    ("0.7 times", "scale", (0.7,)),
    ("1.3 times", "scale", (1.3,)),
    ("1 px thinner", "thickness", (-1.0,)),
    ("2 px thicker", "thickness", (2.0,)),
)
"""Columns of the tables: what is done to the digits, and the mean of which values is shown."""


def main(argv: list[str] | None = None) -> None:
    """Measure what is named."""
    own = parser("Which promises of pooling and augmentation hold.", SEEDS)
    own.add_argument("parts", nargs="+", choices=["shipped", *VARIANTS], metavar="PART",
                     help=f"shipped, {', '.join(VARIANTS)}")  # fmt: skip
    own.add_argument("--rehearse", action="store_true", help="try it out; nothing is kept")
    options = own.parse_args(argv)
    for part in options.parts:
        if part == "shipped":
            shipped(options)
        else:
            compared(part, options)


def shipped(options: argparse.Namespace) -> None:
    """The shipped model, as users run it."""
    if options.rehearse:
        print(shown(of_shipped(50)))
        return
    row = Kept(NAME).once(lambda: of_shipped(SHIPPED), part="shipped", sha256=files.sha256(MODEL))
    told("invariance", shown(row), options.write, PAGE)
    if options.write:
        found = Invariance.of(row["invariance"])
        invariance.plot({"the shipped model": found}, PLOTS / "invariance.png")


def of_shipped(count: int) -> Row:
    """How the shipped model reads so many digits that are changed."""
    digits = some(datasets.load("mnist").validation, count)
    return {"invariance": invariance.measure(Classifier(MODEL), digits).as_dict()}


def shown(row: Row) -> str:
    """The shipped model's row of the table."""
    return rows_of({"the shipped model": Invariance.of(row["invariance"])})


def compared(part: str, options: argparse.Namespace) -> None:
    """Each variant of a part, trained with each seed."""
    study = Study.of(NAME, options)
    rows = study.run(VARIANTS[part], from_training(DIGITS), also=changed, part=part)
    found = means([row for row in rows if row.get("part") == part], part)
    told(f"invariance-{part}", rows_of(found), study.write, PAGE)
    if study.write:
        invariance.plot(found, PLOTS / f"invariance-{part}.png")


def changed(network: keras.Model, ground: Ground) -> Row:
    """How a trained network reads digits that are changed."""
    classifier = KerasClassifier(network, Card("trained"))
    digits = some(ground.scored, min(MEASURED, len(ground.scored)))
    return {"invariance": invariance.measure(classifier, digits).as_dict()}


def means(rows: list[Row], part: str) -> dict[str, Invariance]:
    """The mean over the seeds, by variant, in the variants' order."""
    by_name = grouped([row for row in rows if "invariance" in row], "variant")
    found = {}
    for name in VARIANTS[part]:
        if own := [Invariance.of(row["invariance"]) for row in by_name.get((name,), [])]:
            found[name] = mean_of(own)
    return found


def mean_of(several: list[Invariance]) -> Invariance:
    """The mean of accuracies that were measured at the same places."""
    first = several[0]
    curves = {
        name: {
            value: float(np.mean([one.curves[name][value] for one in several])) for value in curve
        }
        for name, curve in first.curves.items()
    }
    return Invariance(first.count, np.mean([one.shifts for one in several], axis=0), curves)


def rows_of(found: Mapping[str, Invariance]) -> str:
    """Per cent that are read rightly, a row a model."""
    lines = [
        [name, *(f"{100 * share(one, change, values):.1f}" for _, change, values in SHOWN)]
        for name, one in found.items()
    ]
    return table(["read rightly, %", *(head for head, _, _ in SHOWN)], lines)


def share(found: Invariance, change: str, values: tuple[float, ...]) -> float:
    """The mean accuracy at some values of a change."""
    if change == "shift":
        return float(np.mean([found.by_distance()[value] for value in values]))
    return float(np.mean([found.at(change, value) for value in values]))


if __name__ == "__main__":
    main()
