"""What is no digit, made by a program: background to teach a network doubt with.

Hendrycks, Mazeika and Dietterich 2019, "Deep Anomaly Detection with Outlier Exposure": a network
that has seen a broad background with uniform targets doubts what it has never seen as well. Parts
of digits and pairs of them come from the training digits, letters and signs from the fonts that
Matplotlib and OpenCV bring along, the rest from random numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitrec.datasets import fonts
from digitrec.datasets.digits import Images, Part
from digitrec.datasets.pen import Stroke, drawn
from digitrec.reading.form import SIDE
from digitrec.reading.normalize import to_mnist

Image = NDArray[np.uint8]

VERTICAL = {
    0: "left right", 2: "left right", 3: "left", 4: "left", 5: "left right", 6: "left right",
    7: "left", 8: "left", 9: "left",
}  # fmt: skip
HORIZONTAL = {
    0: "top bottom", 2: "top bottom", 3: "top bottom", 4: "top", 5: "top bottom", 7: "top",
}  # fmt: skip
"""Which halves of a digit are no digit. The right half of an 8 is a 3, the lower of a 6 a 0."""

INK = 64
"""Grey levels that count as ink where a digit is cut."""


@dataclass(frozen=True)
class Sources:
    """What background is made from: random numbers, and digits to take apart."""

    random: np.random.Generator
    digits: Part


def background(count: int, digits: Part, seed: int = 0) -> Images:
    """So many images of no digit, (count, 28, 28) uint8, each kind in its share.

    Args:
        count: how many.
        digits: training digits to take apart and put together.
        seed: of everything random.
    """
    sources = Sources(np.random.default_rng(seed), digits)
    shares = np.array(list(KINDS.values()))
    kinds = list(KINDS)
    chosen = sources.random.choice(len(kinds), count, p=shares / shares.sum())
    images = np.zeros((count, SIDE, SIDE), np.uint8)
    for number, kind in enumerate(chosen):
        images[number] = kinds[kind](sources)
    return images


def of_kind(kind: Callable[[Sources], Image], count: int, digits: Part, seed: int = 0) -> Images:
    """So many images of one of the KINDS, to look at or to measure apart."""
    sources = Sources(np.random.default_rng(seed), digits)
    return np.stack([kind(sources) for _ in range(count)])


def fragment(sources: Sources) -> Image:
    """A half of a digit, of those that are no digit themselves."""
    image, label = _digit(sources)
    upright = sources.random.random() < 0.6
    halves = (VERTICAL if upright else HORIZONTAL).get(label, "").split()
    if not halves:
        return fragment(sources)
    half = halves[sources.random.integers(len(halves))]
    turned = image if upright else image.T
    columns = np.flatnonzero((turned > INK).any(axis=0))
    share = sources.random.uniform(0.35, 0.55)
    first = half in ("left", "top")
    cut = columns[0] + round((share if first else 1 - share) * len(columns))
    part = turned[:, :cut] if first else turned[:, cut:]
    return to_mnist(part if upright else part.T)


def pair(sources: Sources) -> Image:
    """Two digits, or three, side by side, touching or nearly, in the room of one."""
    many = 3 if sources.random.random() < 0.2 else 2
    row = np.zeros((SIDE, 3 * SIDE), np.uint8)
    right = 0
    for number in range(many):
        digit = _cropped(_digit(sources)[0])
        left = right + int(sources.random.integers(-4, 3)) if number else 0
        left = max(left, 0)
        top = int(np.clip((SIDE - len(digit)) // 2 + sources.random.integers(-3, 4), 0, 8))
        digit = digit[: SIDE - top]
        right = left + digit.shape[1]
        place = row[top : top + len(digit), left:right]
        np.maximum(place, digit, out=place)
    return to_mnist(row)


def stacked(sources: Sources) -> Image:
    """Two digits above each other."""
    upper, lower = (_cropped(_digit(sources)[0]) for _ in range(2))
    sheet = np.zeros((2 * SIDE, SIDE), np.uint8)
    sheet[: len(upper), : upper.shape[1]] = upper
    top = len(upper) + int(sources.random.integers(-2, 3))
    place = sheet[top : top + len(lower), : lower.shape[1]]
    np.maximum(place, lower, out=place)
    return to_mnist(sheet)


def letter(sources: Sources) -> Image:
    """A letter or sign of a font, filled, in outline, or cut out of a filled box."""
    ink = fonts.glyph(sources.random)
    way = sources.random.random()
    if way < 0.12:
        ink = _outlined(ink, 1 + int(sources.random.integers(3)))
    elif way < 0.18:
        ink = _cut_out(ink)
    elif way < 0.3:
        ink = _shaded(ink, sources.random)
    return to_mnist(_bent(ink, sources.random))


def sign(sources: Sources) -> Image:
    """A tick, a cross, an arrow, a dash, a star or another sign drawn by a pen."""
    return drawn(SIGNS[sources.random.integers(len(SIGNS))], sources.random)


def scribble(sources: Sources) -> Image:
    """A pen that goes to and fro."""
    points = sources.random.random((int(sources.random.integers(4, 16)), 2))
    if sources.random.random() < 0.4:
        points[:, 0] = np.linspace(0, 1, len(points)) + sources.random.normal(0, 0.1, len(points))
        points[::2, 1] *= 0.3
        points[1::2, 1] = 1 - 0.3 * points[1::2, 1]
    return drawn([[(x, y) for x, y in points.tolist()]], sources.random)


def blob(sources: Sources) -> Image:
    """A filled shape, often the same on both sides as clothes are, flat, striped or shaded."""
    field = sources.random.normal(size=(5, 5)).astype(np.float32)
    if sources.random.random() < 0.6:
        field = field + field[:, ::-1]
    smooth = cv2.resize(field, (64, 64), interpolation=cv2.INTER_CUBIC)
    y, x = np.mgrid[-1:1:64j, -1:1:64j]
    shape = smooth - 1.5 * (x * x + y * y) + 0.8 > 0
    if shape.sum() < 200:
        return blob(sources)
    return to_mnist(_shaded(np.where(shape, 255, 0).astype(np.uint8), sources.random))


def texture(sources: Sources) -> Image:
    """Noise of any coarseness over all of the image, or waves as cloth has."""
    random = sources.random
    side = int(random.choice([4, 7, 14, 28]))
    noise = random.random((side, side)).astype(np.float32)
    if random.random() < 0.3:
        noise = (noise > random.uniform(0.2, 0.9)).astype(np.float32)
    if random.random() < 0.3:
        angle, pace = random.uniform(0, np.pi), random.uniform(0.3, 2.5)
        y, x = np.mgrid[:SIDE, :SIDE]
        noise = np.sin(pace * (x * np.cos(angle) + y * np.sin(angle))).astype(np.float32) / 2 + 0.5
    coarse = cv2.resize(noise, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
    low, high = np.sort(random.random(2))
    return np.clip(255 * (low + (high - low) * coarse), 0, 255).astype(np.uint8)


def empty(sources: Sources) -> Image:
    """Even grey, or a slope from one grey to another."""
    corners = sources.random.random((2, 2)).astype(np.float32) * 255
    if sources.random.random() < 0.5:
        corners[:] = corners[0, 0]
    return cv2.resize(corners, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR).astype(np.uint8)


KINDS: dict[Callable[[Sources], Image], float] = {
    fragment: 0.17,
    pair: 0.15,
    stacked: 0.02,
    letter: 0.38,
    sign: 0.06,
    scribble: 0.06,
    blob: 0.09,
    texture: 0.05,
    empty: 0.02,
}
"""Each kind's share. Letters are the most manifold, and the most like digits."""

