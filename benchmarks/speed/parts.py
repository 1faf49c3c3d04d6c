"""What every part of the measurement gives: rows to show, and ratios to hold it to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Rows = list[list[str]]


@dataclass(frozen=True)
class Target:
    """A ratio that was measured, the larger the better, and what it should be at least.

    Attributes:
        what: whose, in words.
        value: how many times as quick as the other in the same run; or how many a second.
        least: what was asked for; None where nothing was.
        absolute: whether it is held against something else than what was measured beside it, such
            as a second: it says as much of the machine as of the program.
    """

    what: str
    value: float
    least: float | None = None
    absolute: bool = False

    @property
    def is_reached(self) -> bool:
        """Whether it is what was asked for."""
        return self.least is None or self.value >= self.least


@dataclass(frozen=True)
class Part:
    """What one part has measured.

    Attributes:
        head: of the table.
        rows: of the table.
        targets: by a short name that stays, by which later runs are held against this one.
        curves: by the name of a line the values by what was varied, for a plot.
    """

    head: list[str]
    rows: Rows
    targets: Mapping[str, Target] = field(default_factory=dict)
    curves: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Part":
        """What `dataclasses.asdict` has made into JSON."""
        targets = {name: Target(**one) for name, one in values["targets"].items()}
        return cls(values["head"], values["rows"], targets, values["curves"])
