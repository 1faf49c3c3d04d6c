"""Draws the pictures that README and docs read: handwriting by a seeded pen, no one's own.

python docs/pictures.py             writes seven.png, three.png and five.jpg to docs/pictures
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
    3: [
        [(27, 37), (34, 25), (50, 19), (66, 24), (70, 38), (61, 52), (45, 61)],
        [(45, 61), (63, 63), (75, 77), (74, 98), (60, 114), (41, 117), (24, 107)],
    ],
    5: [
        [(38, 26), (33, 62), (48, 57), (65, 61), (75, 78), (72, 99), (56, 114), (29, 111)],
        [(37, 26), (52, 25), (66, 22), (77, 21)],
    ],
    7: [
        [(21, 36), (25, 27), (42, 27), (60, 25), (79, 22)],
        [(79, 22), (70, 44), (59, 70), (51, 95), (46, 121)],
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
    strokes = np.asarray(strokes.filter(ImageFilter.GaussianBlur(0.8)), np.float32) / 255
    random = np.random.RandomState(5)
    height, width = strokes.shape
    light = np.linspace(0.72, 1.0, width) * np.linspace(1.0, 0.86, height)[:, None]
    paper = light[:, :, None] * np.array([226, 221, 206]) + fibres(random, height, width)
    pen = light[:, :, None] * np.array([52, 56, 96])
    picture = paper + strokes[:, :, None] * (pen - paper) * 0.9
    picture += random.normal(0, 2.5, picture.shape)
    return Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))


PICTURES: dict[str, Callable[[], Image.Image]] = {
    "seven.png": dark_on_white,
    "three.png": white_on_black,
    "five.jpg": photographed,
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
