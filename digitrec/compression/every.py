"""A model in every format that what is installed allows, each measured, in one table."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from digitrec.compression.convert import convert
from digitrec.compression.formats import HOMES, Wanted
from digitrec.compression.measure import Conversion, read_by_keras
from digitrec.compression.startup import seconds
from digitrec.errors import MissingExtraError, ModelError, OptionError

PLACES = {"onnx": "model.onnx", "saved_model": "saved_model", "c": "c", "js": "digits.js"}
"""What the kinds are called that are not a .tflite file by their own name."""

HEAD = (
    "format", "bytes", "accuracy", "misses", "agreement", "us at 1", "us at 256", "start-up, s",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A format, and what came of it.

    Attributes:
        kind: a key of formats.HOMES.
        conversion: what was measured; None: it could not be made.
        seconds: that a new process takes to its first answer.
        reason: why it could not be made, or measured.
    """

    kind: str
    conversion: Conversion | None = None
    seconds: float | None = None
    reason: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The form that `convert --all --json` prints."""
        found = self.conversion.as_dict() if self.conversion else {}
        return {"kind": self.kind, **found, "seconds": self.seconds, "reason": self.reason}


def every(wanted: Wanted, folder: Path, tell: Callable[[Row], None] = lambda _: None) -> list[Row]:
    """Write a model in every format into a folder.

    Args:
        wanted: what; its kind does not count.
        folder: where.
        tell: called with each as soon as it is there.

    Raises:
        DataError, OutputError: as convert raises them.
    """
    rows = []
    wanted = replace(wanted, keras_readings=read_by_keras(wanted))
    for kind in HOMES:
        rows.append(_row(replace(wanted, kind=kind), folder / PLACES.get(kind, f"{kind}.tflite")))
        tell(rows[-1])
    return rows


def _row(wanted: Wanted, place: Path) -> Row:
    try:
        conversion = convert(wanted, place, shares_card=False)
        return Row(wanted.kind, conversion, seconds(place))
    except (MissingExtraError, ModelError, OptionError) as error:
        return Row(wanted.kind, reason=str(error))


def as_table(rows: list[Row]) -> str:
    """The rows in Markdown; those that could not be made say why."""
    lines = [f"| {' | '.join(HEAD)} |", f"|{' --- |' * len(HEAD)}"]
    return "\n".join([*lines, *(f"| {' | '.join(_cells(row))} |" for row in rows)])


def _cells(row: Row) -> Iterator[str]:
    found = row.conversion
    yield row.kind
    if found is None:
        yield f"not made: {row.reason}"
        yield from [""] * (len(HEAD) - 2)
        return
    yield f"{found.bytes:,}"
    yield f"{found.accuracy:.2%}"
    yield f"{found.errors}"
    yield f"{found.agreement:.2%}"
    yield from (f"{value:.0f}" for value in found.microseconds.values())
    yield "" if row.seconds is None else f"{row.seconds:.2f}"
