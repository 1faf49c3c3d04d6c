"""The most accurate honest model: one network, and an ensemble of at most ten, on MNIST's test.

    python benchmarks/accuracy.py --write

trains two networks with the preset `accurate`, and with three other seeds the network that learns
from both as well, each by `digitrec train`; lets `digitrec combine` choose an ensemble of these on
validation; measures each once on the test digits; and writes the table into docs/laboratory.md.
Whether an ensemble also takes shifted digits is chosen on validation. Expect three hours on
two cores; what is finished is not repeated, what was broken off is gone on with.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from common import ROOT, Kept, Row, digitrec, on_test, parser, run_row, told, trained, wanted
from laboratory_tables import spread, table

from digitrec import files
from digitrec.training.quiet import quiet
from digitrec.training.run_folder import NETWORK

RUNS = ROOT / "runs" / "accuracy"
PRESET = "accurate"
TEACHER_SEEDS = (10, 11)
LEARNER_SEEDS = (0, 1, 2)
TEACHER_KNOBS: Mapping[str, Any] = {"label_smoothing": 0.0}
"""Knobs in which the teachers are not as the preset has them: smoothed targets hide what a digit is
like beside what it is (Mueller, Kornblith, Hinton, "When Does Label Smoothing Help?", 2019)."""
LEARNER_KNOBS: Mapping[str, Any] = {"width": 3.0}
"""The same of those that learn from the teachers."""

SHIFTS = (1, 9)
MOST = 10

ENSEMBLE = "ensemble"
STEPS = ("teachers", "learners", ENSEMBLE)


def main() -> None:
    """Train and measure what is missing; print and write the table."""
    own = parser("The most accurate network, and ensemble, on MNIST's test digits.", LEARNER_SEEDS)
    options = own.parse_args()
    kept = Kept("accuracy")
    steps = wanted(STEPS, options.only)
    if "teachers" in steps:
        for seed in TEACHER_SEEDS:
            kept.once(lambda seed=seed: measured(teacher(seed)), variant="teacher", seed=seed)
    if "learners" in steps:
        for seed in options.seeds:
            kept.once(lambda seed=seed: measured(learner(seed)), variant="learner", seed=seed)
    if ENSEMBLE in steps:
        kept.once(lambda: ensemble(options.seeds), variant=ENSEMBLE)
    told("accuracy", as_table(kept.rows), options.write)


def teacher(seed: int) -> Path:
    """The folder of a network that learns from the labels alone."""
    return trained(RUNS / f"teacher-{seed}", PRESET, seed, knobs=TEACHER_KNOBS)


def learner(seed: int) -> Path:
    """The folder of a network that learns from both teachers as well."""
    teachers = [teacher(one) / NETWORK for one in TEACHER_SEEDS]
    return trained(RUNS / f"learner-{seed}", PRESET, seed, teachers, LEARNER_KNOBS)


def measured(folder: Path) -> Row:
    """What is kept of a run, with what its network costs."""
    return run_row(folder) | {"multiply_adds": cost(folder / NETWORK)}


def ensemble(seeds: Sequence[int]) -> Row:
    """The ensemble that misses the fewest validation digits, measured on test."""
    folders = [*map(teacher, TEACHER_SEEDS), *map(learner, seeds)]
    models = [str(folder / NETWORK) for folder in folders]
    made = [combined(models, shifts) for shifts in SHIFTS]
    best = min(made, key=lambda path: [_facts(path)["validation"][it] for it in ("errors", "loss")])
    facts = _facts(best)
    return {
        "validation": facts["validation"]["errors"],
        "test": on_test(best)["errors"],
        "parameters": facts["parameters"],
        "members": len(facts["members"]),
        "shifts": facts["shifts"],
        "multiply_adds": cost(best),
    }


def combined(models: Sequence[str], shifts: int) -> Path:
    """The ensemble of some of the models that `digitrec combine` chooses."""
    output = RUNS / f"{ENSEMBLE}-{shifts}.keras"
    digitrec(
        "combine", *models, f"--output={output}", f"--shifts={shifts}", f"--most={MOST}",
        "--weights=validation", "--data=mnist",
    )  # fmt: skip
    return output


def cost(model: Path) -> int:
    """Multiply-adds for one digit."""
    with quiet():
        from digitrec.compression.source import load_keras
        from digitrec.networks.cost import multiply_adds

    return multiply_adds(load_keras(model)[0])


def as_table(rows: Sequence[Row]) -> str:
    """One row a kind of model, in Markdown."""
    kinds = {
        "teacher": "`--preset accurate --label-smoothing 0`",
        "learner": "`--preset accurate --width 3`, taught by two of these",
        ENSEMBLE: "an ensemble of these",
    }
    found = {kind: [row for row in rows if row["variant"] == kind] for kind in kinds}
    lines = [line(kinds[kind], own) for kind, own in found.items() if own]
    head = [
        "", "misses of 10,000", "test accuracy", "validation misses of 5,000", "parameters",
        "multiply-adds", "fit, hours on two cores",
    ]  # fmt: skip
    return table(head, lines)


def line(name: str, rows: Sequence[Row]) -> list[str]:
    """What the runs of a kind come to, seed by seed and in their mean."""
    first = rows[0]
    if "members" in first:
        name += f": {first['members']} networks"
        name += f", {first['shifts']} shifts of each digit" if first["shifts"] > 1 else ""
    tests = [row["test"] for row in rows]
    hours = [row["seconds"] / 3600 for row in rows if "seconds" in row]
    return [
        name,
        ", ".join(map(str, tests)),
        f"{100 - mean(tests) / 100:.3f} %",
        ", ".join(str(row["validation"]) for row in rows),
        f"{first['parameters']:,}",
        f"{first['multiply_adds']:,}",
        spread(hours, ".1f"),
    ]


def _facts(model: Path) -> dict[str, Any]:
    return files.read_json(model.with_suffix(".json"))["facts"]


if __name__ == "__main__":
    main()
