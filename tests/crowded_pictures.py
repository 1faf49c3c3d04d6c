"""Large pictures of very much, which take longest to read: dots, nets, pages, scribbles, clouds.

    python tests/crowded_pictures.py

prints for each with the shipped model how long the processor was at it, in seconds and in times an
ordinary picture, its status, and how many digits were found.
"""

import faulthandler
import sys
import time
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from digitrec import Reader, Reading

SIDE = 2000
"""Twice the side that ink is looked for in: dots are no single pixels then."""

LIMIT = 120
"""Seconds after which a picture is given up."""

Grey = NDArray[np.uint8]


def noise() -> Grey:
    """Every pixel by chance."""
    return np.random.default_rng(0).integers(0, 256, (SIDE, SIDE), np.uint8)


def salt() -> Grey:
    """One pixel in fifty is black."""
    return black_on_white(np.random.default_rng(0).random((SIDE, SIDE)) < 0.02)


def dots(pitch: int) -> Grey:
    """A raster of round dots, as printed grey has."""
    row, column = np.mgrid[:SIDE, :SIDE] % pitch - pitch // 2
    return black_on_white(row**2 + column**2 < (pitch / 4) ** 2)


def squares() -> Grey:
    """A chess board of small squares."""
    row, column = np.mgrid[:SIDE, :SIDE] // 10
    return black_on_white((row + column) % 2 > 0)


def net() -> Grey:
    """Lines across each other everywhere."""
    row, column = np.mgrid[:SIDE, :SIDE] % 30
    return black_on_white((row < 3) | (column < 3))


def letters() -> Grey:
    """Thousands of letters over each other."""
    random = np.random.default_rng(0)
    grey = np.full((SIDE, SIDE), 255, np.uint8)
    for _ in range(3000):
        place = tuple(random.integers(0, SIDE, 2).tolist())
        cv2.putText(grey, chr(random.integers(65, 91)), place, 0, 1, 0, 2)
    return grey


def page() -> Grey:
    """A page of small digits, 49 lines of 80."""
    random = np.random.default_rng(0)
    grey = np.full((SIDE, SIDE), 255, np.uint8)
    for bottom in range(30, SIDE, 40):
        text = "".join(map(str, random.integers(0, 10, 80)))
        cv2.putText(grey, text, (10, bottom), 0, 1, 0, 2)
    return grey


def scribble() -> Grey:
    """Three hundred lines from anywhere to anywhere."""
    random = np.random.default_rng(0)
    grey = np.full((SIDE, SIDE), 255, np.uint8)
    for start, end in random.integers(0, SIDE, (300, 2, 2)).tolist():
        cv2.line(grey, start, end, 0, 4)
    return grey


def wave() -> Grey:
    """One stroke up and down across the whole picture."""
    across = np.linspace(20, SIDE - 20, 600)
    points = np.stack([across, 200 + 150 * np.sin(np.arange(600) / 2)], axis=1)
    grey = np.full((400, SIDE), 255, np.uint8)
    cv2.polylines(grey, [points.astype(np.int32)], isClosed=False, color=0, thickness=6)
    return grey


def cloud() -> Grey:
    """Light and dark without edges."""
    random = np.random.default_rng(0).normal(0, 1, (SIDE, SIDE))
    soft = cv2.GaussianBlur(random, (0, 0), 20)
    return cv2.normalize(soft, None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8)


def black_on_white(ink: NDArray[np.bool_]) -> Grey:
    return np.where(ink, 0, 255).astype(np.uint8)


PICTURES = {
    "noise": noise,
    "salt": salt,
    "small dots": lambda: dots(8),
    "dots": lambda: dots(16),
    "large dots": lambda: dots(40),
    "squares": squares,
    "net": net,
    "letters": letters,
    "page": page,
    "scribble": scribble,
    "wave": wave,
    "cloud": cloud,
}


ORDINARY = Path(__file__).parents[1] / "docs" / "pictures" / "numbers.jpg"
"""Eight digits in two lines: what the time of the others is compared with."""


def main() -> None:
    """Read those named, or all; say how long each took, and how many times the ordinary one."""
    reader = Reader()
    usual = min(timed(reader, ORDINARY)[0] for _ in range(3))
    for name in sys.argv[1:] or PICTURES:
        faulthandler.dump_traceback_later(LIMIT, exit=True)
        seconds, reading = timed(reader, PICTURES[name]())
        told = f"{seconds:6.1f} s, {seconds / usual:4.0f} times"
        print(f"{name:12} {told}   {reading.status:12} {len(reading.digits)}", flush=True)
    faulthandler.cancel_dump_traceback_later()


def timed(reader: Reader, picture: Path | Grey) -> tuple[float, Reading]:
    began = time.process_time()
    reading = reader.read(picture)
    return time.process_time() - began, reading


if __name__ == "__main__":
    main()
