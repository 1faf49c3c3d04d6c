"""PNG files that hold one small grey picture and nothing else, in a fifth of the time Pillow takes.

Programs that send single digits send these by the thousand.
"""

import os
import struct
import zlib

import cv2
import numpy as np
from numpy.typing import NDArray

from digitrec.reading.form import SIDE

START = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR" + struct.pack(">IIBBBBB", SIDE, SIDE, 8, 0, 0, 0, 0)
"""Of a file of 28 x 28 grey pixels of 8 bits, not interlaced."""

FIRST, END = len(START) + 4, b"\0\0\0\0IEND\xae\x42\x60\x82"
"""Where the second chunk begins, and the last one whole."""

ROW = 1 + SIDE
"""Bytes of a row: how it is filtered, and its pixels."""

LAST_FILTER = 4

LARGEST = 4096
"""Bytes of a file that are looked at: packed as badly as can be, such a picture takes 900."""


def content_of(source: object) -> bytes:
    """What such a file holds, given its path or its bytes; of other sources nothing."""
    if isinstance(source, bytes):
        return source
    if not isinstance(source, str | os.PathLike):
        return b""
    try:
        with open(source, "rb") as file:  # noqa: PTH123 - a Path takes longer than the file
            start = file.read(len(START))
            return start + file.read(LARGEST) if start == START else b""
    except (OSError, ValueError):  # said by who reads it as any picture
        return b""


def grey_of(content: bytes) -> NDArray[np.uint8] | None:
    """The pixels (28, 28) of such a file; None for all others, broken ones among them."""
    if not content.startswith(START) or not content.endswith(END):
        return None
    data = _data(content)
    if data is None or len(data) != SIDE * ROW or max(data[::ROW]) > LAST_FILTER:
        return None
    pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None or pixels.shape != (SIDE, SIDE):
        return None
    return np.asarray(pixels, np.uint8)


def _data(content: bytes) -> bytes | None:
    """What is in the file's only chunk of data, if it is whole and its sums are right."""
    (length,) = struct.unpack_from(">I", content, FIRST)
    last = FIRST + 8 + length
    if content[FIRST + 4 : FIRST + 8] != b"IDAT" or last + 4 + len(END) != len(content):
        return None
    sums = struct.unpack_from(">I", content, FIRST - 4) + struct.unpack_from(">I", content, last)
    if sums != (zlib.crc32(content[12 : FIRST - 4]), zlib.crc32(content[FIRST + 4 : last])):
        return None
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(content[FIRST + 8 : last], SIDE * ROW + 1)
    except zlib.error:
        return None
    return data if unpacker.eof and not unpacker.unused_data else None
