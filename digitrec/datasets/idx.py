"""Yann LeCun's idx files, plain or gzipped: the form in which MNIST and its kin are published.

The form is described under "FILE FORMATS" at http://yann.lecun.com/exdb/mnist/: two zero bytes, a
type, the number of dimensions, each dimension as a big-endian uint32, then the values.
"""

import gzip
import math
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitrec.errors import DataError

_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_GZIP = b"\x1f\x8b"


def read_idx(path: Path) -> NDArray[Any]:
    """The array in an idx file, read-only; a gzipped file is unpacked on the way.

    Raises:
        DataError: the file is missing, is not idx, or is shorter or longer than its header says.
    """
    content = _bytes(path)
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] not in _TYPES or not content[3]:
        raise DataError(f"{path}: expected an idx file; it begins with {content[:4].hex(' ')}")
    dtype, start = np.dtype(_TYPES[content[2]]), 4 + 4 * content[3]
    if len(content) < start:
        raise DataError(f"{path}: expected an idx header of {start} bytes; the file is cut off")
    shape = struct.unpack(f">{content[3]}I", content[4:start])
    expected = math.prod(shape) * dtype.itemsize
    if len(content) - start != expected:
        raise DataError(
            f"{path}: expected {expected:,} bytes after the header, for "
            f"{'x'.join(map(str, shape))} values; received {len(content) - start:,}"
        )
    return np.frombuffer(content, dtype, offset=start).reshape(shape)


def _bytes(path: Path) -> bytes:
    try:
        content = path.read_bytes()
        # By what the file holds, for browsers unpack some .gz files and leave their names.
        return gzip.decompress(content) if content.startswith(_GZIP) else content
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path}: expected an idx file, plain or gzipped; {error}") from error
