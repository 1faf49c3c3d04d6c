"""Labelled digits as uint8 arrays: found, checked and split. `load(name or path)` is the way in.

Importing this needs numpy alone.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from digitrec.datasets import mnist
from digitrec.datasets.arrays import find_arrays
from digitrec.datasets.digits import Digits, Images, Labels, Part
from digitrec.datasets.split import everything
from digitrec.errors import DataError, DigitrecError, OptionError, OutputError, did_you_mean

__all__ = ["NAMES", "Digits", "Images", "Labels", "Part", "everything", "load"]


def load(source: str | os.PathLike[str] = "auto") -> Digits:
    """Labelled digits by name or by path.

    Args:
        source: "auto": MNIST, or the UCI digits with a note when MNIST cannot be had. "mnist":
            MNIST or an error. "uci": the digits that scikit-learn carries. Else a path: a folder
            or .npz with arrays of MNIST's form, a folder of class folders, or a .csv of Kaggle's
            form.

    Raises:
        OptionError: an unknown name.
        DataError: the set is missing, broken or not what it claims to be.
        OutputError: MNIST was downloaded and cannot be written.
        MissingExtraError: a library that the set needs is not installed.
    """
    return _BY_NAME[source]() if source in _BY_NAME else _from_path(Path(source).expanduser())


def _auto() -> Digits:
    if found := mnist.search():
        return found
    try:
        return mnist.download()
    except (DataError, OutputError) as error:
        digits = _uci()
        count = sum(len(digits.part(name)) for name in digits.readers)
        note = (
            f"MNIST cannot be had, so these are the {count:,} UCI digits of scikit-learn, whose "
            f"accuracies cannot be compared with MNIST's: {error}"
        )
        return replace(digits, notes=(note, *digits.notes))


def _uci() -> Digits:
    from digitrec.datasets import uci

    return uci.load()


_BY_NAME: dict[object, Callable[[], Digits]] = {"auto": _auto, "mnist": mnist.load, "uci": _uci}
NAMES = ("auto", "mnist", "uci")
"""What `load` takes beside a path."""


def _from_path(path: Path) -> Digits:
    if not path.exists():
        raise _absent(path)
    if parts := find_arrays(path):
        return mnist.from_arrays(path, parts)
    if path.is_dir():
        from digitrec.datasets import folder

        return folder.load(path)
    if path.suffix.lower() == ".csv":
        from digitrec.datasets import csv_file

        return csv_file.load(path)
    raise DataError(f"{path}: expected a folder, a .csv or an .npz file; received another file")


def _absent(path: Path) -> DigitrecError:
    """A wrong name, or a path with a folder or an ending at which nothing is."""
    if path.name == str(path) and not path.suffix:
        return OptionError(
            f"data: expected {', '.join(NAMES)} or a path that exists; "
            f"received {path}{did_you_mean(path, NAMES)}"
        )
    beside = sorted(other.name for other in path.parent.iterdir()) if path.parent.is_dir() else ()
    return DataError(f"{path}: expected data; there is nothing{did_you_mean(path.name, beside)}")
