"""Says of every array of a set what it is, and whether it is MNIST's where it should be."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from digitrec import datasets
from digitrec.datasets import mnist
from digitrec.datasets.arrays import StoredPart, find_arrays
from digitrec.datasets.digits import Part
from digitrec.errors import DataError


@dataclass(frozen=True)
class Checked:
    """One array of a set.

    Attributes:
        name: such as "train images".
        shape: of the array; empty when it is absent.
        digest: the SHA-256 of its bytes; "" when it is absent.
        expected: MNIST's SHA-256, or None in a set that does not claim to be MNIST.
    """

    name: str
    shape: tuple[int, ...] = ()
    digest: str = ""
    expected: str | None = None

    @property
    def right(self) -> bool:
        """Whether it is what it should be."""
        return self.expected in (None, self.digest)


@dataclass(frozen=True)
class Verdict:
    """What a set is: where it was found and each of its arrays."""

    place: str
    arrays: tuple[Checked, ...]

    @property
    def right(self) -> bool:
        """Whether every array is what it should be."""
        return all(array.right for array in self.arrays)


def verify(source: str | os.PathLike[str] = "auto") -> Verdict:
    """Look at every array of a set, the test part's too. Nothing is downloaded.

    Args:
        source: as for `datasets.load`; "auto" means MNIST. Arrays of MNIST's form should be
            MNIST's; other sets have nothing to be compared with.

    Raises:
        DataError: the set is absent or cannot be read.
        OptionError: an unknown name.
    """
    if source in ("auto", "mnist"):
        place = _mnist_place()
        return _compared(place, find_arrays(place))
    place = Path(source).expanduser()
    if source not in datasets.NAMES and (parts := find_arrays(place)):
        return _compared(place, parts)
    digits = datasets.load(source)
    arrays = [array for name in digits.readers for array in _checked(name, digits.part(name))]
    return Verdict(digits.name, tuple(arrays))


def _mnist_place() -> Path:
    for place in mnist.places():
        if find_arrays(place):
            return place
    looked = ", ".join(map(str, mnist.places()))
    raise DataError(f"expected MNIST on this machine; looked in {looked}")


def _compared(place: Path, parts: Mapping[str, StoredPart]) -> Verdict:
    found: dict[str, Checked] = {}
    for name, stored in parts.items():
        found |= {array.name: array for array in _checked(name, stored.read())}
    arrays = [
        Checked(name, found[name].shape, found[name].digest, expected)
        if name in found
        else Checked(name, expected=expected)
        for name, expected in mnist.SHA256.items()
    ]
    return Verdict(str(place), tuple(arrays))


def _checked(name: str, part: Part) -> tuple[Checked, Checked]:
    return (
        Checked(f"{name} images", part.images.shape, mnist.digest(part.images)),
        Checked(f"{name} labels", part.labels.shape, mnist.digest(part.labels)),
    )
