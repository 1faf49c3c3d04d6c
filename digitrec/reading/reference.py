"""What a model's readings look like when all is well: what later ones are held against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from digitrec.errors import ModelError

STEPS = 100
"""From one quantile of the confidence to the next it is a hundredth of the readings."""


@dataclass(frozen=True)
class Reference:
    """How many readings of each kind there were, and how sure they were.

    Attributes:
        statuses: digits found, by their status.
        digits: those that were read, which is all but "not_a_digit", by their class.
        confidence: STEPS + 1 quantiles of how sure they were, from the least to the most: each is
            the least confidence that its share of the readings do not exceed.
    """

    statuses: Mapping[str, int]
    digits: Mapping[str, int]
    confidence: Sequence[float]

    def __post_init__(self) -> None:
        for name in ("statuses", "digits"):
            if not _are_counts(counts := getattr(self, name)):
                raise ModelError(f"reference: {name}: expected counts; received {counts}")
        if not _are_quantiles(self.confidence):
            raise ModelError(
                f"reference: confidence: expected {STEPS + 1} rising numbers from 0 to 1; "
                f"received {self.confidence}"
            )

    @property
    def found(self) -> int:
        """Digits found."""
        return sum(self.statuses.values())

    @property
    def read(self) -> int:
        """Digits read."""
        return sum(self.digits.values())


def _are_counts(counts: object) -> bool:
    return isinstance(counts, Mapping) and all(
        type(count) is int and count >= 0 for count in counts.values()
    )


def _are_quantiles(values: object) -> bool:
    if not isinstance(values, Sequence) or len(values) != STEPS + 1:
        return False
    if not all(isinstance(value, int | float) and 0 <= value <= 1 for value in values):
        return False
    return list(values) == sorted(values)
