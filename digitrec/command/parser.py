"""argparse that answers a mistake with one line and the nearest name."""

import argparse
import itertools
import math
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

from digitrec.command.complaint import complain
from digitrec.errors import did_you_mean, not_one_of

USAGE_ERROR = 2


class Parser(argparse.ArgumentParser):
    """A verb's parser: whole option names only, an example at the end of its help."""

    def __init__(self, verb: str, description: str, example: str) -> None:
        super().__init__(
            prog=f"digitrec {verb}",
            description=description,
            epilog=f"example: {example}",
            allow_abbrev=False,
        )

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse; an unknown option ends the program with one line that suggests the nearest."""
        self._refuse_dashed_files(sys.argv[1:] if args is None else args)
        parsed, unknown = self.parse_known_args(args, namespace)
        if unknown:
            given = unknown[0].partition("=")[0]
            self.error(f"unknown argument {given}{did_you_mean(given, self.option_names())}")
        return parsed

    def arguments(self) -> list[argparse.Action]:
        """All that it takes, `--help` too, as argparse describes it."""
        return list(self._actions)

    def option_names(self) -> list[str]:
        """Every option as it is typed, such as `--epochs`."""
        return [name for action in self._actions for name in action.option_strings]

    def print_help(self, file: Any = None) -> None:
        """Print the help at once: argparse would not tell that it cannot be written."""
        print(self.format_help(), end="", file=file, flush=True)

    def _refuse_dashed_files(self, words: Iterable[str]) -> None:
        """Say how to name a file that looks like an option, before argparse misses a FILE."""
        for word in itertools.takewhile(lambda word: word != "--", words):
            taken = word == "-" or word in self.option_names()
            if word.startswith("-") and not taken and os.path.lexists(word):
                self.error(f"{word} is taken for an option; the file of that name is ./{word}")

    def error(self, message: str) -> NoReturn:
        complain(self.prog, f"{message}; see {self.prog} --help")
        raise SystemExit(USAGE_ERROR)


@dataclass(frozen=True)
class OneOf:
    """A parser of values that takes one of `names` and suggests the nearest for a typo.

    With `several` it takes some of them, with commas between.
    """

    names: tuple[str, ...]
    several: bool = False

    def __call__(self, text: str) -> str:
        """The value, when it is allowed. Raises ArgumentTypeError."""
        if not self.several:
            return self._one(text)
        return ",".join(self._one(name.strip()) for name in text.split(",") if name.strip())

    def _one(self, name: str) -> str:
        if name not in self.names:
            raise argparse.ArgumentTypeError(not_one_of(name, self.names))
        return name


def one_of(names: Iterable[str], *, several: bool = False) -> OneOf:
    """A parser of values that takes one of `names`, or several with commas between."""
    return OneOf(tuple(names), several)


def within(
    kind: type[int] | type[float], low: float | None = None, high: float | None = None
) -> Callable[[str], int | float]:
    """A parser of numbers from `low` to `high`, both included, either may be None."""

    def parse(text: str) -> int | float:
        try:
            value = kind(text)
        except ValueError:
            value = None
        if value is None or not _inside(value, low, high):
            raise argparse.ArgumentTypeError(
                f"expected {_span(kind, low, high)}; received {text}"
            ) from None
        return value

    return parse


def _inside(value: float, low: float | None, high: float | None) -> bool:
    if not abs(value) < math.inf:
        return False
    return (low is None or value >= low) and (high is None or value <= high)


def _span(kind: type, low: float | None, high: float | None) -> str:
    name = "a whole number" if kind is int else "a number"
    if low is not None and high is not None:
        return f"{name} from {low:g} to {high:g}"
    if low is not None:
        return f"{name} of at least {low:g}"
    return name if high is None else f"{name} of at most {high:g}"
