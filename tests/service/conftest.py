"""A server with the default settings, one for each module of tests, and pictures to send."""

import io

import numpy as np
import pytest
from PIL import Image
from served import served

from digitrec.service import selftest


@pytest.fixture(scope="module")
def server():
    with served() as running:
        yield running


def png(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture(scope="session")
def digits() -> list[bytes]:
    """PNG files of the digits 0 to 9 in MNIST's form."""
    return [png(image) for image in selftest.digits()]


@pytest.fixture(scope="session")
def drawn(digit_pictures) -> list[bytes]:
    """PNG files of the digits 0 to 9, 200 x 200."""
    return [path.read_bytes() for path in digit_pictures]
