"""What each way to make a network smaller costs and saves, alone and one after the other.

    python benchmarks/compressing.py --write

trains one network, makes it smaller in each way by `digitrec compress`, measures the .tflite files
once on MNIST's test digits, and their speed and that of the C source beside the first network's in
one run; writes the tables into docs/deployment.md. Expect an hour and a half on two cores; what is
finished is not repeated.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
from common import ROOT, Kept, Row, digitrec, on_test, parser, told, trained, wanted
from laboratory_tables import grouped, spread, table

from digitrec import datasets, files
from digitrec.reading.classifier import BATCH, CardClassifier, Classifier
from digitrec.training.quiet import quiet
from digitrec.training.run_folder import NETWORK, TFLITE

if TYPE_CHECKING:
    from digitrec.compression.formats import Wanted

RUNS = ROOT / "runs" / "compression"
PAGE = ROOT / "docs" / "deployment.md"

BASE: Mapping[str, Any] = {"network": "deeper_cnn", "width": 0.5}
EPOCHS = 4
"""That a step trains on for."""

SEEDS = (0, 1, 2)
ROUNDS = 7
C_DIGITS = 100
"""Digits that C reads in a round, one after the other."""

NOTHING = "as it is"


@dataclass(frozen=True)
class Way:
    """A way to make a network smaller.

    Attributes:
        steps: as `digitrec compress` takes them; none: it is only converted.
        to: what it is converted to.
        options: others of `digitrec compress`.
    """

    steps: str = ""
    to: str = "int8"
    options: tuple[str, ...] = ()

    def __str__(self) -> str:
        shown = " ".join(filter(None, [self.steps or NOTHING, *self.options]))
        return shown if self.to == "int8" else f"{shown}, {self.to}"


FIRST = Way()
SHARED = ("--per-tensor",)
ALONE = (
    FIRST,
    Way(to="float32"), Way(to="dynamic"), Way(options=SHARED), Way(to="int4"), Way(to="mixed"),
    Way("fold"), Way("train"),
    *(Way(f"prune:{share}") for share in (0.5, 0.8, 0.9, 0.95)), Way("prune-gradient:0.9"),
    *(Way(f"filters:{share}") for share in (0.3, 0.5, 0.7)),
    Way("filters-norm:0.5"), Way("filters-gradient:0.5"),
    *(Way(f"factorise:{energy}") for energy in (0.9, 0.7)),
    *(Way(f"fold,cluster:{count}", options=SHARED) for count in (16, 8, 4)),
    Way("aware:8"), Way("aware:4", "int4"), Way("aware:3"), Way("ternary"), Way("binary"),
    Way("xnor"),
)  # fmt: skip
IN_TURN = (
    Way("prune:0.8,aware:4", "int4"), Way("aware:4,prune:0.8", "int4"),
    Way("filters:0.5,aware:4", "int4"), Way("aware:4,filters:0.5", "int4"),
    Way("filters:0.5,prune:0.6,aware:4", "int4"), Way("prune:0.6,filters:0.5,aware:4", "int4"),
)  # fmt: skip
PARTS = ("alone", "in-turn", "scan", "speed")


def main() -> None:
    """Measure what is missing; print and write the tables."""
    options = parser("Ways to make a network smaller, each measured.", SEEDS).parse_args()
    parts, kept = wanted(PARTS, options.only), Kept("compression")
    if "alone" in parts:
        for way in ALONE:
            kept.once(lambda way=way: measured(way, 0), way=str(way), seed=0)
    if "in-turn" in parts:
        for seed in options.seeds:
            for way in IN_TURN:
                kept.once(lambda way=way, seed=seed: measured(way, seed), way=str(way), seed=seed)
    scans = Kept("compression_scan")
    if "scan" in parts and not scans.rows:
        for number, row in enumerate(scanned()):
            scans.once(lambda row=row: row, number=number)
    speeds = Kept("compression_speed")
    if "speed" in parts:
        for way, row in raced().items():
            speeds.once(lambda row=row: row, way=way)
    told("compression", as_table(kept.rows, speeds.rows), options.write, PAGE)
    told("order", order_table(kept.rows), options.write, PAGE)
    told("scan", scan_table(scans.rows), options.write, PAGE)


def base() -> Path:
    """The network that is made smaller."""
    return trained(RUNS / "base", "default", 0, knobs=BASE) / NETWORK


def folder_of(way: Way, seed: int) -> Path:
    """Where what came of a way is."""
    return RUNS / f"{str(way).replace(' ', '_').replace(',', '+').replace(':', '-')}-{seed}"


def measured(way: Way, seed: int) -> Row:
    """What came of a way; `broken` and why, where the command failed."""
    folder = folder_of(way, seed)
    try:
        row = compressed(way, seed, folder)
    except subprocess.CalledProcessError as error:
        return {"broken": f"exit {error.returncode} of {' '.join(error.cmd[3:])}"[:200]}
    kept = ("float_misses", "misses", "parameters", "not_zero", "multiply_adds", "bytes", "gzipped")
    found = {name: row[name] for name in (*kept, "seconds")}
    return {**found, "test": on_test(folder / TFLITE)["errors"], **as_c(folder / NETWORK, way)}


def compressed(way: Way, seed: int, folder: Path) -> Row:
    """The last row that `digitrec compress` leaves; without steps that of the beginning."""
    digitrec(
        "compress", str(base()), f"--steps={way.steps or 'fold'}", f"--to={way.to}",
        "--max-drop=100", "--data=mnist", f"--seed={seed}", f"--epochs={EPOCHS}",
        f"--output={folder}", *way.options,
    )  # fmt: skip
    return files.read_json(folder / "steps.json")[-1 if way.steps else 0]


def as_c(network: Path, way: Way) -> Row:
    """Bytes of the weights and all other constants in C, and validation digits that it misreads."""
    with opened_c(network, way) as (program, constants):
        digits = datasets.load("mnist").validation
        found = program.probabilities(digits.images).argmax(axis=1)
    return {"c_bytes": constants, "c_misses": int((found != digits.labels).sum())}


@contextmanager
def opened_c(network: Path, way: Way) -> Iterator[tuple[CardClassifier, int]]:
    """The C program of a network, and the bytes of its constants."""
    with quiet():
        from digitrec.compression.formats import make
    with TemporaryDirectory() as folder:
        made = make(wanted_of(network, way, "c"), Path(folder))
        yield made.classifier, made.told["weights"]


def wanted_of(network: Path, way: Way, kind: str) -> "Wanted":
    """What is to be written of a network."""
    with quiet():
        from digitrec.compression.convert import representative
        from digitrec.compression.formats import Wanted
        from digitrec.compression.source import load_keras
    digits = datasets.load("mnist")
    model, card = load_keras(network)
    return Wanted(
        model, card, kind, representative(digits.train), digits.validation,
        per_channel="--per-tensor" not in way.options,
    )  # fmt: skip


def raced() -> dict[str, Row]:
    """How many times faster than FIRST each way's file and program is, all in one run."""
    done = {str(way): way for way in ALONE if (folder_of(way, 0) / TFLITE).is_file()}
    litert = {name: Classifier(folder_of(way, 0) / TFLITE) for name, way in done.items()}
    digits = datasets.load("mnist").validation.images
    many = ratios({name: reading(one, digits[:BATCH]) for name, one in litert.items()})
    with ExitStack() as stack:
        programs = {
            name: stack.enter_context(opened_c(folder_of(way, 0) / NETWORK, way))[0]
            for name, way in done.items()
        }
        in_c = ratios({name: reading(one, digits[:C_DIGITS]) for name, one in programs.items()})
    return {name: {"litert": many[name], "c": in_c[name]} for name in done}


