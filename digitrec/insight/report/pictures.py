"""Digits as pictures inside a page."""

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitrec.insight.explanation_sheet import overlaid

LARGER = 3
"""Times as large are digits with a map over them, for maps are smoother than pixels."""

PALEST = 110
"""Grey of full ink under a map."""


def data_uri(image: NDArray[np.generic]) -> str:
    """A digit (28, 28), ink 255 on 0, as dark ink on white in a data: address."""
    return _uri(Image.fromarray(255 - np.rint(image).astype(np.uint8)))


def mapped_uri(image: NDArray[np.uint8], values: NDArray[np.floating]) -> str:
    """The same with a map (28, 28) over it: orange speaks for what is read, blue against it."""
    paper = 255 - image.astype(np.float32) * ((255 - PALEST) / 255)
    larger = np.repeat(np.repeat(paper, LARGER, axis=0), LARGER, axis=1)
    picture = overlaid(np.repeat(larger[..., None], 3, axis=2).astype(np.uint8), values)
    return _uri(picture.quantize(64))


def _uri(picture: Image.Image) -> str:
    written = io.BytesIO()
    picture.save(written, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(written.getvalue()).decode()}"
