"""Makes the tiny shipped models, as `make tiny` does, and measures them.

    python models/tiny.py --write

For each size a narrow deeper_cnn learns from the shipped model, then goes on with weights of 4 bits
(`digitrec compress --steps distill,aware:4`). Of the seeds (`--seeds`) the one that misreads the
fewest validation digits is copied here, measured once on the test digits with `digitrec evaluate`,
made C as well, and with `--write` written down in docs/deployment.md. One of them is also written
as JavaScript, for the web page. Expect half an hour a size and seed; a training that is finished is
not repeated.
"""

import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "benchmarks"))

from common import ROOT, Kept, Row, digitrec, on_test, parser, told, wanted  # noqa: E402
from laboratory_tables import table  # noqa: E402

from digitrec import files  # noqa: E402
from digitrec.compression.formats.js.source import source  # noqa: E402
from digitrec.reading import card as cards  # noqa: E402
from digitrec.training.run_folder import TFLITE  # noqa: E402

RUNS = ROOT / "runs" / "tiny"
PAGE = ROOT / "docs" / "deployment.md"
TEACHER = HERE / "digitrec.keras"
SEEDS = (0,)
PAGE_MODEL = ROOT / "digitrec" / "service" / "page" / "model.js"
OF_PAGE = "tiny-8kb"
"""What the page reads with where there is no server: of 25 kB as text."""
STEPS = "distill@60,aware:4@30"
KNOBS = {"network": "deeper_cnn", "dropout": 0.0, "learning_rate": 0.02}


@dataclass(frozen=True)
class Size:
    """A tiny model.

    Attributes:
        name: of its files.
        width: of the network.
        most_bytes: that its file may have.
        accuracy: on the test digits that is its goal, in per cent; it refuses nothing.
    """

    name: str
    width: float
    most_bytes: int
    accuracy: float


SIZES = (
    Size("tiny-5kb", 0.1425, 5_000, 99.0),
    Size("tiny-8kb", 0.23, 8_000, 99.4),
    Size("tiny-11kb", 0.295, 11_000, 99.5),
    Size("tiny-18kb", 0.41, 18_000, 99.6),
)


def main() -> None:
    """Train what is missing, choose, copy, measure, write down."""
    options = parser("The tiny shipped models.", SEEDS).parse_args()
    kept = Kept("tiny_models")
    names = wanted([size.name for size in SIZES], options.only)
    for size in (size for size in SIZES if size.name in names):
        kept.once(lambda size=size: shipped(size, options.seeds), name=size.name)
    told("tiny", as_table(in_order(kept.rows)), options.write, PAGE)
    if options.write:
        write_page_model(HERE / f"{OF_PAGE}.tflite")


def in_order(rows: Sequence[Row]) -> list[Row]:
    """The smallest first."""
    return sorted(rows, key=lambda row: row["bytes"])


def shipped(size: Size, seeds: Sequence[int]) -> Row:
    """Copy a size's best model on validation here; return what it is worth on test."""
    runs = [run(size, seed) for seed in seeds]
    best = min(runs, key=misses)
    place = HERE / f"{size.name}.tflite"
    shutil.copy(best / TFLITE, place)
    found = on_test(best / TFLITE)
    write_card(best, place, found)
    last = files.read_json(best / "steps.json")[-1]
    return {
        "bytes": place.stat().st_size,
        "parameters": last["parameters"],
        "validation": [misses(folder) for folder in runs],
        "test": found["errors"],
        "multiply_adds": last["multiply_adds"],
        **in_c(place, best / "c"),
    }


def run(size: Size, seed: int) -> Path:
    """The folder of a size's steps."""
    folder = RUNS / f"{size.name}-{seed}"
    knobs = {**KNOBS, "width": size.width, "seed": seed}
    digitrec(
        "compress", str(TEACHER), f"--steps={STEPS}", "--preset=tiny", "--to=int4",
        "--per-tensor", "--bare", "--data=mnist", "--max-drop=100", f"--output={folder}",
        *(f"--{name.replace('_', '-')}={value}" for name, value in knobs.items()),
    )  # fmt: skip
    written = (folder / TFLITE).stat().st_size
    if written > size.most_bytes:
        sys.exit(f"{folder}: expected at most {size.most_bytes:,} bytes; received {written:,}")
    return folder


def misses(folder: Path) -> int:
    """Validation digits that the last file misreads."""
    return int(files.read_json(folder / "steps.json")[-1]["misses"])


def in_c(model: Path, output: Path) -> Row:
    """Bytes of the constants in C, of the compiled program and of its memory."""
    options = ("--to=c", "--data=mnist", "--max-drop=100", f"--output={output}", "--json")
    shown: dict[str, Any] = json.loads(digitrec("convert", str(model), *options))
    names = {"weights": "c_bytes", "flash": "flash", "ram": "ram"}
    return {ours: shown[theirs] for theirs, ours in names.items()} | {
        "c_validation": shown["validation"]["errors"]
    }


def write_card(run_: Path, place: Path, found: Row) -> None:
    """Write the model's card beside it, with what was measured on the test digits."""
    card = files.read_json((run_ / TFLITE).with_suffix(".json"))
    kept = ("accuracy", "errors", "count", "loss", "ece")
    facts = {**card["facts"], "test": {"tflite": {name: found[name] for name in kept}}}
    hashes = {place.name: files.sha256(place)}
    files.write_json(place.with_suffix(".json"), {**card, "sha256": hashes, "facts": facts})


def write_page_model(model: Path) -> None:
    """Write a tiny model as the page's module."""
    card = cards.read(model)
    if card is None:
        sys.exit(f"{model}: expected its card beside it")
    files.write(PAGE_MODEL, source(model.read_bytes(), card).text.encode())


def as_table(rows: Sequence[Row]) -> str:
    """One row a model, in Markdown."""
    goals = {size.name: size.accuracy for size in SIZES}
    head = (
        "", "whole file, bytes", "goal", "test accuracy", "misses of 10,000",
        "of 5,000 of validation", "parameters", "multiply-adds", "as C: misses of 5,000",
        "bytes of weights", "flash", "RAM",
    )  # fmt: skip
    return table(
        head,
        [
            [
                f"`models/{row['name']}.tflite`", f"{row['bytes']:,}", f"{goals[row['name']]} %",
                f"{100 - row['test'] / 100:.2f} %", f"{row['test']}",
                ", ".join(map(str, row["validation"])), f"{row['parameters']:,}",
                f"{row['multiply_adds']:,}", f"{row['c_validation']}", f"{row['c_bytes']:,}",
                f"{row['flash']:,}", f"{row['ram']:,}",
            ]
            for row in rows
        ],
    )  # fmt: skip


if __name__ == "__main__":
    main()
