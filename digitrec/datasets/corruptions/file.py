"""Digits that others have corrupted, from one file: MNIST-C's first 500 of each kind, say."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from digitrec.datasets.arrays import array_of, keys_of
from digitrec.datasets.digits import Part
from digitrec.errors import DataError
from digitrec.reading.form import SIDE


def read(path: str | os.PathLike[str], part: Part) -> Iterator[tuple[str, Part]]:
    """The corrupted digits of an .npz file, by kind in the order of their names.

    Args:
        path: an .npz file with an array (N, 28, 28) uint8 for each kind, by its name.
        part: the digits before they were corrupted, of which each array has the first N.

    Raises:
        DataError: it is no such file, or has more digits than the part.
    """
    path = Path(path)
    if not (kinds := sorted(keys_of(path))):
        raise DataError(f"{path}: expected an array for each kind of corruption; received none")
    for kind in kinds:
        images = array_of(path, kind)
        if images.dtype != np.uint8 or images.shape[1:] != (SIDE, SIDE) or not len(images):
            raise DataError(
                f"{path}: {kind}: expected digits (N, {SIDE}, {SIDE}) of uint8; "
                f"received {images.shape} of {images.dtype}"
            )
        if len(images) > len(part):
            raise DataError(
                f"{path}: {kind}: expected the first of {len(part):,} digits, corrupted; "
                f"received {len(images):,}"
            )
        yield kind, Part(images, part.labels[: len(images)])
