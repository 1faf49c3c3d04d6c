"""A picture whose every part is known: black on the left, white on the right, a grey patch."""

import io

import numpy as np
from PIL import Image

TALL, WIDE = 40, 60


def halves() -> np.ndarray:
    """(40, 60) uint8: black on the left, white on the right, a grey patch in the black."""
    grey = np.zeros((TALL, WIDE), np.uint8)
    grey[:, WIDE // 2 :] = 255
    grey[10:30, 8:24] = 100
    return grey


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def looks_like_halves(pixels: np.ndarray, patch: int = 100) -> bool:
    near = np.abs(pixels[[5, 20, 5], [5, 16, 50]].astype(int) - [[0], [patch], [255]])
    return pixels.shape == (TALL, WIDE, 3) and bool((near <= 3).all())


GREY = Image.fromarray(halves())
SIXTEEN_BIT = Image.fromarray(halves().astype(np.uint16) * 257)
