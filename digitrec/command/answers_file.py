"""A file of answers, one JSON object a line, that grows while pictures are read, and goes on.

However long it is, a line of it is in memory at a time.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO

from digitrec.errors import DataError, OptionError
from digitrec.files import make_folder, unwritable

BLOCK = 1 << 16
"""Bytes that are looked at together for where the last whole line ends."""


@dataclass(frozen=True)
class Kept:
    """What a file has answers to.

    Attributes:
        names: of the files, and of the rows, that its whole lines are of.
        failed: how many of these lines say that a file could not be read.
    """

    names: frozenset[str] = frozenset()
    failed: int = 0


def kept_in(path: Path | None, resume: bool) -> Kept:
    """The answers of a file that is gone on with; none where there is no such file.

    Raises:
        OptionError: the file is there, and was not to be gone on with: it is never overwritten.
        DataError: it cannot be read, or a whole line of it is none of ours.
    """
    if path is None:
        return Kept()
    if path.exists() and not resume:
        raise OptionError(f"--output: expected a new file, or --resume as well; {path} is there")
    names, failed = set(), 0
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.endswith(b"\n"):
                    name, status = _answer(line, f"{path}:{number}")
                    names.add(name)
                    failed += status == "error"
    except FileNotFoundError:
        return Kept()
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror or error})") from error
    return Kept(frozenset(names), failed)


def _answer(line: bytes, place: str) -> tuple[str, str]:
    """Whose answer a line is, and its status."""
    try:
        answer = json.loads(line)
        return str(answer["file"]), str(answer["status"])
    except (ValueError, TypeError, KeyError) as error:
        raise DataError(f"{place}: expected a line of predict --json; it is none") from error


@contextmanager
def appended(path: Path) -> Iterator[Callable[[str], object]]:
    """Gives what writes a line below those that are whole; half a line is written anew.

    Raises:
        OutputError: it cannot be written.
    """
    make_folder(path.parent)
    try:
        with path.open("a+b") as file:
            file.truncate(_whole(file))
            stream = TextIOWrapper(file, encoding="utf-8", newline="")
            yield partial(print, file=stream, flush=True)
    except OSError as error:
        raise unwritable(path, error) from error


def _whole(file: BinaryIO) -> int:
    """Bytes up to the end of the last whole line, looked for from the file's end."""
    end = file.seek(0, os.SEEK_END)
    while end:
        start = max(end - BLOCK, 0)
        file.seek(start)
        place = file.read(end - start).rfind(b"\n")
        if place >= 0:
            return start + place + 1
        end = start
    return 0
