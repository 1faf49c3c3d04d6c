"""What is drawn of a model's facts, each into a figure of any size: for pages and for PNG files."""

from collections.abc import Sequence
from statistics import fmean
from typing import TYPE_CHECKING

from numpy.typing import ArrayLike

from digitrec.insight.plots import BLUE, FAINT, GREY, ORANGE, label
from digitrec.insight.report.changed import Changed
from digitrec.insight.report.facts import Facts
from digitrec.insight.trust.coverage import curve
from digitrec.insight.trust.labels import DISPUTED
from digitrec.insight.trust.outliers import quantiles
from digitrec.reading.classifier import energies

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

HIGHLIGHTED = 2
"""Curves of the worst classes or kinds that are drawn in colour."""

STRONG = "#333333"
"""Of the mean among many curves."""

COLUMNS = 8
"""Digits side by side."""

MOST_COVERAGE_LEFT_OUT = 0.1
"""The risk is drawn from this much below full coverage on: before, good models are never wrong."""


def draw_risk_coverage(figure: "Figure", models: Sequence[Facts]) -> None:
    """The share of wrong answers against the share of digits answered, a line a model."""
    axes = figure.add_subplot()
    for facts, colour in zip(models, (BLUE, ORANGE), strict=False):
        coverage, risk = curve(facts.answers)
        axes.plot(
            [100 * share for share in coverage],
            [100 * share for share in risk],
            color=colour,
            label=plain(facts.name),
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


def draw_precision_recall(figure: "Figure", facts: Facts) -> None:
    """A curve a class, the worst in colour."""
    axes = figure.add_subplot()
    worst = sorted(facts.curves, key=lambda found: found.average)
    for place, found in reversed(list(enumerate(worst))):
        named = f"{plain(found.name)} (AP {found.average:.5f})"
        _line(axes, 100 * found.recall, 100 * found.precision, named, place)
    lowest = min(min(s.precision, s.recall) for s in facts.evaluation.per_class if s.support)
    axes.set_xlim(100 - 4 * (100.5 - 100 * lowest), 100.1)
    axes.set_ylim(100 - 4 * (100.5 - 100 * lowest), 100.1)
    axes.legend(loc="lower left")
    label(axes, "recall (%)", "precision (%)")


def draw_energies(figure: "Figure", facts: Facts) -> None:
    """How far what is no digit is from digits by its energy, a row a kind, digits first."""
    axes = figure.add_subplot()
    own = quantiles(energies(facts.answers.logits, facts.card.temperature))
    rows = [("digits", own), *((kind.name, kind.energies) for kind in facts.kinds or ())]
    for place, (_, values) in enumerate(rows):
        least, low, middle, high, most = values
        colour = ORANGE if place else BLUE
        axes.plot((least, most), (place, place), color=colour, linewidth=1)
        axes.plot((low, high), (place, place), color=colour, linewidth=5, solid_capstyle="butt")
        axes.plot(middle, place, "o", color=colour, markersize=7)
    for limit, style, said in (
        (facts.card.uncertain_energy, ":", "from here on uncertain"),
        (facts.card.reject_energy, "--", "from here on no digit"),
    ):
        if limit is not None:
            axes.axvline(limit, color=GREY, linestyle=style, label=said)
            axes.legend(loc="lower left", fontsize=8)
    axes.set_yticks(range(len(rows)), [plain(name) for name, _ in rows])
    axes.invert_yaxis()
    label(axes, "energy: middle, half and nine tenths of each", "")


def draw_severities(figure: "Figure", changed: Changed) -> None:
    """Accuracy on corrupted digits against severity: the mean, and a line a kind."""
    axes = figure.add_subplot()
    worst = sorted(changed.corrupted.kinds, key=lambda kind: kind.accuracy)
    for place, kind in reversed(list(enumerate(worst))):
        severities = range(1, len(kind.errors) + 1)
        _line(axes, severities, [100 * share for share in kind.accuracies], kind.name, place)
    mean = fmean(changed.by_severity)
    axes.plot(
        range(1, len(changed.by_severity) + 1),
        [100 * share for share in changed.by_severity],
        "o-",
        color=STRONG,
        linewidth=2.5,
        label=f"mean of {len(worst)} kinds ({100 * mean:.1f} %)",
    )
    axes.set_xticks(range(1, len(changed.by_severity) + 1))
    axes.set_ylim(0, 102)
    axes.grid(color=FAINT)
    axes.legend(loc="lower left")
    label(axes, "severity", "read rightly (%)")


def draw_groups(figure: "Figure", facts: Facts) -> None:
    """How well each group of digits is read, with its 95 % interval; the worse ones in orange."""
    axes = figure.add_subplot()
    every = [one for some in facts.groups.values() for one in some]
    worse = facts.worse_groups
    for place, one in enumerate(every):
        low, high = one.interval
        colour = ORANGE if one.name in worse else BLUE
        axes.plot((100 * low, 100 * high), (place, place), color=colour, linewidth=1.5)
        axes.plot(100 * one.accuracy, place, "o", color=colour, markersize=6)
    axes.axvline(100 * facts.evaluation.accuracy, color=GREY, linestyle="--", label="all digits")
    axes.set_yticks(range(len(every)), [plain(one.name) for one in every])
    axes.invert_yaxis()
    axes.legend(loc="upper left")
    label(axes, "read rightly (%), 95 % interval", "")


def _line(axes: "Axes", across: ArrayLike, upwards: ArrayLike, named: str, place: int) -> None:
    """One of many curves: those at the first places are in colour and have a name."""
    coloured = place < HIGHLIGHTED
    axes.plot(
        across,
        upwards,
        color=(ORANGE, BLUE)[place] if coloured else GREY,
        linewidth=1.5 if coloured else 0.8,
        label=named if coloured else None,
    )


def plain(name: str) -> str:
    """A name that Matplotlib writes as it is: between two dollars it would see a formula."""
    return name.replace("$", r"\$")


def draw_doubts(figure: "Figure", facts: Facts) -> None:
    """As pictures: of MNIST's test the disputed digits, then those whose label it doubts most.

    Label, an arrow, and what it reads; in orange where that is something else.
    """
    doubted = [doubt.index for doubt in facts.doubts[: len(DISPUTED)]]
    shown = {f"the {len(doubted)} labels that it doubts most": doubted}
    if facts.dispute is not None:
        shown = {f"the {len(DISPUTED)} disputed labels": list(DISPUTED), **shown}
    parts = figure.subfigures(len(shown), 1, squeeze=False).ravel()
    for part, (title, places) in zip(parts, shown.items(), strict=True):
        part.suptitle(title)
        _digits(part, facts, places)


def _digits(figure: "SubFigure", facts: Facts, places: Sequence[int]) -> None:
    rows = -(-len(places) // COLUMNS)
    for number, index in enumerate(places, 1):
        true, read = facts.card.classes[facts.answers.labels[index]], facts.reading(index)
        axes = figure.add_subplot(rows, COLUMNS, number)
        axes.imshow(facts.answers.images[index], "gray_r", vmin=0, vmax=255)
        axes.set_title(f"{true} → {read}", color=ORANGE if true != read else GREY, fontsize=9)
        axes.set_xticks([])
        axes.set_yticks([])
        axes.set_xlabel(f"no. {index}", fontsize=7, color=GREY)
