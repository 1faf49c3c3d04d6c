"""Labels that may be wrong, by what a model says that has not been trained on them.

Confident learning: C. Northcutt, L. Jiang and I. Chuang, "Confident Learning: Estimating
Uncertainty in Dataset Labels", 2021. A label is probably wrong when the model is as sure of another
class as it usually is of that class's own digits. A model that knows how little it knows is rarely
that sure where it errs, so what it reads otherwise than labelled is ranked as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitrec.datasets.digits import Labels
from digitrec.insight.metrics import Evaluation, Probabilities, wilson_interval

DISPUTED = (
    947, 1621, 1901, 2130, 2462, 2597, 2654, 3520, 3558, 5937, 6651, 6783, 8527, 9679, 9729,
)  # fmt: skip
"""Of MNIST's test digits those whose label people dispute, by their place: C. Northcutt, A. Athalye
and J. Mueller, "Pervasive Label Errors in Test Sets Destabilize Machine Learning Benchmarks", 2021,
as cleanlab lists them."""


@dataclass(frozen=True)
class Doubt:
    """A digit whose label may be wrong.

    Attributes:
        index: its place in the part.
        label: the name of its class, as labelled.
        suggested: the class that it probably is.
        margin: probability of the label less that of the suggested class, -1 to 1; the lower, the
            more it is doubted.
        confident: whether it is off the diagonal of the confident joint, so probably wrong.
    """

    index: int
    label: str
    suggested: str
    margin: float
    confident: bool


@dataclass(frozen=True)
class Dispute:
    """A model measured with and without MNIST's disputed test digits.

    Attributes:
        misread: places of the disputed digits that the model reads otherwise than labelled.
        errors: undisputed digits that it reads otherwise than labelled.
        count: undisputed digits.
    """

    misread: tuple[int, ...]
    errors: int
    count: int

    @property
    def accuracy(self) -> float:
        """On the undisputed digits, 0 to 1."""
        return 1 - self.errors / self.count

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the accuracy."""
        return wilson_interval(self.count - self.errors, self.count)


def doubts(
    probabilities: Probabilities, labels: Labels, classes: Sequence[str]
) -> tuple[Doubt, ...]:
    """The digits whose label is probably wrong, then those read otherwise than labelled.

    Of each the most doubted first.

    Args:
        probabilities: (N, C) of a model that was not trained on these digits.
        labels: (N,), as they are given.
        classes: C names.
    """
    counted = confident_classes(probabilities, labels)
    confident = (counted >= 0) & (counted != labels)
    suggested = np.where(confident, counted, probabilities.argmax(axis=1))
    rows = np.arange(len(labels))
    margins = probabilities[rows, labels] - probabilities[rows, suggested]
    order = np.lexsort((margins, ~confident))
    return tuple(
        Doubt(
            at,
            classes[labels[at]],
            classes[suggested[at]],
            float(margins[at]),
            bool(confident[at]),
        )
        for at in order[(suggested != labels)[order]].tolist()
    )


def confident_classes(probabilities: Probabilities, labels: Labels) -> NDArray[np.int64]:
    """The class that each digit is confidently counted to, (N,); -1: to none.

    A digit is counted to a class when its probability is at least the mean that this class has
    among the digits labelled with it; to the likeliest, when there are several.
    """
    limits = np.full(probabilities.shape[1], np.inf)
    for name in np.unique(labels):
        limits[name] = probabilities[labels == name, name].mean()
    counted = probabilities >= limits
    likeliest = np.where(counted, probabilities, -1.0).argmax(axis=1)
    return np.where(counted.any(axis=1), likeliest, -1)


def confident_joint(probabilities: Probabilities, labels: Labels) -> NDArray[np.int64]:
    """How many digits with the label of the row are confidently counted to the column, (C, C)."""
    joint = np.zeros((probabilities.shape[1],) * 2, np.int64)
    counted = confident_classes(probabilities, labels)
    sure = counted >= 0
    np.add.at(joint, (labels[sure], counted[sure]), 1)
    return joint


def dispute(evaluation: Evaluation) -> Dispute:
    """What an evaluation on MNIST's 10,000 test digits says of those that are disputed."""
    wrong = {mistake.index for mistake in evaluation.mistakes}
    return Dispute(
        misread=tuple(index for index in DISPUTED if index in wrong),
        errors=len(wrong.difference(DISPUTED)),
        count=evaluation.count - len(DISPUTED),
    )
