"""From probabilities and labels to figures: how often, how surely and where a model is wrong."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from itertools import combinations
from statistics import NormalDist
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from digitrec.datasets.digits import Labels
from digitrec.errors import DataError, ModelError, needs_extra
from digitrec.training.calibration import expected_calibration_error

Probabilities = NDArray[np.float64]
"""One row a digit and one column a class, (N, C); each row sums to 1."""

BINS = 15
"""Bins of equal width for the calibration error (Guo et al. 2017) and for the reliability plot."""

LEVEL = 0.95
"""Of the interval around an accuracy."""


@dataclass(frozen=True)
class Scores:
    """How well one class is found, or a mean over classes; each from 0 to 1.

    Attributes:
        precision: of the digits read as the class, the share that is it.
        recall: of the class's digits, the share read as it.
        f1: harmonic mean of the two.
        support: digits that are of the class.
    """

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class Mistake:
    """A digit read wrongly: its place in the part, both class names, the wrong one's confidence."""

    index: int
    true: str
    predicted: str
    confidence: float


@dataclass(frozen=True)
class Confusion:
    """How often digits of the class `true` were read as `predicted`."""

    true: str
    predicted: str
    count: int


@dataclass(frozen=True)
class Pair:
    """Two classes that are taken for each other.

    Attributes:
        classes: their names, in the order of the confusion matrix.
        count: digits of either that were read as the other.
        each_way: how many of them were of the first class, and how many of the second.
    """

    classes: tuple[str, str]
    count: int
    each_way: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A model measured on labelled digits.

    Attributes:
        classes: the class names, in the order of the confusion matrix.
        accuracy: share read rightly, 0 to 1.
        errors: digits read wrongly.
        count: digits read.
        loss: mean cross-entropy of the calibrated probabilities, in nats.
        interval: Wilson's 95 % interval of the accuracy.
        ece: expected calibration error over 15 bins, 0 to 1.
        per_class: scores of each class.
        macro: plain mean of the scores over the classes that occur.
        weighted: mean of them weighted by support.
        confusion: counts (C, C), the true class in rows, what it was read as in columns.
        mistakes: every digit read wrongly, the surest first.
        labels: (N,) class numbers.
        probabilities: (N, C).
    """

    classes: tuple[str, ...]
    accuracy: float
    errors: int
    count: int
    loss: float
    interval: tuple[float, float]
    ece: float
    per_class: tuple[Scores, ...]
    macro: Scores
    weighted: Scores
    confusion: NDArray[np.int64]
    mistakes: tuple[Mistake, ...]
    labels: Labels = field(repr=False)
    probabilities: Probabilities = field(repr=False)

    def as_dict(self, worst: int = 20) -> dict[str, Any]:
        """The form of metrics.json's parts, with more figures, for JSON; the `worst` mistakes."""
        return {
            "accuracy": self.accuracy,
            "errors": self.errors,
            "count": self.count,
            "loss": self.loss,
            "interval": list(self.interval),
            "ece": self.ece,
            "per_class": {
                name: asdict(scores)
                for name, scores in zip(self.classes, self.per_class, strict=True)
            },
            "macro": asdict(self.macro),
            "weighted": asdict(self.weighted),
            "confusion": self.confusion.tolist(),
            "pairs": [asdict(pair) for pair in confusable_pairs(self)],
            "worst": [asdict(mistake) for mistake in self.mistakes[:worst]],
        }


def measure(probabilities: Probabilities, labels: Labels, classes: Sequence[str]) -> Evaluation:
    """Every figure, from probabilities (N, C), labels (N,) from 0 to C - 1 and C class names.

    Raises:
        DataError: there are no digits, or the labels do not fit.
        ModelError: the probabilities do not fit, or are not numbers.
        MissingExtraError: scikit-learn is not installed.
    """
    _check(probabilities, labels, classes)
    predicted = probabilities.argmax(axis=1)
    errors = int((predicted != labels).sum())
    scores, macro, weighted = _scores(labels, predicted, len(classes))
    return Evaluation(
        classes=tuple(classes),
        accuracy=(len(labels) - errors) / len(labels),
        errors=errors,
        count=len(labels),
        loss=_loss(probabilities, labels),
        interval=wilson_interval(len(labels) - errors, len(labels)),
        ece=expected_calibration_error(probabilities, labels, bins=BINS),
        per_class=scores,
        macro=macro,
        weighted=weighted,
        confusion=_confusion(labels, predicted, len(classes)),
        mistakes=_mistakes(probabilities, labels, classes),
        labels=labels,
        probabilities=probabilities,
    )


