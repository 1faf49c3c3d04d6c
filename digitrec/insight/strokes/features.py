"""What a person would count and measure on a digit: holes, end points, crossings, openings, ink.

>>> features(images)[0][NAMES.index("holes")]  # images: (N, 28, 28) uint8
2.0

All is measured on the digit set upright: its slant, which is a feature itself, is sheared out, and
it is enlarged, so that its strokes are some pixels wide. No library is needed that reading does
without.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitrec.datasets.measures import slant
from digitrec.insight.strokes import skeleton
from digitrec.insight.words import at, zone_name
from digitrec.reading.form import SIDE
from digitrec.reading.layout.pieces import Mask

FINER = 2
"""Pixels a side for one of the 28x28: three make the tree no better, and take twice as long."""

INK = 96
"""Grey level from which a pixel is ink."""

MOST_SLANT = 1.0
"""Sideways pixels a pixel of height: what leans more is no writing, and would leave the field."""

LEAST_HOLE, LEAST_PIECE = 1, 4
"""Pixels of the 28x28 under which a hole is a flaw of the pen, and a piece is a speck."""

SPUR = 2
"""Pixels of the 28x28 under which a branch is an uneven edge."""

CROSSING = 2
"""Pixels of the 28x28 in which the meetings of strokes are one: a crossing is often two forks."""


OPEN = 0.04
"""Share of the digit's box from which ground with ink on three sides is an opening."""

INKED = 0.03
"""Share of its ink from which there is ink in a ninth of the box."""


@dataclass(frozen=True)
class Feature:
    """A feature and how to speak of it: a count has a noun, the others have two words.

    Attributes:
        name: such as "holes".
        noun: of what is counted, in the singular, such as "hole".
        no: of what has not got it, or has less of it, such as "narrow" or "no ink".
        yes: of what has it, or has more of it, such as "wide" or "ink".
        where: what follows, such as "in the upper half".
        of: for a measure, what it is a share of, such as "its height"; others are 0 or 1.
    """

    name: str
    noun: str = ""
    no: str = ""
    yes: str = ""
    where: str = ""
    of: str = ""


def _named() -> Iterator[Feature]:
    yield Feature("holes", "hole")
    yield Feature("holes_above", "hole", where="in the upper half")
    yield Feature("holes_below", "hole", where="in the lower half")
    yield Feature("pieces", "piece")
    yield Feature("ends", "end point")
    for row in (0, 2):
        for column in (0, 2):
            zone = zone_name(row, column)
            yield Feature(_joined("ends", zone), "end point", where=at(zone))
    yield Feature("crossings", "crossing")
    yield Feature("aspect", no="narrow", yes="wide", of="its height")
    yield Feature("slant", no="upright", yes="slanted", of="its height")
    for side in OPENINGS:
        yield Feature(_joined("open", side), no="not open", yes="open", where=side)
    for row in range(3):
        for column in range(3):
            zone = zone_name(row, column)
            yield Feature(_joined("ink", zone), no="no ink", yes="ink", where=at(zone))


def _joined(kind: str, words: str) -> str:
    return f"{kind}_{words}".replace(" ", "_")


OPENINGS = (
    *("to the left above", "to the left below", "to the right above", "to the right below"),
    *("at the top", "at the bottom"),
)

FEATURES = tuple(_named())
NAMES = tuple(feature.name for feature in FEATURES)


