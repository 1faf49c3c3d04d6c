"""Heads of a trained network, fitted anew to a few more digits: of its features (N, F) alone.

Features are what the logits are computed from. All is numpy and takes seconds.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitrec.datasets.digits import Labels
from digitrec.reading.classifier import softmax

HEADS = ("logits", "prototypes")
"""Kinds of heads: see `refitted` and `prototypes`."""

Array = NDArray[np.float64]

RIDGE = 0.01
"""Share of the features' mean variance that is added to each: of some the digits know little."""

MOST_STEPS = 50


@dataclass(frozen=True)
class Seen:
    """Digits as the head sees them: `features` (N, F) and `labels` (N,), class numbers."""

    features: Array
    labels: Labels

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, index: NDArray[np.integer]) -> "Seen":
        """The digits at the positions `index`, in that order."""
        return Seen(self.features[index], self.labels[index])


@dataclass(frozen=True)
class Head:
    """The last Dense layer of a network: `kernel` (F, classes) and `bias` (classes,)."""

    kernel: Array
    bias: Array

    def logits(self, features: Array) -> Array:
        """(N, F) to (N, classes)."""
        return features @ self.kernel + self.bias

    def errors(self, seen: Seen) -> int:
        """How many digits it misreads."""
        return int((self.logits(seen.features).argmax(axis=1) != seen.labels).sum())

    def losses(self, seen: Seen) -> Array:
        """The cross-entropy of each digit, (N,)."""
        return cross_entropy(self.logits(seen.features), seen.labels)


def cross_entropy(logits: Array, labels: Labels) -> Array:
    """Of each digit, (N,), of logits (N, classes)."""
    highest = logits.max(axis=1)
    total = highest + np.log(np.exp(logits - highest[:, None]).sum(axis=1))
    return total - logits[np.arange(len(labels)), labels]


def refitted(old: Head, known: Seen, own: Seen, strength: float) -> Head:
    """The logits layer that reads both what was known and one's own digits well, near the old one.

    The least of the mean cross-entropy of the known digits, that of the own ones, and the squared
    change of the weights on features of deviation 1, divided by twice the strength: a Gaussian
    prior around the old weights (Chelba, Acero, "Adaptation of Maximum Entropy Capitalizer", 2006).

    Args:
        old: the head to be changed.
        known: digits of the set that it was trained on, so that they are not forgotten.
        own: digits to be adapted to.
        strength: how freely it may change, above 0.
    """
    from scipy.optimize import minimize

    deviation = known.features.std(axis=0) + 1e-6
    both = Seen(
        np.concatenate([known.features, own.features]), np.concatenate([known.labels, own.labels])
    )
    weights = np.repeat([1 / len(known), 1 / len(own)], [len(known), len(own)])
    inputs = np.column_stack([both.features / deviation, np.ones(len(both))])
    before = old.logits(both.features)
    wanted = np.eye(len(old.bias))[both.labels]

    def loss(change: Array) -> tuple[float, Array]:
        moved = change.reshape(inputs.shape[1], -1)
        logits = before + inputs @ moved
        value = weights @ cross_entropy(logits, both.labels) + change @ change / (2 * strength)
        slope = inputs.T @ ((softmax(logits) - wanted) * weights[:, None])
        return float(value), slope.ravel() + change / strength

    start = np.zeros(inputs.shape[1] * len(old.bias))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": MOST_STEPS})
    moved = found.x.reshape(inputs.shape[1], -1)
    return Head(old.kernel + moved[:-1] / deviation[:, None], old.bias + moved[-1])


def prototypes(known: Seen, own: Seen, classes: int, strength: float) -> Head:
    """The head that reads a digit as the class whose mean is nearest to its features.

    Snell et al., "Prototypical Networks for Few-shot Learning", 2017: minus half the squared
    distance to the prototype c is c.x - |c|^2 / 2 beside what all classes share, a Dense layer.
    Distance is measured where the known digits vary alike in all directions within their classes
    (Mahalanobis), for features as they are have a few that drown the others.

    Args:
        known: digits of every class, whose means the prototypes shrink to.
        own: digits to be adapted to, not of every class perhaps.
        classes: how many there are.
        strength: how many known means one own digit counts as.
    """
    means, _ = _means(known, classes)
    own_means, own_counts = _means(own, classes)
    share = (strength * own_counts / (strength * own_counts + 1))[:, None]
    centres = means + share * (own_means - means)
    spread = known.features - means[known.labels]
    covariance = spread.T @ spread / len(known)
    covariance += RIDGE * np.trace(covariance) / len(covariance) * np.eye(len(covariance))
    kernel = np.asarray(np.linalg.solve(covariance, centres.T), np.float64)
    return Head(kernel, -(centres.T * kernel).sum(axis=0) / 2)


def _means(seen: Seen, classes: int) -> tuple[Array, Array]:
    """The mean features of each class (classes, F), 0 where there is no digit, and the counts."""
    members = np.eye(classes)[seen.labels]
    counts = members.sum(axis=0)
    return members.T @ seen.features / np.maximum(counts, 1)[:, None], counts
