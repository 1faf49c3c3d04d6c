"""Measures a model through the classifier that users run.

>>> evaluate(Classifier("models/digitrec.tflite"), datasets.load("mnist").test).errors
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitrec.datasets.digits import Images, Labels, Part
from digitrec.errors import DataError, ModelError
from digitrec.insight.metrics import Evaluation, Probabilities, measure
from digitrec.insight.strokes.features import features
from digitrec.reading.classifier import CardClassifier
from digitrec.reading.form import DIGIT_NAMES


@dataclass(frozen=True, eq=False)
class Answers:
    """What a classifier says of labelled digits.

    Attributes:
        images: (N, 28, 28).
        labels: (N,), as numbers of the classifier's classes.
        logits: (N, C).
        probabilities: (N, C), calibrated.
    """

    images: Images
    labels: Labels
    logits: NDArray[np.float32]
    probabilities: Probabilities

    @property
    def right(self) -> NDArray[np.bool_]:
        """Which digits are read rightly, (N,)."""
        return self.probabilities.argmax(axis=1) == self.labels

    @property
    def confidence(self) -> NDArray[np.float64]:
        """The probability of the class that each is read as, (N,)."""
        return self.probabilities.max(axis=1)

    @cached_property
    def strokes(self) -> NDArray[np.float32]:
        """Features (N, F) of the strokes, by strokes.features.NAMES; a millisecond or two each."""
        return features(self.images)


@dataclass(frozen=True)
class Agreement:
    """Two models on the same digits.

    Attributes:
        count: digits read.
        same: digits that both read alike, rightly or wrongly.
        only_first_right: digits that only the first model reads rightly.
        only_second_right: digits that only the second model reads rightly.
    """

    count: int
    same: int
    only_first_right: int
    only_second_right: int

    @property
    def share(self) -> float:
        """Share of the digits read alike, 0 to 1."""
        return self.same / self.count

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"share": self.share, **asdict(self)}


def evaluate(
    classifier: CardClassifier, part: Part, classes: Sequence[str] = DIGIT_NAMES
) -> Evaluation:
    """Every figure of a classifier on labelled digits whose class names are `classes`.

    The figures are in the order of the classifier's classes; it may know more than the data has.

    Raises:
        ModelError: the classifier does not know one of the `classes`.
        DataError: there are no digits.
        MissingExtraError: scikit-learn is not installed.
    """
    said = answers(classifier, part, classes)
    return measure(said.probabilities, said.labels, classifier.classes)


def answers(
    classifier: CardClassifier, part: Part, classes: Sequence[str] = DIGIT_NAMES
) -> Answers:
    """What a classifier says of labelled digits whose class names are `classes`.

    Raises:
        ModelError: the classifier does not know one of the `classes`.
    """
    labels = in_terms_of(classifier, part, classes)
    logits = classifier.logits(part.images)
    return Answers(part.images, labels, logits, classifier.calibrated(logits))


def agreement(first: Evaluation, second: Evaluation) -> Agreement:
    """How often two models read the same digit alike, and which is right where they differ.

    Raises:
        DataError: they were not measured on the same digits.
    """
    if not np.array_equal(_true(first), _true(second)):
        raise DataError(
            f"expected two models measured on the same digits; received {first.count} digits "
            f"and {second.count} with other labels"
        )
    alike = _read(first) == _read(second)
    first_right, second_right = _read(first) == _true(first), _read(second) == _true(second)
    return Agreement(
        count=first.count,
        same=int(alike.sum()),
        only_first_right=int((first_right & ~second_right).sum()),
        only_second_right=int((second_right & ~first_right).sum()),
    )


def _true(evaluation: Evaluation) -> NDArray[np.str_]:
    return np.asarray(evaluation.classes)[evaluation.labels]


def _read(evaluation: Evaluation) -> NDArray[np.str_]:
    return np.asarray(evaluation.classes)[evaluation.probabilities.argmax(axis=1)]


def in_terms_of(
    classifier: CardClassifier, part: Part, classes: Sequence[str]
) -> NDArray[np.int64]:
    """The labels (N,) of a part as numbers of the classifier's classes.

    Raises:
        ModelError: the classifier does not know one of the `classes`, which are the data's.
    """
    known = classifier.classes
    if unknown := [name for name in classes if name not in known]:
        raise ModelError(
            f"{classifier.card.name}: expected a model of the data's classes "
            f"({' '.join(classes)}); received one that reads {' '.join(known)} "
            f"and not {' '.join(unknown)}"
        )
    return np.array([known.index(name) for name in classes])[part.labels]
