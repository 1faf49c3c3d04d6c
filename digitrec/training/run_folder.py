"""The folder that a training leaves behind.

model.keras    the network, float32
model.tflite   the same for `predict`, with its card model.json
recipe.json    every knob
history.csv    loss and accuracy, one row an epoch
history.png    the same drawn
metrics.json   what was measured on validation
"""

import csv
import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from digitrec import files
from digitrec.errors import OptionError, OutputError

RUNS = Path("runs")
CHECKPOINT = "checkpoint.keras"
NETWORK = "model.keras"
TFLITE = "model.tflite"
RECIPE = "recipe.json"
HISTORY = "history.csv"
HISTORY_PLOT = "history.png"
METRICS = "metrics.json"


def prepare(folder: Path | None, network: str) -> Path:
    """Make the folder of a new run, by default `runs/NETWORK-DATE-TIME`.

    Raises:
        OptionError: it holds a run already.
        OutputError: it cannot be made.
    """
    if folder is None:
        folder = RUNS / f"{network}-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    if (folder / RECIPE).exists():
        raise OptionError(f"{folder}: expected a new folder; it holds a run already")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise files.unwritable(folder, error) from error
    if not folder.is_dir():
        raise OutputError(f"{folder}: expected a folder")
    return folder


@contextmanager
def said_what_is_left(folder: Path) -> Iterator[None]:
    """When the training inside ends early, name its checkpoint, or take the empty folder away."""
    try:
        yield
    except BaseException:
        checkpoint = folder / CHECKPOINT
        if checkpoint.exists():
            print(f"note: the best epoch so far is in {checkpoint}", file=sys.stderr)
        else:
            with suppress(OSError):
                folder.rmdir()
        raise


def write_history(path: Path, history: Mapping[str, Sequence[float]]) -> None:
    """Write one row an epoch, numbered from 1. Raises OutputError."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["epoch", *history])
    for epoch, row in enumerate(zip(*history.values(), strict=True), start=1):
        writer.writerow([epoch, *(f"{value:.6g}" for value in row)])
    files.write(path, text.getvalue())
