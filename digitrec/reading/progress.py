"""A line on the terminal that says how far a long task is. Nothing where nobody looks."""

import sys
import time
from typing import Self

PATIENCE = 1.0
"""Seconds that a task may take before a line appears."""

_BETWEEN = 0.1


class Progress:
    """Draws `label 42% of 9.9 MB` on stderr, in place, when stderr is a terminal.

    Args:
        label: what is being done.
        total: how much there is, or None when that is not known.
        unit: what is counted, such as " pictures".
        scale: how many counts make one unit.
    """

    def __init__(
        self, label: str, total: int | None, unit: str = "", scale: float | None = None
    ) -> None:
        self.label, self.total, self.unit, self.scale = label, total, unit, scale
        self.done = 0
        self._drawn = False
        self._next = time.monotonic() + PATIENCE

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._drawn:
            print(file=sys.stderr)

    def step(self, count: int = 1) -> None:
        """Say that `count` more is done."""
        self.done += count
        now = time.monotonic()
        if now < self._next or not sys.stderr.isatty():
            return
        self._next, self._drawn = now + _BETWEEN, True
        share = f"{self.done / self.total:4.0%} of {self._amount(self.total)}" if self.total else ""
        text = share or self._amount(self.done)
        print(f"\r{self.label} {text}", end="", file=sys.stderr, flush=True)

    def _amount(self, count: int) -> str:
        number = f"{count / self.scale:.1f}" if self.scale else f"{count:,}"
        return f"{number}{self.unit}"
