"""argparse that answers a mistake with one line and the nearest name."""

import argparse
import math
import sys
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from digitrec.errors import OptionError, did_you_mean, expect_one_of

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
        parsed, unknown = self.parse_known_args(args, namespace)
        if unknown:
            given = unknown[0].partition("=")[0]
            self.error(f"unknown argument {given}{did_you_mean(given, self.option_names())}")
        return parsed

    def option_names(self) -> list[str]:
        """Every option as it is typed, such as `--epochs`."""
        return [name for action in self._actions for name in action.option_strings]

    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {message}; see {self.prog} --help", file=sys.stderr)
        raise SystemExit(USAGE_ERROR)


def one_of(names: Iterable[str]) -> Callable[[str], str]:
    """A parser of values that takes one of `names` and suggests the nearest for a typo."""
    allowed = list(names)

    def parse(text: str) -> str:
        try:
            return expect_one_of("value", text, allowed)
        except OptionError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return parse


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
