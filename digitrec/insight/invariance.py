"""How a model reads digits that are shifted, turned, larger or smaller, thinner or thicker.

>>> found = measure(Classifier(), some(datasets.load("mnist").validation, 1000))
>>> found.at("rotation", 30)
0.93

What pooling and augmentation promise can be looked up here, for any model.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digitrec.datasets.digits import Part
from digitrec.errors import DataError
from digitrec.insight.plots import BLUE, FAINT, GREY, ORANGE, PathLike, figure_of, label, save
from digitrec.reading.classifier import CardClassifier
from digitrec.reading.form import SIDE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Images = NDArray[np.uint8]

REACH = 8
"""Pixels that digits are shifted by, at most: the box of 20 then is half outside of some."""

STEP = 2
"""Pixels from one shift to the next."""

ROTATIONS = tuple(range(-60, 61, 10))
SCALES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4)
THICKNESSES = (-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5)
"""Degrees clockwise; sizes; pixels that strokes are wider by."""

FINER = 4
"""Pixels for one of a digit's, where strokes are made wider by parts of one."""

CENTRE = (SIDE - 1) / 2

LINES = (BLUE, ORANGE, GREY, "#009E73", "#CC79A7", "#000000", "#E69F00", "#56B4E9")
MARKERS = "osv^D*PX"
"""Of models beside each other: colours of M. Okabe and K. Ito (2008), and shapes as well."""


@dataclass(frozen=True)
class Invariance:
    """Accuracy of a model on changed digits, 0 to 1.

    Attributes:
        count: digits.
        shifts: (S, S): rows from REACH pixels up to REACH down, columns from left to right.
        curves: for each other change, by its name, the accuracy by how much it is.
    """

    count: int
    shifts: NDArray[np.float64]
    curves: Mapping[str, Mapping[float, float]]

    def at(self, change: str, value: float) -> float:
        """The accuracy at one value of a change. Raises DataError: it was not measured there."""
        found = self.curves.get(change, {})
        if value not in found:
            measured = ", ".join(f"{one:g}" for one in found)
            raise DataError(f"{change}: expected one of {measured}; received {value:g}")
        return found[value]

    def by_distance(self) -> dict[float, float]:
        """The accuracy by how far digits are shifted along the rows or the columns."""
        middle = len(self.shifts) // 2
        found = {}
        for steps in range(middle + 1):
            cells = {(middle + steps, middle), (middle - steps, middle)}
            cells |= {(middle, middle + steps), (middle, middle - steps)}
            found[float(steps * STEP)] = float(np.mean([self.shifts[cell] for cell in cells]))
        return found

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Invariance":
        """What `as_dict` has made into JSON."""
        curves = {
            name: {float(value): accuracy for value, accuracy in values[name].items()}
            for name in CHANGES
        }
        return cls(values["count"], np.array(values["shifts"]), curves)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        curves = {
            name: {f"{value:g}": accuracy for value, accuracy in curve.items()}
            for name, curve in self.curves.items()
        }
        return {"count": self.count, "step": STEP, "shifts": self.shifts.tolist(), **curves}


def measure(classifier: CardClassifier, part: Part) -> Invariance:
    """The accuracy of a classifier on digits that are changed in every way.

    The labels are numbers of the classifier's classes. Some 120 times the digits are read.

    Raises:
        DataError: there are no digits.
    """
    if not len(part):
        raise DataError("expected digits to change; received none")

    def accuracy(images: Images) -> float:
        return float((classifier.logits(images).argmax(axis=1) == part.labels).mean())

    steps = range(-REACH, REACH + 1, STEP)
    shifts = [[accuracy(shifted(part.images, right, down)) for right in steps] for down in steps]
    curves = {
        name: {float(value): accuracy(change(part.images, value)) for value in values}
        for name, (change, values, _) in CHANGES.items()
    }
    return Invariance(len(part), np.array(shifts), curves)


def shifted(images: Images, right: int, down: int) -> Images:
    """Digits (N, 28, 28), moved by whole pixels; what leaves the image is lost."""
    moved = np.zeros_like(images)
    rows, columns = _overlap(down), _overlap(right)
    moved[:, rows[1], columns[1]] = images[:, rows[0], columns[0]]
    return moved


def turned(images: Images, degrees: float) -> Images:
    """Digits turned clockwise about their middle."""
    # OpenCV's angle goes counter-clockwise, with the rows downwards.
    return _mapped(images, cv2.getRotationMatrix2D((CENTRE, CENTRE), -degrees, 1.0))