def reading(classifier: CardClassifier, images: np.ndarray) -> Callable[[], object]:
    """A function that reads these images once."""
    return lambda: classifier.logits(images)


def ratios(runs: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """How many times as fast as FIRST each is: the median of rounds in which all take turns."""
    rounds = [{name: seconds(run) for name, run in runs.items()} for _ in range(ROUNDS)]
    return {name: round(median(one[str(FIRST)] / one[name] for one in rounds), 2) for name in runs}


def seconds(run: Callable[[], object]) -> float:
    """What one run takes, the second time."""
    run()
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def scanned() -> list[Row]:
    """What fewer bits cost, one layer at a time, what costs least a byte first."""
    with quiet():
        from digitrec.compression.formats.bits import weighted
        from digitrec.compression.formats.litert import score
        from digitrec.compression.formats.mixed import sensitivities
        from digitrec.compression.formats.tflite import to_tflite
    wanted = wanted_of(base(), FIRST, "int8")
    content = to_tflite(wanted.network, "int8", wanted.calibration)
    layers = [one.number for one in weighted(content)]
    return [
        {
            "layer": layers.index(one.operation.number) + 1,
            "name": one.operation.name,
            "weights": one.operation.count,
            "bits": one.bits,
            "saved": one.saved,
            "misses": one.score.misses,
            "lost": one.lost,
        }
        for one in sensitivities(content, lambda tried: score(tried, wanted))
    ]


def scan_table(rows: Sequence[Row]) -> str:
    """One row a layer and number of bits, in Markdown."""
    head = ["layer", "weights", "bits", "bytes saved", "validation, of 5,000", "loss, more"]
    return table(
        head,
        [
            [
                f"{row['layer']}, {row['name']}", f"{row['weights']:,}", f"{row['bits']}",
                f"{row['saved']:,}", f"{row['misses']}", f"{row['lost']:.5f}",
            ]
            for row in rows
        ],
    )  # fmt: skip


HEAD = (
    "", "misses of 10,000 test digits", "validation, of 5,000", "weights", "not 0", "multiply-adds",
    ".tflite, bytes", "gzip", "LiteRT, times as fast", "as C: bytes", "times as fast",
)  # fmt: skip


def as_table(rows: Sequence[Row], speeds: Sequence[Row]) -> str:
    """One row a way, in Markdown."""
    by_way = {row["way"]: row for row in speeds}
    alone = {row["way"]: row for row in rows if row["seed"] == 0}
    names = [str(way) for way in ALONE if str(way) in alone]
    return table(HEAD, [line(alone[name], by_way.get(name, {})) for name in names])


def line(row: Row, speed: Row) -> list[str]:
    """What a way comes to."""
    if "broken" in row:
        return [f"`{row['way']}`", row["broken"], *[""] * (len(HEAD) - 2)]
    return [
        f"`{row['way']}`",
        f"{row['test']}",
        f"{row['misses']}",
        f"{row['parameters']:,}",
        f"{row['not_zero']:.0%}",
        f"{row['multiply_adds']:,}",
        f"{row['bytes']:,}",
        f"{row['gzipped']:,}",
        f"{speed.get('litert', '')}",
        f"{row['c_bytes']:,}",
        f"{speed.get('c', '')}",
    ]


def order_table(rows: Sequence[Row]) -> str:
    """The same steps in another order, their seeds together, in Markdown."""
    names = [str(way) for way in IN_TURN]
    ended = [row for row in rows if row["way"] in names and "test" in row]
    ended.sort(key=lambda row: names.index(row["way"]))
    head = ["steps", "misses of 10,000 test digits", "their mean", "validation", ".tflite, bytes"]
    return table(
        head,
        [
            [
                f"`{way}`",
                ", ".join(str(row["test"]) for row in own),
                spread([row["test"] for row in own], ".0f"),
                spread([row["misses"] for row in own], ".0f"),
                f"{own[0]['bytes']:,}",
            ]
            for (way,), own in grouped(ended, "way").items()
        ],
    )


if __name__ == "__main__":
    main()
