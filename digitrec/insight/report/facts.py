"""Everything that a report says of a model, measured in one go."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitrec import __version__, files
from digitrec.compression.features import features_of
from digitrec.datasets.digits import Digits, Images, Labels, Part
from digitrec.datasets.outliers import outliers
from digitrec.insight.attacked import Attacked
from digitrec.insight.evaluation import Answers, answers
from digitrec.insight.maps.occlusion import occlusion
from digitrec.insight.metrics import Evaluation, measure
from digitrec.insight.price import Price, price
from digitrec.insight.provenance import recipe_of, training_of
from digitrec.insight.report import attacks, changed
from digitrec.insight.report.changed import Changed
from digitrec.insight.report.groups import Served, groups, worse
from digitrec.insight.trust import coverage
from digitrec.insight.trust.calibration import Calibration, calibration
from digitrec.insight.trust.coverage import Costs, Selection, selection
from digitrec.insight.trust.labels import Dispute, Doubt, dispute, doubts
from digitrec.insight.trust.outliers import Kind, Seen, compare, scorers
from digitrec.insight.trust.precision_recall import Curve, curves
from digitrec.reading.card import Card
from digitrec.reading.classifier import CardClassifier
from digitrec.reading.form import DIGIT_NAMES

MOST_MISTAKES = 36
"""Whose maps are made, and that are shown as pictures."""


@dataclass(frozen=True)
class Asked:
    """What a report is to be made of.

    Attributes:
        part: of the digits, a name of digits.PARTS.
        costs: of wrong answers and of rejections.
        timed: whether to measure start-up and time a digit.
        changed: how many digits to move, turn, thicken and corrupt in every way.
        attacked: how many digits to change so that they are misread.
    """

    part: str = "test"
    costs: Costs = field(default_factory=Costs)
    timed: bool = True
    changed: int = 500
    attacked: int = 100


@dataclass(frozen=True, eq=False)
class Facts:
    """What is known of a model.

    Attributes:
        name: what to call it.
        path: of its file.
        card: that travels with it.
        training: what its run or its card knows of its training.
        recipe: the knobs that it was trained with; empty where unknown.
        sha256: of its file.
        made: the day of the report, in UTC.
        version: of digitrec.
        data: name of the digits, and `part` which of them it was measured on.
        answers: what it says of them.
        evaluation: how often, how surely and where it is wrong.
        calibration: whether it is right as often as it says.
        selection: what comes of answering only what it is sure of; limits are validation's.
        curves: precision and recall of each class.
        kinds: how it takes what is no digit; None where its classes are not the ten digits, or the
            part has not all of them.
        groups: how well each group of digits is read, by what tells groups apart.
        changed: how it reads digits that are moved or corrupted; None where that was not asked for.
        attacked: how it reads digits that were changed so that it misreads them; empty where that
            was not asked for.
        maps: by the number of a digit that it misreads, what speaks for its reading (28, 28), of
            the MOST_MISTAKES that it is surest of.
        doubts: labels that may be wrong.
        dispute: with and without MNIST's disputed test digits; None for other digits.
        price: what it costs to run.
        notes: what a reader should know of the figures, one sentence each.
    """

    name: str
    path: Path
    card: Card
    training: Mapping[str, Any]
    recipe: Mapping[str, Any]
    sha256: str
    made: str
    version: str
    data: str
    part: str
    answers: Answers
    evaluation: Evaluation
    calibration: Calibration
    selection: Selection
    curves: tuple[Curve, ...]
    kinds: list[Kind] | None
    groups: Mapping[str, tuple[Served, ...]]
    changed: Changed | None
    attacked: tuple[Attacked, ...]
    maps: Mapping[int, NDArray[np.float32]]
    doubts: tuple[Doubt, ...]
    dispute: Dispute | None
    price: Price
    notes: tuple[str, ...]

    def reading(self, index: int) -> str:
        """The class that a digit is read as."""
        return self.card.classes[int(self.answers.probabilities[index].argmax())]

    @property
    def served(self) -> tuple[Served, ...]:
        """How well each class is read that occurs."""
        counts = self.evaluation.confusion
        return tuple(
            Served(name, int(row[number]), int(row.sum()))
            for number, (name, row) in enumerate(zip(self.evaluation.classes, counts, strict=True))
            if row.any()
        )

    @property
    def worse_served(self) -> tuple[str, ...]:
        """The classes that are read rightly less often than all digits are, not by luck."""
        return worse(self.served, self.evaluation.accuracy)

    @property
    def worse_groups(self) -> tuple[str, ...]:
        """The same, of groups."""
        every = [one for some in self.groups.values() for one in some]
        return worse(every, self.evaluation.accuracy)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        kinds = None if self.kinds is None else [asdict(kind) for kind in self.kinds]
        return {
            "model": str(self.path),
            "sha256": self.sha256,
            "data": self.data,
            "part": self.part,
            "evaluation": self.evaluation.as_dict(),
            "worse_served": list(self.worse_served),
            "groups": {by: [asdict(one) for one in some] for by, some in self.groups.items()},
            "worse_groups": list(self.worse_groups),
            "average_precision": {curve.name: curve.average for curve in self.curves},
            "calibration": {**asdict(self.calibration), "is_luck": self.calibration.is_luck},
            "selection": coverage.as_dict(self.selection),
            "outliers": kinds,
            "changed": None if self.changed is None else self.changed.as_dict(),
            "attacked": [one.as_dict() for one in self.attacked],
            "doubts": [asdict(doubt) for doubt in self.doubts],
            "disputed": None if self.dispute is None else _disputed(self.dispute),
            "price": self.price.as_dict(),
            "notes": list(self.notes),
        }


def _disputed(dispute: Dispute) -> dict[str, Any]:
    return {**asdict(dispute), "accuracy": dispute.accuracy, "interval": list(dispute.interval)}


def gather(
    path: Path,
    classifier: CardClassifier,
    digits: Digits,
    asked: Asked,
    name: str | None = None,
) -> Facts:
    """Measure a model on one part of some digits; validation alone chooses limits.

    Args:
        path: of its file.
        classifier: the model in it.
        digits: to measure it on.
        asked: what to measure.
        name: what to call it (default: its file's name).

    Raises:
        DataError: the digits lack a part, or what the model's run left is broken.
        ModelError: the model does not know one of the classes, or does not run.
        MissingExtraError: scikit-learn is not installed.
    """
    part, validation = digits.part(asked.part), digits.validation
    said = answers(classifier, part, digits.classes)
    before = answers(classifier, validation, digits.classes)
    evaluation = measure(said.probabilities, said.labels, classifier.classes)
    known = Part(said.images, said.labels)
    return Facts(
        name=name or path.name,
        path=path,
        card=classifier.card,
        training=training_of(path, classifier.card),
        recipe=recipe_of(path, classifier.card),
        sha256=files.sha256(path),
        made=f"{datetime.now(UTC):%Y-%m-%d}",
        version=__version__,
        data=digits.name,
        part=asked.part,
        answers=said,
        evaluation=evaluation,
        calibration=calibration(evaluation),
        selection=selection(before, said, asked.costs),
        curves=curves(evaluation),
        kinds=_kinds(classifier, before, said),
        groups=groups(classifier, said),
        changed=changed.measure(classifier, known, asked.changed),
        attacked=attacks.measure(classifier, known, asked.attacked),
        maps=_maps(classifier, said, evaluation),
        doubts=doubts(said.probabilities, said.labels, classifier.classes),
        dispute=dispute(evaluation) if _is_mnists_test(digits, asked.part) else None,
        price=price(path, classifier, part.images, timed=asked.timed),
        notes=(*digits.notes, *_notes(asked.part)),
    )


def _maps(
    classifier: CardClassifier, said: Answers, evaluation: Evaluation
) -> dict[int, NDArray[np.float32]]:
    """By occlusion, which any model takes."""
    places = [mistake.index for mistake in evaluation.mistakes[:MOST_MISTAKES]]
    read = said.probabilities[places].argmax(axis=1)
    return dict(zip(places, occlusion(classifier, said.images[places], read), strict=True))


def _kinds(classifier: CardClassifier, before: Answers, said: Answers) -> list[Kind] | None:
    """How it takes what is no digit, of each kind that is drawn; None where that cannot be."""
    if not (_all_ten(classifier, before.labels) and _all_ten(classifier, said.labels)):
        return None
    return kinds_of(classifier, before, said, outliers(Part(said.images, said.labels)))


def kinds_of(
    classifier: CardClassifier, before: Answers, said: Answers, others: Mapping[str, Images]
) -> list[Kind]:
    """How scores that were fitted on validation tell digits from what is none.

    Args:
        classifier: a model.
        before: what it says of validation.
        said: what it says of the digits that it is measured on.
        others: images (N, 28, 28) of no digit, by their kind.
    """
    features = features_of(classifier)

    def seen(images: Images) -> Seen:
        return Seen(images, classifier.logits(images), features(images), classifier.card)

    digits = Seen(said.images, said.logits, features(said.images), classifier.card, said.strokes)
    scores = scorers(features(before.images), before.labels)
    return compare(digits, {name: seen(images) for name, images in others.items()}, scores)


def _all_ten(classifier: CardClassifier, labels: Labels) -> bool:
    return classifier.classes == DIGIT_NAMES and len(np.unique(labels)) == len(DIGIT_NAMES)


def _is_mnists_test(digits: Digits, part: str) -> bool:
    return digits.name == "mnist" and digits.verified and part == "test"


def _notes(part: str) -> tuple[str, ...]:
    if part == "train":
        return ("The train part is what models are trained on: on other digits they are worse.",)
    if part == "validation":
        return ("The validation part has chosen limits and temperatures: others flatter less.",)
    return ()
