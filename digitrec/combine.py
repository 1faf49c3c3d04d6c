"""Make one model of several trained ones: an ensemble.

    digitrec combine runs/*/model.keras --output ensemble.keras

prints one row a model and what validation chose of them; writes ensemble.keras, which is a model
like any other, and its card. What one network can learn of it comes from
digitrec train --teacher ensemble.keras. The test digits are not touched.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from digitrec import command, datasets, files
from digitrec.command import options as shared
from digitrec.compression.model_file import expect_keras
from digitrec.datasets.digits import Digits
from digitrec.errors import OptionError, OutputError, needs_extra
from digitrec.reading import card as cards
from digitrec.reading.card import Card
from digitrec.training.quiet import quiet
from digitrec.training.selection import AMONG, MOST, SHIFTS, WEIGHTS, Choice, choose

if TYPE_CHECKING:
    import keras

    from digitrec.insight.metrics import Evaluation

SUFFIX = ".keras"


@dataclass(frozen=True)
class Member:
    """A model that may become part of the ensemble, as it reads validation by itself."""

    path: Path
    network: "keras.Model"
    evaluation: "Evaluation"


def parser() -> command.Parser:
    """The options of `digitrec combine`."""
    own = command.Parser(
        "combine",
        "Make one model of several: the mean of their probabilities, chosen on validation alone.",
        "digitrec combine runs/*/model.keras --output ensemble.keras",
    )
    own.add_argument(
        "models",
        nargs="+",
        type=Path,
        metavar="MODEL",
        help="a trained model (.keras, .h5) that gives logits; all of the same classes",
    )
    own.add_argument(
        "--output", type=Path, required=True, metavar="FILE", help="the .keras file to write"
    )
    _add_choice(own)
    shared.add_data(own)
    return own


def _add_choice(own: command.Parser) -> None:
    """What the ensemble is made of."""
    own.add_argument(
        "--among",
        type=command.one_of(AMONG),
        default="chosen",
        metavar="NAME",
        help="chosen (the default): those that together miss the fewest validation digits, added "
        "one by one; all: every one",
    )
    own.add_argument(
        "--weights",
        type=command.one_of(WEIGHTS),
        default="equal",
        metavar="NAME",
        help="equal (the default): all that are in it count alike; validation: one may be added "
        "several times, and then counts more",
    )
    own.add_argument(
        "--most",
        type=command.within(int, 1),
        default=MOST,
        metavar="N",
        help=f"models in it at most (default: {MOST})",
    )
    own.add_argument(
        "--shifts",
        type=command.within(int, 1, max(SHIFTS)),
        default=1,
        metavar="N",
        help="also the mean over shifts of each digit by one pixel: 5, to the four sides, or 9, "
        "diagonally too; so many times the work (default: 1, none)",
    )


def main(argv: list[str] | None = None) -> int:
    """Run the verb; return its exit status."""
    return command.run(parser(), _work, argv)


def _work(options: argparse.Namespace) -> int:
    _check(options)
    digits = datasets.load(options.data)
    command.note(digits.notes)
    members = [_member(path, digits, options.shifts) for path in options.models]
    choice = choose(
        np.stack([member.evaluation.probabilities for member in members]),
        digits.validation.labels,
        most=options.most,
        repeated=options.weights == "validation",
        every=options.among == "all",
    )
    found = _write(members, choice, digits, options)
    shifted = f", each at {options.shifts} shifts" if options.shifts > 1 else ""
    print(f"on {found.count:,} validation digits of {digits.name}{shifted}\n")
    _report(members, choice, found, options.output)
    return command.EXIT_OK


def _check(options: argparse.Namespace) -> None:
    """See before the work whether it can be done."""
    for path in options.models:
        expect_keras(path)
    if options.shifts not in SHIFTS:
        raise OptionError(
            f"shifts: expected {', '.join(map(str, SHIFTS))}; received {options.shifts}"
        )
    if options.among == "all" and len(options.models) > options.most:
        raise OptionError(
            f"most: expected as many as there are models, {len(options.models)}, to take them all; "
            f"received {options.most}"
        )
    _check_place(options.output, options.models)


def _check_place(output: Path, models: Sequence[Path]) -> None:
    if output.suffix != SUFFIX:
        raise OptionError(f"{output}: expected a file name that ends in {SUFFIX}")
    if output.resolve() in [path.resolve() for path in models]:
        raise OptionError(f"output: expected another file than the models; received {output}")
    card = cards.path_for(output)
    if card.exists() and cards.read(output) is None:
        raise OutputError(
            f"{card}: the model's card goes here, but this is another file: name another --output"
        )


def _member(path: Path, digits: Digits, shifts: int) -> Member:
    with quiet(), needs_extra("train"):
        from digitrec.compression.source import load_logits
        from digitrec.training.ensembles import combined
    network, _ = load_logits(path, digits.classes)
    return Member(path, network, _measured(combined([network], shifts=shifts), digits))


def _measured(network: "keras.Model", digits: Digits) -> "Evaluation":
    """A network's figures on validation, through the classifier that users run."""
    from digitrec.compression.keras_classifier import KerasClassifier
    from digitrec.insight.evaluation import evaluate

    classifier = KerasClassifier(network, Card(network.name, digits.classes))
    return evaluate(classifier, digits.validation, digits.classes)


def _write(
    members: Sequence[Member], choice: Choice, digits: Digits, options: argparse.Namespace
) -> "Evaluation":
    """Write the ensemble and its card; return its figures on validation."""
    from digitrec.training.callbacks import save
    from digitrec.training.ensembles import combined

    taken = [pair for pair in zip(members, choice.weights, strict=True) if pair[1]]
    model = combined(
        [member.network for member, _ in taken], [weight for _, weight in taken], options.shifts
    )
    found = _measured(model, digits)
    save(model, options.output)
    facts = {
        "validation": _figures(found),
        "parameters": model.count_params(),
        "data": digits.name,
        "verified": digits.verified,
        "shifts": options.shifts,
        "members": [_about(member, weight) for member, weight in taken],
    }
    hashes = {options.output.name: files.sha256(options.output)}
    cards.write(options.output, Card(model.name, digits.classes, sha256=hashes, facts=facts))
    return found


def _figures(found: "Evaluation") -> dict[str, Any]:
    return {name: getattr(found, name) for name in ("accuracy", "errors", "count", "loss")}


def _about(member: Member, weight: float) -> dict[str, Any]:
    return {
        "file": str(member.path),
        "sha256": files.sha256(member.path) if member.path.is_file() else None,
        "weight": round(weight, 6),
        "validation": _figures(member.evaluation),
    }


def _report(members: Sequence[Member], choice: Choice, found: "Evaluation", output: Path) -> None:
    rows = [
        (f"{member.path}", member.evaluation, f"{weight:.2f}" if weight else "-")
        for member, weight in zip(members, choice.weights, strict=True)
    ]
    rows.append((str(output), found, ""))
    width = max(len(name) for name, _, _ in rows)
    print(f"{'model':{width}}  misses  log loss  weight")
    for name, figures, weight in rows:
        print(f"{name:{width}}  {figures.errors:6}  {figures.loss:8.4f}  {weight:>6}".rstrip())


if __name__ == "__main__":
    sys.exit(main())
