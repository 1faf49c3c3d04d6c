"""Turn a Keras model into a .tflite file for phones and for `digitrec predict`.

    digitrec convert runs/first/model.keras --to int8

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
from digitrec.compression import KINDS, MIXED, PER_CHANNEL, SAMPLES
from digitrec.compression.model_file import expect_keras
from digitrec.errors import OptionError, needs_extra
from digitrec.reading import card as cards
from digitrec.training.quiet import quiet

if TYPE_CHECKING:
    from digitrec.compression.measure import Conversion, TensorForm


def parser() -> command.Parser:
    """The options of `digitrec convert`."""
    own = command.Parser(
        "convert",
        "Turn a Keras model into a .tflite file, measure what it lost, write its card beside it.",
        "digitrec convert model.keras --to int8 --output phone.tflite",
    )
    own.add_argument(
        "model",
        type=Path,
        metavar="MODEL",
        help="a .keras or .h5 file or a SavedModel folder",
    )
    own.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="the file to write (default: MODEL with the suffix .tflite)",
    )
    own.add_argument(
        "--to",
        type=command.one_of((*KINDS, MIXED)),
        default="int8",
        metavar="KIND",
        help=f"how it holds numbers: {', '.join((*KINDS, MIXED))}; dynamic has int8 weights and "
        "computes in float32; int4 has weights of 4 bits and computes in int8; mixed has those "
        "where validation does not suffer (default: int8)",
    )
    own.add_argument(
        "--per-tensor",
        action="store_true",
        help="int8, int4: one scale for all weights of a layer instead of one a channel: some "
        "bytes a channel less",
    )
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
    own.add_argument(
        "--bare",
        action="store_true",
        help="leave the signature, the names and the classes out of the file: some 1,000 bytes",
    )
    shared.add_input_scale(own)
    shared.add_data(own)
    shared.add_json(own)
    return own


def main(argv: list[str] | None = None) -> int:
    """Run the verb; return its exit status."""
    return command.run(parser(), _work, argv)


def _work(options: argparse.Namespace) -> int:
    if options.per_tensor and options.to not in PER_CHANNEL:
        raise OptionError(
            f"per-tensor: expected --to {' or '.join(PER_CHANNEL)} beside it; received {options.to}"
        )
    expect_keras(options.model)
    with quiet(), needs_extra("train"):
        from digitrec.compression.convert import card_for, convert, representative
        from digitrec.compression.source import load_keras

    model, card = load_keras(options.model, options.input_scale)
    digits = datasets.load(options.data)
    for note in digits.notes:
        print(f"note: {note}", file=sys.stderr)
    output = options.output or options.model.with_suffix(".tflite")
    same_card = cards.path_for(output) == cards.path_for(options.model)
    conversion = convert(
        model,
        card_for(card, digits),
        output,
        kind=options.to,
        calibration=representative(digits.train, options.samples),
        validation=digits.validation,
        max_drop=options.max_drop,
        shares_card=bool(card.sha256) and same_card,
        bare=options.bare,
        per_channel=not options.per_tensor,
    )
    if options.json:
        print(json.dumps(conversion.as_dict(), indent=2))
    else:
        _report(conversion, digits.name)
    return command.EXIT_OK


def _report(conversion: "Conversion", data: str) -> None:
    times = ", ".join(
        f"{value:.0f} us at batch {batch}" for batch, value in conversion.microseconds.items()
    )
    print(f"{conversion.path}: {conversion.kind}, {conversion.bytes:,} bytes")
    print(f"input:      {_form(conversion.input)}")
    print(f"output:     {_form(conversion.output)}")
    print(f"measured on {conversion.count:,} validation digits of {data}")
    print(f"keras:      {conversion.keras_accuracy:.2%}, {conversion.keras_errors} misses")
    print(f"tflite:     {conversion.accuracy:.2%}, {conversion.errors} misses")
    print(f"agreement:  {conversion.agreement:.2%}")
    print(f"an image:   {times}")
    print(f"calibrated: temperature {conversion.temperature:.3f}, error {conversion.ece:.2%}")
    print(f"uncertain:  below a confidence of {conversion.limits.uncertain_below:.3f}")


def _form(form: "TensorForm") -> str:
    if not form.scale:
        return form.dtype
    return f"{form.dtype}, scale {form.scale:g}, zero point {form.zero_point}"


if __name__ == "__main__":
    sys.exit(main())
