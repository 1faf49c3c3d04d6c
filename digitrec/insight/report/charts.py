"""Charts as SVG inside a page, in the page's own colours by day and by night."""

import io
import re
from collections.abc import Callable, Sequence
from html import escape
from typing import TYPE_CHECKING

from digitrec.errors import needs_extra
from digitrec.insight.invariance import draw_curves
from digitrec.insight.plots import BLUE, FAINT, GREY, ORANGE, draw_reliability, figure_of
from digitrec.insight.report import drawings
from digitrec.insight.report.drawings import STRONG, plain
from digitrec.insight.report.facts import Facts

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
    STRONG: "var(--ink)",
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
    return _inline(
        "risk against coverage", lambda figure: drawings.draw_risk_coverage(figure, models)
    )


def precision_recall(facts: Facts) -> str:
    """A curve a class, the worst in colour."""
    return _inline(
        f"precision against recall of each class, {facts.name}",
        lambda figure: drawings.draw_precision_recall(figure, facts),
    )


def energies(facts: Facts) -> str:
    """How far what is no digit is from digits; nothing where that was not measured."""
    if facts.kinds is None:
        return ""
    return _inline(
        f"energy of digits and of what is none, {facts.name}",
        lambda figure: drawings.draw_energies(figure, facts),
        1.2 * HEIGHT,
        1.5 * WIDTH,
    )


def severities(facts: Facts) -> str:
    """Accuracy on corrupted digits against severity; nothing where it was not measured."""
    changed = facts.changed
    if changed is None:
        return ""
    return _inline(
        f"accuracy of {facts.name} on corrupted digits by severity",
        lambda figure: drawings.draw_severities(figure, changed),
    )


def groups(facts: Facts) -> str:
    """How well each group of digits is read."""
    rows = sum(map(len, facts.groups.values()))
    return _inline(
        f"how well groups of digits are read by {facts.name}",
        lambda figure: drawings.draw_groups(figure, facts),
        0.22 * rows + 0.7,
        1.5 * WIDTH,
    )


def invariance(facts: Facts) -> str:
    """Accuracy against shift, rotation, size and thickness; nothing where it was not measured."""
    if facts.changed is None:
        return ""
    found = {plain(facts.name): facts.changed.moved}
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


def _slug(text: str) -> str:
    return re.sub(r"\W+", "-", text)
