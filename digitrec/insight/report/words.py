"""What a report comes to, in sentences."""

import math
from dataclasses import dataclass
from typing import Literal

from digitrec.datasets.outliers import NEW
from digitrec.insight.report.facts import Facts
from digitrec.insight.text import misses, p_value, percent, span
from digitrec.insight.trust.coverage import DARING, Point
from digitrec.insight.trust.mcnemar import Paired
from digitrec.insight.trust.outliers import Kind

Mark = Literal["good", "mind", "fact"]


@dataclass(frozen=True)
class Sentence:
    """One finding; its `mark` says whether to be glad of it, to mind it, or neither."""

    text: str
    mark: Mark = "fact"


def verdict(facts: Facts) -> list[Sentence]:
    """The findings that come first: accuracy, trust, silence, what is no digit, labels."""
    found = [accuracy(facts), calibration(facts), daring(facts), costs(facts)]
    if facts.kinds is not None:
        found.append(doubt_of_others(facts, facts.kinds))
    return [*found, labels(facts), served(facts), groups(facts)]


def accuracy(facts: Facts) -> Sentence:
    """How many digits are read rightly; of MNIST's, without the disputed as well."""
    found = facts.evaluation
    undisputed = ""
    if facts.dispute is not None:
        undisputed = (
            f" Of the {facts.dispute.count:,} whose label nobody disputes: "
            f"{percent(facts.dispute.accuracy)}, {facts.dispute.errors:,} misses."
        )
    return Sentence(
        f"Reads {percent(found.accuracy)} of the {facts.part} digits rightly: {misses(found)} "
        f"(95 % interval {span(found.interval)}).{undisputed}"
    )


def calibration(facts: Facts) -> Sentence:
    """Whether it is right as often as it says."""
    found = facts.calibration
    luck = f"luck alone makes up to {percent(found.luck.most)}"
    if found.is_luck:
        return Sentence(
            f"Is right as often as it says: confidence and accuracy are {percent(found.ece)} "
            f"apart, and {luck}.",
            "good",
        )
    way = "too sure" if found.confidence > facts.evaluation.accuracy else "too timid"
    return Sentence(
        f"Is {way}: confidence and accuracy are {percent(found.ece)} apart, where {luck}.", "mind"
    )


def daring(facts: Facts) -> Sentence:
    """Such as `99.95 % right on the 98.0 % it dares to answer`."""
    point = facts.selection.at_coverage[DARING]
    return Sentence(
        f"{percent(point.accuracy)} right on the {100 * point.coverage:.1f} % it dares to answer, "
        f"from a confidence of {limit(point)} on."
    )


def costs(facts: Facts) -> Sentence:
    """What the cheapest limit saves."""
    found = facts.selection
    wrong, reject = found.costs.wrong, found.costs.reject
    said = f"Where a wrong answer costs {wrong:g} and no answer {reject:g}, "
    everything, best = (one.cost(found.costs) for one in (found.everything, found.cheapest))
    if not found.cheapest.limit:
        return Sentence(f"{said}answering every digit is cheapest: {everything:.4g} a digit.")
    if math.isinf(found.cheapest.limit):
        return Sentence(f"{said}answering none is cheapest: {best:.4g} a digit.")
    return Sentence(
        f"{said}answering from a confidence of {limit(found.cheapest)} on costs {best:.4g} a digit "
        f"instead of {everything:.4g}."
    )


def limit(point: Point) -> str:
    """A limit of confidence; rounded as little as it takes to tell it from 1."""
    return f"{point.limit:.3f}" if point.limit < 0.999 else f"{point.limit:.6f}"


def doubt_of_others(facts: Facts, kinds: list[Kind]) -> Sentence:
    """How much passes for a digit of what it was never shown, and of what it was."""
    new = [kind for kind in kinds if kind.name in NEW]
    taught = [kind for kind in kinds if kind.name not in NEW]
    if not facts.recipe.get("background"):
        return Sentence(f"Of what is no digit it takes {_passing(kinds)}.")
    return Sentence(
        f"Of what is no digit and it was never shown it takes {_passing(new)}; of kinds that it "
        f"was taught to doubt, {100 * _share(taught):.1f} %."
    )


def _passing(kinds: list[Kind]) -> str:
    worst = max(kinds, key=lambda kind: kind.read)
    most = f"most of all {worst.name} ({100 * worst.read:.1f} %)"
    return f"{100 * _share(kinds):.1f} % for digits, {most}"


def _share(kinds: list[Kind]) -> float:
    """Of all images of these kinds those that pass for digits."""
    return sum(kind.read * kind.count for kind in kinds) / sum(kind.count for kind in kinds)


def labels(facts: Facts) -> Sentence:
    """How many labels it doubts."""
    probably = sum(doubt.confident for doubt in facts.doubts)
    if probably:
        noun = "label is" if probably == 1 else "labels are"
        return Sentence(f"{probably:,} {noun} probably wrong.", "mind")
    return Sentence(
        "Finds no label that is probably wrong: where it reads otherwise than labelled, it is less "
        "sure than it usually is of that class."
    )


def served(facts: Facts) -> Sentence:
    """Which classes are read worse."""
    if not facts.worse_served:
        return Sentence("No class is read worse than the others by more than luck.", "good")
    return Sentence(f"Worse served than the others: {', '.join(facts.worse_served)}.", "mind")


def groups(facts: Facts) -> Sentence:
    """Which ways of writing are read worse."""
    if not facts.worse_groups:
        return Sentence("No way of writing is read worse than all by more than luck.", "good")
    return Sentence(f"Read worse than all: {'; '.join(facts.worse_groups)}.", "mind")


def comparison(first: Facts, second: Facts, pair: Paired, level: float) -> Sentence:
    """Whether the second model is worse than the first."""
    found, more = pair.agreement, pair.more_misses
    split = (
        f"{found.only_first_right:,} digits only {first.name} reads rightly, "
        f"{found.only_second_right:,} only {second.name} (McNemar's exact test: {p_value(pair.p)})"
    )
    if pair.is_worse(level):
        return Sentence(f"{second.name} is worse: {split}.", "mind")
    if more < 0 and pair.p < level:
        return Sentence(f"{second.name} is better: {split}.", "good")
    return Sentence(f"No difference beyond luck: {split}.", "good")
