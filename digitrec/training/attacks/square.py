"""An attack that only sees answers: random squares are tried, and kept where they help."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from digitrec.datasets.digits import Images, Labels, Part
from digitrec.training.attacks import WHITE

Answers = Callable[[Images], NDArray[np.floating]]
"""Logits (N, classes) of images (N, 28, 28) uint8."""

FIRST_SHARE = 0.8
"""Of the image that the first squares cover."""
HALVED_AT = (10, 50, 200, 1000, 2000, 4000, 6000, 8000)
"""Of 10,000 queries, those after which squares are half as large as before."""


def square(
    answers: Answers,
    part: Part,
    epsilon: float,
    *,
    queries: int = 5_000,
    seed: int = 0,
    tell: Callable[[int, int], None] = lambda _, __: None,
) -> Images:
    """Digits that are misread, where any are found, (N, 28, 28) uint8.

    No pixel differs by more than epsilon. Andriushchenko, Croce, Flammarion and Hein, "Square
    Attack: a query-efficient black-box adversarial attack via random search", 2020, for L-infinity:
    stripes at first, then squares of one sign, each kept when the true class leads by less.

    Args:
        answers: what is attacked.
        part: the digits and their true labels.
        epsilon: for pixels from 0 to 1.
        queries: that each digit may cost.
        seed: of the squares.
        tell: called now and then with the queries done and the number of digits still read rightly.
    """
    random = np.random.default_rng(seed)
    images = np.asarray(part.images)
    low, high = _bounds(images, epsilon)
    found = np.where(random.random((len(images), 1, images.shape[2])) < 0.5, low, high)
    leads = lead(answers(found), part.labels)
    for query in range(1, queries):
        if not query % (queries // 10 or 1):
            tell(query, int((leads >= 0).sum()))
        left = np.flatnonzero(leads >= 0)
        if not len(left):
            break
        tried = _with_square(found[left], low[left], high[left], side(query, queries), random)
        new = lead(answers(tried), part.labels[left])
        better = new < leads[left]
        found[left[better]], leads[left[better]] = tried[better], new[better]
    return found


def lead(logits: NDArray[np.floating], labels: Labels) -> NDArray[np.floating]:
    """(N,): the true class's logit less the best other one's; below 0, the digit is misread."""
    rows = np.arange(len(labels))
    true = logits[rows, labels]
    others = logits.copy()
    others[rows, labels] = -np.inf
    return true - others.max(axis=1)


def side(query: int, queries: int, width: int = 28) -> int:
    """How long the sides of the squares are at a query, in pixels."""
    at = query * 10_000 / queries
    share = FIRST_SHARE / 2 ** sum(at > border for border in HALVED_AT)
    return min(max(round(np.sqrt(share) * width), 1), width - 1)


def _with_square(
    found: Images, low: Images, high: Images, length: int, random: np.random.Generator
) -> Images:
    """A copy in which one square an image, anywhere, goes to its darkest or lightest."""
    count, width = len(found), found.shape[1]
    top, left = random.integers(0, width - length + 1, (2, count, 1))
    across = np.arange(width)
    rows = (across >= top) & (across < top + length)
    columns = (across >= left) & (across < left + length)
    inside = rows[:, :, None] & columns[:, None, :]
    values = np.where(random.random((count, 1, 1)) < 0.5, low, high)
    return np.where(inside, values, found)


def _bounds(images: Images, epsilon: float) -> tuple[Images, Images]:
    """The darkest and the lightest that each pixel may become: whole values inside the ball."""
    most = int(epsilon * WHITE)
    wide = images.astype(np.int64)
    low, high = np.clip(wide - most, 0, 255), np.clip(wide + most, 0, 255)
    return low.astype(np.uint8), high.astype(np.uint8)
