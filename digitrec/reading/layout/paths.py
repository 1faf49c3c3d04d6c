"""The likeliest way to read a line's parts as digits: over-segmentation, then the cheapest path.

As in LeCun et al. 1998, "Gradient-based learning applied to document recognition", section VI.
Costs are negative log probabilities (nats). Each digit pays for what the classifier doubts, so
that more digits are no cheaper than fewer, and no dearer, when all are sure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np

from digitrec.reading.layout.pieces import Piece, is_straight, union

Span = tuple[int, int]
"""From a part to the one beyond the last."""

MOST_PARTS = 13
"""Parts of one digit, at most, when it is put together again: all those of a piece that was cut."""

WIDEST = 2.0
"""Width by the line's height beyond which nothing is one digit."""

WIDE_COST = 8.0
"""For being wider than high, by how many heights."""

LOW, LOW_COST = 0.6, 4.0
"""Digits are hardly lower than that share of the line; the cost is for each height less."""

LOW_STRAIGHT, LOW_STRAIGHT_COST = 0.7, 10.0
"""A straight stroke says nothing but its height: a low one is a comma or a dash, no 1."""

HANGING_COST = 3.0
"""For a straight stroke that begins below the middle of its neighbours: a comma, however long."""

DROP_COST = 4.0
"""For leaving out a stroke as long as the line is high. Dots and ligatures are much shorter."""

NEVER_DROPPED = 0.7
"""Share of the line's height from which a part is a digit, or what is in a digit's place."""

LEAST_CONFIDENCE = 1e-3
"""What the classifier says less than this of is no digit; how much less says nothing."""


@dataclass(frozen=True)
class Link:
    """What lies between two neighbouring parts.

    Attributes:
        cut: what it costs to have them in two digits.
        join: what it costs to have them in one; infinite when they lie apart.
    """

    cut: float = 0.0
    join: float = 0.0


@dataclass(frozen=True)
class Chain:
    """A line's parts from left to right, the links between them, and the line's height."""

    parts: Sequence[Piece]
    links: Sequence[Link]
    height: float

    @cached_property
    def spans(self) -> dict[Span, Piece]:
        """What may be one digit: each span of parts, and its ink."""
        found = {}
        for start, part in enumerate(self.parts):
            found[start, start + 1] = part
            for stop in range(start + 2, min(start + MOST_PARTS, len(self.parts)) + 1):
                if np.isinf(self.links[stop - 2].join):
                    break
                piece = union(self.parts[start:stop])
                if piece.width > WIDEST * self.height:
                    break
                found[start, stop] = piece
        return found

    def likeliest(self, confidences: Sequence[float]) -> list[tuple[Piece, bool]]:
        """The digits, and whether each was cut from another.

        Args:
            confidences: how sure it is that each of the spans is one digit, 0 to 1.
        """
        best: list[tuple[float, int, bool]] = [(0.0, 0, False)]
        best += [(float("inf"), 0, False)] * len(self.parts)
        for (start, stop), cost, kept in sorted(self._steps(confidences), key=lambda step: step[0]):
            cost += best[start][0] + self._cut(start)
            if cost < best[stop][0]:
                best[stop] = (cost, start, kept)
        found: list[tuple[Piece, bool]] = []
        stop = len(self.parts)
        while stop:
            _, start, kept = best[stop]
            if kept:
                found.append((self.spans[start, stop], self._cut(start) + self._cut(stop) > 0))
            stop = start
        return found[::-1]

    def _steps(self, confidences: Sequence[float]) -> list[tuple[Span, float, bool]]:
        """Each span as a digit, and each part that may be left out: its cost, and whether kept."""
        steps = []
        for (span, piece), confidence in zip(self.spans.items(), confidences, strict=True):
            joins = sum(link.join for link in self.links[span[0] : span[1] - 1])
            cost = joins + digit_cost(piece, confidence, self.height)
            cost += HANGING_COST * (is_straight(piece) and self._hangs(span))
            steps.append((span, cost, True))
        for start, part in enumerate(self.parts):
            if not self._is_tall(part):
                steps.append(((start, start + 1), drop_cost(part, self.height), False))
        return steps

    def _hangs(self, span: Span) -> bool:
        """Whether a piece begins below the middle of its tall neighbours."""
        before, after = self._tall_neighbours
        tall = [part for part in (before[span[0]], after[span[1]]) if part is not None]
        middles = [part.y + part.height / 2 for part in tall]
        return bool(middles) and self.spans[span].y > sum(middles) / len(middles)

    @cached_property
    def _tall_neighbours(self) -> tuple[list[Piece | None], list[Piece | None]]:
        """The last tall part before each place between parts, and the first after it."""
        tall = [part if self._is_tall(part) else None for part in self.parts]

        def last(near: Piece | None, part: Piece | None) -> Piece | None:
            return part or near

        before = list(accumulate([None, *tall], last))
        after = list(accumulate([None, *tall[::-1]], last))
        return before, after[::-1]

    def _is_tall(self, part: Piece) -> bool:
        return part.height >= NEVER_DROPPED * self.height

    def _cut(self, at: int) -> float:
        return self.links[at - 1].cut if 0 < at < len(self.parts) else 0.0


def digit_cost(piece: Piece, confidence: float, height: float) -> float:
    """What it costs to read a piece as one digit, on a line of that height."""
    tall = piece.height / height
    wide = piece.width / max(height, piece.height)
    cost = -float(np.log(max(confidence, LEAST_CONFIDENCE))) * max(wide, 1)
    cost += LOW_COST * max(LOW - tall, 0) + WIDE_COST * max(wide - 1, 0)
    if is_straight(piece):
        cost += LOW_STRAIGHT_COST * max(LOW_STRAIGHT - tall, 0)
    return cost


def drop_cost(piece: Piece, height: float) -> float:
    """What it costs to leave a piece out as no digit, on a line of that height."""
    return DROP_COST * piece.length / height
