"""Every network of the package, trained and measured the same way.

    python benchmarks/networks.py --write

trains each own network for four epochs of the default recipe, and the tiny ones with their preset
and the shipped model as their teacher, three seeds each; measures them on the test digits with
`digitrec evaluate`; writes the table into docs/laboratory.md and the figures into
digitrec/networks/results.json, which `digitrec describe` shows. The record recipes, made for hours
on a GPU, see 2,000 digits once: that shows that they run, and reproduces nothing. Expect three
hours on two cores; what is finished is not repeated.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from accuracy import cost
from common import ROOT, Kept, Row, parser, run_row, told, trained, wanted
from laboratory_tables import grouped, table

import digitrec
from digitrec import files
from digitrec.networks import BACKBONES, NAMES
from digitrec.training.run_folder import NETWORK

RUNS = ROOT / "runs" / "networks"
TEACHER = ROOT / "models" / "digitrec.keras"
SHOWN = Path(digitrec.__file__).parent / "networks" / "results.json"
SEEDS = (0, 1, 2)

EPOCHS = 4
RECORDS = ("matuzas", "an_m3", "an_m5")
BRIEF: dict[str, Any] = {"epochs": 1, "limit": 2_000, "batch_size": 50}
"""Enough to see that a record's network trains."""

TINY = tuple(name for name in NAMES if name.startswith("tiny_"))
WIDTH = " --width "
WIDER = tuple(
    f"{name}{WIDTH}{width}"
    for name, width in (
        ("tiny_690", 1.53),
        ("tiny_3500", 1.13),
        ("tiny_5500", 1.12),
        ("tiny_10000", 1.14),
    )
)
"""The tiny ones with nearly 1,300, 4,500, 7,000 and 13,000 parameters, with the same goals."""
TAUGHT = (*TINY, *WIDER)
OWN = tuple(name for name in NAMES if name not in (*BACKBONES, *RECORDS, *TINY))
BRIEFLY = f"one epoch of {BRIEF['limit']:,} digits: not reproduced"


def main() -> None:
    """Train and measure what is missing; print and write the table and the figures."""
    options = parser("What each network reaches on MNIST's test digits.", SEEDS).parse_args()
    kept = Kept("networks")
    for name in wanted((*OWN, *TAUGHT, *RECORDS), options.only):
        for seed in options.seeds if name in TAUGHT else options.seeds[:1]:
            kept.once(lambda one=name, seed=seed: measured(one, seed), variant=name, seed=seed)
    told("networks", as_table(kept.rows), options.write)
    if options.write:
        files.write_json(SHOWN, figures(kept.rows))


def measured(name: str, seed: int) -> Row:
    """What came of a network's run; `broken` and why, where the command failed."""
    try:
        folder = run(name, seed)
        return run_row(folder) | {"multiply_adds": cost(folder / NETWORK)}
    except subprocess.CalledProcessError as error:
        return {"broken": f"exit {error.returncode} of {' '.join(error.cmd[3:])}"[:200]}


def run(name: str, seed: int) -> Path:
    """The folder of a network's run."""
    folder = RUNS / f"{name.replace(WIDTH, '-')}-{seed}"
    if name in TAUGHT:
        network, _, width = name.partition(WIDTH)
        knobs = {"network": network, "width": float(width or 1)}
        return trained(folder, "tiny", seed, [TEACHER], knobs)
    knobs = BRIEF if name in RECORDS else {"epochs": EPOCHS}
    return trained(folder, "default", seed, knobs={"network": name, **knobs})


def as_table(rows: Sequence[Row]) -> str:
    """One row a network, in Markdown."""
    head = [
        "network", "parameters", "multiply-adds", "misses of 10,000", "test accuracy", "trained",
        "seconds",
    ]  # fmt: skip
    return table(head, [line(name, own) for (name,), own in grouped(rows, "variant").items()])


def line(name: Any, rows: Sequence[Row]) -> list[str]:
    """What the seeds of a network come to."""
    ended = [row for row in rows if "test" in row]
    if not ended:
        return [f"`{name}`", *[""] * 4, rows[0].get("broken", "")]
    return [
        f"`{name}`",
        f"{ended[0]['parameters']:,}",
        f"{ended[0]['multiply_adds']:,}",
        ", ".join(str(row["test"]) for row in ended),
        f"{100 - mean(row['test'] for row in ended) / 100:.2f} %",
        how(name, ended),
        f"{mean(row['seconds'] for row in ended):.0f}",
    ]


def how(name: str, rows: Sequence[Row]) -> str:
    """How a network was trained."""
    if name in RECORDS:
        return BRIEFLY
    epochs = f"{rows[0]['epochs']} epochs"
    return f"`--preset tiny`, taught, {epochs}" if name in TAUGHT else epochs


def figures(rows: Sequence[Row]) -> dict[str, Row]:
    """By network, what `describe` shows: misses of the test digits, one a seed, and of what."""
    ended = [row for row in rows if "test" in row and row["variant"] in NAMES]
    return {
        str(name): {"misses": [row["test"] for row in own], "trained": how(str(name), own)}
        for (name,), own in grouped(ended, "variant").items()
    }


if __name__ == "__main__":
    main()
