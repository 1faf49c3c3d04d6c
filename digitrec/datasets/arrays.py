"""Sets stored as arrays of MNIST's form: idx or idx.gz files in one folder, or one .npz file.

MNIST itself, QMNIST (whose labels have eight columns, the class first) and EMNIST (whose pictures
are stored transposed) come as idx files; Keras and many others pass MNIST on as `mnist.npz`.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitrec.datasets.digits import Part
from digitrec.datasets.idx import read_idx
from digitrec.errors import DataError
from digitrec.reading.form import SIDE

_IDX_NAME = re.compile(
    r"(?:(?P<set>.+)-)?(?P<part>train|t10k|test)[-.](?P<kind>images|labels)"
    r"[-.]idx[1-4][-.](?:ubyte|int)(?:\.gz)?"
)
_NPZ_KEYS = {"train": ("x_train", "y_train"), "test": ("x_test", "y_test")}
_PARTS = {"train": "train", "test": "test", "t10k": "test"}
_TRANSPOSED = "emnist"

Read = Callable[[], NDArray[Any]]


@dataclass(frozen=True)
class StoredPart:
    """A part on disk: how to read its images and its labels, and what to call them in errors."""

    source: str
    images: Read
    labels_source: str
    labels: Read
    transposed: bool = False

    def read(self) -> Part:
        """The part as MNIST has it.

        Raises:
            DataError: a file cannot be read, or does not hold 28x28 bytes an image and one label
                from 0 to 9 for each.
        """
        images, labels = self.images(), self.labels()
        if images.ndim != 3 or images.shape[1:] != (SIDE, SIDE) or images.dtype != np.uint8:
            raise DataError(
                f"{self.source}: expected images of shape (N, {SIDE}, {SIDE}) and type uint8; "
                f"received {images.shape} and {images.dtype}"
            )
        if self.transposed:
            images = np.ascontiguousarray(images.transpose(0, 2, 1))
        return Part(images, self._classes(labels, len(images)))

    def _classes(self, labels: NDArray[Any], count: int) -> NDArray[np.int64]:
        classes = labels[:, 0] if labels.ndim == 2 and labels.shape[1] else labels
        if not count or classes.shape != (count,) or classes.dtype.kind not in "iu":
            raise DataError(
                f"{self.labels_source}: expected a whole number as label for each of {count:,} "
                f"images, at least one; received labels of shape {labels.shape} and type "
                f"{labels.dtype}"
            )
        if classes.min() < 0 or classes.max() > 9:
            raise DataError(
                f"{self.labels_source}: expected labels from 0 to 9; "
                f"received {classes.min()} to {classes.max()}"
            )
        return classes.astype(np.int64)


def find_arrays(place: Path) -> Mapping[str, StoredPart]:
    """The "train" and "test" parts stored in a folder or an .npz file; empty when there are none.

    Raises:
        DataError: there are several sets, half of one, or an .npz that is not of this form.
    """
    if place.is_file() and place.suffix == ".npz":
        return _in_npz(place)
    if not place.is_dir():
        return {}
    files = [path for path in sorted(place.iterdir()) if path.is_file()]
    if parts := _in_idx(place, files):
        return parts
    archives = [path for path in files if path.suffix == ".npz"]
    named = [path for path in archives if path.name == "mnist.npz"] or archives
    if len(named) > 1:
        raise DataError(f"{place}: expected one .npz file; name one of {_names(named)}")
    return _in_npz(named[0]) if named else {}


def _in_idx(place: Path, files: list[Path]) -> dict[str, StoredPart]:
    sets: dict[str, dict[tuple[str, str], Path]] = {}
    # Backwards, so that a plain file, which sorts before its .gz, has the last word.
    for path in reversed(files):
        if match := _IDX_NAME.fullmatch(path.name):
            found = sets.setdefault(match["set"] or "", {})
            found[_PARTS[match["part"]], match["kind"]] = path
    if not sets:
        return {}
    name = _the_one(place, sets)
    return {
        part: _idx_part(place, part, sets[name], transposed=name.startswith(_TRANSPOSED))
        for part in ("train", "test")
        if (part, "images") in sets[name] or (part, "labels") in sets[name]
    }


def _the_one(place: Path, sets: Mapping[str, object]) -> str:
    """MNIST itself where it is among the sets, else the one whose name says digits."""
    for names in ([name for name in sets if not name], list(sets), _saying_digits(sets)):
        if len(names) == 1:
            return names[0]
    raise DataError(
        f"{place}: expected the idx files of one set of digits; received {', '.join(sorted(sets))}"
    )


def _saying_digits(sets: Mapping[str, object]) -> list[str]:
    return [name for name in sets if "digits" in name]


def _idx_part(
    place: Path, part: str, files: Mapping[tuple[str, str], Path], *, transposed: bool
) -> StoredPart:
    for kind, other in (("images", "labels"), ("labels", "images")):
        if (part, kind) not in files:
            raise DataError(
                f"{place}: expected {part} {kind} as an idx file "
                f"beside {files[part, other].name}; there is none"
            )
    images, labels = files[part, "images"], files[part, "labels"]
    return StoredPart(
        str(images), partial(read_idx, images), str(labels), partial(read_idx, labels), transposed
    )


def _in_npz(path: Path) -> dict[str, StoredPart]:
    keys = keys_of(path)
    found = {part: pair for part, pair in _NPZ_KEYS.items() if set(pair) <= keys}
    if not found:
        raise DataError(
            f"{path}: expected arrays named x_train and y_train; "
            f"received {', '.join(sorted(keys)) or 'none'}"
        )
    return {
        part: StoredPart(
            f"{path} {images}",
            partial(array_of, path, images),
            f"{path} {labels}",
            partial(array_of, path, labels),
        )
        for part, (images, labels) in found.items()
    }


def keys_of(path: Path) -> set[str]:
    """The names of the arrays in an .npz file. Raises DataError when it is none."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {name.removesuffix(".npy") for name in archive.namelist()}
    except (OSError, zipfile.BadZipFile) as error:
        raise DataError(f"{path}: expected an .npz file; {error}") from error


def array_of(path: Path, key: str) -> NDArray[Any]:
    """One array of an .npz file. Raises DataError when it cannot be read."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return arrays[key]
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(f"{path}: expected an array as {key}; {error}") from error


def _names(paths: list[Path]) -> str:
    return ", ".join(path.name for path in paths)