SIGNS: tuple[tuple[Stroke, ...], ...] = (
    (((0.0, 0.5), (0.35, 1.0)), ((0.35, 1.0), (1.0, 0.0))),
    (((0.0, 0.0), (1.0, 1.0)), ((1.0, 0.0), (0.0, 1.0))),
    (((0.5, 0.0), (0.5, 1.0)), ((0.0, 0.5), (1.0, 0.5))),
    (((0.0, 0.5), (1.0, 0.5)),),
    (((0.0, 0.3), (1.0, 0.3)), ((0.0, 0.7), (1.0, 0.7))),
    (((0.0, 0.0), (1.0, 0.0), (1.0, 1.0)), ((1.0, 1.0), (0.0, 1.0)), ((0.0, 1.0), (0.0, 0.0))),
    (((0.5, 0.0), (0.0, 1.0)), ((0.0, 1.0), (1.0, 1.0)), ((1.0, 1.0), (0.5, 0.0))),
    (((0.0, 0.5), (1.0, 0.5)), ((0.7, 0.2), (1.0, 0.5)), ((1.0, 0.5), (0.7, 0.8))),
    (((0.5, 0.0), (0.5, 1.0)), ((0.2, 0.7), (0.5, 1.0)), ((0.5, 1.0), (0.8, 0.7))),
    (((0.0, 0.6), (0.25, 0.3), (0.5, 0.5), (0.75, 0.7), (1.0, 0.4)),),
    (((0.3, 0.0), (0.2, 1.0)), ((0.8, 0.0), (0.7, 1.0)), ((0.0, 0.3), (1.0, 0.3)),
     ((0.0, 0.7), (1.0, 0.7))),
    (((0.1, 0.3), (0.5, 0.9)), ((0.5, 0.9), (0.9, 0.3)), ((0.1, 0.3), (0.3, 0.05), (0.5, 0.3)),
     ((0.5, 0.3), (0.7, 0.05), (0.9, 0.3))),
    (((0.1, 1.0), (0.5, 0.0)), ((0.5, 0.0), (0.9, 1.0)), ((0.9, 1.0), (0.0, 0.35)),
     ((0.0, 0.35), (1.0, 0.35)), ((1.0, 0.35), (0.1, 1.0))),
    (((0.0, 0.0), (0.0, 1.0)), ((0.0, 1.0), (1.0, 1.0))),
    (((0.0, 0.0), (0.5, 1.0)), ((0.5, 1.0), (1.0, 0.0))),
    (((0.0, 1.0), (0.3, 0.0)), ((0.3, 0.0), (0.6, 0.9)), ((0.6, 0.9), (1.0, 0.0))),
    (((0.1, 0.0), (0.0, 0.5), (0.3, 0.9), (0.8, 0.9), (1.0, 0.5), (0.9, 0.0)),),
    (((0.0, 1.0), (0.1, 0.3), (0.5, 0.0), (0.9, 0.3), (1.0, 1.0)),),
)  # fmt: skip
"""Tick, cross, plus, dash, equals, box, triangle, arrows, wave, hash, heart, star, corner, angle,
zigzag, cup, arch."""


