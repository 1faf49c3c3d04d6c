"""Change digits so that a model misreads them, and measure how many it still reads.

    digitrec attack models/digitrec.keras --kind pgd --steps 100 --restarts 10

prints the accuracy before and after. fgsm and pgd follow the gradients of a Keras model; square
and moves only see answers, so they attack .tflite files as well. The model stays as it is;
`digitrec train --adversary pgd` makes one that is harder to fool.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from digitrec import command, datasets
from digitrec.command import options as shared
from digitrec.datasets.digits import PARTS, Part
from digitrec.training.attacks.attack import Attack

if TYPE_CHECKING:
    from digitrec.insight.attacked import Attacked

FIRST = 1_000


def parser() -> command.Parser:
    """The options of `digitrec attack`."""
    own = command.Parser(
        "attack",
        "Change digits so that a model misreads them, and measure how many it still reads.",
        "digitrec attack model.keras --epsilon 0.1 --draw fooled.png",
    )
    own.add_argument(
        "model",
        metavar="MODEL",
        help="a .keras or .h5 file or a SavedModel folder; for square and moves also a .tflite or "
        ".onnx file",
    )
    shared.add_knobs(own, Attack)
    shared.add_data(own)
    shared.add_part(own, "to attack", PARTS)
    own.add_argument(
        "--limit",
        type=command.within(int, 1),
        default=FIRST,
        metavar="N",
        help=f"attack the first so many digits only (default: {FIRST:,})",
    )
    own.add_argument(
        "--draw", type=Path, metavar="FILE", help="write a PNG of some that are misread then"
    )
    shared.add_input_scale(own)
    shared.add_json(own)
    return own


def main(argv: list[str] | None = None) -> int:
    """Run the verb; return its exit status."""
    return command.run(parser(), _work, argv)


def _work(options: argparse.Namespace) -> int:
    attack = Attack(**shared.given_knobs(options, Attack))
    from digitrec.compression.keras_classifier import open_classifier
    from digitrec.insight.attacked import attacked, plot_attacked
    from digitrec.insight.evaluation import in_terms_of

    classifier = open_classifier(options.model, options.input_scale)
    digits = datasets.load(options.data)
    command.note(digits.notes)
    part = digits.part(options.part)
    part = part.take(np.arange(min(options.limit, len(part))))
    part = Part(part.images, in_terms_of(classifier, part, digits.classes))
    found = attacked(classifier, part, attack, _told)
    if options.draw:
        plot_attacked(part, found, classifier.classes, options.draw)
    if options.json:
        print(json.dumps({"model": options.model, "data": digits.name, **found.as_dict()}))
    else:
        print(_report(found, f"{options.model}: {options.part} part of {digits.name}"))
    return command.EXIT_OK


def _told(done: int, left: int) -> None:
    print(f"  {done:,}: {left:,} digits still read rightly", file=sys.stderr, flush=True)


def _report(found: "Attacked", head: str) -> str:
    from digitrec.insight.text import percent

    low, high = found.interval
    return (
        f"{head}, {found.count:,} digits\n"
        f"as they are      {percent(found.clean_accuracy)} read rightly\n"
        f"after {found.attack.kind:<10} {percent(found.accuracy)} "
        f"(95 % interval {100 * low:.2f} to {percent(high)}), {found.seconds:.0f} s"
    )


if __name__ == "__main__":
    sys.exit(main())
