"""Cuts a set in two so that every class keeps its share; the same cut on every machine."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from digitrec.datasets.digits import Digits, Labels, Part
from digitrec.errors import DataError, about

SEED = 1998
"""Every cut's seed: models can be compared only when they were chosen on the same digits."""

VALIDATION_COUNT = 5_000
"""Digits held back from a large training set, such as MNIST's 60,000."""

Index = NDArray[np.int64]


def cut(labels: Labels, count: int, seed: int = SEED) -> tuple[Index, Index]:
    """Positions of those that stay and of the `count` that are cut off, each in rising order.

    Of each class, what is cut off differs by less than one from its exact share.

    Raises:
        DataError: nothing would stay.
    """
    _check_that_some_stay(labels, count)
    # RandomState, for its stream is frozen for ever and that of default_rng is not (NEP 19).
    random = np.random.RandomState(seed)
    _, classes = np.unique(labels, return_inverse=True)
    quotas = _shares(np.bincount(classes), count)
    taken = np.zeros(len(labels), bool)
    for number, quota in enumerate(quotas):
        members = np.flatnonzero(classes == number)
        taken[random.permutation(members)[:quota]] = True
    return np.flatnonzero(~taken), np.flatnonzero(taken)


def cut_in_three(labels: Labels, validation: int, test: int) -> dict[str, Index]:
    """Positions of the train, validation and test parts. Raises DataError as `cut` does."""
    _check_that_some_stay(labels, validation + test)
    rest, tested = cut(labels, test)
    train, validated = cut(labels[rest], validation)
    return {"train": rest[train], "validation": rest[validated], "test": tested}


def validation_count(count: int) -> int:
    """How many of `count` training digits to hold back: a tenth, at most VALIDATION_COUNT."""
    return min(VALIDATION_COUNT, tenth(count))


def tenth(count: int) -> int:
    """A tenth of `count`, rounded, and never nothing."""
    return max(1, round(count / 10))


def with_validation(train: Callable[[], Part], source: object) -> dict[str, Callable[[], Part]]:
    """Readers of the train and validation parts that are cut from what `train` reads.

    They raise DataError, which names the `source`, when there is nothing to cut.
    """

    @cache
    def halves() -> tuple[Part, Part]:
        whole = train()
        with about(source):
            kept, held_back = cut(whole.labels, validation_count(len(whole)))
        return whole.take(kept), whole.take(held_back)

    return {"train": lambda: halves()[0], "validation": lambda: halves()[1]}


def in_three(whole: Part, validation: int, test: int) -> dict[str, Callable[[], Part]]:
    """Readers of the three parts that `whole` is cut into."""
    places = cut_in_three(whole.labels, validation, test)
    return {name: partial(whole.take, index) for name, index in places.items()}


def some(part: Part, count: int, seed: int = SEED) -> Part:
    """`count` digits of a part, or all where it has fewer; each class with its share."""
    return part if count >= len(part) else part.take(cut(part.labels, count, seed)[1])


def folds(labels: Labels, count: int, seed: int = SEED) -> list[Index]:
    """Positions of the `count` parts of a cross-validation, each in rising order.

    Every digit is in one of them; parts, and the shares of a class, differ by at most one digit.

    Raises:
        DataError: a part would be empty.
    """
    if count > len(labels):
        raise DataError(f"expected at least {count} digits, a part each; received {len(labels)}")
    random = np.random.RandomState(seed)
    members = [random.permutation(np.flatnonzero(labels == name)) for name in np.unique(labels)]
    dealt = np.concatenate(members)
    return [np.sort(dealt[first::count]) for first in range(count)]


def folded(digits: Digits, count: int, number: int) -> Digits:
    """A data set to validate on one of `count` parts of its training digits, to train on the rest.

    The parts are cut from what was for training and for validation together, the same on every
    machine (Stone, "Cross-Validatory Choice and Assessment of Statistical Predictions", 1974). The
    test part is left as it is.

    Args:
        digits: the data set.
        count: parts, at least 2.
        number: the part to validate on, from 0.

    Raises:
        DataError: when the digits are asked for, and there are too few of them.
    """

    @cache
    def halves() -> tuple[Part, Part]:
        whole = everything(digits)
        with about(digits.name):
            held_back = folds(whole.labels, count)[number]
        return whole.take(np.delete(np.arange(len(whole)), held_back)), whole.take(held_back)

    readers = {"train": lambda: halves()[0], "validation": lambda: halves()[1]}
    return replace(digits, readers={**digits.readers, **readers}, _read={})


def everything(digits: Digits) -> Part:
    """Train and validation parts joined in memory, for a last fit after all has been chosen."""
    parts = (digits.train, digits.validation)
    return Part(
        np.concatenate([part.images for part in parts]),
        np.concatenate([part.labels for part in parts]),
    )


def _check_that_some_stay(labels: Labels, count: int) -> None:
    if count >= len(labels):
        raise DataError(
            f"expected at least {count + 1} digits, to set {count} aside; received {len(labels)}"
        )


def _shares(sizes: NDArray[np.integer], count: int) -> Index:
    """`count` shared out in proportion to `sizes`, by the largest remainders."""
    exact = sizes * count / sizes.sum()
    shares = np.floor(exact).astype(np.int64)
    left = count - int(shares.sum())
    shares[np.argsort(shares - exact, kind="stable")[:left]] += 1
    return shares
