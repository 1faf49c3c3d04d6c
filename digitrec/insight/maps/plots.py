"""Filters, maps of features, attention, what is liked best, and digits as points: as PNG files."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digitrec.insight.maps.layers import Gate
from digitrec.insight.plots import BLUE, GREY, ORANGE, PathLike, figure_of, label, save

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_TILES = 64
COLUMNS = 10
TILE = 1.0
"""Pictures of one kind, at most; how many are side by side; inches a side of each."""

PALETTE = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7",
    "#777777", "#332288",
)  # fmt: skip
"""That of M. Okabe and K. Ito (2008), with a grey and an indigo: a class's number stands beside
its colour, for ten colours can hardly be told apart by anybody."""

LARGEST_MARK, SMALLEST_MARK = 40.0, 8.0


def plot_filters(filters: NDArray[np.floating], path: PathLike) -> None:
    """Draw filters (C, height, width): where ink makes each answer more, and where less.

    Raises:
        OutputError: `path` cannot be written.
        MissingExtraError: matplotlib is not installed.
    """
    names = [str(number) for number in range(1, len(filters) + 1)]
    figure = _tiles(filters, names, _two_sided(), float(np.abs(filters).max()), both=True)
    figure.suptitle("filters of the first layer: orange wants ink, blue wants none")
    save(figure, path)


def plot_features(
    image: NDArray[np.uint8], maps: NDArray[np.floating], layer: str, path: PathLike
) -> None:
    """Draw a digit (28, 28), then the maps (H, W, C) that a layer answers to it.

    All have one scale, so that it is seen which of them answer at all. Raises as plot_filters.
    """
    most = float(np.abs(maps).max())
    both = bool((maps < 0).any())
    names = [str(number) for number in range(1, maps.shape[-1] + 1)]
    colours = _two_sided() if both else "Oranges"
    figure = _tiles(maps.transpose(2, 0, 1), names, colours, most, both=both, first=image)
    sides = " x ".join(map(str, maps.shape))
    figure.suptitle(f"what {layer} answers: {sides}, up to {most:.2g}")
    save(figure, path)


def plot_liked(
    images: NDArray[np.uint8], names: Iterable[object], kind: str, path: PathLike
) -> None:
    """Draw what each class or filter would like best, (N, 28, 28), each on its own scale.

    Raises as plot_filters.
    """
    stretched = images / np.maximum(images.max(axis=(1, 2), keepdims=True), 1)
    figure = _tiles(stretched, [str(name) for name in names], "gray_r", 1.0)
    figure.suptitle(f"what each {kind} would like best")
    save(figure, path)


def plot_attention(image: NDArray[np.uint8], gates: Sequence[Gate], path: PathLike) -> None:
    """Draw what attention lets through of one digit (28, 28), gate by gate.

    A mask of the places is laid over the digit; shares of the channels are bars. Raises as
    plot_filters.
    """
    columns = min(len(gates), 4)
    rows = -(-len(gates) // columns)
    figure = figure_of(3.2 * columns, 2.9 * rows + 0.4)
    figure.suptitle("attention: what is let through, from 0 to 1")
    for place, gate in enumerate(gates, 1):
        axes = figure.add_subplot(rows, columns, place)
        if gate.of_places:
            _mask(axes, image, gate.values[0, :, :, 0])
            label(axes, "", "", gate.layer)
        else:
            shares = gate.values.reshape(len(gate.values), -1)[0]
            axes.bar(range(1, len(shares) + 1), shares, color=BLUE)
            axes.set_ylim(0, 1)
            label(axes, "channel", "let through", gate.layer)
    save(figure, path)


def plot_embedding(
    points: Mapping[str, NDArray[np.floating]],
    labels: NDArray[np.integer],
    read: NDArray[np.integer],
    classes: Sequence[str],
    path: PathLike,
) -> None:
    """Draw digits as points (N, 2), once a way of bringing them there.

    Args:
        points: by the name of the way.
        labels: (N,) true class numbers, which the colours are of.
        read: (N,) class numbers; what is read wrongly has a ring and the class that was read.
        classes: names.
        path: a .png file.

    Raises:
        OutputError: `path` cannot be written.
        MissingExtraError: matplotlib is not installed.
    """
    figure = figure_of(7 * len(points), 7)
    wrong = np.flatnonzero(labels != read)
    for place, (way, where) in enumerate(points.items(), 1):
        axes = figure.add_subplot(1, len(points), place)
        _points(axes, where, labels, classes)
        axes.scatter(where[wrong, 0], where[wrong, 1], s=90, facecolors="none", edgecolors="black")
        for number in wrong.tolist():
            axes.annotate(classes[read[number]], where[number], (6, 4), textcoords="offset points")
        label(axes, f"{way} 1", f"{way} 2", f"{len(labels):,} digits by {way}; "
              f"ringed: {len(wrong)} read wrongly, and as what")  # fmt: skip
    save(figure, path)


def _points(
    axes: "Axes", where: NDArray[np.floating], labels: NDArray[np.integer], classes: Sequence[str]
) -> None:
    size = float(np.clip(20_000 / len(labels), SMALLEST_MARK, LARGEST_MARK))
    for number in np.unique(labels).tolist():
        own = where[labels == number]
        colour = PALETTE[number % len(PALETTE)]
        axes.scatter(own[:, 0], own[:, 1], s=size, color=colour, alpha=0.6, linewidths=0)
        across, up = np.median(own, axis=0).tolist()
        axes.text(
            across, up, classes[number], fontsize=18, fontweight="bold", ha="center", va="center",
            bbox={"facecolor": "white", "edgecolor": colour, "alpha": 0.85, "pad": 2},
        )  # fmt: skip


def _mask(axes: "Axes", image: NDArray[np.uint8], mask: NDArray[np.floating]) -> None:
    side = len(image)
    axes.imshow(image, "gray_r", extent=(0, side, side, 0), vmin=0, vmax=2 * 255)
    extent = (0, side, side, 0)
    shown = axes.imshow(mask, "Oranges", extent=extent, alpha=0.6, vmin=0, vmax=1)
    axes.figure.colorbar(shown, ax=axes, shrink=0.8)
    axes.set_xticks([])
    axes.set_yticks([])


def _tiles(
    images: NDArray[Any],
    names: Sequence[str],
    colours: Any,
    most: float,
    *,
    both: bool = False,
    first: NDArray[np.uint8] | None = None,
) -> "Figure":
    """Pictures (N, height, width) in rows, up to MOST_TILES; before them one of its own kind."""
    shown = list(_shown(images, names, colours, -most if both else 0.0, most, first))
    rows = -(-len(shown) // COLUMNS)
    figure = figure_of(TILE * min(COLUMNS, len(shown)) + 1.6, (TILE + 0.15) * rows + 0.5)
    for place, (image, name, look) in enumerate(shown, 1):
        axes = figure.add_subplot(rows, min(COLUMNS, len(shown)), place)
        axes.imshow(image, **look)
        axes.set_title(name, fontsize=8, color=GREY, pad=2)
        axes.set_xticks([])
        axes.set_yticks([])
    if len(images) > MOST_TILES:
        figure.supxlabel(f"the first {MOST_TILES} of {len(images)}", fontsize=8, color=GREY)
    return figure


def _shown(
    images: NDArray[Any],
    names: Sequence[str],
    colours: Any,
    least: float,
    most: float,
    first: NDArray[np.uint8] | None,
) -> Iterator[tuple[NDArray[Any], str, dict[str, Any]]]:
    """Each picture with its name and how it is drawn."""
    if first is not None:
        yield first, "the digit", {"cmap": "gray_r", "vmin": 0, "vmax": 255}
    for image, name in zip(images[:MOST_TILES], names, strict=False):
        yield image, name, {"cmap": colours, "vmin": least, "vmax": max(most, 1e-12)}


def _two_sided() -> Any:
    """From blue over white to orange."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("two-sided", [BLUE, "white", ORANGE])
