"""A log of readings: the JSON lines of `predict --json` and of `serve --log-readings`."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from digitrec.errors import DataError
from digitrec.reading.form import STATUSES
from digitrec.reading.readings import Readings

STDIN = "-"


@dataclass
class Log:
    """What is in some logs.

    Attributes:
        digits: class of each digit found, as it was read.
        statuses: of each.
        confidences: of each, 0 to 1.
        pictures: how many were read, or could not be.
        empty: how many of them had no ink.
        unopened: how many of them could not be opened.
        others: JSON lines that are no readings.
        broken: the places of lines that are neither, such as "log:17".
    """

    digits: list[str] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)
    confidences: list[float] = field(default_factory=list)
    pictures: int = 0
    empty: int = 0
    unopened: int = 0
    others: int = 0
    broken: list[str] = field(default_factory=list)

    @property
    def readings(self) -> Readings:
        """The digits."""
        return Readings(self.digits, self.statuses, self.confidences)


def read(names: Iterable[str]) -> Log:
    """All readings of some files, `-` for stdin.

    Raises:
        DataError: a file cannot be read, or there is no digit in any of them.
    """
    log, names = Log(), list(names)
    for name in names:
        with _opened(name) as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    _take(log, line, f"{name}:{number}")
    if not log.digits:
        raise DataError(
            f"{', '.join(names)}: expected readings, one JSON object a line as predict --json "
            f"prints them; received {log.pictures} pictures without a digit, {log.others} other "
            f"records and {len(log.broken)} lines that are no JSON"
        )
    return log


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    try:
        if name == STDIN:
            yield sys.stdin.buffer
        else:
            with Path(name).open("rb") as file:
                yield file
    except OSError as error:
        raise DataError(f"{name}: cannot be read ({error.strerror or error})") from error


def _take(log: Log, line: bytes, place: str) -> None:
    """Add what a line says to the log."""
    try:
        record = json.loads(line)
        readings = _readings_of(record)
        digits = [_digit(entry) for reading in readings for entry in reading["digits"]]
    except (ValueError, TypeError, KeyError):
        log.broken.append(place)
        return
    if not readings:
        log.others += 1
    log.pictures += len(readings)
    log.empty += sum(reading.get("status") == "empty" for reading in readings)
    log.unopened += sum(reading.get("status") == "error" for reading in readings)
    for digit, status, confidence in digits:
        log.digits.append(digit)
        log.statuses.append(status)
        log.confidences.append(confidence)


def _readings_of(record: Any) -> list[Mapping[str, Any]]:
    """One reading, or an answer of the service to several pictures, or none of it."""
    if not isinstance(record, dict):
        return []
    if isinstance(record.get("digits"), list):
        return [record]
    results = record.get("results")
    return [one for one in results if "digits" in one] if isinstance(results, list) else []


def _digit(entry: Mapping[str, Any]) -> tuple[str, str, float]:
    """Class, status and confidence. Raises ValueError, TypeError or KeyError where it has none."""
    status, confidence = entry["status"], float(entry["confidence"])
    if status not in STATUSES or not 0 <= confidence <= 1:
        raise ValueError(status)
    return str(entry["digit"]), status, confidence
