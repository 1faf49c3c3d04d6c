"""Reads picture files, in well under a second.

    digitrec predict seven.png           prints   seven.png: 7 (99.8 %)
    digitrec predict scans/ --json       prints   one JSON object a picture, one a line
    digitrec predict test.csv --csv      prints   Kaggle's submission form, ImageId,Label
    digitrec predict sum.jpg --draw read.png   writes the picture with boxes and digits

A doubtful digit is marked, `7? (61.0 %)`; lines are parted by `/`. A picture without ink is
`empty`, one with ink that is no digit `not_a_digit`; one that cannot be opened is named on stderr,
and the others are still done.
"""

import argparse
import gc
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from digitrec.command import EXIT_FAILED, EXIT_OK, Parser, run, within
from digitrec.command.complaint import complain, on_one_line
from digitrec.command.options import add_input_scale, add_json, add_model, add_polarity
from digitrec.errors import OptionError

if TYPE_CHECKING:
    from digitrec.command.inputs import Identified
    from digitrec.reading.reader import Digit, Reading, Seen

    Form = Callable[[str, Reading], str | None]


def parser() -> Parser:
    """The command line of `digitrec predict`."""
    command = Parser(
        "predict",
        "Read handwritten digits from picture files.",
        "digitrec predict seven.png",
    )
    command.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="a picture, a folder (all pictures below it), a glob pattern, a CSV file with 784 "
        "pixels a row, or - for a picture on stdin",
    )
    command.add_argument(
        "--top-k",
        type=within(int, 1),
        metavar="K",
        help="print the K likeliest answers, not only the first",
    )
    add_json(command)
    command.add_argument(
        "--csv",
        action="store_true",
        help="print Kaggle's submission form, ImageId,Label, instead of text",
    )
    command.add_argument(
        "--single", action="store_true", help="read each picture whole, as one digit"
    )
    command.add_argument(
        "--stages",
        metavar="DIR",
        help="write every stage of the reading into this folder, one PNG a picture",
    )
    command.add_argument(
        "--draw",
        metavar="FILE",
        help="write the picture with boxes and digits; for one picture at a time",
    )
    add_model(command)
    add_input_scale(command)
    add_polarity(command)
    return command


def main(argv: list[str] | None = None) -> int:
    """Run `digitrec predict`; return its exit status, 1 when a file could not be read."""
    return run(parser(), _work, argv)


def _work(options: argparse.Namespace) -> int:
    _check_one_form(options)
    _check_drawn(options)
    with _nothing_collected():
        from digitrec.command.inputs import readings
        from digitrec.reading.classifier import Classifier
        from digitrec.reading.reader import Reader

        classifier = Classifier(options.model, input_scale=options.input_scale)
    reader = Reader(
        classifier, polarity=options.polarity, single=options.single, watch=_watch(options)
    )
    with _without_oddities():
        return _print_all(readings(reader, options.files), _form(options, classifier.classes))


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """While libraries are loaded no garbage is looked for: nothing of them is any."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@contextmanager
def _without_oddities() -> Iterator[None]:
    """Without what Pillow says of files that are odd, be they read or not."""
    import logging
    import warnings

    logger, nowhere = logging.getLogger("PIL"), logging.NullHandler()
    logger.addHandler(nowhere)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.removeHandler(nowhere)


def _watch(options: argparse.Namespace) -> "Callable[[Seen], None] | None":
    """What draws each picture as it is read, or None."""
    if options.stages is None and options.draw is None:
        return None
    from digitrec.reading import stages

    return stages.drawer(options.stages, options.draw)


def _check_drawn(options: argparse.Namespace) -> None:
    """Before anything is read or written: what is to be drawn on is there, and stays as it is."""
    if options.stages is None and options.draw is None:
        return
    from digitrec.command.inputs import drawable
    from digitrec.reading.drawing import kind_of

    pictures = list(drawable(options.files))
    if options.draw is not None:
        kind_of(options.draw)
        if len(pictures) != 1:
            raise OptionError(f"--draw: expected one picture; received {len(pictures)}")
        if _same_file(options.draw, pictures[0]):
            raise OptionError(f"--draw: expected another file than the picture {pictures[0]}")


def _same_file(one: str, other: str) -> bool:
    with suppress(OSError, ValueError):
        return Path(one).samefile(other)
    return False


def _check_one_form(options: argparse.Namespace) -> None:
    if sum([options.top_k is not None, options.json, options.csv]) > 1:
        raise OptionError("expected one of --top-k, --json and --csv; received more")


def _print_all(readings: Iterable["Identified"], form: "Form") -> int:
    """Print each reading as soon as it is there; return the exit status."""
    status = EXIT_OK
    for identity, reading in readings:
        if reading.status == "error":
            complain(f"digitrec predict: {reading.file or repr('')}", reading.error)
            status = EXIT_FAILED
        if line := form(identity, reading):
            print(line, flush=True)
    return status


def _form(options: argparse.Namespace, classes: tuple[str, ...]) -> "Form":
    """How a reading becomes a line, or None."""
    if options.json:
        return lambda _, reading: json.dumps(reading.as_dict())
    if options.csv:
        print("ImageId,Label", flush=True)
        return lambda identity, reading: f"{_quoted(identity)},{_quoted(reading.text)}"
    return lambda _, reading: _text(reading, options.top_k or 1, classes)


def _text(reading: "Reading", top_k: int, classes: tuple[str, ...]) -> str | None:
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


if __name__ == "__main__":
    sys.exit(main())
