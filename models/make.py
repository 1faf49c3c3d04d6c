"""Makes the shipped model, as `make model` does: the only way that models/ is written.

    python models/make.py

trains the recipe `best` on MNIST's training digits with the best epoch chosen on validation,
converts it to int8 and calibrates that on validation (all by `digitrec train`), copies the result
here, measures it once on the test digits with `digitrec evaluate`, writes what was measured into
the card, and refreshes the figures in the README. Expect about 15 minutes on two cores. A training
that is finished is not repeated: delete runs/model to begin anew.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from digitrec import files
from digitrec.training.run_folder import NETWORK, TFLITE

HERE = Path(__file__).parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from readme import put_between_marks  # noqa: E402

RUN = ROOT / "runs" / "model"
NAME = "digitrec"

MOST_BYTES = 300_000
MOST_ERRORS = 35


def main() -> None:
    """Train, copy, measure, write down."""
    if not (RUN / TFLITE).exists():
        digitrec("train", "--data", "mnist", "--preset", "best", "--output", str(RUN))
    shutil.copy(RUN / NETWORK, HERE / f"{NAME}.keras")
    shutil.copy(RUN / TFLITE, HERE / f"{NAME}.tflite")
    write_card(files.read_json((RUN / TFLITE).with_suffix(".json")))
    found = {kind: on_test(HERE / f"{NAME}.{kind}") for kind in ("keras", "tflite")}
    write_card(with_test(files.read_json(HERE / f"{NAME}.json"), found))
    text = table(found)
    put_between_marks("model", text)
    print(text)
    check(found)


def write_card(card: dict[str, Any]) -> None:
    """Write the card under the shipped names."""
    kinds = ("keras", "tflite")
    hashes = {f"{NAME}.{kind}": files.sha256(HERE / f"{NAME}.{kind}") for kind in kinds}
    files.write_json(HERE / f"{NAME}.json", {**card, "sha256": hashes})


def with_test(card: dict[str, Any], found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The card with what was measured on the test digits."""
    kept = ("accuracy", "errors", "count", "loss", "ece")
    test = {kind: {name: score[name] for name in kept} for kind, score in found.items()}
    return {**card, "facts": {**card["facts"], "test": test}}


def on_test(model: Path) -> dict[str, Any]:
    """The figures of a model on MNIST's test digits."""
    return json.loads(digitrec("evaluate", str(model), "--data", "mnist", "--json"))["test"]


def digitrec(*arguments: str) -> str:
    """Run a command as a user would; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "digitrec", *arguments],
        check=True,
        text=True,
        stdout=subprocess.PIPE,
    )
    return done.stdout


def table(found: dict[str, dict[str, Any]]) -> str:
    """What the README says of the shipped model."""
    rows = [
        "| shipped model | size | test accuracy | misses of 10,000 | calibration error |",
        "|---|---|---|---|---|",
    ]
    for kind, says in (("tflite", "int8, what `predict` runs"), ("keras", "float32")):
        path, score = HERE / f"{NAME}.{kind}", found[kind]
        rows.append(
            f"| `models/{path.name}`, {says} | {path.stat().st_size / 1000:.0f} kB "
            f"| {score['accuracy']:.2%} | {score['errors']} | {score['ece']:.2%} |"
        )
    return "\n".join(rows)


def check(found: dict[str, dict[str, Any]]) -> None:
    """Exit with 1 when the model is not fit to be shipped."""
    size = (HERE / f"{NAME}.tflite").stat().st_size
    errors = found["tflite"]["errors"]
    if size > MOST_BYTES or errors > MOST_ERRORS:
        sys.exit(
            f"expected at most {MOST_BYTES:,} bytes and {MOST_ERRORS} misses; "
            f"received {size:,} and {errors}"
        )


if __name__ == "__main__":
    main()
