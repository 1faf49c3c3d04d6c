"""Ways to look at a picture: as it lies, turned upright, and with what else its ink may be.

Another way than the first is taken only if it reads clearly better: people's pictures mostly lie
as they should, and odd handwriting is commoner than a sheet that lies on its head.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from digitrec.reading import layout
from digitrec.reading.ink import Ink
from digitrec.reading.layout import Place, Rate

ONE_DIGIT_SIDE = 40
"""Pixels a side of a picture that is read as one digit: MNIST's form, or little more. Two digits
in it would have less than the 20 pixels that are MNIST's own."""

READS_WELL = 0.95
"""Mean confidence from which nothing else is tried."""

SURE = 0.9
"""Confidence of a digit that counts as read."""

BETTER = 0.1
"""How much surer, on the average, the digits must be when the ink or the half turn is another."""

ENOUGH_TO_TURN = 3
"""Fewer digits say too little about which way up they are: 6 and 9 are each other's turn."""

FEWER_LINES = 0.05
"""The same after a quarter turn that makes the lines fewer. Lines that lie on their side seem to be
many and short, which says nearly enough."""

AS_MANY_LINES = 0.3
"""The same after a quarter turn that leaves the lines as many: digits that touch, or a square."""

HALF_TURN = 10.0
"""Log odds, in nats, that a half turn must gain: three digits that cannot be read as they stand,
and can when turned. An odd 9 and a 7 on one cheque are no reason."""

LEAST_DOUBT = 0.02
"""No digit counts for more or less than log odds of 0.02: a sum is not for one digit to decide."""

TURNS = {
    1: "lay on its side: turned left",
    2: "stood on its head: turned round",
    3: "lay on its side: turned right",
}
"""Notes by how many quarter turns to the left bring the picture upright."""


@dataclass(frozen=True)
class View:
    """A picture's ink, seen one way.

    Attributes:
        ink: turned upright.
        places: the digits in it.
        sure: (N,) how sure it is that each place holds one digit, 0 to 1.
        turns: quarter turns to the left that brought the picture upright.
    """

    ink: Ink
    places: Sequence[Place]
    sure: NDArray[np.float64]
    turns: int = 0

    @cached_property
    def mean(self) -> float:
        """How sure its digits are, on the average; 0 when there are none."""
        return float(self.sure.mean()) if len(self.sure) else 0.0

    @cached_property
    def lines(self) -> int:
        """How many lines there are."""
        return len({place.line for place in self.places})

    @cached_property
    def log_odds(self) -> float:
        """That all its places hold digits, in nats."""
        sure = np.clip(self.sure, LEAST_DOUBT, 1 - LEAST_DOUBT)
        return float(np.log(sure / (1 - sure)).sum())


def clearest(inks: Iterable[Ink], rate: Rate, *, single: bool) -> View:
    """The way to look at a picture that reads best.

    Args:
        inks: what the ink is, then what else it may be, which is asked for only when needed.
        rate: says how sure it is that some ink is one digit.
        single: whether all ink is one digit's.
    """
    remaining = iter(inks)
    best = _upright(next(remaining), rate, single)
    if best.mean >= READS_WELL:
        return best
    for ink in remaining:
        other = _upright(ink, rate, single)
        if other.mean > best.mean + BETTER and _read(other) >= _read(best):
            best = other
    return best


def _read(view: View) -> int:
    return int((view.sure >= SURE).sum())


def _upright(ink: Ink, rate: Rate, single: bool) -> View:
    """The ink as it lies, or turned as it must be read."""
    if ink.empty:
        return View(ink, [], np.zeros(0))
    if single or max(ink.core.shape) < ONE_DIGIT_SIDE:
        return _rated(ink, layout.whole(ink), rate)
    view = _found(ink, rate)
    if view.mean >= READS_WELL:
        return view
    quarters = [_found(ink, rate, turns) for turns in (1, 3)]
    quarters = [quarter for quarter in quarters if _lies_on_its_side(view, quarter)]
    if quarters:
        return max(quarters, key=lambda quarter: quarter.mean)
    half = _found(ink, rate, 2)
    return half if _stands_on_its_head(view, half) else view


def _lies_on_its_side(view: View, quarter: View) -> bool:
    if len(quarter.places) < ENOUGH_TO_TURN or quarter.lines > view.lines:
        return False
    better = FEWER_LINES if quarter.lines < view.lines else AS_MANY_LINES
    return quarter.mean > view.mean + better


def _stands_on_its_head(view: View, half: View) -> bool:
    if min(len(view.places), len(half.places)) < ENOUGH_TO_TURN:
        return False
    return half.mean > view.mean + BETTER and half.log_odds > view.log_odds + HALF_TURN


def _found(ink: Ink, rate: Rate, turns: int = 0) -> View:
    turned = _turned(ink, turns)
    return _rated(turned, layout.find_digits(turned, rate), rate, turns)


def _rated(ink: Ink, places: Sequence[Place], rate: Rate, turns: int = 0) -> View:
    sure = rate([layout.ink_of(place.piece, ink) for place in places])
    return View(ink, places, sure, turns)


def _turned(ink: Ink, turns: int) -> Ink:
    if not turns:
        return ink
    strokes, core = np.rot90(ink.strokes, turns), np.rot90(ink.core, turns)
    return replace(
        ink,
        strokes=np.ascontiguousarray(strokes),
        core=np.ascontiguousarray(core),
        notes=(*ink.notes, TURNS[turns]),
    )
