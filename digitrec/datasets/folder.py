"""Pictures in folders: one folder a class, as Keras's `flow_from_directory` reads them.

    pictures/seven/a.png  pictures/eight/b.jpg  ...                 cut 80/10/10, or
    pictures/train/seven/a.png  pictures/test/seven/c.png  ...      taken as they are

Every picture goes through the reader's own way, so that training sees what prediction will see.
Files whose names do not end as a picture's do, and hidden ones, are passed over.
"""

import tempfile
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from digitrec.datasets.digits import Digits, Images, Labels, Part
from digitrec.datasets.split import cut, cut_in_three, tenth, validation_count
from digitrec.errors import DataError, PictureError, about
from digitrec.files import unwritable
from digitrec.reading import picture as pictures
from digitrec.reading.form import SIDE
from digitrec.reading.progress import Progress

UNREADABLE_AT_MOST = 0.01
"""Share of the files of a set that may be unreadable; more is a mistake of the user's."""

NAMED = 10
"""Unreadable files that a note names; the others are counted."""

_PART_FOLDERS = {
    "train": ("train",),
    "validation": ("validation", "val", "valid"),
    "test": ("test",),
}
_THREADS = 4
_AT_ONCE = 512
"""Pictures handed to the threads together; bounds the memory that waiting ones take."""


@dataclass(frozen=True)
class _Listing:
    """Files and their class numbers."""

    files: tuple[Path, ...]
    labels: Labels

    def take(self, index: NDArray[np.integer]) -> "_Listing":
        return _Listing(tuple(self.files[place] for place in index), self.labels[index])


def load(root: Path) -> Digits:
    """The pictures of a folder of class folders; the classes are the folders' names, sorted.

    Each picture is opened once; its 784 bytes go to a temporary file, of which the parts' images
    are memory maps, so that a large set takes no more memory than a small one.

    Raises:
        DataError: there are fewer than two classes, a class is empty, or more than 1 % of the
            files are not readable pictures.
        OutputError: the temporary file cannot be written.
    """
    classes, listings = _listings(root)
    total = sum(len(listing.files) for listing in listings.values())
    unreadable: list[Path] = []
    with Progress(f"reading {root}", total, " pictures") as progress, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Pillow thinks of a file is no news to its reader
        parts = {name: _opened(listing, unreadable, progress) for name, listing in listings.items()}
    notes = _notes(root, unreadable, total)
    if not all(map(len, parts.values())):
        raise DataError(f"{root}: expected readable pictures in each part; a part has none")
    readers = {name: partial(_same, part) for name, part in parts.items()}
    return Digits(str(root), readers, classes, notes=notes)


def load_whole(root: Path, classes: Sequence[str]) -> tuple[Part, tuple[str, ...]]:
    """All pictures of a folder of class folders as one part, and what to tell of them.

    Args:
        root: has a folder for each of the classes, or for some of them.
        classes: their names, in the order of their numbers.

    Raises:
        DataError: there is no folder, or one of another class; a class is empty, or more than 1 %
            of the files are not readable pictures.
        OutputError: the temporary file cannot be written.
    """
    if not root.is_dir() or not _class_folders(root):
        raise DataError(f"{root}: expected a folder with a folder of pictures for each class")
    listing = _list(root, classes)
    unreadable: list[Path] = []
    total = len(listing.files)
    with Progress(f"reading {root}", total, " pictures") as progress, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        part = _opened(listing, unreadable, progress)
    return part, _notes(root, unreadable, total)


def _same(part: Part) -> Part:
    return part


def _listings(root: Path) -> tuple[tuple[str, ...], dict[str, _Listing]]:
    """The classes, and the files of each part."""
    given = _part_folders(root)
    if not given:
        classes = _classes(root)
        whole = _list(root, classes)
        count = tenth(len(whole.files))
        with about(root):
            places = cut_in_three(whole.labels, validation=count, test=count)
        return classes, {name: whole.take(index) for name, index in places.items()}
    classes = _classes(given["train"])
    listings = {name: _list(folder, classes) for name, folder in given.items()}
    if "validation" not in listings:
        train = listings["train"]
        with about(given["train"]):
            kept, held_back = cut(train.labels, validation_count(len(train.files)))
        listings |= {"train": train.take(kept), "validation": train.take(held_back)}
    return classes, listings


