"""What a knob is: a field with a line of help and the values that it may have."""

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from digitrec.errors import OptionError, expect_one_of


def knob(
    default: Any,
    explained: str,
    *,
    kind: type[int] | type[float] | type[str] | None = None,
    among: tuple[str, ...] = (),
    low: float | None = None,
    high: float | None = None,
    several: bool = False,
) -> Any:
    """A field of Recipe: its default, one line of help, and the values that it may have.

    `kind` names the type where the default, None, does not show it; a `several` is a text of
    names that commas part.
    """
    return field(
        default=default,
        metadata={
            "help": explained,
            "kind": kind or type(default),
            "among": among,
            "low": low,
            "high": high,
            "several": several,
        },
    )


def check(name: str, value: Any, allowed: Mapping[str, Any]) -> None:
    """Raise OptionError when a knob does not allow a value."""
    if value is None:
        return
    if isinstance(value, str):
        for item in named(value) if allowed["several"] else [value]:
            if allowed["among"]:
                expect_one_of(name, item, allowed["among"])
        return
    low, high = allowed["low"], allowed["high"]
    if (low is not None and value < low) or (high is not None and value > high):
        span = f"at least {low}" if high is None else f"{low} to {high}"
        raise OptionError(f"{name}: expected {span}; received {value}")


def named(text: str) -> list[str]:
    """The names in a text in which commas part them."""
    return [name.strip() for name in text.split(",") if name.strip()]
