"""The lines that a reading becomes: for people, for machines, and in Kaggle's form."""

import json
from typing import TYPE_CHECKING

from digitrec.command.complaint import on_one_line

if TYPE_CHECKING:
    from digitrec.reading.reading import Digit, Reading

HEAD = "ImageId,Label"
"""Before the rows of Kaggle's form."""


def as_json(_: str, reading: "Reading") -> str:
    """One JSON object."""
    return json.dumps(reading.as_dict())


def as_row(identity: str, reading: "Reading") -> str:
    """A row of Kaggle's submission form."""
    return f"{_quoted(identity)},{_quoted(reading.text)}"


def as_text(_: str, reading: "Reading", *, top_k: int, classes: tuple[str, ...]) -> str | None:
    """Such as `seven.png: 7 (99.8 %)`, with so many answers a digit; None for what has none."""
    if reading.status == "error":
        return None
    lines: dict[int, list[str]] = {}
    for digit in reading.digits:
        if digit.status != "not_a_digit":
            lines.setdefault(digit.line, []).append(_likeliest(digit, top_k, classes))
    answers = " / ".join("; ".join(line) for line in lines.values())
    return f"{on_one_line(reading.file or '')}: {answers or reading.status}"


def _likeliest(digit: "Digit", top_k: int, classes: tuple[str, ...]) -> str:
    """The likeliest classes of a digit with their percentages; the first is marked if doubtful."""
    ranked = sorted(zip(digit.probabilities, classes, strict=True), key=lambda pair: -pair[0])
    doubt = "?" if digit.status == "uncertain" else ""
    return ", ".join(
        f"{name}{doubt if rank == 0 else ''} ({100 * probability:.1f} %)"
        for rank, (probability, name) in enumerate(ranked[:top_k])
    )


def _quoted(field: str) -> str:
    """A field of a CSV file, in quotes when it needs them (RFC 4180)."""
    if not any(sign in field for sign in ',"\r\n'):
        return field
    return '"' + field.replace('"', '""') + '"'
