"""Any file, bytes, Pillow image or array becomes an upright RGB picture, safely.

Formats are allow-listed and the size is checked before a pixel is decoded; the EXIF turn is
applied, transparency is put on a ground that it can be seen on, 16-bit and palette are scaled.
"""

import io
import os
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from digitrec.errors import PictureError
from digitrec.reading.quiet import quiet_stderr

Source = str | os.PathLike[str] | bytes | Image.Image | NDArray[Any]

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")
"""What may be opened: pictures, not documents or vector programs."""

SUFFIXES = (
    *(".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".dib", ".gif"),
    *(".tif", ".tiff", ".webp", ".ppm", ".pgm", ".pbm", ".pnm"),
)
"""How the names of picture files end, in folders that hold other files too."""

MAX_PIXELS = 50_000_000
"""Four times a 12-megapixel photo: to decode so many takes 0.5 GB, with transparency 1 GB."""

DECODED_SIDE = 1024
"""A JPEG is decoded at an eighth, a quarter or half its size, if both sides keep so many pixels."""

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

MID_GREY = 128

USUAL_TOPS = (1.0, 255.0, 1023.0, 4095.0, 65535.0)
"""What white is in wide pixels: scanners and cameras put 10 or 12 bits into 16 as they are, and
taken for 16 bits those are so dark that the picture seems empty."""

SAMPLED_SIDE = 512
"""Enough pixels a side to tell light ink from dark, without floats for all of a large picture."""


@dataclass(frozen=True)
class Picture:
    """An upright picture.

    Attributes:
        pixels: (height, width, 3) uint8.
        notes: what was done to get it.
        scale: pixels of the file for one of `pixels`: large JPEGs are decoded at a smaller size.
    """

    pixels: NDArray[np.uint8]
    notes: tuple[str, ...] = ()
    scale: float = 1.0


def load(source: Source) -> Picture:
    """Open a picture.

    Args:
        source: a path, the bytes of a file, a Pillow image, or an array: (H, W) grey, (H, W, 1),
            (H, W, 3) RGB or (H, W, 4) RGBA; bool or float from 0 to 1, uint8, or uint16.

    Raises:
        PictureError: no such file, not a picture, a format that is not allowed, too many pixels,
            or broken data. The message does not repeat the file's name.
    """
    try:
        if isinstance(source, np.ndarray):
            return _upright(_image_of(source))
        if isinstance(source, Image.Image):
            _check_size(source.size)
            return _upright(source)
        with Image.open(_readable(source), formats=FORMATS) as image:
            _check_size(image.size)
            width = image.size[0]
            image.draft(None, (DECODED_SIDE, DECODED_SIDE))
            return replace(_upright(image), scale=width / image.size[0])
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
    if path.is_file() and path.stat().st_size == 0:
        raise PictureError("expected a picture; the file is empty")
    return path


def _reason(error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):
        return f"expected a picture ({', '.join(FORMATS)}); this is not one"
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        return _too_large("many more")
    if isinstance(error, OSError) and error.strerror:
        return f"cannot be read ({error.strerror})"
    return f"expected a whole picture; its data is broken ({error or type(error).__name__})"


def _check_size(size: tuple[int, int]) -> None:
    width, height = size
    if width * height > MAX_PIXELS:
        raise PictureError(_too_large(f"{width} x {height}"))
    if width == 0 or height == 0:
        raise PictureError(f"expected a picture with pixels; received {width} x {height}")


def _too_large(received: str) -> str:
    return f"expected at most {MAX_PIXELS // 1_000_000} million pixels; received {received}"


def _image_of(array: NDArray[Any]) -> Image.Image:
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (3, 4)):
        raise PictureError(
            f"expected an array (H, W), (H, W, 1), (H, W, 3) or (H, W, 4); received {array.shape}"
        )
    _check_size((array.shape[1], array.shape[0]))
    return Image.fromarray(_as_bytes(array))


def _as_bytes(array: NDArray[Any]) -> NDArray[np.uint8]:
    """Scale an array's whole range to 0..255: bool and float from 1, uint16 from 65535."""
    if array.dtype == np.uint8:
        return np.ascontiguousarray(array)
    if array.dtype == np.uint16:
        return (array // 257).astype(np.uint8)
    if array.dtype == np.bool_ or np.issubdtype(array.dtype, np.floating):
        values = array.astype(np.float32)
        if not (np.isfinite(values).all() and values.min() >= 0 and values.max() <= 1):
            raise PictureError("expected floats from 0 to 1; received values outside")
        return (values * 255 + 0.5).astype(np.uint8)
    raise PictureError(f"expected uint8, uint16, bool or float pixels; received {array.dtype}")


def _upright(image: Image.Image) -> Picture:
    notes: list[str] = []
    if getattr(image, "n_frames", 1) > 1:
        image.seek(0)
        notes.append("first frame of several")
    with quiet_stderr() if image.format == "TIFF" else nullcontext():
        image.load()
    turn = TURNS.get(_orientation(image))
    if turn is not None:
        image = image.transpose(turn)
        notes.append("turned upright by its EXIF orientation")
    return Picture(_rgb(image), tuple(notes))


def _orientation(image: Image.Image) -> Any:
    try:
        return image.getexif().get(ORIENTATION)
    except Exception:  # noqa: BLE001 - as in load; pixels can be read though the EXIF is broken
        return None


def _rgb(image: Image.Image) -> NDArray[np.uint8]:
    if image.mode[0] in "IF":
        grey = _wide_to_bytes(np.asarray(image))
        return np.repeat(grey[:, :, None], 3, axis=2)
    if image.has_transparency_data:
        return _on_ground(image.convert("RGBA"))
    return np.asarray(image if image.mode == "RGB" else image.convert("RGB"))


def _wide_to_bytes(values: NDArray[Any]) -> NDArray[np.uint8]:
    """16-bit, 32-bit and float grey to 0..255, by the smallest usual range that holds them."""
    values = np.nan_to_num(values.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    top = float(values.max(initial=0.0))
    whole = next((limit for limit in USUAL_TOPS if top <= limit), top)
    return np.clip(values * (255.0 / whole), 0, 255).astype(np.uint8)


def _on_ground(image: Image.Image) -> NDArray[np.uint8]:
    """Put a transparent picture on white, or on black when its own ink is light."""
    ground = Image.new("RGBA", image.size, "black" if _is_light_ink(image) else "white")
    return np.asarray(Image.alpha_composite(ground, image).convert("RGB"))


def _is_light_ink(image: Image.Image) -> bool:
    """Whether what can be seen of a mostly transparent picture is light."""
    step = max(max(image.size) // SAMPLED_SIDE, 1)
    rgba = np.asarray(image)[::step, ::step].astype(np.float32)
    alpha = rgba[:, :, 3] / 255.0
    opaque = float(alpha.sum())
    brightness = float((rgba[:, :, :3].mean(axis=2) * alpha).sum())
    return 0 < opaque < 0.5 * alpha.size and brightness > MID_GREY * opaque
