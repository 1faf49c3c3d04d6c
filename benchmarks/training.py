"""Seconds to an accuracy: Keras's own MNIST example and ours in turn, on this machine.

    python benchmarks/training.py [--seeds N] [--write]

For each seed it runs benchmarks/keras_example.py, `digitrec train --preset quick` and `--preset
default`, one after the other, each in a process of its own, and notes after how many seconds of fit
and of the whole process validation first had 99.0 % and 99.5 %, and what the test digits say of the
weights at that moment (of ours: of the weights kept). Validation says when; test only confirms.
Ours count to the end of the run, with conversion and all. --write puts the table into
docs/training.md. Expect an hour on two cores.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean, stdev
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from common import ROOT, digitrec, put_between_marks  # noqa: E402

from digitrec import files  # noqa: E402
from digitrec.training.run_folder import METRICS, NETWORK  # noqa: E402

RUNS = ROOT / "runs" / "training"
OURS = ROOT / "runs" / "presets"
"""Shared with benchmarks/presets.py, which trains none of them again."""

PAGE = ROOT / "docs" / "training.md"
EXAMPLE = "Keras's example"
TARGETS = {0.990: ("example", "quick"), 0.995: ("example", "default")}


def main() -> None:
    """Run what is missing, print and write the table."""
    own = argparse.ArgumentParser(description="Seconds to an accuracy, beside Keras's example.")
    own.add_argument("--seeds", type=int, default=3, help="runs of each (default: 3)")
    own.add_argument("--write", action="store_true", help="put the table into docs/training.md")
    options = own.parse_args()
    found: dict[str, list[dict[str, Any]]] = {"example": [], "quick": [], "default": []}
    for seed in range(options.seeds):
        found["example"].append(example(seed))
        for preset in ("quick", "default"):
            found[preset].append(ours(preset, seed))
    text = table(found)
    print(text)
    if options.write:
        put_between_marks("speed", text, PAGE)


def example(seed: int) -> dict[str, Any]:
    """How the example went: an epoch a row."""
    path = RUNS / f"example-{seed}.json"
    if not path.exists():
        RUNS.mkdir(parents=True, exist_ok=True)
        script = [sys.executable, str(HERE / "keras_example.py"), str(path), str(seed)]
        subprocess.run(script, check=True, cwd=ROOT)
    return {"course": files.read_json(path)}


def ours(preset: str, seed: int) -> dict[str, Any]:
    """How a preset's run went."""
    folder = OURS / f"{preset}-{seed}"
    told = folder / "process.json"
    if not told.exists():
        begun = time.monotonic()
        digitrec(
            "train", "--data", "mnist", "--preset", preset, f"--seed={seed}", f"--output={folder}"
        )
        process = time.monotonic() - begun
        test = json.loads(digitrec("evaluate", str(folder / NETWORK), "--data=mnist", "--json"))
        files.write_json(told, {"process": process, "test": test["test"]["accuracy"]})
    metrics = files.read_json(folder / METRICS)
    row = {"fit": metrics["seconds"], "validation": metrics["validation"]["accuracy"]}
    return {"course": [{**row, **files.read_json(told)}]}


def reached(run: Mapping[str, Any], target: float) -> dict[str, float] | None:
    """The first moment at which validation had the target; None when it never had."""
    return next((row for row in run["course"] if row["validation"] >= target), None)


def table(found: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """One row a target and recipe, in Markdown; last how long all of the example took."""
    lines = [
        "| to | | runs that got there | fit, seconds | whole process, seconds | test then |",
        "|---|---|---|---|---|---|",
    ]
    for target, names in TARGETS.items():
        for name in names:
            moments = [reached(run, target) for run in found[name]]
            there = [moment for moment in moments if moment]
            lines.append(
                f"| {target:.1%} | {_called(name)} | {len(there)} of {len(moments)} "
                f"| {_spread(there, 'fit')} | {_spread(there, 'process')} "
                f"| {_tests(there)} |"
            )
    whole = [run["course"][-1] for run in found["example"]]
    lines.append(
        f"| 15 epochs | {EXAMPLE} | {len(whole)} of {len(whole)} | {_spread(whole, 'fit')} "
        f"| {_spread(whole, 'process')} | {_tests(whole)} |"
    )
    return "\n".join(lines)


def _called(name: str) -> str:
    return EXAMPLE if name == "example" else f"`--preset {name}`"


def _tests(rows: Sequence[Mapping[str, float]]) -> str:
    return ", ".join(f"{row['test']:.2%}" for row in rows)


def _spread(rows: Sequence[Mapping[str, float]], name: str) -> str:
    values = [row[name] for row in rows]
    if not values:
        return "never"
    return f"{mean(values):.0f}" + (f" ± {stdev(values):.0f}" if len(values) > 1 else "")


if __name__ == "__main__":
    main()
