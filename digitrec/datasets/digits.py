"""What every data set becomes: labelled 28x28 digits in up to three parts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitrec.errors import DataError
from digitrec.reading.form import DIGIT_NAMES

Images = NDArray[np.uint8]
"""Digits as MNIST has them, (N, 28, 28): ink 255 on ground 0. May be a memory map on disk."""

Labels = NDArray[np.int64]
"""Class numbers, (N,)."""

PARTS = ("train", "validation", "test")


@dataclass(frozen=True)
class Part:
    """Labelled digits: `images` (N, 28, 28) uint8 and `labels` (N,) int64."""

    images: Images
    labels: Labels

    def __post_init__(self) -> None:
        if len(self.images) != len(self.labels):
            raise DataError(
                f"expected one label an image; received {len(self.images)} images "
                f"and {len(self.labels)} labels"
            )

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, index: NDArray[np.integer]) -> "Part":
        """The digits at the positions `index`, in that order."""
        return Part(self.images[index], self.labels[index])


@dataclass(frozen=True)
class Digits:
    """A data set. A part is read when it is first asked for, so training never touches the test.

    Attributes:
        name: what it is, such as "mnist", "uci" or a folder's path.
        classes: the names of the classes, in the order of their numbers.
        verified: whether its arrays are known to be MNIST's, by SHA-256.
        place: where MNIST was found on this machine; None for other sets.
        notes: what a user should be told of it, one sentence each.
    """

    name: str
    readers: Mapping[str, Callable[[], Part]]
    classes: tuple[str, ...] = DIGIT_NAMES
    verified: bool = False
    place: Path | None = None
    notes: tuple[str, ...] = ()
    _read: dict[str, Part] = field(default_factory=dict, repr=False, compare=False)

    @property
    def train(self) -> Part:
        """Digits to fit weights on."""
        return self.part("train")

    @property
    def validation(self) -> Part:
        """Digits to choose epochs, networks, thresholds and temperatures on."""
        return self.part("validation")

    @property
    def test(self) -> Part:
        """Digits that choose nothing: only `evaluate` and `report` read them."""
        return self.part("test")

    def part(self, name: str) -> Part:
        """One of PARTS. Raises DataError when the set has no such part or it cannot be read."""
        if name not in self.readers:
            raise DataError(
                f"{self.name}: expected a {name} part; it has {', '.join(self.readers)}"
            )
        if name not in self._read:
            self._read[name] = self.readers[name]()
        return self._read[name]
