"""Stroke features in words: `two holes, no end points, narrow (under 39 % of its height)`."""

from collections.abc import Sequence
from dataclasses import dataclass

from digitrec.insight.strokes.features import FEATURES
from digitrec.insight.words import counted, joined, number_word, one

OF_NAME = {feature.name: feature for feature in FEATURES}


@dataclass(frozen=True)
class Condition:
    """What a digit has of a feature: from `least` to `most`, both included; None is no limit."""

    feature: str
    least: float | None = None
    most: float | None = None


def in_words(rule: Sequence[Condition]) -> str:
    """All conditions with commas between them; what is said of several places is said once."""
    places: dict[str, list[str]] = {}
    for condition in rule:
        places.setdefault(_what(condition), []).append(OF_NAME[condition.feature].where)
    return ", ".join(_at(what, where) for what, where in places.items()) or "anything else"


def _at(what: str, where: Sequence[str]) -> str:
    """Such as "no end points at the upper left or at the lower right"."""
    last = "or" if what.startswith(("no ", "not ")) else "and"
    return f"{what} {joined(where, last)}".strip()


def _what(condition: Condition) -> str:
    """One condition, without its place."""
    feature = OF_NAME[condition.feature]
    if feature.noun:
        return _count(feature.noun, condition)
    word = feature.yes if condition.least is not None else feature.no
    return f"{word} ({_span(condition)} of {feature.of})" if feature.of else word


def _count(noun: str, condition: Condition) -> str:
    least, most = round(condition.least or 0), condition.most
    if most is None:
        return f"{counted(least, noun)} or more" if least > 1 else one(noun)
    highest = counted(round(most), noun)
    if least == round(most):
        return highest
    return f"{number_word(least)} to {highest}" if least else f"at most {highest}"


def _span(condition: Condition) -> str:
    least, most = (f"{100 * (limit or 0):.0f}" for limit in (condition.least, condition.most))
    if condition.least is None:
        return f"at most {most} %"
    return f"at least {least} %" if condition.most is None else f"{least} to {most} %"
