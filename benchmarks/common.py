"""What the scripts share that measure trained models: the commands, the runs, what is kept of them.

A folder of runs may be lost. So each measured run is a row of benchmarks/results/NAME.json, written
as soon as it is there, and no row is measured twice: a script that was stopped goes on when it is
started again. Who changes what a row stands for takes the row out of its file.

A small network cannot use two cores well. Two scripts beside each other, or one with other `--only`
or `--seeds`, each as `TF_NUM_INTRAOP_THREADS=1 taskset -c CORE python ...`, get 1.2 times (11
million multiply-adds) to 1.7 times (0.2 million) as much done as one after the other; what a row
says of seconds is then not comparable.
"""

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from digitrec import files
from digitrec.command.options import flag
from digitrec.errors import DataError
from digitrec.training import run_folder
from digitrec.training.presets import PRESETS
from digitrec.training.recipe import Recipe
from digitrec.training.run_folder import METRICS, NETWORK, RECIPE

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
LABORATORY = ROOT / "docs" / "laboratory.md"
PLOTS = ROOT / "docs" / "laboratory"
RESULTS = Path(__file__).parent / "results"

Row = dict[str, Any]


def parser(explained: str, seeds: Sequence[int]) -> argparse.ArgumentParser:
    """The options of every script that trains: what to measure, and whether to write it down."""
    own = argparse.ArgumentParser(description=explained)
    shown = " ".join(map(str, seeds)) or "the experiment's own"
    own.add_argument(
        "--write", action="store_true", help="put the table into its page, the plot beside it"
    )
    own.add_argument(
        "--only",
        nargs="+",
        metavar="NAME",
        help="measure these alone; the table is of all that has been measured",
    )
    own.add_argument(
        "--seeds",
        type=int,
        nargs="+",
        default=list(seeds),
        metavar="N",
        help=f"seeds of the runs (default: {shown})",
    )
    return own


def wanted(names: Sequence[str], only: Sequence[str] | None) -> list[str]:
    """Those of `names` that are to be measured. Raises SystemExit for a name that is not there."""
    if unknown := set(only or ()) - set(names):
        sys.exit(f"only: expected names among {', '.join(names)}; received {', '.join(unknown)}")
    return [name for name in names if only is None or name in only]


class Kept:
    """The rows of benchmarks/results/NAME.json, in the order in which they were measured.

    Args:
        name: of the file.
        folder: where it is.

    Attributes:
        rows: all that are kept.
        measured: how many of them are new.
    """

    def __init__(self, name: str, folder: Path = RESULTS) -> None:
        self.path = folder / f"{name}.json"
        self.rows = self._there()
        self.measured = 0

    def once(self, measure: Callable[[], Mapping[str, Any]], **key: Any) -> Row:
        """The row with this key; when there is none, `measure` says what it holds.

        A row that is `broken`, where the code and not the training failed, is measured again.
        """
        for row in self.rows:
            if row.items() >= key.items() and "broken" not in row:
                return row
        row = {**key, **measure()}
        # Another process may have added to the file meanwhile, such as one with other seeds.
        self.rows = [old for old in self._there() if not old.items() >= key.items()] + [row]
        self.measured += 1
        files.write(self.path, as_lines(self.rows))
        return row

    def _there(self) -> list[Row]:
        return files.read_json(self.path) if self.path.exists() else []


def as_lines(rows: Sequence[Row]) -> str:
    """A JSON list with one row a line, for files that are read in comparisons of versions."""
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f"[\n{lines}\n]\n"


def digitrec(*arguments: str) -> str:
    """Run a command as a user would; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "digitrec", *arguments],
        check=True,
        text=True,
        stdout=subprocess.PIPE,
    )
    return done.stdout


def trained(
    folder: Path,
    preset: str,
    seed: int = 0,
    teachers: Sequence[Path] = (),
    knobs: Mapping[str, Any] | None = None,
) -> Path:
    """The folder of a finished run of a preset on MNIST, which is trained unless it is there.

    A run that was broken off is gone on with.

    Args:
        folder: of the run.
        preset: the recipe's name.
        seed: the recipe's seed.
        teachers: models to learn from besides the labels.
        knobs: what else is otherwise than in the preset.

    Raises:
        DataError: a run of another recipe is there.
    """
    changed = {**(knobs or {}), "seed": seed}
    recipe = PRESETS[preset].changed(**changed)
    if (folder / RECIPE).exists() and Recipe(**files.read_json(folder / RECIPE)) != recipe:
        raise DataError(f"{folder}: expected a run of today's recipe {preset}: delete it first")
    if run_folder.unfinished(folder):
        digitrec("train", "--resume", str(folder))
    elif not (folder / METRICS).exists():
        options = [f"{flag(name)}={value}" for name, value in changed.items()]
        options += [f"--teacher={model}" for model in teachers]
        digitrec("train", "--data=mnist", f"--preset={preset}", f"--output={folder}", *options)
    return folder


def run_row(folder: Path, model: str = NETWORK) -> Row:
    """What is kept of a finished run; its model is measured on MNIST's test digits, once."""
    metrics = files.read_json(folder / METRICS)
    return {
        "validation": metrics["validation"]["errors"],
        "test": on_test(folder / model)["errors"],
        "parameters": metrics["parameters"],
        "seconds": metrics["seconds"],
        "epochs": metrics["epochs"],
    }


def on_test(model: Path) -> Row:
    """The figures of a model on MNIST's 10,000 test digits, which choose nothing."""
    return measured_on(model, "test")


def measured_on(model: Path, part: str, data: str | Path = "mnist") -> Row:
    """The figures of a model on a part of some digits, as `digitrec evaluate --json` gives them."""
    shown = digitrec("evaluate", str(model), f"--data={data}", f"--part={part}", "--json")
    return json.loads(shown)[part]


def put_between_marks(name: str, text: str, page: Path = README) -> None:
    """Replace what stands between `<!-- NAME -->` and `<!-- /NAME -->`.

    Raises:
        DataError: the page has no such marks.
    """
    before = page.read_text(encoding="utf-8")
    after, found = re.subn(
        rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)",
        lambda match: f"{match[1]}{text.rstrip()}\n{match[2]}",
        before,
        flags=re.DOTALL,
    )
    if not found:
        raise DataError(f"{page.name}: expected the marks <!-- {name} --> and <!-- /{name} -->")
    files.write(page, after)


def told(name: str, text: str, write: bool, page: Path = LABORATORY) -> None:
    """Print a table and, if asked to, put it between its marks."""
    print(text)
    if write:
        put_between_marks(name, text, page)
