"""What is no digit, by kind, to measure how a model doubts it.

Some kinds are those of `background`, which a network may have been taught with: these tell whether
it has learnt that. The others no training here draws from, and tell what it makes of the rest of
the world.
"""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image as Picture

from digitrec.datasets import background, fonts
from digitrec.datasets.background import Image, Sources, of_kind
from digitrec.datasets.digits import Images, Part
from digitrec.errors import needs_extra
from digitrec.reading.form import SIDE
from digitrec.reading.normalize import to_mnist

COUNT = 500
"""Images of a kind."""

SEED = 2000
"""No training draws from it."""

MIRRORED = (3, 4, 6, 7, 9)
"""Digits that are none in a mirror: a 0, 1 or 8 stays what it is, a 2 and a 5 become each other."""

PIECE = (SIDE, 5 * SIDE)
"""Sides of the pieces of photographs, from and to."""


def foreign_letter(sources: Sources) -> Image:
    """A letter of a script that `background` has none of."""
    return to_mnist(fonts.foreign_glyph(sources.random))


def mirrored_digit(sources: Sources) -> Image:
    """A digit in a mirror, of those that are none there."""
    number = sources.random.choice(np.flatnonzero(np.isin(sources.digits.labels, MIRRORED)))
    return to_mnist(sources.digits.images[number][:, ::-1])


def piece_of_photograph(sources: Sources) -> Image:
    """A piece of one of scikit-learn's two photographs, in grey."""
    random = sources.random
    photograph = _photographs()[random.integers(len(_photographs()))]
    side = int(random.integers(*PIECE))
    top, left = (int(random.integers(length - side)) for length in photograph.shape)
    piece = photograph[top : top + side, left : left + side]
    return np.asarray(cv2.resize(piece, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)


def noise(sources: Sources) -> Image:
    """Any grey in each pixel."""
    return sources.random.integers(0, 256, (SIDE, SIDE), np.uint8)


NEW: Mapping[str, Callable[[Sources], Image]] = {
    "letters of other scripts": foreign_letter,
    "digits in a mirror": mirrored_digit,
    "pieces of photographs": piece_of_photograph,
    "noise": noise,
}
"""What no training here draws from, by what people call it."""

TAUGHT: Mapping[str, Callable[[Sources], Image]] = {
    "letters of fonts": background.letter,
    "signs by a pen": background.sign,
    "scribbles": background.scribble,
    "halves of digits": background.fragment,
    "two digits side by side": background.pair,
    "filled shapes": background.blob,
}
"""What `--background` teaches, drawn anew."""


def outliers(digits: Part, count: int = COUNT) -> dict[str, Images]:
    """So many images of each kind, (count, 28, 28) uint8, by its name.

    Args:
        digits: to take apart and to mirror, of each class from 0 to 9.
        count: how many of each.
    """
    kinds = {**NEW, **TAUGHT}
    return {
        name: of_kind(kind, count, digits, SEED + number)
        for number, (name, kind) in enumerate(kinds.items())
    }


@cache
def _photographs() -> tuple[Image, ...]:
    with needs_extra("train"):
        import sklearn
    folder = Path(sklearn.__file__).parent / "datasets" / "images"
    paths = sorted(folder.glob("*.jpg"))
    return tuple(np.asarray(Picture.open(path).convert("L"), np.uint8) for path in paths)
