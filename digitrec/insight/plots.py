"""What a model's figures look like, as PNG files. Colours that colour-blind people tell apart.

Figures are made without pyplot, so no state is shared and no window can open.
"""

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digitrec import files
from digitrec.datasets.digits import Images, Labels
from digitrec.errors import needs_extra
from digitrec.insight.metrics import BINS, Mistake, Probabilities, wilson_interval
from digitrec.reading.form import DIGIT_NAMES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, ORANGE, GREY, FAINT = "#0072B2", "#D55E00", "#777777", "#dddddd"
"""Of the palette of M. Okabe and K. Ito (2008), with a grey."""

DPI = 120
WORST_COLUMNS = 6
MOST_WORST = 36
"""Digits on the picture of the worst mistakes, and how many of them are side by side."""

PathLike = str | os.PathLike[str]


def plot_confusion(matrix: NDArray[np.integer], classes: Sequence[str], path: PathLike) -> None:
    """Draw a confusion matrix (C, C), the true class in rows, with its counts.

    What is read rightly is blue, what is not is orange, each with its own scale of colour: so one
    mistake shows beside a thousand digits read rightly.

    Raises:
        OutputError: `path` cannot be written.
        MissingExtraError: matplotlib is not installed.
    """
    side = max(4.5, 0.6 * len(classes) + 1)
    figure = figure_of(side, side)
    axes = figure.add_subplot()
    right = np.eye(len(classes), dtype=bool)
    for cells, colours in ((right, "Blues"), (~right, "Oranges")):
        # The darkest cell is half way up the colour map, so that black figures are read on it.
        most = 2 * matrix[cells].max(initial=1)
        axes.imshow(np.ma.masked_where(~cells | (matrix == 0), matrix), colours, vmin=0, vmax=most)
    for row, column in zip(*np.nonzero(matrix), strict=True):
        axes.text(column, row, str(matrix[row, column]), ha="center", va="center")
    places = range(len(classes))
    axes.set_xticks(places, classes, rotation=90 if max(map(len, classes)) > 3 else 0)
    axes.set_yticks(places, classes)
    label(
        axes,
        "read as",
        "true digit" if tuple(classes) == DIGIT_NAMES else "true class",
        f"{matrix[~right].sum():,} of {matrix.sum():,} digits read wrongly",
    )
    save(figure, path)


