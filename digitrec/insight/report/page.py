"""A report as one HTML page: no scripts, no links to elsewhere, pictures and styles inside."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitrec.datasets.outliers import NEW
from digitrec.insight import text
from digitrec.insight.evaluation import agreement
from digitrec.insight.report import attacks, charts, model_card, words
from digitrec.insight.report.facts import MOST_MISTAKES, Facts
from digitrec.insight.report.templating import environment, known
from digitrec.insight.trust.coverage import DARING
from digitrec.insight.trust.labels import DISPUTED, Doubt
from digitrec.insight.trust.mcnemar import Paired
from digitrec.training.recipe import Recipe

MOST_DIFFERING = 48
MOST_FOOLED = 12
"""Digits that are shown as pictures, of the last by each attack."""

DOUBTS, MOST_DOUBTS = len(DISPUTED), 60
"""How many doubted labels are shown: beside MNIST's as many, and more where more are wrong."""


def of_one(facts: Facts) -> str:
    """The page of one model. Raises MissingExtraError."""
    return _rendered("one.html", models=[facts], title=facts.name)


def of_two(first: Facts, second: Facts, pair: Paired, level: float) -> str:
    """The page of two models that were measured on the same digits. Raises MissingExtraError."""
    return _rendered(
        "two.html",
        models=[first, second],
        title=f"{first.name} and {second.name}",
        pair=pair,
        level=level,
        finding=words.comparison(first, second, pair, level),
        differing=_differing(first, second),
        figures=_figures(first, second),
    )


def _rendered(template: str, **values: Any) -> str:
    page = environment().get_template(template)
    return page.render(
        **values,
        charts=charts,
        attacks=attacks,
        MOST_FOOLED=MOST_FOOLED,
        words=words,
        card=model_card.text,
        shades=_shades,
        tiles=_tiles,
        changed=_changed,
        doubted=_doubted,
        NEW=NEW,
        DISPUTED=DISPUTED,
        MOST_MISTAKES=MOST_MISTAKES,
        MOST_DIFFERING=MOST_DIFFERING,
    )


def _tiles(facts: Facts) -> list[tuple[str, str]]:
    """The figures that come first, by what they are called."""
    found, price = facts.evaluation, facts.price
    batch = facts.price.microseconds.get(1)
    return [
        ("read rightly", text.percent(found.accuracy)),
        (f"misses of {found.count:,}", f"{found.errors:,}"),
        ("calibration error", text.percent(facts.calibration.ece)),
        ("of the file", f"{price.bytes / 1000:,.0f} kB"),
        ("multiply-adds a digit", known(price.multiply_adds)),
        *([] if batch is None else [("a digit, one at a time", f"{batch:,.0f} µs")]),
    ]


def _figures(first: Facts, second: Facts) -> list[tuple[str, list[str]]]:
    """What stands side by side of two models, by what it is called."""
    rows: dict[str, Callable[[Facts], str]] = {
        "accuracy": lambda one: text.percent(one.evaluation.accuracy),
        "misses": lambda one: f"{one.evaluation.errors:,}",
        "95 % interval": lambda one: text.span(one.evaluation.interval),
        "ECE": lambda one: text.percent(one.calibration.ece),
        "ECE, adaptive": lambda one: text.percent(one.calibration.adaptive),
        "Brier score": lambda one: f"{one.calibration.brier:.5f}",
        "negative log-likelihood": lambda one: f"{one.calibration.nll:.5f}",
        f"right on the surest {100 * DARING:g} %": lambda one: text.percent(
            one.selection.at_coverage[DARING].accuracy
        ),
        "cost a digit": lambda one: f"{one.selection.cheapest.cost(one.selection.costs):.4g}",
        "bytes": lambda one: f"{one.price.bytes:,}",
        "parameters": lambda one: known(one.price.parameters),
        "multiply-adds": lambda one: known(one.price.multiply_adds),
        "start-up": lambda one: known(one.price.start_up, " s", ".2f"),
        "a digit, one at a time": lambda one: known(one.price.microseconds.get(1), " µs", ",.0f"),
        "a digit, 256 at a time": lambda one: known(one.price.microseconds.get(256), " µs", ",.0f"),
    }
    return [(called, [told(first), told(second)]) for called, told in rows.items()]


def _shades(confusion: NDArray[np.int64]) -> list[list[int]]:
    """How strongly each cell is coloured, 0 to 100; what is wrong has its own scale."""
    right = np.eye(len(confusion), dtype=bool)
    shades = np.zeros(confusion.shape)
    for cells in (right, ~right):
        shades[cells] = 100 * confusion[cells] / max(1, confusion[cells].max(initial=0))
    return np.ceil(shades).astype(int).tolist()


def _doubted(facts: Facts) -> Sequence[Doubt]:
    probably = sum(doubt.confident for doubt in facts.doubts)
    return facts.doubts[: max(DOUBTS, min(probably, MOST_DOUBTS))]


def _changed(recipe: dict[str, Any]) -> list[str]:
    """The knobs of a recipe that are not as they are by default."""
    usual = Recipe().as_dict()
    return [name for name, value in recipe.items() if usual.get(name) != value]


def _differing(first: Facts, second: Facts) -> Sequence[tuple[str, list[int]]]:
    """By the name of a model, the places of the digits that it alone reads rightly."""
    agreement(first.evaluation, second.evaluation)  # refuses models measured on other digits
    one, other = first.answers.right, second.answers.right
    return [
        (first.name, np.flatnonzero(one & ~other).tolist()),
        (second.name, np.flatnonzero(other & ~one).tolist()),
    ]
