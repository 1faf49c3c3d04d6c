"""When a model had better be silent: what it gets right of what it dares to answer.

A digit is answered when its confidence reaches a limit. Every limit here is chosen on validation,
and measured on other digits.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitrec.errors import OptionError
from digitrec.insight.evaluation import Answers

COVERAGES = (1.0, 0.995, 0.99, 0.98, 0.95, 0.9)
"""Shares of the digits that may be answered."""

DARING = 0.98
"""The one of them that is put in a sentence."""

GOALS = (0.999, 0.9995)
"""Accuracies that may be asked for."""

Confidence = NDArray[np.float64]
Right = NDArray[np.bool_]


@dataclass(frozen=True)
class Costs:
    """What a wrong answer costs, and what it costs to answer nothing, in any unit.

    Raises:
        OptionError: a wrong answer costs nothing, or a cost is below 0 or no number.
    """

    wrong: float = 100.0
    reject: float = 1.0

    def __post_init__(self) -> None:
        if not (0 < self.wrong < math.inf and 0 <= self.reject < math.inf):
            raise OptionError(
                "costs: expected one above 0 of a wrong answer and one of at least 0 of a "
                f"rejection; received {self.wrong:g} and {self.reject:g}"
            )


@dataclass(frozen=True)
class Point:
    """What comes of answering only from a limit of confidence on.

    Attributes:
        limit: the confidence from which on a digit is answered.
        answered: digits answered.
        wrong: of these, the ones answered wrongly.
        count: all digits.
    """

    limit: float
    answered: int
    wrong: int
    count: int

    @property
    def coverage(self) -> float:
        """Share of the digits answered, 0 to 1."""
        return self.answered / self.count

    @property
    def accuracy(self) -> float:
        """Share of the answers that are right; 1 where there is none."""
        return 1 - self.wrong / self.answered if self.answered else 1.0

    def cost(self, costs: Costs) -> float:
        """What wrong answers and rejected digits cost, by the digit."""
        rejected = self.count - self.answered
        return (costs.wrong * self.wrong + costs.reject * rejected) / self.count


@dataclass(frozen=True)
class Selection:
    """A model that may be silent.

    Attributes:
        area: under the risk-coverage curve, 0 to 1: the mean share of wrong answers over all
            coverages (Geifman and El-Yaniv 2017).
        excess: of it, what a model that doubts its wrong answers first would not have
            (Geifman et al. 2019).
        at_coverage: by COVERAGES; the limits are those of validation.
        at_accuracy: by GOALS: the most that validation lets it answer; None: no limit is enough.
        costs: of wrong answers and of rejections.
        cheapest: at the limit that costs least on validation.
        everything: when every digit is answered.
        by_theory: the limit that would be best if confidences were exact (Chow 1970).
    """

    area: float
    excess: float
    at_coverage: dict[float, Point]
    at_accuracy: dict[float, Point | None]
    costs: Costs
    cheapest: Point
    everything: Point
    by_theory: float


def selection(validation: Answers, measured: Answers, costs: Costs) -> Selection:
    """Limits chosen on validation, and what comes of them on the digits that are measured."""
    confidence, right = validation.confidence, validation.right

    def here(limit: float) -> Point:
        return at_limit(limit, measured.confidence, measured.right)

    goals = {goal: limit_of_accuracy(goal, confidence, right) for goal in GOALS}
    area = area_under_risk(measured.confidence, measured.right)
    return Selection(
        area=area,
        excess=area - least_area(measured.right),
        at_coverage={share: here(limit_of_coverage(share, confidence)) for share in COVERAGES},
        at_accuracy={goal: None if at is None else here(at) for goal, at in goals.items()},
        costs=costs,
        cheapest=here(cheapest_limit(costs, confidence, right)),
        everything=here(0.0),
        by_theory=max(0.0, 1 - costs.reject / costs.wrong),
    )


def at_limit(limit: float, confidence: Confidence, right: Right) -> Point:
    """What comes of answering where the confidence (N,) is at least the limit."""
    answered = confidence >= limit
    return Point(limit, int(answered.sum()), int((answered & ~right).sum()), len(right))


def limit_of_coverage(share: float, confidence: Confidence) -> float:
    """The highest limit at which at least a share of these digits is answered."""
    least = math.ceil(round(share * len(confidence), 6))
    if least == len(confidence):
        return 0.0
    return float(np.sort(confidence)[::-1][max(least, 1) - 1])


def limit_of_accuracy(goal: float, confidence: Confidence, right: Right) -> float | None:
    """The lowest limit from which on the answers are right in at least a share; None: none is."""
    limits, answered, wrong = _by_limit(confidence, right)
    enough = np.flatnonzero(wrong <= (1 - goal) * answered + 1e-9)
    return _limit(limits, int(enough[-1])) if len(enough) else None


def cheapest_limit(costs: Costs, confidence: Confidence, right: Right) -> float:
    """The limit at which wrong answers and rejections cost least; of equal ones the lowest.

    It is a confidence that occurs, or 0, where everything is answered, or infinity, where nothing.
    """
    limits, answered, wrong = _by_limit(confidence, right)
    paid = costs.wrong * wrong + costs.reject * (len(right) - answered)
    if costs.reject * len(right) < paid.min():
        return math.inf
    return _limit(limits, len(paid) - 1 - int(np.argmin(paid[::-1])))


def risks(confidence: Confidence, right: Right) -> NDArray[np.float64]:
    """The share of wrong answers, (N,), when only the surest 1, 2, ... N digits are answered.

    Of digits with the same confidence it is open who comes first: each counts as their mean.
    """
    _, which, count = np.unique(-confidence, return_inverse=True, return_counts=True)
    wrong = (np.bincount(which, ~right) / count)[np.sort(which)]
    return np.asarray(np.cumsum(wrong) / np.arange(1, len(right) + 1))


def area_under_risk(confidence: Confidence, right: Right) -> float:
    """The mean of the risks over all coverages, 0 to 1."""
    return float(risks(confidence, right).mean())


def least_area(right: Right) -> float:
    """The area of a model that is as often wrong, and doubts its wrong answers most."""
    return area_under_risk(right.astype(np.float64), right)


def _by_limit(
    confidence: Confidence, right: Right
) -> tuple[Confidence, NDArray[np.int64], NDArray[np.int64]]:
    """Each confidence that occurs, falling, and how many are answered from there on, and wrong."""
    values, count = np.unique(-confidence, return_counts=True)
    which = np.searchsorted(values, -confidence)
    wrong = np.bincount(which, ~right, minlength=len(values)).astype(np.int64)
    return -values, np.cumsum(count), np.cumsum(wrong)


def _limit(limits: Confidence, place: int) -> float:
    """One of the limits; the lowest becomes 0, so that no digit of others is left out either."""
    return 0.0 if place == len(limits) - 1 else float(limits[place])


def curve(answers: Answers, points: int = 4000) -> tuple[Sequence[float], Sequence[float]]:
    """Coverages and risks to draw, of at most so many points."""
    wrong = risks(answers.confidence, answers.right)
    places = np.unique(np.linspace(0, len(wrong) - 1, points).astype(int))
    return ((places + 1) / len(wrong)).tolist(), wrong[places].tolist()


def as_dict(found: Selection) -> dict[str, object]:
    """For JSON."""
    return {
        "area": found.area,
        "excess": found.excess,
        "at_coverage": {f"{share:g}": _told(at) for share, at in found.at_coverage.items()},
        "at_accuracy": {
            f"{goal:g}": None if at is None else _told(at) for goal, at in found.at_accuracy.items()
        },
        "costs": vars(found.costs),
        "cheapest": {**_told(found.cheapest), "cost": found.cheapest.cost(found.costs)},
        "everything": {**_told(found.everything), "cost": found.everything.cost(found.costs)},
        "by_theory": found.by_theory,
    }


def _told(point: Point) -> dict[str, float | None]:
    """A point for JSON, which knows no infinity."""
    limit = point.limit if math.isfinite(point.limit) else None
    return {**vars(point), "limit": limit, "coverage": point.coverage, "accuracy": point.accuracy}
