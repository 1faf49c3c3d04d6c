"""Each class against all others: what is found of it, and how much of what is found is it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitrec.errors import needs_extra
from digitrec.insight.metrics import Evaluation


@dataclass(frozen=True, eq=False)
class Curve:
    """Precision and recall of a class at every limit of its probability.

    Attributes:
        name: of the class.
        precision: (P,), 0 to 1.
        recall: (P,), falling from 1 to 0.
        average: average precision, the mean of the precisions weighted by how much recall each
            adds.
    """

    name: str
    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    average: float


def curves(evaluation: Evaluation) -> tuple[Curve, ...]:
    """One curve for each class that occurs.

    Raises:
        MissingExtraError: scikit-learn is not installed.
    """
    with needs_extra("train"):
        from sklearn.metrics import average_precision_score, precision_recall_curve
    found = []
    for number in np.unique(evaluation.labels):
        truth, said = evaluation.labels == number, evaluation.probabilities[:, number]
        precision, recall, _ = precision_recall_curve(truth, said)
        average = float(average_precision_score(truth, said))
        found.append(Curve(evaluation.classes[number], precision, recall, average))
    return tuple(found)
