"""A pen: strokes given by points become ink in MNIST's form, each time a little different."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from digitrec.reading.normalize import to_mnist

Stroke = Sequence[tuple[float, float]]
"""Points (x, y) that a stroke goes through, from 0 to 1, y downwards. Two make a straight line."""

FIELD = 96
"""Pixels a side of what is drawn on: four for one of MNIST's."""

MARGIN = 24
"""Pixels around it, for what is turned and slanted out of it."""

STEPS = 8
"""Points of the curve between two of a stroke's."""

THINNEST, THICKEST = 0.05, 0.16
"""Width of the pen by the height of the digit: MNIST's middle nine tenths."""


def drawn(
    strokes: Sequence[Stroke],
    random: np.random.Generator,
    writer: NDArray[np.float32] | None = None,
) -> NDArray[np.uint8]:
    """Strokes (28, 28) uint8 in MNIST's form, drawn by an unsteady hand.

    The points tremble; all is slanted, turned and stretched a little; the pen's width varies.

    Args:
        strokes: what to draw.
        random: of the drawing.
        writer: the `hand` that draws; None is another one each time.
    """
    shape = hand(random) if writer is None else writer
    paper = np.zeros((FIELD + 2 * MARGIN, FIELD + 2 * MARGIN), np.uint8)
    width = max(round(FIELD * random.uniform(THINNEST, THICKEST)), 1)
    tremble = random.uniform(0.0, 0.03)
    for stroke in strokes:
        points = np.asarray(stroke, np.float32)
        points = points + random.normal(0, tremble, points.shape).astype(np.float32)
        curve = (through(points) - 0.5) @ shape * FIELD + FIELD / 2 + MARGIN
        cv2.polylines(paper, [np.round(curve * 8).astype(np.int32)], False, 255, width, 16, 3)
    return to_mnist(paper)


def through(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """A smooth curve (M, 2) through points (N, 2).

    Catmull and Rom 1974, "A class of local interpolating splines": each piece is a cubic whose
    slope at a point is that between the point's neighbours.
    """
    if len(points) < 3:
        return points
    ends = np.concatenate([points[:1], points, points[-1:]])
    t = np.linspace(0, 1, STEPS, endpoint=False, dtype=np.float32)[:, None, None]
    before, start, stop, after = ends[:-3], ends[1:-2], ends[2:-1], ends[3:]
    pieces = 0.5 * (
        2 * start
        + (stop - before) * t
        + (2 * before - 5 * start + 4 * stop - after) * t**2
        + (3 * start - before - 3 * stop + after) * t**3
    )
    return np.concatenate([pieces.transpose(1, 0, 2).reshape(-1, 2), points[-1:]])


def hand(random: np.random.Generator) -> NDArray[np.float32]:
    """A linear map (2, 2), applied from the right, of one writer's slant, turn and proportions."""
    turn = np.deg2rad(random.uniform(-8, 8))
    slant = random.uniform(-0.15, 0.4)
    wide = random.uniform(0.5, 1.0)
    turned = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return (np.array([[wide, 0.0], [-slant, 1.0]]) @ turned).astype(np.float32)