def wilson_interval(right: int, count: int, level: float = LEVEL) -> tuple[float, float]:
    """Interval of a share `right` of `count`, both ends from 0 to 1 (E. B. Wilson 1927).

    Unlike the usual mean +- 2 standard errors it stays inside 0 to 1 and is honest near 100 %.
    """
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, doubt = right / count, z * z / count
    middle = (share + doubt / 2) / (1 + doubt)
    half = z / (1 + doubt) * (share * (1 - share) / count + doubt / (4 * count)) ** 0.5
    return max(0.0, middle - half), min(1.0, middle + half)


def frequent_confusions(evaluation: Evaluation, most: int = 10) -> list[Confusion]:
    """What was read wrongly how often, the most frequent first."""
    wrong = evaluation.confusion.copy()
    np.fill_diagonal(wrong, 0)
    order = np.argsort(-wrong, axis=None, kind="stable")[: min(most, np.count_nonzero(wrong))]
    names = evaluation.classes
    return [
        Confusion(names[row], names[column], int(wrong[row, column]))
        for row, column in zip(*np.unravel_index(order, wrong.shape), strict=True)
    ]


def confusable_pairs(evaluation: Evaluation) -> list[Pair]:
    """Every two classes of which one was read as the other, those most often confused first."""
    wrong, names = evaluation.confusion, evaluation.classes
    pairs = [
        Pair((names[one], names[other]), int(there + back), (int(there), int(back)))
        for one, other in combinations(range(len(names)), 2)
        if (there := wrong[one, other]) + (back := wrong[other, one])
    ]
    return sorted(pairs, key=lambda pair: -pair.count)


def _check(probabilities: Probabilities, labels: Labels, classes: Sequence[str]) -> None:
    if not len(labels):
        raise DataError("expected digits to measure on; received none")
    expected = (len(labels), len(classes))
    if probabilities.shape != expected:
        raise ModelError(f"expected probabilities {expected}; received {probabilities.shape}")
    if not np.isfinite(probabilities).all():
        raise ModelError("expected probabilities that are numbers; received NaN or infinity")
    if labels.min() < 0 or labels.max() >= len(classes):
        raise DataError(
            f"expected labels from 0 to {len(classes) - 1}; "
            f"received {labels.min()} to {labels.max()}"
        )


def _loss(probabilities: Probabilities, labels: Labels) -> float:
    with needs_extra("train"):
        from sklearn.metrics import log_loss
    return float(log_loss(labels, probabilities, labels=range(probabilities.shape[1])))


def _confusion(labels: Labels, predicted: NDArray[np.integer], classes: int) -> NDArray[np.int64]:
    with needs_extra("train"):
        from sklearn.metrics import confusion_matrix
    return confusion_matrix(labels, predicted, labels=range(classes))


def _scores(
    labels: Labels, predicted: NDArray[np.integer], classes: int
) -> tuple[tuple[Scores, ...], Scores, Scores]:
    """Each class's, then the macro and the weighted mean over the classes that occur."""
    with needs_extra("train"):
        from sklearn.metrics import precision_recall_fscore_support

    def scores(names: Any, average: str | None) -> Any:
        return precision_recall_fscore_support(
            labels, predicted, labels=names, average=average, zero_division=cast(Any, 0)
        )

    each = tuple(
        Scores(float(row[0]), float(row[1]), float(row[2]), int(row[3]))
        for row in zip(*scores(range(classes), None), strict=True)
    )
    occurring = np.unique(labels)
    macro, weighted = (
        Scores(float(precision), float(recall), float(f1), len(labels))
        for precision, recall, f1, _ in (
            scores(occurring, average) for average in ("macro", "weighted")
        )
    )
    return each, macro, weighted


def _mistakes(
    probabilities: Probabilities, labels: Labels, classes: Sequence[str]
) -> tuple[Mistake, ...]:
    predicted, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    wrong = np.flatnonzero(predicted != labels)
    surest_first = wrong[np.argsort(-sure[wrong], kind="stable")]
    return tuple(
        Mistake(at, classes[int(labels[at])], classes[int(predicted[at])], float(sure[at]))
        for at in surest_first.tolist()
    )
