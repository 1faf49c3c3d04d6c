"""Curves of what was varied: how time and memory grow, and where they bend."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from parts import Part
from throughput import SWEPT_WAYS

from digitrec.insight.plots import BLUE, GREY, ORANGE, figure_of, label, save

COLOURS = (BLUE, ORANGE, GREY, "#009E73", "#CC79A7")
"""Of the same palette."""


class Panel(NamedTuple):
    """Lines of a part, what was varied, what was measured, whether its values span decades."""

    part: str
    lines: tuple[str, ...]
    varied: str
    measured: str
    decades: bool = False


BATCH, MICROS, MEMORY = "digits a batch", "microseconds a digit", "memory of the process (MB)"

PANELS = (
    Panel("files", ("s",), "PNG files in a folder", "seconds, start to end", decades=True),
    Panel("files", ("MB",), "PNG files in a folder", "memory of its largest process (MB)"),
    Panel("throughput", ("digitrec, 1 threads", "digitrec, 2 threads"), BATCH, MICROS),
    Panel("throughput", tuple(f"{name}, 2 threads" for name in SWEPT_WAYS), BATCH, MICROS,
          decades=True),
    Panel("work", ("us by width",), "width of the network", f"{MICROS}, one thread"),
    Panel("memory", ("MB by batch",), BATCH, MEMORY),
    Panel("memory", ("MB by width",), "width of the network", MEMORY),
    Panel("memory", ("MB by threads",), "threads", MEMORY),
)  # fmt: skip


def draw(parts: Mapping[str, Part], path: Path) -> None:
    """Draw each panel of which there is something."""
    figure = figure_of(11, 14)
    for axes, panel in zip(figure.subplots(4, 2).ravel(), PANELS, strict=True):
        curves = parts[panel.part].curves if panel.part in parts else {}
        for name, colour, marker in zip(panel.lines, COLOURS, "os^vD", strict=False):
            line = curves.get(name, {})
            values = list(line.values())
            axes.plot([float(one) for one in line], values, f"{marker}-", color=colour, label=name)
        axes.set_xscale("log")
        axes.set_yscale("log") if panel.decades else axes.set_ylim(0, 1.05 * axes.get_ylim()[1])
        if len(panel.lines) > 1:
            axes.legend(fontsize="small")
        label(axes, panel.varied, panel.measured)
    path.parent.mkdir(exist_ok=True)
    save(figure, path)
