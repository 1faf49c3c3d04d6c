"""Whether a model is right as often as it says: calibration errors, Brier score, reliability.

`training.calibration` has the error of bins of equal width, which fits temperatures as well.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitrec.datasets.digits import Labels
from digitrec.insight.metrics import BINS, Evaluation, Probabilities, wilson_interval

DRAWS = 200
"""Worlds that are drawn to see what luck alone makes of the calibration error."""

RARE = 0.95
"""Share of these worlds whose error is smaller than the `most` that luck is taken to make."""

Curve = NDArray[np.float64]


@dataclass(frozen=True)
class Bin:
    """Digits of like confidence.

    Attributes:
        count: how many.
        confidence: their mean confidence, 0 to 1.
        accuracy: the share of them read rightly.
        interval: Wilson's 95 % interval of the accuracy.
    """

    count: int
    confidence: float
    accuracy: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class Luck:
    """The calibration error that a model would show on as many digits if it were right exactly as
    often as it says: its mean, and the `most` that 95 in 100 such models would show."""

    mean: float
    most: float


@dataclass(frozen=True)
class Calibration:
    """How far the confidence of a model is from its accuracy; each error from 0 to 1.

    Attributes:
        ece: expected calibration error over 15 bins of equal width.
        adaptive: the same over 15 bins of as many digits each.
        classwise: mean over the classes of the error of each one's own probability.
        brier: Brier score, 0 (perfect) to 2.
        nll: negative log-likelihood, the mean cross-entropy in nats.
        confidence: mean confidence.
        luck: what of `ece` luck alone may be.
        bins: of equal width, without the empty ones.
    """

    ece: float
    adaptive: float
    classwise: float
    brier: float
    nll: float
    confidence: float
    luck: Luck
    bins: tuple[Bin, ...]

    @property
    def is_luck(self) -> bool:
        """Whether a perfectly calibrated model may well show as much."""
        return self.ece <= self.luck.most


def calibration(evaluation: Evaluation) -> Calibration:
    """Every figure of what was measured."""
    probabilities, labels = evaluation.probabilities, evaluation.labels
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    return Calibration(
        ece=evaluation.ece,
        adaptive=adaptive_calibration_error(probabilities, labels),
        classwise=classwise_calibration_error(probabilities, labels),
        brier=brier_score(probabilities, labels),
        nll=evaluation.loss,
        confidence=float(confidence.mean()),
        luck=luck(confidence),
        bins=tuple(reliability(confidence, right)),
    )


def adaptive_calibration_error(
    probabilities: Probabilities, labels: Labels, bins: int = BINS
) -> float:
    """The mean gap between confidence and accuracy, 0 to 1, over bins of as many digits each.

    Nguyen and O'Connor, "Posterior calibration and exploratory analysis for natural language
    processing models", 2015. Where nearly all confidences are near 1, bins of equal width put
    nearly all digits into one bin. Digits of the same confidence stay together.
    """
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    return _mean_gap(confidence, right, _of_equal_mass(confidence, bins))


def classwise_calibration_error(
    probabilities: Probabilities, labels: Labels, bins: int = BINS
) -> float:
    """The mean over the classes of the gap between a class's probability and its frequency.

    Kull et al., "Beyond temperature scaling", 2019; bins of equal width. It sees probabilities that
    are wrong where they are not the greatest.
    """
    gaps = [
        _mean_gap(probabilities[:, name], labels == name, _of_equal_width(bins))
        for name in range(probabilities.shape[1])
    ]
    return float(np.mean(gaps))


def brier_score(probabilities: Probabilities, labels: Labels) -> float:
    """The mean squared distance of the probabilities from what is true (Brier 1950), 0 to 2."""
    truth = np.eye(probabilities.shape[1])[labels]
    return float(((probabilities - truth) ** 2).sum(axis=1).mean())


def luck(confidence: Curve, draws: int = DRAWS, seed: int = 0) -> Luck:
    """What a model that is right exactly as often as it says would show as its calibration error.

    Bröcker and Smith, "Increasing the reliability of reliability diagrams", 2007: in each of the
    drawn worlds every digit is right with its own confidence.
    """
    random = np.random.default_rng(seed)
    which = _of_equal_width(BINS)(confidence)
    errors = np.empty(draws)
    for draw in range(draws):
        right = random.random(len(confidence)) < confidence
        errors[draw] = np.abs(np.bincount(which, confidence - right)).sum() / len(confidence)
    return Luck(float(errors.mean()), float(np.quantile(errors, RARE)))


def reliability(confidence: Curve, right: NDArray[np.bool_], bins: int = BINS) -> Iterator[Bin]:
    """The bins of equal width that hold digits, in rising order of confidence."""
    which = _of_equal_width(bins)(confidence)
    for number in np.unique(which):
        inside = which == number
        count, hits = int(inside.sum()), int(right[inside].sum())
        yield Bin(
            count, float(confidence[inside].mean()), hits / count, wilson_interval(hits, count)
        )


Binning = Callable[[Curve], NDArray[np.int64]]


def _of_equal_width(bins: int) -> Binning:
    return lambda values: np.minimum((values * bins).astype(np.int64), bins - 1)


def _of_equal_mass(values: Curve, bins: int) -> Binning:
    """Bins that begin where each share of the sorted values begins."""
    begins = np.sort(values)[np.arange(bins) * len(values) // bins]
    return lambda values: np.searchsorted(np.unique(begins), values, side="right") - 1


def _mean_gap(said: Curve, true: NDArray[np.bool_], binning: Binning) -> float:
    gaps = np.bincount(binning(said), weights=said - true)
    return float(np.abs(gaps).sum() / len(said))
