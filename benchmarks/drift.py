"""How often `digitrec monitor` raises an alarm: rightly, and for nothing.

    python benchmarks/drift.py --write

The shipped model reads half of MNIST's validation digits, which is the reference; then the other
half, other hands, corrupted digits and another mix. Of each so many readings are drawn 200 times.
Expect a minute.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from common import ROOT, Kept, Row, parser, told, wanted
from laboratory_tables import table

from digitrec import Reader, Reading, datasets, files
from digitrec.datasets import Part, drawn
from digitrec.datasets.corruptions import corrupt
from digitrec.insight.drift import DRIFT, Limits, compare, worst
from digitrec.reading.classifier import shipped_model
from digitrec.reading.form import DIGIT_NAMES
from digitrec.reading.readings import Readings

PAGE = ROOT / "docs" / "trust.md"
PICTURE = ROOT / "docs" / "pictures" / "drift.png"

COUNTS, TIMES = (100, 300, 1000), 200
EXAMPLE = 400
"""Readings in the example on the page."""


def halves() -> tuple[Part, Part]:
    """Validation digits for the reference, and those that are like it."""
    digits = datasets.load("mnist").validation
    middle = len(digits) // 2
    return digits.take(np.arange(middle)), digits.take(np.arange(middle, len(digits)))


def corrupted(kind: str, severity: int) -> Part:
    """The second half, corrupted."""
    part = halves()[1]
    return Part(corrupt(part.images, kind, severity), part.labels)


def another_mix() -> Part:
    """The second half as amounts of money have it: d begins with log10(1 + 1/d) (Benford 1938)."""
    part = halves()[1]
    shares = np.array([0.0, *np.log10(1 + 1 / np.arange(1, 10))]) / np.bincount(part.labels)
    odds = shares[part.labels]
    random = np.random.default_rng(0)
    return part.take(random.choice(len(part), len(part), p=odds / odds.sum()))


POOLS: Mapping[str, Callable[[], Part]] = {
    "the same hands": lambda: halves()[1],
    "a little blurred (gaussian_blur 1)": lambda: corrupted("gaussian_blur", 1),
    "blurred (gaussian_blur 3)": lambda: corrupted("gaussian_blur", 3),
    "noise (gaussian_noise 4)": lambda: corrupted("gaussian_noise", 4),
    "European forms, drawn": lambda: drawn.digits(1500, seed=1000),
    "Turkish hands (UCI)": lambda: datasets.load("uci").train,
    "another mix of the same hands": another_mix,
}


def main() -> None:
    """Measure what is missing; print and write the table and an example."""
    options = parser("How often monitor raises an alarm.", ()).parse_args()
    kept, model = Kept("drift"), files.sha256(shipped_model())[:12]
    reader = Reader(single=True)
    before = list(reader.read_all(halves()[0].images))
    for name in wanted(list(POOLS), options.only):
        kept.once(lambda name=name: alarms(reader, before, POOLS[name]()), pool=name, model=model)
    told("drift", shown(kept.rows, model), options.write, PAGE)
    now = list(reader.read_all(datasets.load("uci").test.images[:EXAMPLE]))
    told(
        "drift_example", f"```text\n{example(before, now, options.write)}\n```", options.write, PAGE
    )


def shown(rows: Sequence[Row], model: str) -> str:
    """The table of a model: a row a pool, in per cent of the draws."""
    lines = [
        [row["pool"], *(f"{100 * row[str(count)]:.3g} %" for count in COUNTS)]
        for row in rows
        if row["model"] == model
    ]
    return table(["alarms, of so many digits", *map(str, COUNTS)], lines)


def alarms(reader: Reader, before: list[Reading], part: Part) -> Row:
    """By how many readings there are, the share of draws in which something has drifted."""
    reference, pool = readings_of(before).reference(DIGIT_NAMES), list(reader.read_all(part.images))
    random = np.random.default_rng(0)

    def is_drift(count: int) -> bool:
        chosen = random.choice(len(pool), min(count, len(pool)), replace=False)
        readings = readings_of([pool[place] for place in chosen])
        return worst(compare(reference, readings, Limits())) == DRIFT

    return {str(count): np.mean([is_drift(count) for _ in range(TIMES)]) for count in COUNTS}


def readings_of(readings: list[Reading]) -> Readings:
    """The digits of some pictures."""
    digits = [digit for reading in readings for digit in reading.digits]
    return Readings(
        [str(digit.digit) for digit in digits],
        [digit.status for digit in digits],
        [digit.confidence for digit in digits],
    )


def example(before: list[Reading], now: list[Reading], write: bool) -> str:
    """What the command prints of two logs; with `write` its picture goes to docs/."""
    with tempfile.TemporaryDirectory() as folder:
        for name, readings in (("may", before), ("june", now)):
            lines = (json.dumps(reading.as_dict()) for reading in readings)
            Path(folder, f"{name}.jsonl").write_text("\n".join(lines))
        words = ["june.jsonl", "--reference=may.jsonl", *([f"--plot={PICTURE}"] * write)]
        done = subprocess.run(
            [sys.executable, "-m", "digitrec", "monitor", *words],
            cwd=folder, text=True, stdout=subprocess.PIPE, check=False,
        )  # fmt: skip
    return f"$ digitrec monitor june.jsonl --reference may.jsonl\n{done.stdout.rstrip()}"


if __name__ == "__main__":
    main()
