"""Drift in words, with what to do, and as a picture."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from digitrec.insight.drift import DRIFT, TOO_FEW, Compared, worst
from digitrec.insight.plots import BLUE, GREY, ORANGE, figure_of, label, save

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TITLES = {"digits": "mix of digits", "statuses": "doubted", "confidence": "confidence"}

OTHER_MIX = (
    "The mix alone has drifted. Other customers, another form or another season do that, and the "
    "model reads them as well: nothing needs training anew. When the new mix is to stay, give this "
    "log as --reference from now on."
)
LESS_SURE = (
    "The model is less sure than it was: other cameras, pens, paper or hands, or pictures of "
    "something else."
)
SURER = (
    "The model is surer than it was: the pictures have become easier, or another model has read "
    "them than the reference's."
)
STEPS = (
    "1. Look at what is doubted: digitrec predict PICTURES --stages DIR.",
    "2. If it is the pictures, mend the camera or the scan.",
    "3. If it is the hands, put corrected digits into a folder, one sub-folder a digit;",
    "   retrain: digitrec train --data FOLDER --start OLD.keras, or for one hand digitrec adapt.",
    "4. Compare: digitrec report OLD NEW has to pass.",
    "5. Roll the new model out; what it reads in its first days is the next --reference.",
)
SMALL_P = 0.001
"""What is rarer by luck is told as less."""

FEW = "There are too few readings to say anything: gather more."


def as_text(compared: Sequence[Compared]) -> str:
    """A table, a line a thing: index, verdict, and what has changed most."""
    lines = [f"{'':10}     PSI  verdict  changed most"]
    lines += [
        f"{one.name:10}  {one.psi:6.3f}  {one.verdict:7}  {_most_changed(one)}" for one in compared
    ]
    return "\n".join(lines)


def advice(compared: Sequence[Compared]) -> list[str]:
    """What a drift may mean, then what to do about it, step by step; nothing without one."""
    drifted = [one for one in compared if one.verdict == DRIFT]
    if not drifted:
        return [FEW] if worst(compared) == TOO_FEW else []
    if [one.name for one in drifted] == ["digits"]:
        return [OTHER_MIX]
    return [SURER if _is_surer(compared) else LESS_SURE, *STEPS]


def plot(compared: Sequence[Compared], title: str, path: str | os.PathLike[str]) -> None:
    """Draw the shares then and now beside each other, a panel a thing; what has drifted is orange.

    Raises:
        OutputError: `path` cannot be written.
        MissingExtraError: matplotlib is not installed.
    """
    figure = figure_of(14, 4.4)
    figure.suptitle(title)
    panels = figure.subplots(1, 3, width_ratios=(10, 5, 10))
    for axes, one in zip(panels, compared, strict=True):
        shown = [place for place, cell in enumerate(one.cells) if cell != "ok"]
        _bars(axes, one, shown)
    label(panels[0], "digit", "% of the digits read", _title(compared[0]))
    label(panels[1], "", "% of the digits found", _title(compared[1]))
    label(panels[2], "confidence, from ... on", "% of the digits read", _title(compared[2]))
    panels[2].tick_params(axis="x", labelrotation=45)
    save(figure, path)


def _bars(axes: "Axes", one: Compared, shown: Sequence[int]) -> None:
    now = ORANGE if one.verdict == DRIFT else BLUE
    for side, shares, colour, name in (
        (-0.2, one.then, GREY, "reference"),
        (0.2, one.now, now, "now"),
    ):
        heights = [100 * shares[place] for place in shown]
        places = [place + side for place in range(len(shown))]
        axes.bar(places, heights, 0.4, color=colour, label=name)
    axes.set_xticks(range(len(shown)), [one.cells[place].replace("_", " ") for place in shown])
    most = max(max(one.then[place], one.now[place]) for place in shown)
    axes.set_ylim(0, max(1, 130 * most))  # with room for the legend
    axes.legend(ncols=2, loc="upper center", frameon=False)


def _title(one: Compared) -> str:
    return f"{TITLES[one.name]}: {one.verdict}"


def _is_surer(compared: Sequence[Compared]) -> bool:
    """Whether what has drifted has done so to the better."""
    _, statuses, confidence = compared
    if statuses.verdict == DRIFT:
        ok = statuses.cells.index("ok")
        return statuses.now[ok] > statuses.then[ok]
    half = _surer_half(confidence)
    return sum(confidence.now[half:]) > sum(confidence.then[half:])


def _surer_half(confidence: Compared) -> int:
    """The cell from which on there was half of the reference, or as near to it as cells are."""
    return min(
        range(len(confidence.cells)), key=lambda cell: abs(sum(confidence.then[cell:]) - 0.5)
    )


def _most_changed(one: Compared) -> str:
    """What a person would like to know first."""
    if one.distance:
        half = _surer_half(one)
        then, now = sum(one.then[half:]), sum(one.now[half:])
        least = one.distance.p_value < SMALL_P
        luck = f"p < {SMALL_P}" if least else f"p = {one.distance.p_value:.3f}"
        name = f"KS distance {one.distance.distance:.3f}, {luck}; from {one.cells[half]} on"
    else:
        place = max(range(len(one.cells)), key=lambda cell: abs(one.now[cell] - one.then[cell]))
        name, then, now = one.cells[place], one.then[place], one.now[place]
    return f"{name}: {100 * then:.1f} % then, {100 * now:.1f} % now"
