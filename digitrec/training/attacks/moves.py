"""An attack that changes no ink: digits are turned and shifted until they are misread."""

from collections.abc import Callable, Iterator
from itertools import product

import cv2
import numpy as np

from digitrec.datasets.digits import Images, Part
from digitrec.training.attacks.square import Answers, lead

TURNS, SHIFTS = 7, 5
"""How many turns are tried, and how many shifts along each axis."""


def moves(
    answers: Answers,
    part: Part,
    degrees: float = 30.0,
    pixels: float = 3.0,
    *,
    tell: Callable[[int, int], None] = lambda _, __: None,
) -> Images:
    """Each digit turned and shifted to where it is read worst, (N, 28, 28) uint8.

    All of a grid is tried, which no gradient finds better (Engstrom et al., "Exploring the
    Landscape of Spatial Robustness", 2019).

    Args:
        answers: what is attacked.
        part: the digits and their true labels.
        degrees: the largest turn either way.
        pixels: the largest shift along each axis, either way.
        tell: called after each place of the grid with its number, from 1, and the number of digits
            that have been read rightly at all of them.
    """
    images = np.asarray(part.images)
    found, leads = images.copy(), lead(answers(images), part.labels)
    for number, (turn, across, down) in enumerate(grid(degrees, pixels), start=1):
        tried = moved(images, turn, across, down)
        new = lead(answers(tried), part.labels)
        worse = new < leads
        found[worse], leads[worse] = tried[worse], new[worse]
        tell(number, int((leads >= 0).sum()))
    return found


def grid(degrees: float, pixels: float) -> Iterator[tuple[float, float, float]]:
    """(degrees, pixels to the right, pixels down) of all places that are tried."""
    turns = np.linspace(-degrees, degrees, TURNS).tolist() if degrees else [0.0]
    shifts = np.linspace(-pixels, pixels, SHIFTS).tolist() if pixels else [0.0]
    return product(turns, shifts, shifts)


def moved(images: Images, degrees: float, across: float, down: float) -> Images:
    """Images (N, 28, 28) turned about their middle, clockwise, then shifted; ground comes in."""
    middle = (images.shape[2] - 1) / 2
    there = cv2.getRotationMatrix2D((middle, middle), -degrees, 1.0)
    there[:, 2] += np.array([across, down])
    size = images.shape[1:]
    return np.stack([cv2.warpAffine(one, there, size, flags=cv2.INTER_LINEAR) for one in images])
