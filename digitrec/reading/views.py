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
from digitrec.reading.ink import DigitInk, Ink
from digitrec.reading.layout import Place, Rate

ONE_DIGIT_SIDE = 40
"""Pixels a side of a picture that is read as one digit: MNIST's form, or little more. Two digits
in it would have less than the 20 pixels that are MNIST's own."""

READS_WELL = 0.95
"""Mean confidence from which nothing else is tried."""

SURE = 0.9
"""Confidence of a digit that counts as read."""

BETTER = 0.1
"""How much surer, on the average, the digits of other ink must be."""

LITTLE_BETTER = 0.05
"""The same after a quarter turn that makes the lines fewer. Lines that lie on their side seem to
be many and short, which says nearly all."""

GAIN = 4.0
"""Nats of doubt that a turn must take away that leaves the lines as many: one picture in fifty, at
most, is taken upside down and not turned by the camera. An odd 9 on a cheque is no reason."""

ENOUGH_TO_TURN = 3
"""Fewer digits say too little about which way up they are: 6 and 9 are each other's turn. One that
was cut from another counts half, as it was cut so as to look like a digit."""

LEAST_SURE = 0.02
"""However bad one digit is, it doubts no more than 4 nats: an ink blot is not to turn a sheet."""

CUT_DOUBT = 0.5
"""Nats for a digit that was cut: what lies wrong is cut until it looks like digits."""

MOST_TURNED, MOST_OTHERWISE = 300, 50
"""Digits of a picture that is also tried turned, and with other ink: what has more is a page that
speaks for itself, or a texture, and either would take long."""

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
        doubted: whether this is not the ink that was seen first.
    """

    ink: Ink
    places: Sequence[Place]
    sure: NDArray[np.float64]
    turns: int = 0
    doubted: bool = False

    @cached_property
    def mean(self) -> float:
        """How sure its digits are, on the average; 0 when there are none."""
        return float(self.sure.mean()) if len(self.sure) else 0.0

    @cached_property
    def lines(self) -> int:
        """How many lines there are."""
        return len({place.line for place in self.places})

    @cached_property
    def count(self) -> float:
        """How many digits there are; those that were cut count half."""
        return sum(0.5 if place.cut else 1.0 for place in self.places)

    @cached_property
    def doubt(self) -> float:
        """Whether all its places hold digits, in nats; 0 is none."""
        cuts = sum(place.cut for place in self.places)
        return float(-np.log(np.maximum(self.sure, LEAST_SURE)).sum()) + CUT_DOUBT * cuts


def clearest(inks: Iterable[Ink], rate: Rate, *, single: bool) -> View:
    """The way to look at a picture that reads best.

    Args:
        inks: what the ink is, then what else it may be, which is asked for only when needed.
        rate: says how sure it is that some ink is one digit.
        single: whether all ink is one digit's.
    """
    remaining = iter(inks)
    best = _upright(next(remaining), rate, single)
    if best.mean >= READS_WELL or len(best.places) > MOST_OTHERWISE:
        return best
    for ink in remaining:
        other = _upright(ink, rate, single)
        if other.mean > best.mean + BETTER and _read(other) >= _read(best):
            best = replace(other, doubted=True)
    return best


def inks_of(places: Sequence[Place], ink: Ink) -> list[DigitInk]:
    """The ink of the digit at each place; as it is where it is in MNIST's form already."""
    if ink.in_form and places:
        return [ink.strokes.astype(np.uint8)]
    return [layout.ink_of(place.piece, ink) for place in places]


def _read(view: View) -> int:
    return int((view.sure >= SURE).sum())


def _upright(ink: Ink, rate: Rate, single: bool) -> View:
    """The ink as it lies, or turned as it must be read."""
    if ink.empty:
        return View(ink, [], np.zeros(0))
    if single or max(ink.core.shape) < ONE_DIGIT_SIDE:
        return _rated(ink, layout.whole(ink), rate)
    view = _found(ink, rate)
    if view.mean >= READS_WELL or len(view.places) > MOST_TURNED:
        return view
    turned = [_found(ink, rate, turns) for turns in TURNS]
    return max(
        [view, *(other for other in turned if _is_upright(other, view))],
        key=lambda seen: seen.mean,
    )


def _is_upright(turned: View, view: View) -> bool:
    """Whether a picture is so much clearer turned that it must have lain otherwise."""
    if turned.count < ENOUGH_TO_TURN or turned.lines > view.lines:
        return False
    if turned.lines < view.lines and turned.turns != 2:
        return turned.mean > view.mean + LITTLE_BETTER
    return turned.doubt < view.doubt - GAIN


def _found(ink: Ink, rate: Rate, turns: int = 0) -> View:
    turned = _turned(ink, turns)
    return _rated(turned, layout.find_digits(turned, rate), rate, turns)


def _rated(ink: Ink, places: Sequence[Place], rate: Rate, turns: int = 0) -> View:
    return View(ink, places, rate(inks_of(places, ink)), turns)


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
