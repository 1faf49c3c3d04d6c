"""What a user can get wrong, as one tree.

    DigitrecError
    +-- OptionError        a name or a value that is not allowed (a ValueError too)
    +-- PictureError       a file that cannot be read as a picture
    +-- ModelError         a model file that is missing, broken or of another shape
    +-- DataError          a data set that is missing, broken or not what it claims to be
    +-- TrainingError      a training that cannot go on
    +-- OutputError        a result that cannot be written
    +-- MissingExtraError  an optional dependency that is not installed

Every message is one line that says what was expected and what came. Commands print it and exit
with 2 for an OptionError, else with 1.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager


class DigitrecError(Exception):
    """Base of every error that this package raises on purpose."""


class OptionError(DigitrecError, ValueError):
    """A name or a value that is not allowed."""


class PictureError(DigitrecError):
    """A file, byte string or array that cannot be read as a picture."""


class ModelError(DigitrecError):
    """A model file that is missing, broken or of another shape than 28x28x1."""


class DataError(DigitrecError):
    """A data set that is missing, broken or not what it claims to be."""


class TrainingError(DigitrecError):
    """A training that cannot go on, such as one whose loss is not a number."""


class OutputError(DigitrecError):
    """A result that cannot be written."""


class MissingExtraError(DigitrecError):
    """An optional dependency that is not installed."""


def expect_one_of(what: str, given: object, allowed: Iterable[str]) -> str:
    """Return `given` when it is among the `allowed` names.

    Raises:
        OptionError: it is not; the message lists the names and suggests the nearest.
    """
    names = list(allowed)
    if given in names:
        return str(given)
    raise OptionError(f"{what}: {not_one_of(given, names)}")


def not_one_of(given: object, names: Collection[str]) -> str:
    """What to say of a name that is not among the allowed `names`."""
    return f"expected one of {', '.join(names)}; received {given}{did_you_mean(given, names)}"


def did_you_mean(given: object, names: Iterable[str]) -> str:
    """` (did you mean NAME?)` for the name nearest to `given`, or nothing when none is near."""
    import difflib

    near = difflib.get_close_matches(str(given), list(names), n=1, cutoff=0.5)
    return f" (did you mean {near[0]}?)" if near else ""


@contextmanager
def about(source: object) -> Iterator[None]:
    """Begin a DataError that the block raises with what it is about, such as a file's name."""
    try:
        yield
    except DataError as error:
        raise DataError(f"{source}: {error}") from error


@contextmanager
def needs_extra(extra: str) -> Iterator[None]:
    """Turn a failed import inside the block into the line that says which extra to install."""
    try:
        yield
    except ImportError as error:
        missing = (error.name or str(error)).partition(".")[0]
        if missing == "digitrec":
            raise
        raise MissingExtraError(
            f"this needs {missing}, which is not installed: pip install 'digitrec[{extra}]'"
        ) from error