def features(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The features (N, F), by NAMES, of digits (N, 28, 28): counts, measures, and 0 or 1.

    Of an image without ink all are 0.
    """
    slants = np.clip(slant(images), -MOST_SLANT, MOST_SLANT)
    found = np.zeros((len(images), len(NAMES)), np.float32)
    for number, (image, leaning) in enumerate(zip(images, slants, strict=True)):
        ink = upright(image, float(leaning))
        if ink.any():
            measured = {"slant": float(leaning), **_features(ink)}
            found[number] = [measured[name] for name in NAMES]
    return found


def upright(image: NDArray[np.uint8], leaning: float) -> Mask:
    """The ink of a digit (28, 28) without its slant, FINER times larger, in its own box."""
    room = MOST_SLANT * SIDE / 2
    middle = (SIDE - 1) / 2
    sheared = np.array([[1, leaning, room - leaning * middle], [0, 1, 0]], np.float32)
    larger = FINER * sheared
    larger[:, 2] += (FINER - 1) / 2
    field = (round(FINER * (SIDE + 2 * room)), FINER * SIDE)
    ink = np.asarray(cv2.warpAffine(image, larger, field, flags=cv2.INTER_CUBIC)) > INK
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] if len(rows) else ink


def lines_of(ink: Mask) -> Mask:
    """The strokes of ink that is FINER times larger, one pixel wide, without spurs."""
    return skeleton.pruned(skeleton.thinned(ink), SPUR * FINER)


def _features(ink: Mask) -> dict[str, float]:
    height, width = ink.shape
    return {
        "aspect": width / height,
        **_holes(ink),
        "pieces": _pieces(ink),
        **_ends(lines_of(ink)),
        **_openings(ink),
        **_inked(ink),
    }


def _holes(ink: Mask) -> dict[str, float]:
    """Ground that ink encloses; two pixels that touch at a corner are no gap in it."""
    ground = np.pad(~ink, 1, constant_values=True).astype(np.uint8)
    _, _, facts, centres = cv2.connectedComponentsWithStats(ground, connectivity=4)
    downs = [
        float(centre[1]) - 1
        for (left, _, _, _, area), centre in zip(facts[1:].tolist(), centres[1:], strict=True)
        if left > 0 and area >= LEAST_HOLE * FINER**2
    ]
    above = sum(down < len(ink) / 2 for down in downs)
    return {
        "holes": len(downs),
        "holes_above": above,
        "holes_below": len(downs) - above,
    }


def _pieces(ink: Mask) -> int:
    _, _, facts, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    return int((facts[1:, cv2.CC_STAT_AREA] >= LEAST_PIECE * FINER**2).sum())


def _ends(lines: Mask) -> dict[str, float]:
    """End points, in all and by quarters of the box, and how many places strokes meet at."""
    height, width = lines.shape
    places = np.argwhere(skeleton.ends(lines))
    upper, left = places[:, 0] < height / 2, places[:, 1] < width / 2
    return {
        "ends": len(places),
        "ends_upper_left": int((upper & left).sum()),
        "ends_upper_right": int((upper & ~left).sum()),
        "ends_lower_left": int((~upper & left).sum()),
        "ends_lower_right": int((~upper & ~left).sum()),
        "crossings": skeleton.count(skeleton.meetings(lines), CROSSING * FINER),
    }


def _openings(ink: Mask) -> dict[str, float]:
    """Whether there is an opening, ground with ink on the three other sides, to each side.

    Like the concavities of Favata and Srikantan, "A multiple feature/resolution approach to
    handprinted digit and character recognition" (1996).
    """
    reached = np.logical_or.accumulate
    above, left = reached(ink, axis=0), reached(ink, axis=1)
    below, right = reached(ink[::-1], axis=0)[::-1], reached(ink[:, ::-1], axis=1)[:, ::-1]
    to_left = ~left & right & above & below
    to_right = ~right & left & above & below
    half = len(ink) // 2
    found = (
        *(to_left[:half], to_left[half:], to_right[:half], to_right[half:]),
        *(~above & below & left & right, ~below & above & left & right),
    )
    return {
        _joined("open", side): float(where.sum() > OPEN * ink.size)
        for side, where in zip(OPENINGS, found, strict=True)
    }


def _inked(ink: Mask) -> dict[str, float]:
    """Whether there is ink in each ninth of the box."""
    least = INKED * ink.sum()
    return {
        _joined("ink", zone_name(row, column)): float(part.sum() > least)
        for row, third in enumerate(np.array_split(ink, 3))
        for column, part in enumerate(np.array_split(third, 3, axis=1))
    }
