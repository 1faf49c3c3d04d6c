"""Options that several verbs share, each defined once."""

import argparse
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from digitrec.command.parser import Parser, one_of, within
from digitrec.reading.card import INPUT_SCALES
from digitrec.reading.form import POLARITIES


def add_data(parser: Parser) -> argparse.Action:
    """`--data`: where the labelled digits are."""
    return parser.add_argument(
        "--data",
        default="auto",
        metavar="NAME",
        help="mnist, uci, a folder of pictures, a CSV file or a folder of idx files; auto (the "
        "default) is MNIST, or the UCI digits where MNIST cannot be had",
    )


def add_part(
    parser: Parser, what: str, among: Sequence[str], default: str = "test"
) -> argparse.Action:
    """`--part`: which of the digits.

    Args:
        parser: to which it is added.
        what: that is done with them.
        among: names of parts.
        default: one of them.
    """
    *others, last = among
    return parser.add_argument(
        "--part",
        type=one_of(among),
        default=default,
        metavar="NAME",
        help=f"the digits {what}: {', '.join(others)} or {last} (default: {default})",
    )


def add_device(parser: Parser, devices: Iterable[str]) -> argparse.Action:
    """`--device`: what is trained on."""
    return parser.add_argument(
        "--device",
        type=one_of(devices),
        default="auto",
        metavar="NAME",
        help="auto (the default: every GPU or TPU there is, else the CPU), cpu or gpu",
    )


def add_input_scale(parser: Parser) -> argparse.Action:
    """`--input-scale`: what a model without a card expects of a pixel."""
    return parser.add_argument(
        "--input-scale",
        type=one_of(INPUT_SCALES),
        metavar="SCALE",
        help="what a model without a card expects of a pixel: pixels (0 to 255), unit (0 to 1) "
        "or symmetric (-1 to 1)",
    )


def add_bare(parser: Parser) -> argparse.Action:
    """`--bare`: the smallest .tflite file."""
    return parser.add_argument(
        "--bare",
        action="store_true",
        help="leave signature, names and classes out of a .tflite file: some 1,000 bytes",
    )


def add_json(parser: Parser) -> argparse.Action:
    """`--json`: print for machines."""
    return parser.add_argument(
        "--json", action="store_true", help="print one JSON object instead of text"
    )


def add_model(parser: Parser) -> argparse.Action:
    """`--model`: what reads the digits."""
    return parser.add_argument(
        "--model",
        metavar="FILE",
        help="a .tflite file with its card beside it (default: the one that comes with digitrec)",
    )


def add_polarity(parser: Parser) -> argparse.Action:
    """`--polarity`: whether ink is darker or lighter than its ground."""
    return parser.add_argument(
        "--polarity",
        type=one_of(POLARITIES),
        default="auto",
        metavar="INK",
        help="dark or light ink; auto (the default) sees for itself",
    )


def add_knobs(parser: Parser, kind: type, names: Container[str] | None = None) -> None:
    """A flag for every field of a dataclass made of knobs, such as training.recipe.Recipe.

    With `names` only for the fields of these names.
    """
    for item in fields(kind):
        if names is not None and item.name not in names:
            continue
        about = item.metadata
        shown = "" if item.default is None else f" (default: {item.default})"
        parser.add_argument(
            flag(item.name),
            type=_value_parser(about),
            metavar="NAME" if about["kind"] is str else "N" if about["kind"] is int else "X",
            help=about["help"]
            + (f": {', '.join(about['among'])}" if about["among"] else "")
            + shown,
        )


def given_knobs(options: argparse.Namespace, kind: type) -> dict[str, Any]:
    """The knobs that were typed, by name; only those for which there are flags."""
    typed = {item.name: getattr(options, item.name, None) for item in fields(kind)}
    return {name: value for name, value in typed.items() if value is not None}


def flag(name: str) -> str:
    """A Python name as an option: `learning_rate` is `--learning-rate`."""
    return f"--{name.replace('_', '-')}"


def _value_parser(about: Mapping[str, Any]) -> Callable[[str], Any]:
    if about["among"]:
        return one_of(about["among"], several=about.get("several", False))
    if about.get("several"):
        return _any_names
    return str if about["kind"] is str else within(about["kind"], about["low"], about["high"])


def _any_names(text: str) -> str:
    """Names with commas between them, without the blanks that may stand there too."""
    return ",".join(name.strip() for name in text.split(",") if name.strip())
