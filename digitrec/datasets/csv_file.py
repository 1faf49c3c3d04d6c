"""Digits as rows of a CSV file, the form of Kaggle's Digit Recognizer: a label and 784 pixels.

With a first line of names or without, with labels (785 columns) or without (784), as in
https://www.kaggle.com/c/digit-recognizer/data. Needs numpy alone, for `predict` reads it too.
"""

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitrec.datasets.digits import Digits, Images, Part
from digitrec.datasets.split import in_three, tenth
from digitrec.errors import DataError, about
from digitrec.reading.form import DIGIT_NAMES, SIDE

PIXELS = SIDE * SIDE

_BYTES = {str(value): value for value in range(256)}
"""Looking 785 texts a row up is twice as fast as parsing them."""


def load(path: Path) -> Digits:
    """The labelled digits of a CSV file, cut 80/10/10. Raises DataError as `read_labelled` does."""
    whole = read_labelled(path)
    with about(path):
        parts = in_three(whole, tenth(len(whole)), tenth(len(whole)))
    return Digits(str(path), parts)


def read_labelled(path: str | os.PathLike[str]) -> Part:
    """The images and labels of a CSV file.

    Raises:
        DataError: the file is missing, has no rows or no labels, or a row is not a label from 0 to
            9 and 784 pixels from 0 to 255; names the line.
    """
    table = _table(Path(path))
    if not _has_labels(table.shape[1]):
        raise DataError(
            f"{path}: expected a label and {PIXELS} pixels a row; received {PIXELS} columns"
        )
    return Part(_images(table), table[:, 0].astype(np.int64))


def read_pixels(path: str | os.PathLike[str]) -> Images:
    """The images of a CSV file, (N, 28, 28) uint8, whether it has labels or not.

    Raises:
        DataError: as `read_labelled`, but for the labels.
    """
    return _images(_table(Path(path)))


def _has_labels(columns: int) -> bool:
    return columns == PIXELS + 1


def _images(table: NDArray[np.uint8]) -> Images:
    return table[:, -PIXELS:].reshape(-1, SIDE, SIDE)


def _table(path: Path) -> NDArray[np.uint8]:
    """The numbers of a CSV file, (N, 784 or 785)."""
    values, columns = bytearray(), 0
    for line, fields in _rows(path):
        where = f"{path}, line {line}"
        columns = columns or _columns(where, fields)
        if len(fields) != columns:
            raise DataError(f"{where}: expected {columns} columns; received {len(fields)}")
        values += _numbers(where, fields)
        if _has_labels(columns) and values[-columns] >= len(DIGIT_NAMES):
            raise DataError(f"{where}: expected a label from 0 to 9; received {fields[0]}")
    if not columns:
        raise DataError(f"{path}: expected rows of digits; there are none")
    return np.frombuffer(bytes(values), np.uint8).reshape(-1, columns)


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with its line's number; a first line of names is left out."""
    try:
        with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
            lines = csv.reader(file, skipinitialspace=True)
            first = True
            for fields in lines:
                if fields and not (first and not any(map(_is_number, fields))):
                    yield lines.line_num, fields
                first = first and not fields
    except (OSError, csv.Error) as error:
        raise DataError(f"{path}: expected a CSV file; {error}") from error


def _columns(where: str, fields: list[str]) -> int:
    if len(fields) not in (PIXELS, PIXELS + 1):
        raise DataError(
            f"{where}: expected {PIXELS} pixels, or a label and {PIXELS} pixels; "
            f"received {len(fields)} columns"
        )
    return len(fields)


def _numbers(where: str, fields: list[str]) -> bytes:
    try:
        return bytes(map(_BYTES.__getitem__, fields))
    except KeyError as error:
        text = error.args[0]
        raise DataError(
            f"{where}, column {fields.index(text) + 1}: expected a whole number from 0 to 255; "
            f"received {text!r}"
        ) from None


def _is_number(text: str) -> bool:
    try:
        int(text)
    except ValueError:
        return False
    return True
