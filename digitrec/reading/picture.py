"""Any file, bytes, Pillow image or array becomes an upright RGB picture, safely.

Formats are allow-listed and the size is checked before a pixel is decoded; the EXIF turn is
applied, transparency is put on a ground that it can be seen on, 16-bit and palette are scaled.
"""

import io
import os
import re
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, UnidentifiedImageError

from digitrec.errors import PictureError
from digitrec.reading import pixels
from digitrec.reading.form import SIDE
from digitrec.reading.formats import LONGEST_START, STARTS, SUFFIXES, format_of
from digitrec.reading.quiet import quiet_stderr

Source = str | os.PathLike[str] | bytes | Image.Image | NDArray[Any]

MAX_PIXELS = 64_000_000
"""Of the largest telephones' photos and of A4 scanned at 800 dpi. Whatever a header claims, what
is decoded is at most this: four bytes each, 256 MB."""

COSTLY = {
    "TIFF": 36_000_000,
    "WEBP": 16_000_000,
    "bmp_rle": 4_000_000,
    "ppm": 1_000_000,
    "ppm_plain": 1_000_000,
}
"""Fewer pixels, by format or codec, where they cost more: a TIFF may hold all of them in one strip
that is decoded beside the picture, WebP's decoder holds the picture four times, and the others are
decoded in Python, a microsecond a value. A4 at 600 dpi are 35 million."""

MAX_PIPED = 100_000_000
"""Bytes read from what is no file, such as a pipe, which may have no end."""

MAX_SCANNED = 1_000_000_000
"""Pixels of a JPEG times the scans that it comes in: ten for a progressive one. Each scan goes
over the whole picture again, and a hundred of them fit into a few kilobytes."""

DECODED_SIDE = 1024
"""A picture is shrunk as it is decoded, if its longer side keeps so many pixels: the ink is looked
for in no more."""

MARKER = re.compile(rb"\xff+([^\x00\x01\xd0-\xd8\xff])")
"""A JPEG's marker that says its length: all but the few that stand alone. In coded data there is
none, for a byte 255 is followed by a 0 there."""

NO_PICTURE = f"expected a picture ({', '.join(STARTS)}); this is not one"

START_OF_SCAN, END_OF_IMAGE = b"\xda", b"\xd9"

ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What brings a picture upright, by the value of its EXIF tag ORIENTATION."""


@dataclass(frozen=True)
class Picture:
    """An upright picture.

    Attributes:
        pixels: (height, width, 3) uint8.
        notes: what was done to get it.
        scale: pixels of the file for one of `pixels`: large pictures are shrunk as they are
            decoded. What is left over at the right and at the bottom is not a pixel wide.
    """

    pixels: NDArray[np.uint8]
    notes: tuple[str, ...] = ()
    scale: float = 1.0

    @property
    def small_grey(self) -> NDArray[np.uint8] | None:
        """The grey of a picture of MNIST's size that is all grey, (28, 28); else None."""
        if self.pixels.shape[:2] != (SIDE, SIDE):
            return None
        grey = self.pixels[:, :, 0]
        return None if (self.pixels[:, :, 1:] != grey[:, :, None]).any() else grey


