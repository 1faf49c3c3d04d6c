"""A network drawn: its layers as boxes from top to bottom, with what each answers and costs."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from digitrec.insight.architecture import Row, sides
from digitrec.insight.plots import GREY, figure_of, save
from digitrec.reading.form import SIDE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Edge = tuple[int, int]
"""Numbers of the row that answers and of the row that takes the answer."""

BOX = 4.5
PITCH = 0.46
HEIGHT = 0.3
LANE = 0.2
"""Inches: width of a box, from box to box, height of a box, from line to line."""

SHAPE, PARAMETERS, MULTIPLY_ADDS = BOX + 1.4, BOX + 2.6, BOX + 3.9
"""Where the columns end, in inches from the boxes' left side."""

NUMBER, TEXT = 0.35, 0.47
"""Where in its box a row's number ends, and what it does begins."""

MARGIN = 0.15

OWN, AGAIN, NONE = "#B8D8EE", "#F6CFA8", "#F4F4F4"
"""Colours of rows with weights of their own, with those of an earlier row, without any."""

LEGEND = ((OWN, "weights of its own"), (AGAIN, "weights used again"), (NONE, "no weights"))


def plot(found: Sequence[Row], title: str, path: str | os.PathLike[str]) -> None:
    """Draw the rows of a network that takes digits (28, 28, 1).

    An arrow from box to box is an answer handed on; a line at the left, one that skips boxes.

    Args:
        found: as architecture.rows gives them.
        title: what to write above.
        path: a .png file.

    Raises:
        OutputError: `path` cannot be written.
        MissingExtraError: matplotlib is not installed.
    """
    skipping = [(taken, row.number) for row in found for taken in row.inputs]
    lanes = assigned([edge for edge in skipping if edge[1] - edge[0] > 1])
    left = MARGIN + LANE * (1 + max(lanes.values(), default=-1)) + (LANE if lanes else 0)
    width, height = left + MULTIPLY_ADDS + MARGIN, PITCH * (len(found) + 4)
    figure = figure_of(width, height)
    figure.set_layout_engine("none")
    axes = figure.add_axes((0, 0, 1, 1), xlim=(-left, width - left), ylim=(height, 0))
    axes.set_axis_off()
    _heading(axes, title)
    _box(axes, 0, "a digit", NONE, sides((SIDE, SIDE, 1)))
    for row in found:
        _draw(axes, row)
    for edge, lane in lanes.items():
        _skip(axes, edge, -LANE * (lane + 1))
    _total(axes, found)
    save(figure, path)


def assigned(edges: Sequence[Edge]) -> dict[Edge, int]:
    """A lane for each edge, from 0: the innermost that no other edge takes beside the same boxes.

    Short ones come first and so lie nearest to the boxes.
    """
    lanes: dict[Edge, int] = {}
    for edge in sorted(dict.fromkeys(edges), key=lambda edge: (edge[1] - edge[0], edge)):
        taken = {lane for other, lane in lanes.items() if edge[0] < other[1] and other[0] < edge[1]}
        lanes[edge] = next(lane for lane in range(len(edges)) if lane not in taken)
    return lanes


def _heading(axes: "Axes", title: str) -> None:
    axes.text(0, 0.6 * PITCH, title, fontsize=13, fontweight="bold", va="center")
    across = 0.0
    for colour, said in LEGEND:
        _patch(axes, across, 1.3 * PITCH, 0.18, colour)
        axes.text(across + 0.25, 1.3 * PITCH, said, fontsize=8, va="center")
        across += 1.5
    heads = {SHAPE: "answer", PARAMETERS: "parameters", MULTIPLY_ADDS: "multiply-adds"}
    for place, said in heads.items():
        axes.text(place, 1.3 * PITCH, said, fontsize=8, va="center", ha="right", color=GREY)


def _draw(axes: "Axes", row: Row) -> None:
    """A row's box, its figures, and the arrow from the box above where it takes its answer."""
    colour = AGAIN if row.same_as else OWN if row.parameters else NONE
    again = f"   (weights of {row.same_as})" if row.same_as else ""
    _box(axes, row.number, row.text + again, colour, sides(row.shape))
    axes.text(NUMBER, _middle(row.number), f"{row.number}", fontsize=9, va="center", ha="right")
    for place, cost in ((PARAMETERS, row.parameters), (MULTIPLY_ADDS, row.multiply_adds)):
        if cost:
            axes.text(place, _middle(row.number), f"{cost:,}", fontsize=9, va="center", ha="right")
    if row.number - 1 in row.inputs:
        above, below = _middle(row.number - 1) + HEIGHT / 2, _middle(row.number) - HEIGHT / 2
        _arrow(axes, (BOX / 2, above), (BOX / 2, below))


def _box(axes: "Axes", number: int, said: str, colour: str, shape: str) -> None:
    _patch(axes, 0, _middle(number), BOX, colour)
    axes.text(TEXT, _middle(number), said, fontsize=9, va="center")
    axes.text(SHAPE, _middle(number), shape, fontsize=9, va="center", ha="right")


def _patch(axes: "Axes", across: float, middle: float, width: float, colour: str) -> None:
    from matplotlib.patches import Rectangle

    height = min(HEIGHT, width)
    corner = (across, middle - height / 2)
    axes.add_patch(Rectangle(corner, width, height, facecolor=colour, edgecolor=GREY))


def _skip(axes: "Axes", edge: Edge, across: float) -> None:
    """A line from one box round those between to another; it leaves below and comes in above."""
    start, end = _middle(edge[0]) + HEIGHT / 4, _middle(edge[1]) - HEIGHT / 4
    axes.plot((0, across, across), (start, start, end), color=GREY, linewidth=1)
    _arrow(axes, (across, end), (0, end))


def _arrow(axes: "Axes", start: tuple[float, float], end: tuple[float, float]) -> None:
    look = {"arrowstyle": "-|>", "color": GREY, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 8}
    axes.annotate("", end, start, arrowprops=look)


def _total(axes: "Axes", found: Sequence[Row]) -> None:
    middle = _middle(len(found) + 1)
    axes.text(TEXT, middle, "in all", fontsize=9, va="center")
    totals = (sum(row.parameters for row in found), sum(row.multiply_adds for row in found))
    for place, total in zip((PARAMETERS, MULTIPLY_ADDS), totals, strict=True):
        axes.text(
            place, middle, f"{total:,}", fontsize=9, fontweight="bold", va="center", ha="right"
        )


def _middle(number: int) -> float:
    """How far down the middle of a row is."""
    return PITCH * (number + 2.2)
