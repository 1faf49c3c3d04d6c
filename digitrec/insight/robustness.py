"""How well a model reads digits that were corrupted, by kind and severity.

>>> print(as_text(on_ours(Classifier(), datasets.load("mnist").test, DIGIT_NAMES)))
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from digitrec.datasets.corruptions import KINDS, SEVERITIES, corrupt, file
from digitrec.datasets.digits import Images, Labels, Part
from digitrec.insight.evaluation import in_terms_of
from digitrec.reading.classifier import CardClassifier
from digitrec.reading.progress import Progress

OURS = "our corruptions"

HEAD = "severity"


@dataclass(frozen=True)
class Kind:
    """How one kind of corruption is read.

    Attributes:
        name: of the kind.
        errors: digits read wrongly at each severity, from 1 on; one figure where there is one.
        count: digits of each severity.
    """

    name: str
    errors: tuple[int, ...]
    count: int

    @property
    def accuracies(self) -> list[float]:
        """Shares read rightly, 0 to 1, by severity."""
        return [1 - errors / self.count for errors in self.errors]

    @property
    def accuracy(self) -> float:
        """Their mean."""
        return fmean(self.accuracies)


@dataclass(frozen=True)
class Robustness:
    """How corrupted digits are read.

    Attributes:
        source: "our corruptions", or the file that the digits are from.
        kinds: one entry a kind.
    """

    source: str
    kinds: tuple[Kind, ...]

    @property
    def accuracy(self) -> float:
        """The mean over the kinds, 0 to 1."""
        return fmean(kind.accuracy for kind in self.kinds)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "accuracy": self.accuracy,
            "kinds": {
                kind.name: {
                    "accuracy": kind.accuracy,
                    "errors": list(kind.errors),
                    "count": kind.count,
                }
                for kind in self.kinds
            },
        }


def on_ours(
    classifier: CardClassifier, part: Part, classes: Sequence[str], seed: int = 0
) -> Robustness:
    """A classifier on digits with class names `classes`, corrupted in each of our kinds.

    Raises:
        ModelError: the classifier does not know one of the classes.
    """
    labels = in_terms_of(classifier, part, classes)
    kinds = []
    with Progress("corrupted digits", len(KINDS), " kinds") as progress:
        for name in KINDS:
            corrupted = (corrupt(part.images, name, severity, seed) for severity in SEVERITIES)
            errors = tuple(_errors(classifier, images, labels) for images in corrupted)
            kinds.append(Kind(name, errors, len(part)))
            progress.step()
    return Robustness(OURS, tuple(kinds))


def on_file(
    classifier: CardClassifier, path: str | os.PathLike[str], part: Part, classes: Sequence[str]
) -> Robustness:
    """A classifier on the corrupted digits of an .npz file (corruptions.file.read).

    Args:
        classifier: what is measured.
        path: the file.
        part: the digits that were corrupted.
        classes: their class names.

    Raises:
        DataError: the file has no such digits.
        ModelError: the classifier does not know one of the classes.
    """
    known = Part(part.images, in_terms_of(classifier, part, classes))
    kinds = tuple(
        Kind(name, (_errors(classifier, digits.images, digits.labels),), len(digits))
        for name, digits in file.read(path, known)
    )
    return Robustness(str(path), kinds)


def as_text(robustness: Robustness) -> str:
    """A table for a terminal: accuracies in percent, a line a kind, a column a severity."""
    rows = {kind.name: kind.accuracies for kind in robustness.kinds}
    rows["mean"] = [fmean(column) for column in zip(*rows.values(), strict=True)]
    severities = len(rows["mean"])
    width = max(map(len, (*rows, HEAD)))
    lines = [f"of {robustness.source}, % read rightly"]
    if severities > 1:
        heads = [*map(str, SEVERITIES[:severities]), "mean"]
        lines += [f"{HEAD:{width}}" + "".join(f"  {head:>6}" for head in heads)]
    for name, accuracies in rows.items():
        cells = [*accuracies, fmean(accuracies)] if severities > 1 else accuracies
        lines += [f"{name:{width}}" + "".join(f"  {100 * cell:6.2f}" for cell in cells)]
    return "\n".join(lines)


def _errors(classifier: CardClassifier, images: Images, labels: Labels) -> int:
    return int((classifier.probabilities(images).argmax(axis=1) != labels).sum())