def load(source: Source, max_pixels: int = MAX_PIXELS) -> Picture:
    """Open a picture.

    Args:
        source: a path, the bytes of a file, a Pillow image, or an array: (H, W) grey, (H, W, 1),
            (H, W, 3) RGB or (H, W, 4) RGBA; bool or float from 0 to 1, uint8, or uint16.
        max_pixels: fewer than MAX_PIXELS may be decoded of a file.

    Raises:
        PictureError: no such file, not a picture, a format that is not allowed, too many pixels,
            or broken data. The message does not repeat the file's name.
    """
    try:
        if isinstance(source, np.ndarray):
            return _of_array(source)
        if isinstance(source, Image.Image):
            _check_size(source.size)
            return _upright(source, source.size)
        file, kind = _identified(source)
        with Image.open(file, formats=(kind,)) as image:
            whole = image.size
            _check_cost(image, max_pixels)
            times = _times_too_large(whole)
            image.draft(None, (whole[0] // times, whole[1] // times))
            return _upright(image, whole)
    except PictureError:
        raise
    except Exception as error:
        # Pillow's decoders raise whatever their parsing runs into: OSError, SyntaxError,
        # ValueError, struct.error and more. All of them mean the same to the user.
        raise PictureError(_reason(error)) from error


def below(folder: str | os.PathLike[str]) -> Iterator[Path]:
    """The picture files in a folder and in all folders below it, sorted, without hidden ones."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES:
                yield Path(parent, name)


def _identified(source: str | os.PathLike[str] | bytes) -> tuple[Path | io.BytesIO, str]:
    """What Pillow is to open, and its format."""
    file = _readable(source)
    if isinstance(file, io.BytesIO):
        start = file.getvalue()[:LONGEST_START]
    else:
        with file.open("rb") as stream:
            start = stream.read(LONGEST_START)
    kind = format_of(start)
    if kind is None:
        raise PictureError(NO_PICTURE)
    return file, kind


def _readable(source: str | os.PathLike[str] | bytes) -> Path | io.BytesIO:
    if isinstance(source, bytes):
        if not source:
            raise PictureError("expected a picture; received no bytes")
        return io.BytesIO(source)
    if not os.fspath(source):
        raise PictureError("expected the name of a picture file; received an empty one")
    path = Path(source)
    if path.is_dir():
        raise PictureError("expected a picture file; this is a folder")
    if not path.exists():
        raise PictureError("no such file")
    if not path.is_file():
        with path.open("rb") as pipe:
            return io.BytesIO(pipe.read(MAX_PIPED))
    if path.stat().st_size == 0:
        raise PictureError("expected a picture; the file is empty")
    return path


def _reason(error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):
        return NO_PICTURE
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        return _too_large("many more")
    if isinstance(error, OSError) and error.strerror:
        return f"cannot be read ({error.strerror})"
    return f"expected a whole picture; its data is broken ({error or type(error).__name__})"


def _check_cost(image: ImageFile.ImageFile, max_pixels: int) -> None:
    """Refuse what would take too much memory or time to decode."""
    kinds = [image.format, *(tile.codec_name for tile in image.tile)]
    costly = min(COSTLY.get(str(kind), MAX_PIXELS) for kind in kinds)
    most = min(costly, max_pixels)
    _check_size(image.size, most, f" in such a {image.format}" if most < max_pixels else "")
    if image.format in ("JPEG", "MPO"):
        _check_scans(image)


def _check_scans(image: ImageFile.ImageFile) -> None:
    file = cast("IO[bytes]", image.fp)
    file.seek(0)
    content = file.read()
    most = MAX_SCANNED // (image.width * image.height)
    if content.count(b"\xff" + START_OF_SCAN) <= most:
        return
    if (scans := _scans(content)) > most:
        raise PictureError(f"expected at most {most} scans in so large a JPEG; received {scans}")


def _scans(jpeg: bytes) -> int:
    """In how many scans a JPEG comes; other files may follow its end, or be in its segments."""
    count, start = 0, 0
    while (marker := MARKER.search(jpeg, start)) and marker[1] != END_OF_IMAGE:
        count += marker[1] == START_OF_SCAN
        start = marker.end() + int.from_bytes(jpeg[marker.end() : marker.end() + 2], "big")
    return count


def _check_size(size: pixels.Size, most: int = MAX_PIXELS, where: str = "") -> None:
    width, height = size
    if width * height > most:
        raise PictureError(_too_large(f"{width} x {height}", most, where))
    if width == 0 or height == 0:
        raise PictureError(f"expected a picture with pixels; received {width} x {height}")


def _too_large(received: str, most: int = MAX_PIXELS, where: str = "") -> str:
    count = f"{most:,}" if most % 1_000_000 else f"{most // 1_000_000} million"
    return f"expected at most {count} pixels{where}; received {received}"


def _of_array(array: NDArray[Any]) -> Picture:
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (3, 4)):
        raise PictureError(
            f"expected an array (H, W), (H, W, 1), (H, W, 3) or (H, W, 4); received {array.shape}"
        )
    size = array.shape[1], array.shape[0]
    _check_size(size)
    times = _times_too_large(size)
    return Picture(pixels.rgb(pixels.shrunk_array(array, times)), scale=times)


def _upright(image: Image.Image, whole: pixels.Size) -> Picture:
    """Decode a picture, whose whole size may be larger than it says it will decode to."""
    notes: list[str] = []
    if getattr(image, "is_animated", False):
        image.seek(0)
        notes.append("first frame of several")
    with quiet_stderr() if image.format == "TIFF" else nullcontext():
        image.load()
    before = -(-max(whole) // max(image.size))
    size = image.size if before == 1 else (whole[0] // before, whole[1] // before)
    times = _times_too_large(size)
    small = pixels.shrunk(image, size, times)
    turn = TURNS.get(_orientation(image))
    if turn is not None:
        small = small.transpose(turn)
        notes.append("turned upright by its EXIF orientation")
    return Picture(pixels.rgb(small), tuple(notes), before * times)


def _times_too_large(size: pixels.Size) -> int:
    return max(min(max(size) // DECODED_SIDE, *size), 1)


def _orientation(image: Image.Image) -> Any:
    if image.format == "PNG" and not image.info:
        return None  # which would take half as long as all else to find out
    try:
        return image.getexif().get(ORIENTATION)
    except Exception:  # noqa: BLE001 - as in load; pixels can be read though the EXIF is broken
        return None