def _digit(sources: Sources) -> tuple[Image, int]:
    number = int(sources.random.integers(len(sources.digits)))
    return sources.digits.images[number], int(sources.digits.labels[number])


def _cropped(image: Image) -> Image:
    rows = np.flatnonzero((image > INK).any(axis=1))
    columns = np.flatnonzero((image > INK).any(axis=0))
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _outlined(ink: Image, width: int) -> Image:
    room = cv2.copyMakeBorder(ink, 4, 4, 4, 4, cv2.BORDER_CONSTANT, value=0)
    brush = np.ones((2 * width + 1, 2 * width + 1), np.uint8)
    return np.asarray(cv2.morphologyEx(room, cv2.MORPH_GRADIENT, brush), np.uint8)


def _cut_out(ink: Image) -> Image:
    room = cv2.copyMakeBorder(ink, 6, 6, 6, 6, cv2.BORDER_CONSTANT, value=0)
    return np.asarray(cv2.bitwise_not(room), np.uint8)


def _shaded(ink: Image, random: np.random.Generator) -> Image:
    """The ink filled with stripes, with a slope of grey, or flat."""
    y, x = np.mgrid[: ink.shape[0], : ink.shape[1]].astype(np.float32)
    angle = random.uniform(0, 2 * np.pi)
    along = x * np.cos(angle) + y * np.sin(angle)
    way = random.random()
    if way < 0.4:
        fill = 0.5 + 0.5 * np.sin(along * random.uniform(0.2, 1.0))
    elif way < 0.7:
        fill = 0.2 + 0.8 * (along - along.min()) / max(float(np.ptp(along)), 1.0)
    else:
        return ink
    return np.clip(ink * fill, 0, 255).astype(np.uint8)


def _bent(ink: Image, random: np.random.Generator) -> Image:
    """A little turned, slanted and stretched."""
    turn, slant = np.deg2rad(random.uniform(-12, 12)), random.uniform(-0.2, 0.3)
    wide = random.uniform(0.7, 1.3)
    cos, sin = np.cos(turn), np.sin(turn)
    matrix = np.array([[cos * wide, slant - sin, 0.0], [sin * wide, cos, 0.0]])
    height, width = ink.shape
    corners = np.array([[0, width, 0, width], [0, 0, height, height]])
    placed = matrix[:, :2] @ corners
    matrix[:, 2] = -placed.min(axis=1)
    side = np.ceil(np.ptp(placed, axis=1)).astype(int) + 1
    return np.asarray(cv2.warpAffine(ink, matrix, (int(side[0]), int(side[1]))), np.uint8)
