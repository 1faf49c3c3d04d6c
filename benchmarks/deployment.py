"""The shipped model in every format.

    python benchmarks/deployment.py --write

writes the table into docs/deployment.md. Expect ten minutes; needs a machine that does nothing
else. After another model has been shipped take away benchmarks/results/formats.json.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from common import ROOT, Kept, Row, digitrec, parser, told
from laboratory_tables import table

from digitrec import datasets
from digitrec.reading.classifier import BATCH
from digitrec.training.quiet import quiet

PAGE = ROOT / "docs" / "deployment.md"
MODEL = ROOT / "models" / "digitrec.keras"
ROUNDS = 7
MOST_DROP = 0.2


def main() -> None:
    """Measure; print and write the table."""
    options = parser("The shipped model in every format.", ()).parse_args()
    formats = Kept("formats")
    for row in [] if formats.rows else in_every_format():
        formats.once(lambda row=row: row, format=row["kind"])
    told("formats", as_table(formats.rows), options.write, PAGE)


def in_every_format() -> list[Row]:
    """What `digitrec convert --all` finds, with Keras itself as the first row."""
    from digitrec.compression.startup import seconds

    with TemporaryDirectory() as folder:
        rows: list[Row] = json.loads(
            digitrec(
                "convert", str(MODEL), "--all", "--data=mnist", f"--max-drop={MOST_DROP}",
                f"--output={folder}", "--json",
            )
        )  # fmt: skip
    keras = {
        "kind": "keras",
        "bytes": MODEL.stat().st_size,
        "validation": {**rows[0]["keras"], "count": rows[0]["validation"]["count"]},
        "agreement": 1.0,
        "microseconds": by_keras(),
        "seconds": seconds(MODEL),
        "reason": "",
    }
    return [keras, *rows]


def by_keras() -> dict[str, float]:
    """Microseconds an image of Keras's own `predict`, by batch size."""
    with quiet():
        from digitrec.compression.source import load_keras

        model, _ = load_keras(MODEL)
    pixels = datasets.load("mnist").validation.images[:BATCH, ..., None].astype(np.float32)
    return {
        str(batch): seconds_of(lambda batch=batch: model.predict(pixels[:batch], verbose=0))
        / batch
        * 1e6
        for batch in (1, BATCH)
    }


def seconds_of(run: Callable[[], object]) -> float:
    """Median of some runs after a first one."""
    run()
    return median(timed(run) for _ in range(ROUNDS))


def timed(run: Callable[[], object]) -> float:
    """What one run takes."""
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


HEAD = (
    "format", "bytes", "misses of 5,000", "as Keras", "us an image at 1", "at 256", "start-up, s",
)  # fmt: skip


def as_table(rows: Sequence[Row]) -> str:
    """One row a format, in Markdown."""
    return table(HEAD, [line(row) for row in rows])


def line(row: Row) -> list[str]:
    """What a format comes to."""
    if row["reason"]:
        return [f"`{row['kind']}`", row["reason"], *[""] * (len(HEAD) - 2)]
    times = [f"{value:,.0f}" for value in row["microseconds"].values()]
    return [
        f"`{row['kind']}`", f"{row['bytes']:,}", f"{row['validation']['errors']}",
        f"{row['agreement']:.2%}", *times, f"{row['seconds']:.2f}",
    ]  # fmt: skip


if __name__ == "__main__":
    main()
