"""What lies over a digit: stripes, drops, lines."""

from collections.abc import Callable, Sequence

import numpy as np

from digitrec.datasets.corruptions.fields import (
    FULL_INK,
    Field,
    along_and_across,
    clouds,
    each,
    to_bytes,
)
from digitrec.datasets.digits import Images
from digitrec.reading.form import SIDE

STRIPED = (0.1, 0.17, 0.24, 0.32, 0.4)
SPLASHED = (0.05, 0.09, 0.13, 0.18, 0.24)
"""Shares of the picture that are within stripes, and under drops."""

Lines = Sequence[tuple[int, float]]
"""How many lines, by severity, and how wide they are, in pixels."""

DOTTED: Lines = ((1, 1.2), (2, 1.2), (2, 1.8), (3, 1.8), (3, 2.4))
ZIGZAGS: Lines = ((1, 1.0), (1, 1.5), (1, 2.0), (2, 1.6), (2, 2.0))

FARTHEST = 9.0
"""Pixels from the middle that a line passes by, at most: it crosses most digits."""

DROP = 9
"""Drops are about 28 / 9 pixels wide."""


def stripes(images: Images, severity: int, random: np.random.Generator) -> Images:
    """One to three bands across, at any angle, in which ink and ground change places."""
    _, across = along_and_across(len(images), random)
    bands = random.integers(1, 4, (len(images), 1, 1))
    phase = (across / SIDE * bands + each(0, 1, len(images), random)) % 1
    return np.where(phase < STRIPED[severity - 1], 255 - images, images)


def spatter(images: Images, severity: int, random: np.random.Generator) -> Images:
    """Drops with soft edges: of ink as dark as any, or of water that takes ink away."""
    field = clouds(len(images), DROP, random)
    limit = np.quantile(field, 1 - SPLASHED[severity - 1], axis=(1, 2), keepdims=True)
    drops = np.clip(0.5 + 3 * (field - limit), 0, 1)
    inked = random.random((len(images), 1, 1)) < 0.7
    colour = np.where(inked, each(0.5, 1, len(images), random), 0) * FULL_INK
    return to_bytes(images + drops * (colour - images))


def dotted_line(images: Images, severity: int, random: np.random.Generator) -> Images:
    """Lines of dots or dashes straight across, at any angle."""
    return _crossed(images, DOTTED[severity - 1], random, _from_dots)


def zigzag(images: Images, severity: int, random: np.random.Generator) -> Images:
    """Lines across, at any angle, that go to and fro."""
    return _crossed(images, ZIGZAGS[severity - 1], random, _from_zigzag)


def _crossed(
    images: Images,
    lines: tuple[int, float],
    random: np.random.Generator,
    distance: Callable[[int, np.random.Generator], Field],
) -> Images:
    """Under lines of ink, (N, 28, 28); `distance` says how far each pixel is from one."""
    count, width = lines
    crossed = images.astype(np.float32)
    for _ in range(count):
        ink = np.clip((width + 1) / 2 - distance(len(images), random), 0, 1)
        np.maximum(crossed, ink * each(0.6, 1, len(images), random) * FULL_INK, out=crossed)
    return to_bytes(crossed)


def _from_dots(count: int, random: np.random.Generator) -> Field:
    along, across = _line(count, random)
    pace, dash = each(3.5, 7, count, random), each(0, 2, count, random)
    between = np.abs((along + each(0, 7, count, random)) % pace - pace / 2) - dash / 2
    return np.hypot(np.maximum(between, 0), across)


def _from_zigzag(count: int, random: np.random.Generator) -> Field:
    along, across = _line(count, random)
    pace, height = each(6, 14, count, random), each(1.5, 5, count, random)
    wave = height * (4 * np.abs((along / pace + each(0, 1, count, random)) % 1 - 0.5) - 1)
    return np.abs(across - wave) / np.hypot(1, 4 * height / pace)


def _line(count: int, random: np.random.Generator) -> tuple[Field, Field]:
    """Along and across a line that passes by near the middle."""
    along, across = along_and_across(count, random)
    return along, across + each(-FARTHEST, FARTHEST, count, random)
