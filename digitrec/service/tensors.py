"""Digits and pictures as other programs' protocols put them into JSON."""

import base64
import binascii
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitrec.reading.form import SIDE
from digitrec.service.refusal import Refused

WHITE = 255


def images_of(data: Any, where: str) -> NDArray[np.uint8]:
    """Digits (N, 28, 28) of numbers in lists, which are (N, 28, 28), (N, 28, 28, 1) or (N, 784).

    Raises:
        Refused: the lists have another shape, or not numbers from 0 to 255 in them.
    """
    try:
        values = np.asarray(data, np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise Refused(400, f"{where}: expected lists of numbers; {error}") from error
    if values.ndim == 0 or values[:1].size != SIDE * SIDE or values.shape[1:] not in _SHAPES:
        raise Refused(
            400, f"{where}: expected digits of {SIDE} x {SIDE} pixels; received {values.shape}"
        )
    if not ((values >= 0) & (values <= WHITE)).all():
        raise Refused(400, f"{where}: expected numbers from 0 to {WHITE}; received others")
    return np.rint(values).astype(np.uint8).reshape(-1, SIDE, SIDE)


_SHAPES = ((SIDE, SIDE), (SIDE, SIDE, 1), (SIDE * SIDE,))


def picture_of(text: object, where: str) -> bytes:
    """The bytes of a file in base64. Raises Refused when it is not."""
    if not isinstance(text, str):
        raise Refused(400, f"{where}: expected a picture in base64; received no text")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused(400, f"{where}: expected base64; {error}") from error


def expect_at_most(most: int, count: int) -> None:
    """Raise Refused when a request has more items than may be."""
    if count > most:
        raise Refused(413, f"expected at most {most} pictures; received {count}")
