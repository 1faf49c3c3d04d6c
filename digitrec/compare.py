"""Train several recipes with several seeds, and set them beside each other.

    digitrec compare quick quick:mixup=0.2 quick:optimizer=muon,learning_rate=0.02 --seeds 3
    digitrec compare quick quick:mixup=0.2 --folds 5

With folds it is a cross-validation: each recipe is trained once for each part of the training
digits, and validated on that part.

Each run is a `digitrec train` of its own. What is finished is not repeated and what was broken off
is gone on with, so the same command again finishes a comparison that was interrupted.
"""

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any

from digitrec import command, files
from digitrec.command import options as shared
from digitrec.errors import DataError, OptionError, TrainingError, expect_one_of
from digitrec.training import run_folder
from digitrec.training.presets import PRESETS
from digitrec.training.recipe import Recipe

LOG = "train.log"
SEEDS = 3

NEXT_KNOB = re.compile(r",(?=[^,]*=|$)")
"""Where a knob ends: at a comma, unless that parts two names that are one knob's value."""


@dataclass(frozen=True)
class Run:
    """One training: the recipe as it was typed, with one seed or fold, in its own folder."""

    name: str
    recipe: Recipe
    folder: Path

    def __str__(self) -> str:
        recipe = self.recipe
        which = f"fold {recipe.fold}" if recipe.folds else f"seed {recipe.seed}"
        return f"{self.name}, {which}, in {self.folder}"


def parser() -> command.Parser:
    """The options of `digitrec compare`."""
    own = command.Parser(
        "compare",
        "Train several recipes with several seeds, or folds; print one table, of validation alone.",
        "digitrec compare quick quick:dropout=0.4 --output runs/dropout",
    )
    own.add_argument(
        "recipes",
        nargs="+",
        metavar="RECIPE",
        help="a preset with knobs of `digitrec train` set otherwise, PRESET:KNOB=VALUE,...; or a "
        ".toml file with a table of knobs, and a `preset`, for each recipe; the first is the "
        "baseline",
    )
    own.add_argument(
        "--seeds",
        type=command.within(int, 1, 1000),
        metavar="N",
        help=f"train each with the seeds 0 to N-1 (default: {SEEDS})",
    )
    own.add_argument(
        "--folds",
        type=command.within(int, 2, 100),
        metavar="K",
        help="instead of seeds: cut the training digits into K parts, the same for all recipes, "
        "and train each K times, validated on one part and trained on the others",
    )
    own.add_argument(
        "--output", type=Path, required=True, metavar="DIR", help="where runs and table are kept"
    )
    own.add_argument(
        "--jobs",
        type=command.within(int, 1, 64),
        default=1,
        metavar="N",
        help="trainings at a time, which share the cores (default: 1)",
    )
    shared.add_data(own)
    return own


def main(argv: list[str] | None = None) -> int:
    """Run the verb; return its exit status."""
    return command.run(parser(), _work, argv)


def _work(options: argparse.Namespace) -> int:
    recipes = dict(_named(options.recipes))
    runs = [
        Run(name, recipe.changed(**knobs), options.output / f"{_file_name(name)}-{ending}")
        for name, recipe in recipes.items()
        for ending, knobs in _repetitions(options.seeds, options.folds)
    ]
    for run in runs:
        _check(run)
    with ThreadPoolExecutor(options.jobs) as pool:
        list(pool.map(partial(_train, data=options.data, jobs=options.jobs), runs))
    print(_summed_up(runs, options.output), end="")
    return command.EXIT_OK


def _repetitions(seeds: int | None, folds: int | None) -> list[tuple[str, dict[str, int]]]:
    """How each recipe is trained again and again: the ending of its folder, and the knobs."""
    if not folds:
        return [(f"{seed}", {"seed": seed}) for seed in range(seeds or SEEDS)]
    if seeds:
        raise OptionError(f"folds: expected no seeds beside them; received --seeds {seeds}")
    return [(f"fold{fold}of{folds}", {"folds": folds, "fold": fold}) for fold in range(folds)]


def _named(words: Iterable[str]) -> Iterable[tuple[str, Recipe]]:
    for word in words:
        yield from _from_file(Path(word)) if word.endswith(".toml") else [(word, _typed(word))]


def _typed(word: str) -> Recipe:
    """`quick:mixup=0.2,optimizer=muon` as a recipe. Raises OptionError."""
    preset, _, knobs = word.partition(":")
    pairs = [pair.partition("=") for pair in NEXT_KNOB.split(knobs) if pair]
    return _recipe(preset, {name.replace("-", "_"): value for name, _, value in pairs})


def _from_file(path: Path) -> list[tuple[str, Recipe]]:
    import tomllib

    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: expected a TOML file; {error}") from error
    if not all(isinstance(table, dict) for table in tables.values()):
        raise DataError(f"{path}: expected one table of knobs a recipe")
    return [
        (name, _recipe(table.pop("preset", "default"), table)) for name, table in tables.items()
    ]


def _recipe(preset: str, knobs: Mapping[str, Any]) -> Recipe:
    expect_one_of("preset", preset, PRESETS)
    about = {item.name: item.metadata for item in fields(Recipe)}
    values = {}
    for name, value in knobs.items():
        expect_one_of("recipe", name, about)
        try:
            values[name] = about[name]["kind"](value)
        except ValueError as error:
            raise OptionError(f"{name}: expected a number; received {value}") from error
    return PRESETS[preset].changed(**values)


def _file_name(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "._=-" else "_" for letter in name)


def _check(run: Run) -> None:
    """Raise OptionError when the run's folder holds another recipe."""
    there = run.folder / run_folder.RECIPE
    if there.exists() and Recipe(**files.read_json(there)) != run.recipe:
        raise OptionError(f"{run.folder}: expected a new folder or the same recipe; delete it")


def _train(run: Run, data: str, jobs: int) -> None:
    """Train unless that is done, in a process of its own. Raises TrainingError when it fails."""
    if (run.folder / run_folder.METRICS).exists() and not run_folder.unfinished(run.folder):
        return
    if run_folder.unfinished(run.folder):
        words = ["--resume", str(run.folder)]
    else:
        words = ["--data", data, "--output", str(run.folder), *_flags(run.recipe)]
    print(f"training {run}", file=sys.stderr)
    threads = str(max(1, (os.cpu_count() or 1) // jobs))
    environment = {**os.environ, "OMP_NUM_THREADS": threads} if jobs > 1 else None
    done = subprocess.run(
        [sys.executable, "-m", "digitrec", "train", *words],
        env=environment,
        text=True,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
        raise TrainingError(f"{run.folder}: {last}")
    files.write(run.folder / LOG, done.stdout)


def _flags(recipe: Recipe) -> list[str]:
    values = {name: value for name, value in recipe.as_dict().items() if value is not None}
    return [f"{shared.flag(name)}={value}" for name, value in values.items()]


def _summed_up(runs: Sequence[Run], folder: Path) -> str:
    from digitrec.insight import comparison

    found: dict[str, list[Mapping[str, Any]]] = {}
    for run in runs:
        found.setdefault(run.name, []).append(files.read_json(run.folder / run_folder.METRICS))
    count = max(one["validation"]["count"] for one in found[runs[0].name])
    return comparison.write(comparison.compare(found), count, folder)


if __name__ == "__main__":
    sys.exit(main())
