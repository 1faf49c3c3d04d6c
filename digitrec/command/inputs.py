"""The files that a user means by what is typed, and what each of them says."""

import glob
import itertools
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from digitrec.errors import DataError, OptionError, PictureError

if TYPE_CHECKING:
    from digitrec.reading.reader import Reader, Reading

Identified = tuple[str, "Reading"]
"""A reading and its ImageId in Kaggle's form: a picture's file name, or a row's number from 1."""

STDIN = "-"

MAX_STDIN = 100_000_000
"""Bytes read from stdin: several times any photo's, and no pipe without end fills the memory."""


def readings(reader: "Reader", arguments: Iterable[str]) -> Iterator[Identified]:
    """What the arguments say, in their order, while it is read.

    Args:
        reader: what reads them.
        arguments: pictures, folders (all pictures below them), glob patterns, CSV files with 784
            pixels a row, and "-" for a picture on stdin.

    Yields:
        One reading a picture or row; what cannot be read has status "error".
    """
    files = itertools.chain.from_iterable(map(_expanded, arguments))
    for way, group in itertools.groupby(files, _way):
        yield from way(reader, group)


def drawable(arguments: Iterable[str]) -> Iterator[str]:
    """The pictures that the arguments mean, for those who draw each: without opening any.

    Raises:
        OptionError: there is a CSV file among them, whose rows are no pictures to draw on.
    """
    from digitrec.reading import picture

    for file in itertools.chain.from_iterable(map(_expanded, arguments)):
        way = _way(file)
        if way is _rows:
            raise OptionError(f"expected pictures to draw; received the rows of {file}")
        yield from map(str, picture.below(file)) if way is _folders else [file]


def _expanded(argument: str) -> list[str]:
    """The files that a pattern means, for shells that leave it to the program."""
    if any(sign in argument for sign in "*?[") and not os.path.lexists(argument):
        found = glob.glob(argument, recursive=True)  # noqa: PTH207 - as typed, from any root
        return sorted(found) or [argument]
    return [argument]


def _way(file: str) -> "Callable[[Reader, Iterable[str]], Iterator[Identified]]":
    if file == STDIN:
        return _stdin
    if os.path.isdir(file):  # noqa: PTH112 - Path.is_dir raises on a name that is too long
        return _folders
    return _rows if file.lower().endswith(".csv") else _pictures


def _pictures(reader: "Reader", files: Iterable[str]) -> Iterator[Identified]:
    for reading in reader.read_all(files):
        yield Path(reading.file or "").name, reading


def _stdin(reader: "Reader", arguments: Iterable[str]) -> Iterator[Identified]:
    for name in arguments:
        try:
            reading = replace(reader.read(_content_of_stdin()), file=name)
        except PictureError as error:
            reading = _failed(name, str(error))
        yield name, reading


def _content_of_stdin() -> bytes:
    """The bytes on stdin. Raises PictureError when there is no stdin, or no end of it in sight."""
    if sys.stdin is None:
        raise PictureError("expected a picture on stdin; it is closed")
    try:
        content = sys.stdin.buffer.read(MAX_STDIN + 1)
    except OSError as error:
        raise PictureError(f"cannot be read ({error.strerror or error})") from error
    if len(content) > MAX_STDIN:
        raise PictureError(f"expected at most {MAX_STDIN:,} bytes on stdin; received more")
    return content


def _folders(reader: "Reader", folders: Iterable[str]) -> Iterator[Identified]:
    from digitrec.reading import picture

    for folder in folders:
        files = list(map(str, picture.below(folder)))
        yield from _pictures(reader, files)
        if not files:
            yield folder, _failed(folder, "expected pictures in this folder; found none")


def _rows(reader: "Reader", files: Iterable[str]) -> Iterator[Identified]:
    from digitrec.datasets.csv_file import read_pixels

    for file in files:
        try:
            images = read_pixels(file)
        except DataError as error:
            yield file, _failed(file, str(error).removeprefix(str(Path(file))).lstrip(":, "))
            continue
        for row, reading in enumerate(reader.read_digits(images), 1):
            yield str(row), replace(reading, file=f"{file}#{row}")


def _failed(file: str, error: str) -> "Reading":
    from digitrec.reading.reader import Reading

    return Reading(status="error", file=file, error=error)
