"""Charts as SVG inside a page, in the page's own colours by day and by night."""

import io
import re
from collections.abc import Callable, Sequence
from html import escape
from typing import TYPE_CHECKING

from digitrec.errors import needs_extra
from digitrec.insight.invariance import draw_curves
from digitrec.insight.plots import BLUE, FAINT, GREY, ORANGE, draw_reliability, figure_of, label
from digitrec.insight.report.facts import Facts
from digitrec.insight.trust.coverage import curve

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK, PAPER = "#010203", "#fdfcfb"
"""Stand for the page's own colours until the chart is in it."""

COLOURS = {
    INK: "var(--ink)",
    PAPER: "var(--paper)",
    "#ffffff": "var(--paper)",
    BLUE.lower(): "var(--blue)",
    ORANGE.lower(): "var(--orange)",
    GREY: "var(--grey)",
    FAINT: "var(--line)",
}

STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "digitrec",
    "font.size": 9,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": GREY,
    "axes.titlecolor": INK,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
}

WIDTH, HEIGHT = 4.4, 3.4
"""Inches; few, so that the letters are large enough on a phone."""

HIGHLIGHTED = 2
"""Curves of the worst classes that are drawn in colour."""

MOST_COVERAGE_LEFT_OUT = 0.1
"""The risk is drawn from this much below full coverage on: before, good models are never wrong."""


def reliability(facts: Facts) -> str:
    """Accuracy against confidence, and the digits of each bin."""
    found = facts.evaluation
    return _inline(
        f"reliability diagram of {facts.name}",
        lambda figure: draw_reliability(figure, found.probabilities, found.labels),
        height=1.3 * HEIGHT,
    )


def risk_coverage(models: Sequence[Facts]) -> str:
    """The share of wrong answers against the share of digits answered, a line a model."""

    def draw(figure: "Figure") -> None:
        axes = figure.add_subplot()
        for facts, colour in zip(models, (BLUE, ORANGE), strict=False):
            coverage, risk = curve(facts.answers)
            axes.plot(
                [100 * share for share in coverage],
                [100 * share for share in risk],
                color=colour,
                label=_plain(facts.name),
            )
            points = facts.selection.at_coverage.values()
            axes.plot(
                [100 * point.coverage for point in points],
                [100 * (1 - point.accuracy) for point in points],
                "o",
                color=colour,
                markersize=4,
            )
        axes.set_xlim(100 * (1 - MOST_COVERAGE_LEFT_OUT), 100.2)
        axes.set_ylim(bottom=0)
        axes.legend(loc="upper left")
        label(axes, "digits answered (%)", "of these answered wrongly (%)")

    return _inline("risk against coverage", draw)


def precision_recall(facts: Facts) -> str:
    """A curve a class, the worst in colour."""
    worst = sorted(facts.curves, key=lambda found: found.average)

    def draw(figure: "Figure") -> None:
        axes = figure.add_subplot()
        for place, found in reversed(list(enumerate(worst))):
            colour = (BLUE, ORANGE)[::-1][place] if place < HIGHLIGHTED else GREY
            named = f"{_plain(found.name)} (AP {found.average:.5f})"
            axes.plot(
                100 * found.recall,
                100 * found.precision,
                color=colour,
                linewidth=1.5 if place < HIGHLIGHTED else 0.8,
                label=named if place < HIGHLIGHTED else None,
            )
        lowest = min(min(s.precision, s.recall) for s in facts.evaluation.per_class if s.support)
        axes.set_xlim(100 - 4 * (100.5 - 100 * lowest), 100.1)
        axes.set_ylim(100 - 4 * (100.5 - 100 * lowest), 100.1)
        axes.legend(loc="lower left")
        label(axes, "recall (%)", "precision (%)")

    return _inline(f"precision against recall of each class, {facts.name}", draw)


def invariance(facts: Facts) -> str:
    """Accuracy against shift, rotation, size and thickness; nothing where it was not measured."""
    if facts.changed is None:
        return ""
    found = {_plain(facts.name): facts.changed.moved}
    return _inline(
        f"accuracy of {facts.name} on digits that are moved",
        lambda figure: draw_curves(figure, found),
        1.8 * HEIGHT,
        1.9 * WIDTH,
    )


def _inline(
    called: str,
    draw: Callable[["Figure"], None],
    height: float = HEIGHT,
    width: float = WIDTH,
) -> str:
    """What is drawn, as an <svg> element whose colours are the page's."""
    with needs_extra("train"):
        import matplotlib as mpl
    with mpl.rc_context(STYLE):
        figure = figure_of(width, height)
        draw(figure)
        written = io.StringIO()
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        figure.savefig(written, format="svg", transparent=True, metadata=nothing)
    return _in_page(written.getvalue(), called)


def _in_page(svg: str, called: str) -> str:
    """An SVG file's element without what only files need, with names that no other chart has."""
    inside = svg[svg.index(">", svg.index("<svg")) + 1 :]
    box = re.search(r'viewBox="[^"]*"', svg)
    for colour, variable in COLOURS.items():
        inside = inside.replace(colour, variable)
    inside = re.sub(r'(id="|url\(#|href="#)', rf"\g<1>{_slug(called)}-", inside)
    inside = inside.replace("xlink:href", "href")
    about = escape(called, quote=True)
    return f'<svg role="img" aria-label="{about}" {box[0] if box else ""}>{inside}'


def _plain(name: str) -> str:
    """A name that Matplotlib writes as it is: between two dollars it would see a formula."""
    return name.replace("$", r"\$")


def _slug(text: str) -> str:
    return re.sub(r"\W+", "-", text)