def _part_folders(root: Path) -> dict[str, Path]:
    """The folders of the parts by the parts' names, when there is one for training."""
    found = {
        part: [root / name for name in names if (root / name).is_dir()]
        for part, names in _PART_FOLDERS.items()
    }
    if not found["train"]:
        return {}
    for part, folders in found.items():
        if len(folders) > 1:
            names = ", ".join(folder.name for folder in folders)
            raise DataError(f"{root}: expected one folder for {part}; received {names}")
    return {part: folders[0] for part, folders in found.items() if folders}


def _classes(folder: Path) -> tuple[str, ...]:
    names = tuple(path.name for path in _class_folders(folder))
    if len(names) < 2:
        raise DataError(
            f"{folder}: expected a folder of pictures for each of at least two classes "
            f"(or idx, idx.gz or npz files of MNIST's form); received {', '.join(names) or 'none'}"
        )
    return names


def _class_folders(folder: Path) -> list[Path]:
    return sorted(
        path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")
    )


def _list(folder: Path, classes: Sequence[str]) -> _Listing:
    files: list[Path] = []
    labels: list[int] = []
    for class_folder in _class_folders(folder):
        if class_folder.name not in classes:
            raise DataError(
                f"{class_folder}: expected a folder of one of the classes, "
                f"{', '.join(classes)}; received {class_folder.name}"
            )
        found = sorted(pictures.below(class_folder))
        if not found:
            raise DataError(f"{class_folder}: expected pictures; there is none")
        files += found
        labels += [classes.index(class_folder.name)] * len(found)
    return _Listing(tuple(files), np.array(labels, np.int64))


def _opened(listing: _Listing, unreadable: list[Path], progress: Progress) -> Part:
    """Open the pictures of a listing; those that are none are added to `unreadable`."""
    labels: list[int] = []
    try:
        with tempfile.TemporaryFile(prefix="digitrec-") as store:
            for path, label, image in zip(
                listing.files, listing.labels, _images(listing.files), strict=True
            ):
                if image is None:
                    unreadable.append(path)
                else:
                    store.write(image.tobytes())
                    labels.append(int(label))
                progress.step()
            store.flush()
            return Part(_mapped(store, len(labels)), np.array(labels, np.int64))
    except OSError as error:
        raise unwritable(Path(tempfile.gettempdir()), error) from error


def _images(files: Sequence[Path]) -> Iterator[NDArray[np.uint8] | None]:
    """The digit of each picture, (28, 28), or None where a file is no readable picture."""
    with ThreadPoolExecutor(_THREADS) as pool:
        for start in range(0, len(files), _AT_ONCE):
            yield from pool.map(_image, files[start : start + _AT_ONCE])


def _image(path: Path) -> NDArray[np.uint8] | None:
    from digitrec.reading.reader import digit_image

    try:
        return digit_image(path)
    except PictureError:
        return None


def _mapped(store: IO[bytes], count: int) -> Images:
    """A map of the file, which the system deletes when the map has gone, at latest at the end."""
    if not count:
        return np.zeros((0, SIDE, SIDE), np.uint8)
    return np.memmap(store, np.uint8, mode="r", shape=(count, SIDE, SIDE))


def _notes(root: Path, unreadable: Sequence[Path], total: int) -> tuple[str, ...]:
    """What to tell of unreadable files. Raises DataError when they are too many."""
    if not unreadable:
        return ()
    named = ", ".join(str(path.relative_to(root)) for path in unreadable[:NAMED])
    more = f" and {len(unreadable) - NAMED:,} more" if len(unreadable) > NAMED else ""
    what = f"{len(unreadable):,} of {total:,} files are not readable pictures: {named}{more}"
    if len(unreadable) > UNREADABLE_AT_MOST * total:
        raise DataError(
            f"{root}: expected at most {100 * UNREADABLE_AT_MOST:g} % unreadable; {what}"
        )
    return (f"{what}; they are left out",)
