"""Digits drawn by lines and arcs, recognisable and the same everywhere: pictures for tests."""

import math

from PIL import Image, ImageDraw

Point = tuple[float, float]

CENTRE = 50


def arc(x: float, y: float, width: float, height: float, start: int, end: int) -> list[Point]:
    """Points of an ellipse by its centre and radii; degrees go clockwise from the right."""
    angles = [math.radians(degree) for degree in range(start, end + 1, 10)]
    return [(x + width * math.cos(angle), y + height * math.sin(angle)) for angle in angles]


STROKES: tuple[list[list[Point]], ...] = (
    [arc(50, 50, 24, 36, 0, 360)],
    [[(50, 14), (50, 86)]],
    [[*arc(50, 34, 22, 20, 180, 400), (28, 86), (74, 86)]],
    [arc(47, 32, 22, 18, 200, 450), arc(47, 68, 25, 18, 270, 520)],
    [[(30, 14), (24, 54), (74, 54)], [(64, 20), (64, 86)]],
    [[(70, 14), (36, 14), (33, 46), *arc(48, 63, 24, 23, 230, 500)]],
    [[(62, 14), (42, 30), (31, 48), (28, 66)], arc(50, 66, 22, 20, 0, 360)],
    [[(26, 14), (74, 14), (44, 86)]],
    [arc(50, 31, 19, 17, 0, 360), arc(50, 67, 23, 19, 0, 360)],
    [arc(50, 34, 21, 20, 0, 360), [(71, 34), (69, 60), (60, 86)]],
)
"""Each digit's strokes on a field of 100x100."""


def draw(digit: int, *, size: int = 200, thickness: int = 8, turn: float = 0) -> Image.Image:
    """A digit, black on white.

    Args:
        size: of the square picture, in pixels.
        thickness: of the strokes, in hundredths of the size.
        turn: degrees clockwise.
    """
    picture = Image.new("L", (size, size), 255)
    pen = ImageDraw.Draw(picture)
    radius = thickness * size / 200
    for stroke in STROKES[digit]:
        points = [_placed(point, size, math.radians(turn)) for point in stroke]
        pen.line(points, fill=0, width=round(2 * radius))
        for x, y in points:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=0)
    return picture


def _placed(point: Point, size: int, turn: float) -> Point:
    x, y = point[0] - CENTRE, point[1] - CENTRE
    cos, sin = math.cos(turn), math.sin(turn)
    return (
        (CENTRE + x * cos - y * sin) * size / 100,
        (CENTRE + x * sin + y * cos) * size / 100,
    )
