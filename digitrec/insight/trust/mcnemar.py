"""Whether one model is worse than another on the same digits, or only less lucky."""

from dataclasses import dataclass
from typing import Any

from digitrec.errors import needs_extra
from digitrec.insight.evaluation import Agreement, agreement
from digitrec.insight.metrics import Evaluation

LEVEL = 0.05


@dataclass(frozen=True)
class Paired:
    """Two models on the same digits.

    Attributes:
        agreement: how alike they read, and which is right where they do not.
        p: how likely so uneven a split of the digits that only one of them reads rightly would be
            if neither were better: McNemar's exact test, two-sided.
    """

    agreement: Agreement
    p: float

    @property
    def more_misses(self) -> int:
        """How many digits more the second model misses; below 0: fewer."""
        return self.agreement.only_first_right - self.agreement.only_second_right

    def is_worse(self, level: float = LEVEL) -> bool:
        """Whether the second model misses more, and p is below the level."""
        return self.more_misses > 0 and self.p < level

    def as_dict(self, level: float = LEVEL) -> dict[str, Any]:
        """For JSON."""
        return {
            "agreement": self.agreement.as_dict(),
            "more_misses": self.more_misses,
            "p": self.p,
            "level": level,
            "worse": self.is_worse(level),
        }


def paired(first: Evaluation, second: Evaluation) -> Paired:
    """Compare two models that were measured on the same digits.

    Raises:
        DataError: they were not.
        MissingExtraError: SciPy is not installed.
    """
    found = agreement(first, second)
    return Paired(found, exact_p(found.only_first_right, found.only_second_right))


def exact_p(only_first: int, only_second: int) -> float:
    """The two-sided p-value of McNemar's exact test (1947): a fair coin for each such digit."""
    with needs_extra("train"):
        from scipy.stats import binomtest
    thrown = only_first + only_second
    return float(binomtest(only_first, thrown).pvalue) if thrown else 1.0
