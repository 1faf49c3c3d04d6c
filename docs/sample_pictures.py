"""Draws the pictures that README and docs read: handwriting by a seeded pen, no one's own.

python docs/sample_pictures.py      writes them to docs/pictures
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

FOLDER = Path(__file__).with_name("pictures")
FINER = 4
"""Ink is drawn so many times larger and then shrunk, which makes its edges soft."""

Stroke = list[tuple[float, float]]

STROKES: dict[int, list[Stroke]] = {
    0: [
        [
            (50, 22),
            (31, 36),
            (24, 70),
            (33, 106),
            (52, 118),
            (71, 104),
            (77, 68),
            (68, 34),
            (48, 21),
        ],
    ],
    1: [
        [(36, 48), (46, 37), (55, 23)],
        [(55, 23), (53, 70), (50, 119)],
    ],
    2: [
        [(27, 45), (35, 27), (53, 21), (69, 32), (69, 52), (53, 79), (27, 113)],
        [(27, 113), (50, 109), (77, 113)],
    ],
    3: [
        [(27, 37), (34, 25), (50, 19), (66, 24), (70, 38), (61, 52), (45, 61)],
        [(45, 61), (63, 63), (75, 77), (74, 98), (60, 114), (41, 117), (24, 107)],
    ],
    4: [
        [(57, 21), (41, 52), (23, 84)],
        [(23, 84), (52, 82), (81, 79)],
        [(66, 48), (63, 84), (59, 120)],
    ],
    5: [
        [(38, 26), (33, 62), (48, 57), (65, 61), (75, 78), (72, 99), (56, 114), (29, 111)],
        [(37, 26), (52, 25), (66, 22), (77, 21)],
    ],
    6: [
        [
            (67, 21),
            (45, 44),
            (30, 74),
            (29, 100),
            (46, 117),
            (67, 109),
            (73, 91),
            (61, 75),
            (41, 80),
        ],
        [(41, 80), (33, 88), (29, 99)],
    ],
    7: [
        [(21, 36), (25, 27), (42, 27), (60, 25), (79, 22)],
        [(79, 22), (70, 44), (59, 70), (51, 95), (46, 121)],
    ],
    8: [
        [
            (68, 36),
            (54, 21),
            (36, 29),
            (35, 48),
            (54, 65),
            (71, 86),
            (68, 109),
            (49, 119),
            (31, 107),
        ],
        [(31, 107), (32, 85), (51, 66), (67, 51), (68, 36)],
    ],
    9: [
        [(71, 41), (59, 23), (38, 27), (29, 47), (41, 64), (60, 60), (71, 41)],
        [(71, 41), (69, 72), (61, 120)],
    ],
}
"""The points that the pen goes through, on a sheet 100 wide and 140 high."""


def main(argv: list[str] | None = None) -> int:
    """Write the pictures; return the exit status."""
    own = argparse.ArgumentParser(description="Draw the pictures that the docs read.")
    own.add_argument("--output", type=Path, default=FOLDER, help="the folder to write to")
    folder = own.parse_args(argv).output
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in PICTURES.items():
        draw().save(folder / name, quality=85, optimize=True)
    return 0


def dark_on_white() -> Image.Image:
    """A felt pen on white paper."""
    return Image.fromarray(255 - ink(7, width=200, thickness=9, seed=7))


def white_on_black() -> Image.Image:
    """Chalk on a black board, as MNIST's digits are."""
    return Image.fromarray(ink(3, width=160, thickness=8, seed=3))


def photographed() -> Image.Image:
    """A ball pen on paper that the lamp lights from one side, with the camera's noise."""
    strokes = Image.fromarray(ink(5, width=300, thickness=4, seed=5)).rotate(-4)
    return on_paper(strokes.filter(ImageFilter.GaussianBlur(0.8)), lamp(*strokes.size), seed=5)


def in_the_shadow() -> Image.Image:
    """Two lines of a felt pen; the telephone that takes the picture throws its shadow."""
    strokes = lines(["2048", "1957"], width=120, thickness=8, seed=8).rotate(-2)
    width, height = strokes.size
    shadow = Image.new("L", strokes.size, 255)
    corners = [(0.42 * width, height), (0.58 * width, 0.36 * height), (width, 0.3 * height)]
    ImageDraw.Draw(shadow).polygon([*corners, (width, height)], fill=150)
    shade = np.asarray(shadow.filter(ImageFilter.GaussianBlur(width / 60)), np.float32) / 255
    return on_paper(strokes, lamp(width, height) * shade, seed=8)


