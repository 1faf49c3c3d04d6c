"""Pixels of every kind become 8-bit RGB, in strips, so that a large picture is held only once."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitrec.errors import PictureError

Size = tuple[int, int]
"""Width and height."""

STRIP = 1_000_000
"""Pixels that are taken out of a large picture at a time, to be converted and shrunk."""

MID_GREY = 128

USUAL_TOPS = (1.0, 255.0, 1023.0, 4095.0, 65535.0)
"""What white is in wide pixels: scanners and cameras put 10 or 12 bits into 16 as they are, and
taken for 16 bits those are so dark that the picture seems empty."""


def shrunk(image: Image.Image, size: Size, times: int) -> Image.Image:
    """The upper left of a decoded picture, a number of times smaller, in a mode that `rgb` takes.

    Args:
        image: of any mode.
        size: width and height of the part.
        times: each new pixel is the mean of a square of so many pixels a side.
    """
    if times == 1 and size == image.size and size[0] * size[1] <= STRIP:
        return _plain(image)
    return _in_strips(size, times, lambda top, end: _plain(image.crop((0, top, size[0], end))))


def shrunk_array(array: NDArray[Any], times: int) -> Image.Image:
    """An array (H, W), (H, W, 3) or (H, W, 4) a number of times smaller, for `rgb`.

    Raises:
        PictureError: other types than uint8, uint16, bool and float, or floats not from 0 to 1.
    """
    size = array.shape[1], array.shape[0]
    return _in_strips(size, times, lambda top, end: Image.fromarray(_as_bytes(array[top:end])))


def rgb(image: Image.Image) -> NDArray[np.uint8]:
    """Red, green and blue (height, width, 3) of a picture in mode L, RGB, RGBA or F.

    Transparency lies on a ground that it can be seen on; wide values are scaled.
    """
    if image.mode == "F":
        return np.repeat(_wide_to_bytes(np.asarray(image))[:, :, None], 3, axis=2)
    if image.mode == "RGBA":
        image = _on_ground(image)
    if image.mode == "L":
        return np.repeat(np.asarray(image)[:, :, None], 3, axis=2)
    return np.asarray(image.convert("RGB"))


def _in_strips(size: Size, times: int, strip: Callable[[int, int], Image.Image]) -> Image.Image:
    """What `strip` gives of rows from a top to an end, shrunk and put together.

    Columns and rows that are left over when the size is divided are left out.
    """
    width, height = size[0] // times, size[1] // times
    rows = max(STRIP // (size[0] * times), 1)
    whole: Image.Image | None = None
    for top in range(0, height, rows):
        end = min(top + rows, height)
        part = strip(top * times, end * times)
        part = part.reduce(times, (0, 0, width * times, part.height))
        whole = whole or Image.new(part.mode, (width, height))
        whole.paste(part, (0, top))
    return whole or Image.new("RGB", (width, height))


def _plain(image: Image.Image) -> Image.Image:
    """In one of few modes: F for wide values, else RGBA, RGB, or L for grey."""
    if image.mode[0] in "IF":
        values = np.asarray(image).astype(np.float32)
        return Image.fromarray(np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0))
    if image.mode == "LAB":
        return image.getchannel("L")
    if image.mode == "La":
        image = image.convert("LA")
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image if image.mode == "L" else image.convert("RGB")


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


def _wide_to_bytes(values: NDArray[np.float32]) -> NDArray[np.uint8]:
    """16-bit, 32-bit and float grey to 0..255, by the smallest usual range that holds them."""
    top = float(values.max(initial=0.0))
    whole = next((limit for limit in USUAL_TOPS if top <= limit), top)
    return np.clip(values * (255.0 / whole), 0, 255).astype(np.uint8)


def _on_ground(image: Image.Image) -> Image.Image:
    """Put a transparent picture on white, or on black when its own ink is light."""
    ground = Image.new("RGBA", image.size, "black" if _is_light_ink(image) else "white")
    return Image.alpha_composite(ground, image)


def _is_light_ink(image: Image.Image) -> bool:
    """Whether what can be seen of a mostly transparent picture is light."""
    rgba = np.asarray(image).astype(np.float32)
    alpha = rgba[:, :, 3] / 255.0
    opaque = float(alpha.sum())
    brightness = float((rgba[:, :, :3].mean(axis=2) * alpha).sum())
    return 0 < opaque < 0.5 * alpha.size and brightness > MID_GREY * opaque
