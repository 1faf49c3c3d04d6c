"""How far a confidence can be trusted: temperature, calibration error, reject threshold.

Needs numpy alone.
"""

import math

import numpy as np
from numpy.typing import NDArray

from digitrec.datasets.digits import Labels
from digitrec.reading.classifier import softmax

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


def reject_threshold(
    probabilities: NDArray[np.floating], labels: Labels, false_reject: float = 0.01
) -> float:
    """The highest confidence under which at most a share of the right readings falls.

    Args:
        probabilities: (N, classes).
        labels: (N,) class numbers.
        false_reject: that share, 0 to 1.

    Returns:
        A confidence from 0 to 1; 0 when nothing was read right.
    """
    right = probabilities.argmax(axis=1) == labels
    confidences = np.sort(probabilities.max(axis=1)[right])
    if not len(confidences):
        return 0.0
    return float(confidences[min(int(false_reject * len(confidences)), len(confidences) - 1)])