def ten_digits(width: int, height: int) -> Image.Image:
    """A photo of that size of all ten digits in two lines, to time how long it takes to read."""
    strokes = lines(["01234", "56789"], width=min(width // 9, height // 6), thickness=7, seed=9)
    page = Image.new("L", (width, height))
    page.paste(strokes, ((width - strokes.width) // 2, (height - strokes.height) // 2))
    return on_paper(page, lamp(width, height), seed=9)


PICTURES: dict[str, Callable[[], Image.Image]] = {
    "seven.png": dark_on_white,
    "three.png": white_on_black,
    "five.jpg": photographed,
    "numbers.jpg": in_the_shadow,
}


def ink(digit: int, *, width: int, thickness: float, seed: int) -> NDArray[np.uint8]:
    """A digit's strokes, 255 on 0, (1.4 * width, width); `thickness` in hundredths of the width."""
    sheet = Image.new("L", (width * FINER, width * FINER * 14 // 10))
    pen = ImageDraw.Draw(sheet)
    random = np.random.RandomState(seed)
    for stroke in STROKES[digit]:
        shaken = np.array(stroke) + random.normal(0, 0.5, (len(stroke), 2))
        shaken[[0, -1]] = [stroke[0], stroke[-1]]
        for x, y, pressure in along(shaken):
            radius = thickness / 2 * pressure
            edges = (x - radius, y - radius, x + radius, y + radius)
            pen.ellipse(tuple(edge * width * FINER / 100 for edge in edges), fill=255)
    return np.asarray(sheet.reduce(FINER))


def lines(rows: list[str], *, width: int, thickness: float, seed: int) -> Image.Image:
    """The strokes of several lines of digits, 255 on 0, half a digit's width from all edges."""
    step, line, margin = round(1.08 * width), round(1.5 * width), width // 2
    longest = max(map(len, rows))
    page = Image.new("L", (longest * step + 2 * margin, len(rows) * line + 2 * margin))
    for row, digits in enumerate(rows):
        for column, digit in enumerate(digits):
            number = row * longest + column
            strokes = ink(int(digit), width=width, thickness=thickness, seed=seed + number)
            page.paste(Image.fromarray(strokes), (margin + column * step, margin + row * line))
    return page


def on_paper(strokes: Image.Image, light: NDArray[np.float32], *, seed: int) -> Image.Image:
    """A blue pen's strokes on paper under light (height, width), with the camera's noise."""
    random = np.random.RandomState(seed)
    height, width = light.shape
    coverage = np.asarray(strokes, np.float32)[:, :, None] / 255
    paper = light[:, :, None] * np.array([226, 221, 206], np.float32)
    paper += fibres(random, height, width)
    pen = light[:, :, None] * np.array([52, 56, 96], np.float32)
    picture = paper + coverage * (pen - paper) * np.float32(0.9)
    picture += random.normal(0, 2.5, picture.shape)
    return Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))


def lamp(width: int, height: int) -> NDArray[np.float32]:
    """Light (height, width) that falls off to the left and to the bottom, 1 where it is full."""
    light = np.linspace(0.72, 1.0, width) * np.linspace(1.0, 0.86, height)[:, None]
    return light.astype(np.float32)


def along(points: NDArray[np.float64]) -> Iterator[tuple[float, float, float]]:
    """x, y and the pen's pressure, 0.8 to 1.1, along a Catmull-Rom spline through the points."""
    padded = np.concatenate([points[:1], points, points[-1:]])
    for number in range(len(points) - 1):
        before, start, end, after = padded[number : number + 4]
        for part in np.arange(0, 1, 1 / 64):
            bend = 2 * start + (end - before) * part
            bend += (2 * before - 5 * start + 4 * end - after) * part**2
            bend += (3 * start - before - 3 * end + after) * part**3
            x, y = bend / 2
            done = (number + part) / (len(points) - 1)
            yield float(x), float(y), 0.8 + 0.3 * float(np.sin(np.pi * (0.15 + 0.75 * done)))


def fibres(random: np.random.RandomState, height: int, width: int) -> NDArray[np.float32]:
    """Paper's own unevenness, (height, width, 1): some grey levels up and down."""
    rough = random.normal(128, 40, (height // 3, width // 3)).clip(0, 255).astype(np.uint8)
    soft = Image.fromarray(rough).resize((width, height), Image.Resampling.BICUBIC)
    return (np.asarray(soft, np.float32)[:, :, None] - 128) / 16


if __name__ == "__main__":
    sys.exit(main())
