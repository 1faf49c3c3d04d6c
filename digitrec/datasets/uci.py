"""The UCI digits that scikit-learn carries, brought to MNIST's form: for want of MNIST.

1,797 digits of 8x8 blocks with 0 to 16 of ink, the test part of E. Alpaydin and C. Kaynak's
"Optical Recognition of Handwritten Digits" (1998), https://doi.org/10.24432/C50P49. Those who
wrote them are other people than MNIST's, and 8x8 shows less: what is measured on one does not hold
for the other.
"""

import numpy as np
from numpy.typing import NDArray

from digitrec.datasets.digits import Digits, Images, Part
from digitrec.datasets.split import in_three
from digitrec.errors import needs_extra

VALIDATION = 200
TEST = 400

_FULL_INK = 16.0
_SCALE = 20
_GROUND, _STROKE = 0.3, 0.8
"""Shares of full ink at which an enlarged digit is ground and stroke. Between them the blur of the
enlargement is steepened until the mean grey is MNIST's (34 of 255 against 33)."""


def load() -> Digits:
    """1,197 training, 200 validation and 400 test digits.

    Raises:
        MissingExtraError: scikit-learn is not installed.
    """
    with needs_extra("train"):
        from sklearn.datasets import load_digits
    blocks, labels = load_digits(return_X_y=True)
    whole = Part(_images(blocks.reshape(-1, 8, 8)), labels.astype(np.int64))
    return Digits("uci", in_three(whole, VALIDATION, TEST))


def _images(blocks: NDArray[np.float64]) -> Images:
    """MNIST's form of (N, 8, 8) blocks with 0 to 16 of ink."""
    from digitrec.reading.normalize import to_mnist

    return np.stack([to_mnist(_enlarged(block / _FULL_INK)) for block in blocks])


def _enlarged(ink: NDArray[np.float64]) -> NDArray[np.float32]:
    import cv2

    # A frame of ground, so that strokes at the border round off as the others do.
    framed = np.pad(ink, 1).astype(np.float32)
    side = len(framed) * _SCALE
    large = cv2.resize(framed, (side, side), interpolation=cv2.INTER_CUBIC)
    return np.clip((large - _GROUND) / (_STROKE - _GROUND), 0, 1).astype(np.float32)
