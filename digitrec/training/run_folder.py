"""The folder that a training leaves behind.

model.keras    the network, float32
model.tflite   the same for `predict`, with its card model.json
recipe.json    every knob
history.csv    loss and accuracy, one row an epoch
history.png    the same drawn
metrics.json   what was measured on validation

While it runs, and after it was broken off, there are also

started.json    what else to know to go on
checkpoint.npz  where it is
"""

import csv
import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from digitrec import files
from digitrec.errors import DataError, OptionError, TrainingError, needs_extra
from digitrec.training.recipe import Recipe

RUNS = Path("runs")
STARTED = "started.json"
CHECKPOINT = "checkpoint.npz"
LOCK = ".lock"
NETWORK = "model.keras"
TFLITE = "model.tflite"
RECIPE = "recipe.json"
HISTORY = "history.csv"
HISTORY_PLOT = "history.png"
METRICS = "metrics.json"


@dataclass(frozen=True)
class Started:
    """What a run was started with beside its recipe.

    Attributes:
        data: name or path of the digits.
        deterministic: whether it is to be repeatable to the last bit.
        teachers: absolute paths of the models that it learns from.
        start: absolute path of the model whose weights it begins with; None: random ones.
    """

    data: str
    deterministic: bool = False
    teachers: tuple[str, ...] = ()
    start: str | None = None


def start(folder: Path | None, recipe: Recipe, started: Started) -> Path:
    """Make the folder of a new run, by default `runs/NETWORK-DATE-TIME`, and note what it is.

    Raises:
        OptionError: it holds a run already.
        OutputError: it cannot be made.
    """
    if folder is None:
        folder = RUNS / f"{recipe.network}-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    if unfinished(folder):
        raise OptionError(f"{folder}: expected a new folder; --resume {folder} goes on with it")
    if (folder / RECIPE).exists():
        raise OptionError(f"{folder}: expected a new folder; it holds a run already")
    files.make_folder(folder)
    files.write_json(folder / RECIPE, recipe.as_dict())
    files.write_json(folder / STARTED, asdict(started))
    return folder


def unfinished(folder: Path) -> bool:
    """Whether the folder holds a run that was broken off, or still runs."""
    return (folder / STARTED).exists()


def reopen(folder: Path) -> tuple[Recipe, Started]:
    """What the unfinished run in a folder was started with.

    Raises:
        OptionError: there is none.
        DataError: its files are damaged.
    """
    if not unfinished(folder):
        raise OptionError(f"resume: expected the folder of an unfinished run; received {folder}")
    recipe, started = files.read_json(folder / RECIPE), files.read_json(folder / STARTED)
    try:
        teachers = tuple(started.get("teachers", ()))
        return Recipe(**recipe), Started(**{**started, "teachers": teachers})
    except TypeError as error:
        raise DataError(f"{folder}: expected a run of this version of digitrec; {error}") from error


def finish(folder: Path) -> None:
    """Take away what only an unfinished run needs."""
    for name in (STARTED, CHECKPOINT):
        (folder / name).unlink(missing_ok=True)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other processes out of a run for as long as the block, or this process, lasts.

    Raises:
        TrainingError: one is in it.
    """
    with needs_extra("train"):
        from filelock import FileLock, Timeout
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise TrainingError(f"{folder}: expected a run that no other process works on") from error
    try:
        yield
    finally:
        lock.release()
        (folder / LOCK).unlink(missing_ok=True)
        with suppress(OSError):
            folder.rmdir()  # where nothing came of it


@contextmanager
def said_what_is_left(folder: Path) -> Iterator[None]:
    """When the training inside ends early, say how to go on, or take an empty run away."""
    try:
        yield
    except BaseException:
        if (folder / CHECKPOINT).exists():
            print(f"note: digitrec train --resume {folder} goes on from here", file=sys.stderr)
        else:
            with suppress(OSError):
                for name in (STARTED, RECIPE):
                    (folder / name).unlink(missing_ok=True)
        raise


def write_history(path: Path, history: Mapping[str, Sequence[float]]) -> None:
    """Write one row an epoch, numbered from 1. Raises OutputError."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["epoch", *history])
    for epoch, row in enumerate(zip(*history.values(), strict=True), start=1):
        writer.writerow([epoch, *(f"{value:.6g}" for value in row)])
    files.write(path, text.getvalue())
