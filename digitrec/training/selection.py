"""Which of several trained networks make the best ensemble, by their answers on validation.

Needs numpy alone.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitrec.datasets.digits import Labels

WEIGHTS = ("equal", "validation")
"""How much each network of an ensemble counts: alike, or as often as validation asks for it."""

AMONG = ("chosen", "all")
"""Which networks are in it: those that validation asks for, or every one that is given."""

SHIFTS = (1, 5, 9)
"""Over how many shifts of a digit an answer may be the mean: none, one pixel along an axis, or
diagonally too; see ensembles.SHIFTED."""

MOST = 10
"""Networks in an ensemble, unless more are asked for."""

ROUNDS = 50
"""How often a network may be added where one may be added again: weights are multiples of 2 %."""

LEAST = 1e-12
"""What a probability is at least, so that its logarithm is a number."""

Counts = tuple[int, ...]

Probabilities = NDArray[np.float64]
"""(M, N, C): of M networks for N digits."""


@dataclass(frozen=True)
class Choice:
    """An ensemble that was chosen.

    Attributes:
        counts: how often each network is in it; 0: it is not.
        errors: digits of validation that the mean reads wrongly.
        loss: its mean log loss on them, in nats.
    """

    counts: Counts
    errors: int
    loss: float

    @property
    def weights(self) -> tuple[float, ...]:
        """One a network, of the sum 1."""
        return tuple(count / sum(self.counts) for count in self.counts)


def choose(
    probabilities: Probabilities,
    labels: Labels,
    *,
    most: int = MOST,
    repeated: bool = False,
    every: bool = False,
) -> Choice:
    """The ensemble with the fewest misses on validation, and of several such the least log loss.

    Networks are added one at a time, each time the one that helps most, and the best of all the
    ensembles on the way is taken (Caruana et al., "Ensemble Selection from Libraries of Models",
    2004).

    Args:
        probabilities: (M, N, C), of each network for each digit of validation.
        labels: (N,) class numbers.
        most: different networks that it may have.
        repeated: whether a network may be added again, and so count more.
        every: whether to begin with all networks instead of with none.
    """

    def score(counts: Counts) -> tuple[int, float]:
        return _score(counts, probabilities, labels)

    counts: Counts = (int(every),) * len(probabilities)
    path = [counts] if every else []
    rounds = ROUNDS if repeated else min(most, len(counts)) - sum(counts)
    for _ in range(rounds):
        counts = min(_larger(counts, most, repeated), key=score)
        path.append(counts)
    best = min(path, key=score)
    return Choice(best, *score(best))


def _larger(counts: Counts, most: int, repeated: bool) -> list[Counts]:
    """The ensembles of one network more that are allowed."""
    added = [(*counts[:at], count + 1, *counts[at + 1 :]) for at, count in enumerate(counts)]
    return [
        more
        for more in added
        if sum(count > 0 for count in more) <= most and (repeated or max(more) == 1)
    ]


def _score(counts: Counts, probabilities: Probabilities, labels: Labels) -> tuple[int, float]:
    """Misses and log loss of the weighted mean."""
    mean = np.tensordot(np.array(counts) / sum(counts), probabilities, axes=1)  # (N, C)
    right = mean[np.arange(len(labels)), labels]
    errors = int((mean.argmax(axis=1) != labels).sum())
    return errors, float(-np.log(np.maximum(right, LEAST)).mean())
