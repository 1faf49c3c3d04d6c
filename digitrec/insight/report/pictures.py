"""Digits as pictures inside a page."""

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def data_uri(image: NDArray[np.uint8]) -> str:
    """A digit (28, 28), ink 255 on 0, as dark ink on white in a data: address."""
    written = io.BytesIO()
    Image.fromarray(255 - image).save(written, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(written.getvalue()).decode()}"
