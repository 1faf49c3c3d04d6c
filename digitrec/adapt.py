"""Adapt a model to one's own hand, from some twenty pictures of it.

    digitrec adapt models/digitrec.keras my_digits --output mine.keras

reads my_digits/0, my_digits/1 and so on, fits the model's last layer anew within seconds, and
prints how many of the own digits and of MNIST's validation digits are misread before and after.
Writes mine.keras, mine.tflite for `digitrec predict` and their card; nothing when validation
suffers by more than --most-lost digits. The test digits are not touched.
"""

import argparse
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from digitrec import command, datasets, files
from digitrec.command import options as shared
from digitrec.compression.model_file import expect_keras
from digitrec.datasets.digits import Digits, Part
from digitrec.errors import OptionError, OutputError, about, needs_extra
from digitrec.reading import card as cards
from digitrec.reading.card import Card
from digitrec.training.heads import HEADS
from digitrec.training.quiet import quiet

if TYPE_CHECKING:
    import keras

    from digitrec.training.adaptation import Adapted

MOST_LOST = 2
SUFFIX = ".keras"


def parser() -> command.Parser:
    """The options of `digitrec adapt`."""
    own = command.Parser(
        "adapt",
        "Fit a model's last layer to one's own hand, from some twenty pictures of it.",
        "digitrec adapt models/digitrec.keras my_digits --output mine.keras",
    )
    own.add_argument("model", type=Path, metavar="MODEL", help="a trained model (.keras, .h5)")
    own.add_argument(
        "folder",
        type=Path,
        metavar="FOLDER",
        help="a folder a class, such as FOLDER/7, with pictures of one digit each; two or more of "
        "every class that is there",
    )
    own.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="the .keras file to write, with a .tflite beside it (default: MODEL-adapted.keras)",
    )
    own.add_argument(
        "--head",
        type=command.one_of(HEADS),
        default="logits",
        metavar="NAME",
        help="logits (the default): the last layer refitted; prototypes: a digit is the class "
        "whose mean is nearest",
    )
    own.add_argument(
        "--most-lost",
        type=command.within(int, 0),
        default=MOST_LOST,
        metavar="N",
        help="write nothing when more validation digits than so many are misread that were not "
        f"(default: {MOST_LOST})",
    )
    shared.add_data(own)
    return own


def main(argv: list[str] | None = None) -> int:
    """Run the verb; return its exit status."""
    return command.run(parser(), _work, argv)


def _work(options: argparse.Namespace) -> int:
    expect_keras(options.model)
    output = options.output or options.model.with_name(f"{options.model.stem}-adapted{SUFFIX}")
    _check_place(output)
    digits = datasets.load(options.data)
    own = _own(options.folder, digits)
    with quiet(), needs_extra("train"):
        from digitrec.compression.source import load_logits
        from digitrec.training.adaptation import adapt, put_in
    network, card = load_logits(options.model, digits.classes)
    with about(options.folder):
        adapted = adapt(network, own, digits, options.head)
    _report(adapted, options.head)
    adapted.check(options.most_lost)
    put_in(network, adapted.head)
    _write(network, card, adapted, digits, output)
    return command.EXIT_OK


def _check_place(output: Path) -> None:
    """See before the work whether the file and its card can take their places."""
    if output.suffix != SUFFIX:
        raise OptionError(f"{output}: expected a file name that ends in {SUFFIX}")
    card = cards.path_for(output)
    if card.exists() and cards.read(output) is None:
        raise OutputError(
            f"{card}: the model's card goes here, but this is another file: name another --output"
        )


def _own(folder: Path, digits: Digits) -> Part:
    from digitrec.datasets.folder import load_whole

    own, notes = load_whole(folder, digits.classes)
    command.note((*digits.notes, *notes))
    return own


def _report(adapted: "Adapted", head: str) -> None:
    before, after = adapted.own_errors
    print(f"own digits: {before} of {adapted.own} wrong before, {after} after (cross-validated)")
    before, after = adapted.validation_errors
    print(f"validation: {before} of {adapted.validation:,} wrong before, {after} after")
    print(f"head:       {head}, of a strength of {adapted.strength:g}")


def _write(
    network: "keras.Model", card: Card, adapted: "Adapted", digits: Digits, output: Path
) -> None:
    """Write the model, its card and its .tflite file."""
    from digitrec.compression.convert import convert_first
    from digitrec.training.callbacks import save

    save(network, output)
    told = {name: value for name, value in asdict(adapted).items() if name != "head"}
    card = replace(
        card,
        sha256={output.name: files.sha256(output)},
        facts={**card.facts, "adapted": told},
    )
    cards.write(output, card)
    tflite = output.with_suffix(".tflite")
    conversion, reasons = convert_first(network, card, tflite, digits)
    for reason in reasons:
        print(f"note: {reason}", file=sys.stderr)
    print(f"kept in {output}{f' and {tflite}' if conversion else ''}")
    if conversion:
        print(f"next: digitrec predict --model {tflite} FILE")


if __name__ == "__main__":
    sys.exit(main())
