"""The files that a user means by what is typed, and what each of them says."""

import glob
import itertools
import os
import sys
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from digitrec.errors import DataError, OptionError, PictureError

if TYPE_CHECKING:
    from digitrec.reading.reader import Reader, Reading

    ReadPictures = Callable[[Sequence[str]], Iterator[Reading]]

Kind = Literal["pictures", "rows", "stdin", "empty"]
"""Of what is typed: picture files, CSV files, the picture on stdin, folders without pictures."""


class Group(NamedTuple):
    """Files of one kind that follow each other."""

    kind: Kind
    files: list[str]


Identified = tuple[str, "Reading"]
"""A reading and its ImageId in Kaggle's form: a picture's file name, or a row's number from 1."""

STDIN = "-"

MAX_STDIN = 100_000_000
"""Bytes read from stdin: several times any photo's, and no pipe without end fills the memory."""


def groups_of(arguments: Iterable[str]) -> list[Group]:
    """What the arguments mean, in their order; nothing is opened yet.

    Args:
        arguments: pictures, folders (all pictures below them), glob patterns, CSV files with 784
            pixels a row, and "-" for a picture on stdin.
    """
    meant = itertools.chain.from_iterable(map(_meant, arguments))
    return [
        Group(kind, [file for _, file in files])
        for kind, files in itertools.groupby(meant, lambda pair: pair[0])
    ]


def without(groups: Iterable[Group], names: Container[str]) -> list[Group]:
    """The groups without the files of these names."""
    return [Group(kind, [file for file in files if file not in names]) for kind, files in groups]


def count(groups: Iterable[Group]) -> int | None:
    """How many readings they give; None where that shows only when they are read."""
    groups = list(groups)
    return None if any(kind == "rows" for kind, _ in groups) else sum(len(one) for _, one in groups)


def are_many(groups: Iterable[Group], files: int, size: int) -> bool:
    """Whether there are so many pictures, or so many bytes of at least two."""
    pictures = [file for kind, some in groups if kind == "pictures" for file in some]
    if len(pictures) >= files:
        return True
    return len(pictures) > 1 and sum(map(_size, pictures)) >= size


def _size(file: str) -> int:
    """Of a file in bytes; 0 where that cannot be known, which is said when it is read."""
    try:
        return os.stat(file).st_size  # noqa: PTH116 - Path raises on a name that is too long
    except (OSError, ValueError):
        return 0


def drawable(groups: Iterable[Group]) -> list[str]:
    """The pictures among them, for those who draw each.

    Raises:
        OptionError: there is a CSV file among them, whose rows are no pictures to draw on.
    """
    pictures = []
    for kind, files in groups:
        if kind == "rows":
            raise OptionError(f"expected pictures to draw; received the rows of {files[0]}")
        pictures += [] if kind == "empty" else files
    return pictures


def readings(
    reader: "Reader", groups: Iterable[Group], read_pictures: "ReadPictures | None" = None
) -> Iterator[Identified]:
    """What they say, in their order, while it is read.

    Args:
        reader: what reads them.
        groups: what to read.
        read_pictures: what reads pictures, if it is not the reader alone.

    Yields:
        One reading a picture or row; what cannot be read has status "error".
    """
    for kind, files in groups:
        if kind == "pictures":
            for reading in (read_pictures or reader.read_all)(files):
                yield Path(reading.file or "").name, reading
        else:
            yield from OTHERS[kind](reader, files)


def _meant(argument: str) -> Iterator[tuple[Kind, str]]:
    """The files that an argument means, and how they are to be read."""
    for file in _matching(argument):
        if file == STDIN:
            yield "stdin", file
        elif os.path.isdir(file):  # noqa: PTH112 - Path.is_dir raises on a name that is too long
            yield from _below(file)
        else:
            yield "rows" if file.lower().endswith(".csv") else "pictures", file


def _matching(argument: str) -> list[str]:
    """The files that a pattern means, for shells that leave it to the program."""
    if any(sign in argument for sign in "*?[") and not os.path.lexists(argument):
        found = glob.glob(argument, recursive=True)  # noqa: PTH207 - as typed, from any root
        return sorted(found) or [argument]
    return [argument]


def _below(folder: str) -> Iterator[tuple[Kind, str]]:
    from digitrec.reading import picture

    files = list(map(str, picture.below(folder)))
    yield from [("pictures", file) for file in files] or [("empty", folder)]


def _no_pictures(_reader: "Reader", folders: Iterable[str]) -> Iterator[Identified]:
    for folder in folders:
        yield folder, _failed(folder, "expected pictures in this folder; found none")


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


OTHERS: Mapping[str, "Callable[[Reader, Iterable[str]], Iterator[Identified]]"] = {
    "stdin": _stdin,
    "rows": _rows,
    "empty": _no_pictures,
}
"""How what is no picture file is read, by its kind."""
