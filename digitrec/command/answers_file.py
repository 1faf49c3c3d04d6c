"""A file of answers, one JSON object a line, that grows while pictures are read, and goes on."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from io import TextIOWrapper
from pathlib import Path

from digitrec.errors import DataError, OptionError
from digitrec.files import make_folder, unwritable


def names_in(path: Path) -> set[str]:
    """The files whose answers are there; none where there is no such file.

    Raises:
        DataError: a whole line of it is none of ours.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return set()
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror or error})") from error
    whole = content[: content.rfind(b"\n") + 1].splitlines()
    return {_name_in(line, f"{path}:{number}") for number, line in enumerate(whole, 1)}


def _name_in(line: bytes, place: str) -> str:
    try:
        return str(json.loads(line)["file"])
    except (ValueError, TypeError, KeyError) as error:
        raise DataError(f"{place}: expected a line of predict --json; it is none") from error


def check_new(path: Path, resume: bool) -> None:
    """What is there is gone on with, never overwritten. Raises OptionError."""
    if path.exists() and not resume:
        raise OptionError(f"--output: expected a new file, or --resume as well; {path} is there")


@contextmanager
def appended(path: Path) -> Iterator[Callable[[str], object]]:
    """Gives what writes a line below those that are whole; half a line is written anew.

    Raises:
        OutputError: it cannot be written.
    """
    make_folder(path.parent)
    try:
        with path.open("a+b") as file:
            file.seek(0)
            file.truncate(file.read().rfind(b"\n") + 1)
            stream = TextIOWrapper(file, encoding="utf-8", newline="")
            yield partial(print, file=stream, flush=True)
    except OSError as error:
        raise unwritable(path, error) from error