def scaled(images: Images, factor: float) -> Images:
    """Digits that many times as large, about their middle."""
    return _mapped(images, cv2.getRotationMatrix2D((CENTRE, CENTRE), 0.0, factor))


def thickened(images: Images, pixels: float) -> Images:
    """Digits with strokes wider by so many pixels, or thinner where that is under 0."""
    reach = round(FINER * abs(pixels))
    if not reach:
        return images
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach + 1, reach + 1))
    change = cv2.dilate if pixels > 0 else cv2.erode
    size = (FINER * SIDE, FINER * SIDE)
    changed = [
        cv2.resize(
            change(cv2.resize(image, size, interpolation=cv2.INTER_CUBIC), brush),
            (SIDE, SIDE),
            interpolation=cv2.INTER_AREA,
        )
        for image in images
    ]
    return np.stack(changed).astype(np.uint8)


Change = Callable[[Images, float], Images]

CHANGES: Mapping[str, tuple[Change, tuple[float, ...], str]] = {
    "rotation": (turned, ROTATIONS, "degrees clockwise"),
    "scale": (scaled, SCALES, "times as large"),
    "thickness": (thickened, THICKNESSES, "pixels that strokes are wider by"),
}
"""Beside shifts: the change, its values, and what they are."""


def _overlap(by: int) -> tuple[slice, slice]:
    """Along an axis: what stays in the image, and where it goes."""
    return slice(max(-by, 0), SIDE - max(by, 0)), slice(max(by, 0), SIDE + min(by, 0))


def _mapped(images: Images, matrix: Any) -> Images:
    mapped = [cv2.warpAffine(image, matrix, (SIDE, SIDE)) for image in images]
    return np.stack(mapped).astype(np.uint8)


def plot(found: Mapping[str, Invariance], path: PathLike) -> None:
    """Draw the accuracy against each change, a line a model; of one model its map of shifts too.

    Raises:
        OutputError: `path` cannot be written.
        MissingExtraError: matplotlib is not installed.
    """
    figure = figure_of(11, 8.5)
    draw_curves(figure, found)
    if len(found) == 1:
        (only,) = found.values()
        shifts = figure.axes[0]
        shifts.clear()
        _map_of_shifts(shifts, only)
    save(figure, path)


def draw_curves(figure: "Figure", found: Mapping[str, Invariance]) -> None:
    """Draw the accuracy against each change into a figure, a line a model."""
    panels = figure.subplots(2, 2).ravel()
    curves = {name: one.by_distance() for name, one in found.items()}
    _lines(panels[0], curves, "pixels up, down, left or right", "shift")
    for axes, (change, (_, _, unit)) in zip(panels[1:], CHANGES.items(), strict=True):
        _lines(axes, {name: one.curves[change] for name, one in found.items()}, unit, change)
    if len(found) > 1:
        panels[0].legend(fontsize=8)


def _lines(
    axes: "Axes", curves: Mapping[str, Mapping[float, float]], unit: str, title: str
) -> None:
    looks = zip(cycle(LINES), cycle(MARKERS), strict=False)
    for (name, curve), (colour, marker) in zip(curves.items(), looks, strict=False):
        shares = [100 * one for one in curve.values()]
        look: dict[str, Any] = {"marker": marker, "color": colour, "markersize": 5, "label": name}
        axes.plot(list(curve), shares, **look)
    axes.set_ylim(0, 102)
    axes.grid(color=FAINT)
    label(axes, unit, "read rightly (%)", title)


def _map_of_shifts(axes: "Axes", found: Invariance) -> None:
    shares = 100 * found.shifts
    shown = axes.imshow(shares, "cividis", vmin=0, vmax=100)
    steps = [f"{step}" for step in range(-REACH, REACH + 1, STEP)]
    for row, column in np.ndindex(*shares.shape):
        dark = shares[row, column] < 55
        axes.text(column, row, f"{shares[row, column]:.0f}", ha="center", va="center", fontsize=8,
                  color="white" if dark else "black")  # fmt: skip
    axes.set_xticks(range(len(steps)), steps)
    axes.set_yticks(range(len(steps)), steps)
    axes.figure.colorbar(shown, ax=axes, label="read rightly (%)")
    label(axes, "pixels to the right", "pixels down", "shift")
