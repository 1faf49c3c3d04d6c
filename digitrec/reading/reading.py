"""What a picture says: its text, its digits with their places, and the form machines read."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Digit:
    """One digit of a picture.

    Attributes:
        digit: 0 to 9, or the class's name when the model's classes are not the ten digits.
        confidence: its calibrated probability.
        status: "ok", "uncertain" or "not_a_digit".
        line: which line of the picture it is on, from 0.
        box: x, y, width, height in the upright picture's pixels.
        probabilities: one a class, calibrated, summing to 1.
    """

    digit: int | str
    confidence: float
    status: str
    line: int
    box: tuple[int, int, int, int]
    probabilities: tuple[float, ...]

    def as_dict(self) -> dict[str, Any]:
        """As in the form that `predict --json` prints."""
        return {
            "digit": self.digit,
            "confidence": round(self.confidence, 6),
            "status": self.status,
            "line": self.line,
            "box": list(self.box),
            "probabilities": [round(value, 6) for value in self.probabilities],
        }


@dataclass(frozen=True)
class Reading:
    """What a picture says.

    Attributes:
        text: its digits in reading order, lines joined by a line break.
        digits: one entry a digit found.
        status: "ok", "uncertain", "not_a_digit", "empty" or "error".
        notes: what happened on the way, such as "light ink on dark ground".
        file: the name that the picture came under, if it had one.
        error: why it could not be opened, when the status is "error".
    """

    text: str = ""
    digits: tuple[Digit, ...] = ()
    status: str = "empty"
    notes: tuple[str, ...] = ()
    file: str | None = None
    error: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The form that `predict --json` prints and the service answers."""
        return {
            "file": self.file,
            "status": self.status,
            "text": self.text,
            "digits": [digit.as_dict() for digit in self.digits],
            "notes": list(self.notes),
            "error": self.error,
        }


def reading_of(digits: tuple[Digit, ...], notes: tuple[str, ...], file: str | None) -> Reading:
    """The reading that these digits make: its text and its status."""
    if not digits:
        return Reading(notes=notes, file=file)
    read = [digit for digit in digits if digit.status != "not_a_digit"]
    lines = dict.fromkeys(digit.line for digit in read)
    text = "\n".join(
        "".join(str(digit.digit) for digit in read if digit.line == line) for line in lines
    )
    return Reading(text, digits, _status(digits, read), notes, file)


def _status(digits: tuple[Digit, ...], read: list[Digit]) -> str:
    if not read:
        return "not_a_digit"
    return "ok" if all(digit.status == "ok" for digit in digits) else "uncertain"
