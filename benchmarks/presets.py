"""What the presets of `train` reach: mean and misses over three seeds on MNIST's test digits.

    python benchmarks/presets.py

trains each preset with each seed by the command that users type, measures both of its models with
`digitrec evaluate`, keeps the figures in benchmarks/presets.json and docs/training.md,
and prints the table. A run that is finished is not repeated, so it can be interrupted and started
again.
"""

import json
import sys
from pathlib import Path
from statistics import mean, stdev
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from common import ROOT, digitrec, put_between_marks, trained  # noqa: E402

from digitrec import files  # noqa: E402
from digitrec.training.run_folder import METRICS, NETWORK, TFLITE  # noqa: E402

RESULTS = HERE / "presets.json"
RUNS = ROOT / "runs" / "presets"
PAGE = ROOT / "docs" / "training.md"
PRESETS = ("quick", "default")
SEEDS = (0, 1, 2)


def main() -> None:
    """Train what is missing, measure, write the figures."""
    results = [measured(preset, seed) for preset in PRESETS for seed in SEEDS]
    files.write_json(RESULTS, results)
    text = table(results)
    put_between_marks("presets", text, PAGE)
    print(text)


def measured(preset: str, seed: int) -> dict[str, Any]:
    """Train one preset with one seed, unless that is done, and measure its models on test."""
    folder = trained(RUNS / f"{preset}-{seed}", preset, seed)
    metrics = files.read_json(folder / METRICS)
    return {
        "preset": preset,
        "seed": seed,
        "seconds": metrics["seconds"],
        "parameters": metrics["parameters"],
        "validation_errors": metrics["validation"]["errors"],
        "test_errors": errors_on_test(folder / NETWORK),
        "test_errors_int8": errors_on_test(folder / TFLITE),
        "int8_bytes": (folder / TFLITE).stat().st_size,
    }


def errors_on_test(model: Path) -> int:
    """Misses of MNIST's 10,000 test digits."""
    answer = digitrec("evaluate", str(model), "--data", "mnist", "--json")
    return int(json.loads(answer)["test"]["errors"])


def table(results: list[dict[str, Any]]) -> str:
    """One row a preset, in Markdown."""
    rows = [
        "| recipe | test accuracy, mean of 3 seeds | misses of 10,000 | int8 | fit on two cores |",
        "|---|---|---|---|---|",
    ]
    for preset in PRESETS:
        runs = [result for result in results if result["preset"] == preset]
        errors = [run["test_errors"] for run in runs]
        accuracies = [100 - error / 100 for error in errors]
        rows.append(
            f"| `--preset {preset}` | {mean(accuracies):.2f} % (deviation {stdev(accuracies):.2f}) "
            f"| {', '.join(map(str, errors))} "
            f"| {', '.join(str(run['test_errors_int8']) for run in runs)}, "
            f"{mean(run['int8_bytes'] for run in runs) / 1000:.0f} kB "
            f"| {mean(run['seconds'] for run in runs):.0f} s |"
        )
    return "\n".join(rows)


if __name__ == "__main__":
    main()
