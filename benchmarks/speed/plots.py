"""Curves of what was varied: how time and memory grow, and where they bend."""

from collections.abc import Mapping
from pathlib import Path

from parts import Part

from digitrec.insight.plots import BLUE, ORANGE, figure_of, label, save

PANELS = (
    ("files", ("s",), "PNG files in a folder", "seconds, start to end"),
    ("files", ("MB",), "PNG files in a folder", "memory of its largest process (MB)"),
    ("throughput", ("1 threads", "2 threads"), "digits a batch", "microseconds a digit"),
    ("work", ("us by width",), "width of the network", "microseconds a digit, one thread"),
)
"""The part, its lines, what was varied, what was measured."""


def draw(parts: Mapping[str, Part], path: Path) -> None:
    """Draw each panel of which there is something."""
    figure = figure_of(11, 7.5)
    for axes, (part, names, varied, measured) in zip(
        figure.subplots(2, 2).ravel(), PANELS, strict=True
    ):
        curves = parts[part].curves if part in parts else {}
        for name, colour, marker in zip(names, (BLUE, ORANGE), "os", strict=False):
            line = curves.get(name, {})
            values = list(line.values())
            axes.plot([float(one) for one in line], values, f"{marker}-", color=colour, label=name)
        axes.set_xscale("log")
        axes.set_ylim(bottom=0)
        if len(names) > 1:
            axes.legend()
        label(axes, varied, measured)
    path.parent.mkdir(exist_ok=True)
    save(figure, path)
