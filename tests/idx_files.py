"""Writes small sets as MNIST's files are, for tests."""

import gzip
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

NAMES = {
    "train images": "train-images-idx3-ubyte.gz",
    "train labels": "train-labels-idx1-ubyte.gz",
    "test images": "t10k-images-idx3-ubyte.gz",
    "test labels": "t10k-labels-idx1-ubyte.gz",
}
TYPES = {"uint8": 0x08, "int32": 0x0C}


def idx_bytes(array: NDArray[Any]) -> bytes:
    header = struct.pack(
        f">BBBB{array.ndim}I", 0, 0, TYPES[array.dtype.name], array.ndim, *array.shape
    )
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


def write_idx(path: Path, array: NDArray[Any]) -> None:
    """Write an array as an idx file, gzipped when the name ends in .gz."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = idx_bytes(array)
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


def small_arrays(train: int = 200, test: int = 50) -> dict[str, NDArray[np.uint8]]:
    """Noise with labels 0 to 9 in turn, named as MNIST's arrays are."""
    random = np.random.default_rng(0)
    return {
        "train images": random.integers(0, 256, (train, 28, 28), np.uint8),
        "train labels": np.arange(train, dtype=np.uint8) % 10,
        "test images": random.integers(0, 256, (test, 28, 28), np.uint8),
        "test labels": np.arange(test, dtype=np.uint8) % 10,
    }


def write_set(folder: Path, arrays: dict[str, NDArray[np.uint8]]) -> Path:
    """Write arrays under the names of MNIST's files."""
    for name, array in arrays.items():
        write_idx(folder / NAMES[name], array)
    return folder
