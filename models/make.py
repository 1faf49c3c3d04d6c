"""Makes the shipped model, as `make model` does: the only way that models/ is written.

    python models/make.py

trains two wide networks with the recipe `best` on MNIST's training digits, on digits drawn in the
forms of several countries, and on background that is no digit, with a schedule fixed beforehand;
trains a small one that learns from these two as well; converts it to int8 and calibrates that on
validation (all by `digitrec train`); and, when it keeps the limits below, in which only validation
has a say, copies it here, measures it once on the test digits with `digitrec evaluate`, writes down
what that says, fits the stroke tree that follows it (models/strokes.py), and writes its card in
Hugging Face's form (models/card.py); `make trust` then measures what docs/trust.md shows. A figure
of the test digits refuses no model, or it would have chosen the one that passed. Expect four hours
on two cores. A training that is finished is not repeated: delete runs/model and runs/teacher-* to
begin anew.
"""

import json
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "benchmarks"))

import card as model_card  # noqa: E402
import strokes  # noqa: E402
from common import ROOT, digitrec, put_between_marks, trained  # noqa: E402

from digitrec import files  # noqa: E402
from digitrec.training.run_folder import METRICS, NETWORK, TFLITE  # noqa: E402

PAGE = ROOT / "docs" / "model.md"
RUN = ROOT / "runs" / "model"
SEED = 2
TEACHERS = {0: ROOT / "runs" / "teacher-0", 1: ROOT / "runs" / "teacher-1"}
"""By seed, where the networks are that the shipped one learns from."""
TEACHER_KNOBS: Mapping[str, Any] = {"width": 2.0, "epochs": 20}
"""What is otherwise with them than in the recipe of the shipped one."""

NAME = "digitrec"
MODELS = {"tflite": TFLITE, "keras": NETWORK}

MOST_BYTES = 300_000
MOST_ERRORS = 25
"""Of the 5,000 validation digits; each of the first four trainings missed 19 to 23."""


def main() -> None:
    """Train, check, copy, measure, write down."""
    teachers = [
        trained(folder, "best", seed, knobs=TEACHER_KNOBS) / NETWORK
        for seed, folder in TEACHERS.items()
    ]
    run = trained(RUN, "best", SEED, teachers)
    card = files.read_json((run / TFLITE).with_suffix(".json"))
    if missed := list(limits_missed(run / TFLITE, card["facts"])):
        sys.exit("\n".join(missed))
    for kind, model in MODELS.items():
        shutil.copy(run / model, shipped(kind))
    found = {kind: on_test(run / model) for kind, model in MODELS.items()}
    write_card(card, found)
    text = table(found)
    put_between_marks("model", text)
    teachers_said = [files.read_json(folder / METRICS) for folder in TEACHERS.values()]
    put_between_marks("measured", in_words(card["facts"], teachers_said, found), PAGE)
    print(text)
    strokes.main()
    model_card.main()


def shipped(kind: str) -> Path:
    """Where a model of a kind is shipped."""
    return HERE / f"{NAME}.{kind}"


def on_test(model: Path) -> dict[str, Any]:
    """The figures of a model on MNIST's test digits."""
    return json.loads(digitrec("evaluate", str(model), "--data", "mnist", "--json"))["test"]


def limits_missed(model: Path, facts: dict[str, Any]) -> Iterator[str]:
    """A line for each limit that the models do not keep."""
    size = model.stat().st_size
    if size > MOST_BYTES:
        yield f"{model.name}: expected at most {MOST_BYTES:,} bytes; received {size:,}"
    for kind, said in (("float32", facts), (facts["tflite"]["kind"], facts["tflite"])):
        missed = said["validation"]["errors"]
        if missed > MOST_ERRORS:
            yield f"{kind}: expected at most {MOST_ERRORS} validation misses; received {missed}"


def write_card(card: dict[str, Any], found: dict[str, dict[str, Any]]) -> None:
    """Write the run's card under the shipped names, with what was measured on the test digits."""
    kept = ("accuracy", "errors", "count", "loss", "ece")
    test = {kind: {name: score[name] for name in kept} for kind, score in found.items()}
    hashes = {shipped(kind).name: files.sha256(shipped(kind)) for kind in MODELS}
    facts = {**card["facts"], "test": test}
    files.write_json(shipped("json"), {**card, "sha256": hashes, "facts": facts})


def table(found: dict[str, dict[str, Any]]) -> str:
    """What the README says of the shipped model."""
    rows = [
        "| shipped model | size | test accuracy | misses of 10,000 | calibration error |",
        "|---|---|---|---|---|",
    ]
    for kind, says in (("tflite", "int8, what `predict` runs"), ("keras", "float32")):
        path, score = shipped(kind), found[kind]
        rows.append(
            f"| `models/{path.name}`, {says} | {path.stat().st_size / 1000:.0f} kB "
            f"| {100 * score['accuracy']:.2f} % | {score['errors']} "
            f"| {100 * score['ece']:.2f} % |"
        )
    return "\n".join(rows)


def in_words(
    facts: dict[str, Any], teachers: Sequence[dict[str, Any]], found: dict[str, dict[str, Any]]
) -> str:
    """What the page says of the training that was kept, and of its teachers."""
    own, said = facts["validation"], [one["validation"] for one in teachers]
    missed = " and ".join(str(one["errors"]) for one in said)
    losses = " and ".join(f"{one['loss']:.4f}" for one in said)
    keras, tflite = found["keras"], found["tflite"]
    return (
        f"This model missed {own['errors']} of the {own['count']:,} validation digits, with a "
        f"loss of {own['loss']:.4f}; its teachers missed {missed}, with losses of {losses}. "
        f"Only then it met the test digits, and missed {tflite['errors']} of {tflite['count']:,} "
        f"as int8 and {keras['errors']} as float32 (loss {keras['loss']:.4f})."
    )


if __name__ == "__main__":
    main()
