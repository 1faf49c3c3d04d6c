"""How a model reads digits that are moved, turned, made thinner or larger, or corrupted."""

from dataclasses import dataclass
from statistics import fmean
from typing import Any

from digitrec.datasets.digits import Part
from digitrec.datasets.split import some
from digitrec.insight import invariance, robustness
from digitrec.insight.invariance import Invariance
from digitrec.insight.robustness import Robustness
from digitrec.reading.classifier import CardClassifier


@dataclass(frozen=True, eq=False)
class Changed:
    """How changed digits are read.

    Attributes:
        moved: shifted, turned, of other sizes, of other strokes.
        corrupted: by each kind of our corruptions.
    """

    moved: Invariance
    corrupted: Robustness

    @property
    def by_severity(self) -> list[float]:
        """Share of the corrupted digits that is read rightly, 0 to 1, from the mildest on."""
        columns = zip(*(kind.accuracies for kind in self.corrupted.kinds), strict=True)
        return [fmean(column) for column in columns]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"moved": self.moved.as_dict(), "corrupted": self.corrupted.as_dict()}


def measure(classifier: CardClassifier, part: Part, count: int) -> Changed | None:
    """How some of the digits are read when they are changed; some 200 times each of them is read.

    Args:
        classifier: a model.
        part: digits, with the numbers of the classifier's classes as labels.
        count: of them; 0 measures nothing.
    """
    if not count:
        return None
    digits = some(part, count)
    return Changed(
        invariance.measure(classifier, digits),
        robustness.on_ours(classifier, digits, classifier.classes),
    )
