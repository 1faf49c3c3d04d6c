"""One thing that was looked at."""

from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "note", "missing", "broken"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: what was looked at.
        status: "ok", "note" (worth knowing), "missing" (something cannot be done without it) or
            "broken" (pictures cannot be read; only the finding "prediction" says so).
        found: what was found, on one line.
        advice: what to do about it, on one line, or nothing.
    """

    name: str
    status: Status
    found: str
    advice: str = ""