def plot_worst(images: Images, mistakes: Sequence[Mistake], path: PathLike) -> None:
    """Draw the first 36 mistakes, each its digit out of `images` (N, 28, 28) and what it was taken
    for.

    Raises:
        OutputError: `path` cannot be written.
        MissingExtraError: matplotlib is not installed.
    """
    shown = mistakes[:MOST_WORST]
    rows = -(-len(shown) // WORST_COLUMNS)
    figure = figure_of(1.75 * WORST_COLUMNS, 1.9 * rows + 0.4 if shown else 0.5)
    figure.suptitle(
        f"the surest {len(shown)} of {len(mistakes):,} mistakes, confidence in brackets"
        if shown
        else "no mistakes"
    )
    for place, mistake in enumerate(shown, start=1):
        axes = figure.add_subplot(rows, WORST_COLUMNS, place)
        axes.imshow(images[mistake.index], "gray_r", vmin=0, vmax=255)
        axes.set_title(
            f"true {mistake.true}, read {mistake.predicted} ({mistake.confidence:.2f})", fontsize=8
        )
        axes.set_xticks([])
        axes.set_yticks([])
        axes.set_xlabel(f"no. {mistake.index}", fontsize=7, color=GREY)
    save(figure, path)


def plot_reliability(probabilities: Probabilities, labels: Labels, path: PathLike) -> None:
    """Draw accuracy against confidence in 15 bins (Guo et al. 2017), and the digits of each bin.

    The points of a calibrated model lie on the diagonal, within their 95 % intervals.

    Args:
        probabilities: (N, C).
        labels: (N,) class numbers.
        path: a .png file.

    Raises:
        OutputError: `path` cannot be written.
        MissingExtraError: matplotlib is not installed.
    """
    figure = figure_of(5.5, 6.5)
    draw_reliability(figure, probabilities, labels)
    save(figure, path)


def draw_reliability(figure: "Figure", probabilities: Probabilities, labels: Labels) -> None:
    """What plot_reliability writes, into a figure of any size."""
    confidence = probabilities.max(axis=1)
    upper, lower = figure.subplots(2, sharex=True, height_ratios=(3, 1))
    _reliability(upper, confidence, probabilities.argmax(axis=1) == labels)
    lower.hist(confidence, np.linspace(0, 1, BINS + 1), log=True, color=GREY, edgecolor="white")
    lower.set_ylim(bottom=0.7)
    label(lower, "confidence (probability of the class read)", "digits")


def _reliability(axes: "Axes", confidence: NDArray[np.floating], right: NDArray[np.bool_]) -> None:
    which = np.minimum((confidence * BINS).astype(int), BINS - 1)
    inside = [which == number for number in np.unique(which)]
    accuracy = [right[bin_].mean() for bin_ in inside]
    intervals = [wilson_interval(int(right[bin_].sum()), int(bin_.sum())) for bin_ in inside]
    axes.plot((0, 1), (0, 1), "--", color=GREY, label="perfectly calibrated")
    axes.errorbar(
        [confidence[bin_].mean() for bin_ in inside],
        accuracy,
        np.abs(np.transpose(intervals) - accuracy),
        fmt="o",
        color=BLUE,
        capsize=3,
        label="digits of a bin, 95 % interval",
    )
    axes.legend()
    label(axes, "", "accuracy (share read rightly)", "reliability")


def plot_history(history: Mapping[str, Sequence[float]], path: PathLike) -> None:
    """Draw loss and accuracy against the epoch, with the epoch of the lowest validation loss.

    Args:
        history: one value an epoch, by Keras's names: "loss", "accuracy" (0 to 1), and where there
            is a validation, "val_loss" and "val_accuracy".
        path: a .png file.

    Raises:
        OutputError: `path` cannot be written.
        MissingExtraError: matplotlib is not installed.
    """
    figure = figure_of(9, 4)
    left, right = figure.subplots(1, 2)
    _courses(left, history, "loss", 1)
    _courses(right, history, "accuracy", 100)
    label(left, "epoch", "loss (nats)")
    label(right, "epoch", "accuracy (%)")
    save(figure, path)


def _courses(
    axes: "Axes", history: Mapping[str, Sequence[float]], quantity: str, factor: float
) -> None:
    from matplotlib.ticker import MaxNLocator

    epochs = range(1, len(history[quantity]) + 1)
    for key, colour, style, name in (
        (quantity, BLUE, "o--", "training"),
        (f"val_{quantity}", ORANGE, "s-", "validation"),
    ):
        if key in history:
            values = np.asarray(history[key]) * factor
            axes.plot(epochs, values, style, color=colour, markersize=4, label=name)
    if "val_loss" in history:
        best = int(np.argmin(history["val_loss"])) + 1
        axes.axvline(best, color=GREY, linestyle=":", label=f"best epoch ({best})")
    axes.set_xlim(0.5, len(epochs) + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.legend()


def label(axes: "Axes", across: str, upwards: str, title: str = "") -> None:
    """Name both axes, and the whole."""
    axes.set_xlabel(across)
    axes.set_ylabel(upwards)
    axes.set_title(title)


def figure_of(width: float, height: float) -> "Figure":
    """An empty figure of so many inches."""
    with needs_extra("train"):
        from matplotlib.figure import Figure
    return Figure(figsize=(width, height), layout="constrained")


def save(figure: "Figure", path: PathLike) -> None:
    """Write a figure as a PNG file, whole or not at all. Raises OutputError."""
    with files.written_whole(path) as temporary:
        figure.savefig(temporary, dpi=DPI, format="png")
