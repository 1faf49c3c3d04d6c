"""Reads picture files, in well under a second.

    digitrec predict seven.png           prints   seven.png: 7 (99.8 %)
    digitrec predict scans/ --json       prints   one JSON object a picture, one a line
    digitrec predict test.csv --csv      prints   Kaggle's submission form, ImageId,Label
    digitrec predict sum.jpg --draw read.png   writes the picture with boxes and digits
    digitrec predict scans/ --output answers.jsonl --resume   goes on where it was broken off

A doubtful digit is marked, `7? (61.0 %)`; lines are parted by `/`. A picture without ink is
`empty`, one with ink that is no digit `not_a_digit`; one that cannot be opened is named on stderr,
and the others are still done.
"""

import argparse
import gc
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from digitrec.command import EXIT_FAILED, EXIT_OK, Parser, run, within
from digitrec.command.complaint import complain
from digitrec.command.options import add_input_scale, add_json, add_model, add_polarity
from digitrec.errors import OptionError

if TYPE_CHECKING:
    from digitrec.command.answers_file import Kept
    from digitrec.command.inputs import Group, Identified, ReadPictures
    from digitrec.reading.classifier import Classifier
    from digitrec.reading.reader import Reader, Reading, Seen

    Form = Callable[[str, Reading], str | None]

MANY, MUCH = 500, 20_000_000
"""Pictures, and bytes of them, from which on several processes are worth their start."""

READING = ("model", "input_scale", "polarity", "single")
"""Options that each process which reads is told."""


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
    _add_answers(command)
    _add_pictures(command)
    command.add_argument(
        "--jobs",
        type=within(int, 1),
        metavar="N",
        help="processes that read pictures (default: 1; one a core, decoding included, of "
        f"{MANY:,} pictures or {MUCH // 1_000_000} MB)",
    )
    command.add_argument(
        "--single", action="store_true", help="read each picture whole, as one digit"
    )
    add_model(command)
    add_input_scale(command)
    add_polarity(command)
    return command


def _add_answers(command: Parser) -> None:
    """The options that say in which form, and where, the answers are given."""
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
        "--output",
        type=Path,
        metavar="FILE",
        help="write the lines of --json into this new file, one as soon as it is there",
    )
    command.add_argument(
        "--resume",
        action="store_true",
        help="go on with the file of --output: what it has is not read again",
    )


def _add_pictures(command: Parser) -> None:
    """The options that draw what was read."""
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


def main(argv: list[str] | None = None) -> int:
    """Run `digitrec predict`; return its exit status, 1 when a file could not be read."""
    return run(parser(), _work, argv)


def _work(options: argparse.Namespace) -> int:
    _check_one_form(options)
    with _nothing_collected():
        from digitrec.command.answers_file import kept_in
        from digitrec.command.inputs import groups_of, without
        from digitrec.reading.reader import Reader

        kept = kept_in(options.output, options.resume)
        groups = without(groups_of(options.files), kept.names)
        _check_drawn(groups, options)
        classifier = _classifier(options)
    reader = Reader(
        classifier, polarity=options.polarity, single=options.single, watch=_watch(options)
    )
    form = _form(options, classifier.classes)
    with _without_oddities(), _printed(options) as say:
        found = _readings(reader, groups, options)
        status = _say_all((one for one in found if one[1].file not in kept.names), form, say)
    return _status_with(kept, status, options)


def _status_with(kept: "Kept", status: int, options: argparse.Namespace) -> int:
    """The exit status of all the file's lines, those of earlier runs among them."""
    if not kept.failed:
        return status
    files = "a file" if kept.failed == 1 else f"{kept.failed:,} files"
    complain(f"digitrec predict: {options.output}", f"{files} could not be read in earlier runs")
    return EXIT_FAILED


def _classifier(options: argparse.Namespace) -> "Classifier":
    from digitrec.reading.classifier import Classifier

    return Classifier(options.model, input_scale=options.input_scale)


def _readings(
    reader: "Reader", groups: "list[Group]", options: argparse.Namespace
) -> "Iterator[Identified]":
    """What is read, by so many processes as are worth it; how far it is shows on the terminal."""
    from digitrec.command.inputs import count, readings

    total = count(groups)
    many = _in_processes(groups, options)
    if options.output is None and sys.stdout.isatty():
        yield from readings(reader, groups, many)  # what is printed shows how far it is
        return
    from digitrec.datasets.progress import Progress

    with Progress("read", total, " pictures") as progress:
        for found in readings(reader, groups, many):
            yield found
            progress.step()


def _in_processes(groups: "list[Group]", options: argparse.Namespace) -> "ReadPictures | None":
    """What reads pictures in several processes; None where one is as good."""
    from digitrec.command.inputs import are_many

    if _watch(options) is not None or not (options.jobs or are_many(groups, MANY, MUCH)):
        return None
    from digitrec.reading import many
    from digitrec.reading.cores import cores

    if (jobs := options.jobs or cores()) == 1:
        return None
    settings = {name: getattr(options, name) for name in READING}
    return lambda files: many.read_all(files, jobs, **settings)


@contextmanager
def _printed(options: argparse.Namespace) -> "Iterator[Callable[[str], object]]":
    """What takes the lines: the terminal, or the file of --output."""
    if options.output is None:
        yield partial(print, flush=True)
        return
    from digitrec.command.answers_file import appended

    with appended(options.output) as write:
        yield write


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


def _check_drawn(groups: "list[Group]", options: argparse.Namespace) -> None:
    """Before anything is read or written: what is to be drawn on is there, and stays as it is."""
    if options.stages is None and options.draw is None:
        return
    from digitrec.command.inputs import drawable
    from digitrec.reading.drawing import kind_of

    pictures = drawable(groups)
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
    if options.output and (options.top_k is not None or options.csv):
        raise OptionError("--output: expected neither --top-k nor --csv; it is of --json's lines")
    if options.resume and not options.output:
        raise OptionError("--resume: expected --output as well, the file to go on with")


def _form(options: argparse.Namespace, classes: tuple[str, ...]) -> "Form":
    """How a reading becomes a line."""
    from digitrec.command import answer_forms

    if options.json or options.output:
        return answer_forms.as_json
    if options.csv:
        print(answer_forms.HEAD, flush=True)
        return answer_forms.as_row
    return partial(answer_forms.as_text, top_k=options.top_k or 1, classes=classes)


def _say_all(readings: Iterable["Identified"], form: "Form", say: "Callable[[str], object]") -> int:
    """Say each reading as soon as it is there; return the exit status."""
    status = EXIT_OK
    for identity, reading in readings:
        if reading.status == "error":
            complain(f"digitrec predict: {reading.file or repr('')}", reading.error)
            status = EXIT_FAILED
        if line := form(identity, reading):
            say(line)
    return status


if __name__ == "__main__":
    sys.exit(main())
