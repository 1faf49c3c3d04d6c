"""Bytes against misses: our files, and the smallest that others have published.

    python benchmarks/frontier.py

draws docs/deployment/frontier.png from benchmarks/results and the cards in models/; trains and
measures nothing. Whole .tflite files on our side, weights alone on that of the others.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent))

from common import RESULTS, ROOT

from digitrec import files
from digitrec.insight.pareto import front
from digitrec.insight.plots import BLUE, GREY, ORANGE, figure_of, label, save

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PICTURE = ROOT / "docs" / "deployment" / "frontier.png"
CARD = ROOT / "models" / "digitrec.json"
TEST = 10_000
BYTES = (2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000)
MISSES = (25, 30, 40, 50, 60, 80, 100)
"""Where the axes have numbers."""


@dataclass(frozen=True)
class Point:
    """A model.

    Attributes:
        bytes: of its file, or of its weights.
        misses: of MNIST's 10,000 test digits.
        name: to write beside it; "": none.
    """

    bytes: int
    misses: float
    name: str = ""


OTHERS = (
    Point(1_600, 100, "MIRACLE"),
    Point(9_300, 60, "BitNetMCU"),
    Point(11_000, 50, "BitNetMCU"),
    Point(4 * 697, 100, "697 weights"),
    Point(4 * 1_936, 100, "1,936 weights"),
    Point(4 * 4_838, 60, "4,838 weights"),
    Point(4 * 7_918, 50, "7,918 weights"),
    Point(4 * 14_372, 40, "14,372 weights"),
    Point(4 * 34_826, 90, "Keras's example"),
)
"""Weights alone: Havasi et al., "Minimal Random Code Learning", 2019; BitNetMCU's own pages, 33,088
weights of 2 to 8 bits; then in float32 the networks with the fewest parameters that were found for
99.0 % (two, the first the best of 700 runs), 99.4, 99.5 and 99.6 %, and Keras's "Simple MNIST
convnet"."""


def main() -> None:
    """Draw the picture."""
    ours = [*shipped(), *tiny(), *compressed()]
    draw(ours, PICTURE)
    for point in smallest(ours):
        print(f"{point.bytes:>9,} bytes  {point.misses:>4.0f} misses  {point.name}")


def shipped() -> Iterator[Point]:
    """The shipped model's .tflite file."""
    facts = files.read_json(CARD)["facts"]
    yield Point(facts["tflite"]["bytes"], facts["test"]["tflite"]["errors"], "shipped")


def tiny() -> Iterator[Point]:
    """The tiny shipped models."""
    for row in rows("tiny_models"):
        yield Point(row["bytes"], row["test"], row["name"])


def compressed() -> Iterator[Point]:
    """What the ways to make one network smaller have come to."""
    for row in rows("compression"):
        if "test" in row and row["misses"] * 2 < TEST / 50:
            yield Point(row["bytes"], row["test"])


def rows(name: str) -> list[dict]:
    """Those of a benchmark; none where it has not been run."""
    path = RESULTS / f"{name}.json"
    return files.read_json(path) if path.exists() else []


def draw(ours: Sequence[Point], path: Path) -> None:
    """Both axes logarithmic; the front of ours is a line."""
    figure = figure_of(7, 4.2)
    axes = figure.subplots()
    axes.plot(*places(smallest(ours)), color=BLUE, linewidth=1)
    axes.scatter(*places(ours), color=BLUE, s=18, label="digitrec, whole .tflite files")
    axes.scatter(*places(OTHERS), color=ORANGE, marker="s", s=24, label="others, weights alone")
    named(axes, ours, BLUE, below=True)
    named(axes, OTHERS, GREY, below=False)
    axes.set(xscale="log", yscale="log")
    axes.set_xticks(BYTES, [f"{count // 1000}k" for count in BYTES])
    axes.set_yticks(MISSES, MISSES)
    axes.minorticks_off()
    axes.margins(x=0.17, y=0.08)
    axes.grid(True, alpha=0.2)
    axes.legend(fontsize=8)
    label(axes, "bytes", f"misses of MNIST's {TEST:,} test digits")
    save(figure, path)


def named(axes: "Axes", points: Sequence[Point], color: str, below: bool) -> None:
    """Write the names beside their points."""
    for point in points:
        axes.annotate(
            point.name, (point.bytes, point.misses), (-6, -9) if below else (5, 4), fontsize=8,
            textcoords="offset points", color=color, ha="right" if below else "left",
        )  # fmt: skip


def smallest(points: Sequence[Point]) -> list[Point]:
    """Those that no other beats in both, the smallest first."""
    numbers = front([(point.bytes, point.misses) for point in points])
    return sorted((points[number] for number in numbers), key=lambda point: point.bytes)


def places(points: Sequence[Point]) -> tuple[list[int], list[float]]:
    """Their bytes and their misses."""
    return [point.bytes for point in points], [point.misses for point in points]


if __name__ == "__main__":
    main()
