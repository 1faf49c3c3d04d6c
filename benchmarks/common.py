"""What the scripts share that measure trained models: the commands, the runs, the README."""

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from digitrec import files
from digitrec.errors import DataError
from digitrec.training.recipe import PRESETS, Recipe
from digitrec.training.run_folder import RECIPE, TFLITE

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"


def digitrec(*arguments: str) -> str:
    """Run a command as a user would; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "digitrec", *arguments],
        check=True,
        text=True,
        stdout=subprocess.PIPE,
    )
    return done.stdout


def trained(folder: Path, preset: str, seed: int = 0, teachers: Sequence[Path] = ()) -> Path:
    """The folder of a finished run of a preset on MNIST, which is trained unless it is there.

    Args:
        folder: of the run.
        preset: the recipe's name.
        seed: the recipe's seed.
        teachers: models to learn from besides the labels.

    Raises:
        DataError: a run of another recipe is there.
    """
    if not (folder / TFLITE).exists():
        options = ["--data=mnist", f"--preset={preset}", f"--seed={seed}", f"--output={folder}"]
        digitrec("train", *options, *(f"--teacher={model}" for model in teachers))
    if Recipe(**files.read_json(folder / RECIPE)) != PRESETS[preset].changed(seed=seed):
        raise DataError(f"{folder}: expected a run of today's recipe {preset}: delete it first")
    return folder


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
