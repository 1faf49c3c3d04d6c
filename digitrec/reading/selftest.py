"""A few digits that a model has read when its card was written, and what it gave for them.

The card brings them, so that whoever starts the model, perhaps elsewhere, can see that it still
gives that.
"""

import base64
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digitrec.errors import ModelError
from digitrec.reading.form import SIDE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MOST = 10
"""Digits: about 2,500 bytes of a card."""

ABSOLUTE, RELATIVE = 0.5, 0.05
"""By how much a logit may differ: 8 bits are rounded otherwise on other processors."""


@dataclass(frozen=True)
class SelfTest:
    """Digits that a model has read rightly.

    Attributes:
        images: the digits in MNIST's form, one after the other, by zlib and in base64.
        classes: the class of each.
        logits: for each, that of its class.
    """

    images: str
    classes: Sequence[str]
    logits: Sequence[float]

    def __post_init__(self) -> None:
        try:
            places = len(self._pixels()) / SIDE**2
            counts = {places, len(self.classes), len([*map(float, self.logits)])}
        except (TypeError, ValueError, zlib.error) as error:
            raise ModelError(f"selftest: expected digits and what they are; {error}") from error
        if len(counts) != 1:
            raise ModelError("selftest: expected a class and a logit a digit; received others")

    def digits(self) -> "NDArray[np.uint8]":
        """The digits, (N, 28, 28)."""
        import numpy as np

        return np.frombuffer(self._pixels(), np.uint8).reshape(-1, SIDE, SIDE)

    def _pixels(self) -> bytes:
        return zlib.decompress(base64.b64decode(self.images, validate=True))

    def expect(self, logits: "NDArray[np.floating]", classes: Sequence[str], source: str) -> None:
        """See that a model gives for the digits what it gave.

        Args:
            logits: what it gives now, (N, classes).
            classes: the names of its classes.
            source: what to call it.

        Raises:
            ModelError: it reads one as another class, or is surer or less sure of it by more than
                ABSOLUTE and RELATIVE allow.
        """
        import numpy as np

        read = [classes[best] for best in logits.argmax(axis=1)]
        if read != list(self.classes):
            raise ModelError(
                f"{source}: expected to read {' '.join(self.classes)} off its card's digits; "
                f"received {' '.join(read)}"
            )
        given = logits.max(axis=1)
        if not np.allclose(given, self.logits, RELATIVE, ABSOLUTE):
            most = np.abs(given - self.logits).max()
            raise ModelError(
                f"{source}: expected the logits of its card's digits; one differs by {most:.2g}"
            )


def of(
    images: "NDArray[np.uint8]",
    labels: "NDArray[np.integer]",
    logits: "NDArray[np.floating]",
    classes: Sequence[str],
) -> SelfTest | None:
    """The first digit of each class that is read rightly, of MOST classes; None: there is none.

    Args:
        images: digits in MNIST's form, (N, 28, 28).
        labels: their classes' numbers, (N,).
        logits: what a model gives for them, (N, classes).
        classes: their names.
    """
    import numpy as np

    right = np.flatnonzero(logits.argmax(axis=1) == labels)
    chosen = right[np.unique(labels[right], return_index=True)[1]][:MOST]
    if not len(chosen):
        return None
    packed = base64.b64encode(zlib.compress(images[chosen].tobytes(), 9)).decode()
    names = [classes[label] for label in labels[chosen]]
    return SelfTest(packed, names, [round(float(best), 3) for best in logits[chosen].max(axis=1)])
