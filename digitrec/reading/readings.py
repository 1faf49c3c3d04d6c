"""Many readings at once, and what of them later ones are held against."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitrec.errors import DataError
from digitrec.reading.form import STATUSES
from digitrec.reading.reference import STEPS, Reference

DECIMALS = 6
"""Of a confidence in the form that machines read: what is alike there has to be alike here."""


@dataclass(frozen=True)
class Readings:
    """Digits as they were read, one entry each: class, status, and confidence from 0 to 1."""

    digits: Sequence[str]
    statuses: Sequence[str]
    confidences: Sequence[float] | NDArray[np.floating]

    def reference(self, classes: Sequence[str]) -> Reference:
        """What later readings can be held against.

        Args:
            classes: the model's, of which some may not have been read.

        Raises:
            DataError: no digit was read.
        """
        confidence = np.sort(self.confidence_of_read())
        if not len(confidence):
            raise DataError("expected digits that were read; received none")
        up_to = -(-np.arange(STEPS + 1) * len(confidence) // STEPS)  # so many of them, rounded up
        quantiles = confidence[np.maximum(up_to - 1, 0)]
        return Reference(
            _counts(self.statuses, STATUSES), _counts(self.read(), classes), quantiles.tolist()
        )

    def read(self) -> list[str]:
        """The classes of the digits that were read."""
        pairs = zip(self.digits, self.statuses, strict=True)
        return [digit for digit, status in pairs if status != "not_a_digit"]

    def confidence_of_read(self) -> NDArray[np.float64]:
        """How sure each of them was, to DECIMALS."""
        read = [status != "not_a_digit" for status in self.statuses]
        return np.round(np.asarray(self.confidences, np.float64)[np.array(read, bool)], DECIMALS)


def _counts(names: Sequence[str], known: Sequence[str]) -> dict[str, int]:
    found = Counter(names)
    return {name: found[name] for name in known}
