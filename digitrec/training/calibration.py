"""How far a confidence can be trusted: temperature, calibration error, limits.

Needs numpy alone.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitrec.datasets.digits import Labels
from digitrec.reading.classifier import energies, softmax

REJECTED = 0.002
"""Share of the right readings that may be taken for no digit."""

DOUBTED = 0.006
"""Share of the right readings that may be marked uncertain or taken for no digit. With those that
the reader can make out only at a second look, which are uncertain too, it comes to 1 %."""

COLDEST, HOTTEST = 1e-3, 1e3
HALVINGS = 60


def fit_temperature(logits: NDArray[np.floating], labels: Labels) -> float:
    """The temperature T at which softmax(logits / T) gives the labels the least loss.

    Guo et al., "On Calibration of Modern Neural Networks", 2017. The mean negative log-likelihood
    is convex in 1/T, so its one zero of slope is found by halving log T. A set without a mistake
    would ask for T = 0: as in Platt's scaling (1999), one digit more is counted whose class nobody
    knows.

    Args:
        logits: (N, classes).
        labels: (N,) class numbers.

    Returns:
        T from COLDEST to HOTTEST; over 1 when the logits were too sure, under 1 when too timid.
    """
    unknown = 1 / (len(labels) + 1)
    right = logits[np.arange(len(labels)), labels]
    wanted = ((1 - unknown) * right + unknown * logits.mean(axis=1)).mean()
    low, high = math.log(COLDEST), math.log(HOTTEST)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        expected = (softmax(logits / math.exp(middle)) * logits).sum(axis=1).mean()
        if expected > wanted:
            low = middle
        else:
            high = middle
    return math.exp((low + high) / 2)


def expected_calibration_error(
    probabilities: NDArray[np.floating], labels: Labels, bins: int = 15
) -> float:
    """The mean gap between confidence and accuracy, 0 to 1, over bins of equal width.

    Naeini et al., "Obtaining Well Calibrated Probabilities Using Bayesian Binning", 2015.

    Args:
        probabilities: (N, classes).
        labels: (N,) class numbers.
        bins: how many; each is weighted by the share of digits in it.
    """
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = np.bincount(which, weights=confidence - right, minlength=bins)
    return float(np.abs(gaps).sum() / len(labels))


@dataclass(frozen=True)
class Limits:
    """Beyond which a reading is doubted or rejected; see Card, whose fields these are."""

    uncertain_below: float
    uncertain_energy: float | None
    reject_energy: float | None


def fit_limits(logits: NDArray[np.floating], labels: Labels, temperature: float) -> Limits:
    """The tightest limits that reject and doubt at most their shares of the right readings.

    Energy beyond `reject_energy` is had by REJECTED of them; confidence under `uncertain_below`,
    or energy beyond `uncertain_energy`, by DOUBTED of them together.

    Args:
        logits: (N, classes).
        labels: (N,) class numbers.
        temperature: what the logits are divided by.
    """
    right = logits[logits.argmax(axis=1) == labels]
    if not len(right):
        return Limits(0.0, None, None)
    confidence = softmax(right / temperature).max(axis=1)
    energy = energies(right, temperature)
    lowest, highest = np.sort(confidence), np.sort(energy)[::-1]
    doubted = int(DOUBTED * len(right))
    for count in range(doubted, -1, -1):
        limit, energy_limit = lowest[count], highest[count]
        if ((confidence < limit) | (energy > energy_limit)).sum() <= doubted:
            break
    rejected = highest[int(REJECTED * len(right))]
    return Limits(float(limit), float(energy_limit), float(rejected))
