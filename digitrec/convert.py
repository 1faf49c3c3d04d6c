"""Turn a Keras model into a .tflite file, or what else phones, servers and microcontrollers take.

    digitrec convert runs/first/model.keras --to int8
    digitrec convert runs/first/model.keras --to c --output digits
    digitrec convert runs/first/model.keras --all

prints how the file takes pixels and gives scores, its size, its speed, and what it lost, measured
on validation digits through the classifier that users run; writes model.tflite and its card
model.json. Expect about 60 KB for the default network, and all but one or two of 5,000 digits read
as Keras reads them.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from digitrec import command, datasets
from digitrec.command import options as shared
from digitrec.compression import PER_CHANNEL, SAMPLES
from digitrec.compression.formats import HOMES, LITERT, REWRITTEN, Wanted
from digitrec.compression.model_file import expect_keras
from digitrec.errors import OptionError, needs_extra
from digitrec.reading import card as cards
from digitrec.reading.classifier import Classifier
from digitrec.training.quiet import quiet

if TYPE_CHECKING:
    from digitrec.compression.every import Row
    from digitrec.compression.formats import TensorForm
    from digitrec.compression.measure import Conversion


def parser() -> command.Parser:
    """The options of `digitrec convert`."""
    own = command.Parser(
        "convert",
        "Turn a Keras model into a .tflite file, ONNX, a SavedModel, C or JavaScript; measure it.",
        "digitrec convert model.keras --to int8 --output phone.tflite",
    )
    own.add_argument(
        "model",
        type=Path,
        metavar="MODEL",
        help="a .keras or .h5 file or a SavedModel folder; for c and js also a .tflite file in "
        "whole numbers, int8 or int4",
    )
    _add_kind(own)
    _add_measure(own)
    shared.add_input_scale(own)
    shared.add_data(own)
    shared.add_json(own)
    return own


def _add_kind(own: command.Parser) -> None:
    """What is written, and where."""
    own.add_argument(
        "--output",
        type=Path,
        metavar="PLACE",
        help="the file to write, of saved_model and c the folder (default: beside MODEL, named "
        "like it); with --all the folder of all",
    )
    own.add_argument(
        "--to",
        type=command.one_of(HOMES),
        default="int8",
        metavar="KIND",
        help=f"{', '.join(HOMES)}. The .tflite kinds: dynamic has int8 weights and computes in "
        "float32; int4 has weights of 4 bits and computes in int8; mixed has those where "
        "validation does not suffer (default: int8)",
    )
    own.add_argument(
        "--all",
        action="store_true",
        help="every kind that what is installed allows, each measured, in one table",
    )
    own.add_argument(
        "--per-tensor",
        action="store_true",
        help="int8, int4, c, js: one scale for all weights of a layer instead of one a channel: "
        "some bytes a channel less",
    )
    shared.add_bare(own)


def _add_measure(own: command.Parser) -> None:
    """What is measured on, and what may be lost."""
    own.add_argument(
        "--samples",
        type=command.within(int, 1),
        default=SAMPLES,
        metavar="N",
        help=f"training digits that the ranges of int8 are measured on (default: {SAMPLES})",
    )
    own.add_argument(
        "--max-drop",
        type=command.within(float, 0, 100),
        default=0.1,
        metavar="POINTS",
        help="fail when it loses more percentage points of validation accuracy (default: 0.1)",
    )


def main(argv: list[str] | None = None) -> int:
    """Run the verb; return its exit status."""
    return command.run(parser(), _work, argv)


def _work(options: argparse.Namespace) -> int:
    if options.per_tensor and not options.all and options.to not in PER_CHANNEL:
        raise OptionError(
            f"per-tensor: expected --to {' or '.join(PER_CHANNEL)} beside it; received {options.to}"
        )
    wanted, data = (_of_tflite if options.model.suffix == LITERT.suffix else _of_keras)(options)
    return (_all if options.all else _one)(options, wanted, data)


def _of_keras(options: argparse.Namespace) -> tuple[Wanted, str]:
    """What is to be written of a Keras model, and the name of the digits that measure it."""
    expect_keras(options.model)
    with quiet(), needs_extra("train"):
        from digitrec.compression.convert import card_for, representative
        from digitrec.compression.source import load_keras

    model, card = load_keras(options.model, options.input_scale)
    digits = datasets.load(options.data)
    command.note(digits.notes)
    wanted = Wanted(
        model,
        card_for(card, digits),
        options.to,
        representative(digits.train, options.samples),
        digits.validation,
        options.max_drop,
        options.bare,
        not options.per_tensor,
    )
    return wanted, digits.name


def _of_tflite(options: argparse.Namespace) -> tuple[Wanted, str]:
    """The same of a .tflite file in whole numbers."""
    if options.all or options.to not in REWRITTEN:
        asked = "--all" if options.all else f"--to {options.to}"
        raise OptionError(
            f"{options.model}: expected --to {' or '.join(REWRITTEN)} with a .tflite file; "
            f"received {asked}"
        )
    with quiet(), needs_extra("train"):
        from digitrec.compression.convert import card_for

    classifier = Classifier(options.model, input_scale=options.input_scale)
    digits = datasets.load(options.data)
    command.note(digits.notes)
    validation = digits.validation
    wanted = Wanted(
        options.model.read_bytes(),
        card_for(classifier.card, digits),
        options.to,
        digits.train.images[:0],
        validation,
        options.max_drop,
        keras_readings=classifier.logits(validation.images).argmax(axis=1),
    )
    return wanted, digits.name


def _one(options: argparse.Namespace, wanted: Wanted, data: str) -> int:
    """Write one kind and say what it is worth."""
    from digitrec.compression.convert import convert

    output = options.output or _place(options.model, options.to)
    same_card = cards.path_for(output) == cards.path_for(options.model)
    conversion = convert(wanted, output, shares_card=bool(wanted.card.sha256) and same_card)
    if options.json:
        print(json.dumps(conversion.as_dict(), indent=2))
    else:
        _report(conversion, options.model, data)
    return command.EXIT_OK


def _place(model: Path, kind: str) -> Path:
    """Where a kind goes that has no place of its own: beside the model."""
    suffix = HOMES[kind].suffix
    return model.with_suffix(suffix) if suffix else model.with_name(f"{model.stem}_{kind}")


def _all(options: argparse.Namespace, wanted: Wanted, data: str) -> int:
    """Write every kind, and a table of them; fail when none could be made."""
    from digitrec.compression.every import as_table, every

    folder = options.output or options.model.with_name(f"{options.model.stem}_all")
    rows = every(wanted, folder, _told)
    if options.json:
        print(json.dumps([row.as_dict() for row in rows], indent=2))
    else:
        print(f"in {folder}, measured on {len(wanted.validation):,} validation digits of {data}\n")
        print(as_table(rows))
    return command.EXIT_OK if any(row.conversion for row in rows) else command.EXIT_FAILED


def _told(row: "Row") -> None:
    print(f"{row.kind}: {row.reason or 'made'}", file=sys.stderr, flush=True)


def _report(conversion: "Conversion", model: Path, data: str) -> None:
    source = "tflite" if model.suffix == LITERT.suffix else "keras"
    times = ", ".join(
        f"{value:.0f} us at batch {batch}" for batch, value in conversion.microseconds.items()
    )
    print(f"{conversion.path}: {conversion.kind}, {conversion.bytes:,} bytes")
    for name, value in conversion.told.items():
        print(f"{name + ':':11} {value if isinstance(value, str) else f'{value:,} bytes'}")
    print(f"input:      {_form(conversion.input)}")
    print(f"output:     {_form(conversion.output)}")
    print(f"measured on {conversion.count:,} validation digits of {data}")
    print(f"{source + ':':11} {conversion.keras_accuracy:.2%}, {conversion.keras_errors} misses")
    print(f"{_called(conversion)}{conversion.accuracy:.2%}, {conversion.errors} misses")
    print(f"agreement:  {conversion.agreement:.2%}")
    print(f"an image:   {times}")
    print(f"calibrated: temperature {conversion.temperature:.3f}, error {conversion.ece:.2%}")
    print(f"uncertain:  below a confidence of {conversion.limits.uncertain_below:.3f}")


def _called(conversion: "Conversion") -> str:
    """What the lines are begun by that say what the new file is worth."""
    name = conversion.path.suffix.removeprefix(".") or conversion.kind
    return f"{name}: ".ljust(12)


def _form(form: "TensorForm") -> str:
    if not form.scale:
        return form.dtype
    return f"{form.dtype}, scale {form.scale:g}, zero point {form.zero_point}"


if __name__ == "__main__":
    sys.exit(main())
