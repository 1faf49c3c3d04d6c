"""Train a digit recogniser.

    python -m digitrec.train                  99.6 % of MNIST's test digits, some minutes on 2 cores
    python -m digitrec.train --preset quick   99.3 %, in half a minute

Leaves a run folder with the Keras model, the TFLite model that `digitrec predict --model` reads,
the recipe, the history and the figures on validation. The test digits are not touched.
"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digitrec import command, datasets, files
from digitrec.command import options as shared
from digitrec.datasets.digits import Digits
from digitrec.datasets.split import folded
from digitrec.errors import OptionError, needs_extra
from digitrec.reading import card as cards
from digitrec.reading.card import Card
from digitrec.training import run_folder
from digitrec.training.presets import PRESETS
from digitrec.training.quiet import quiet
from digitrec.training.recipe import DEVICES, Recipe
from digitrec.training.run_folder import Started
from digitrec.training.verdict import judge

if TYPE_CHECKING:
    from digitrec.compression.origins import Origins
    from digitrec.training.device import Device
    from digitrec.training.fit import Fitted


def parser() -> command.Parser:
    """The options of `digitrec train`."""
    own = command.Parser(
        "train",
        "Train a network on digits and leave a run folder with its models.",
        "digitrec train --preset quick --output runs/first",
    )
    shared.add_data(own)
    _add_run(own)
    _add_origins(own)
    _add_machine(own)
    shared.add_knobs(own, Recipe)
    return own


def _add_run(own: command.Parser) -> None:
    """What is trained, and where it is kept."""
    own.add_argument(
        "--preset",
        type=command.one_of(PRESETS),
        metavar="NAME",
        help=f"the recipe to start from: {', '.join(PRESETS)} (default: default); "
        "the options below change single knobs of it",
    )
    own.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        help="the run's folder (default: runs/NETWORK-DATE-TIME)",
    )
    own.add_argument(
        "--resume",
        type=Path,
        metavar="DIR",
        help="go on with the run in this folder, from its last finished epoch, with its own recipe",
    )
    own.add_argument(
        "--tensorboard", type=Path, metavar="DIR", help="write logs for TensorBoard there"
    )


def _add_origins(own: command.Parser) -> None:
    """What is learnt from beside digits."""
    own.add_argument(
        "--start",
        type=Path,
        metavar="MODEL",
        help="a trained model (.keras, .h5) of the same network to begin with, instead of random "
        "weights; with other classes its logits are left out",
    )
    own.add_argument(
        "--teacher",
        type=Path,
        action="append",
        default=[],
        metavar="MODEL",
        help="a trained model (.keras, .h5) to learn from besides the labels; "
        "several: from their mean",
    )


def _add_machine(own: command.Parser) -> None:
    """What it is trained on, and how exactly."""
    shared.add_device(own, DEVICES)
    own.add_argument(
        "--deterministic",
        action="store_true",
        help="repeat to the last bit what the same recipe gave on the same machine; slower",
    )


def main(argv: list[str] | None = None) -> int:
    """Run the verb; return its exit status."""
    return command.run(parser(), _work, argv)


def _work(options: argparse.Namespace) -> int:
    recipe, started = _asked(options)
    digits = datasets.load(started.data)
    if recipe.folds:
        digits = folded(digits, recipe.folds, recipe.fold)
    with needs_extra("train"), quiet():
        from digitrec.training import device

        where = device.find(options.device)
        if started.deterministic:
            device.make_deterministic()
    from digitrec.compression.origins import origins

    learnt_from = origins(started, digits)
    folder = options.resume or run_folder.start(options.output, recipe, started)
    with run_folder.locked(folder), run_folder.said_what_is_left(folder):
        _announce(recipe, digits, where, learnt_from)
        _train(recipe, digits, folder, where, learnt_from, options.tensorboard)
    return command.EXIT_OK


def _asked(options: argparse.Namespace) -> tuple[Recipe, Started]:
    """What to train and on what: as typed, or as the run to be resumed was begun."""
    knobs = shared.given_knobs(options, Recipe)
    if options.resume is None:
        recipe = PRESETS[options.preset or "default"].changed(**knobs)
        teachers = tuple(str(path.absolute()) for path in options.teacher)
        start = str(options.start.absolute()) if options.start else None
        return recipe, Started(options.data, options.deterministic, teachers, start)
    others = {name: getattr(options, name) for name in ("preset", "output", "start")} | knobs
    if given := [shared.flag(name) for name, value in others.items() if value is not None]:
        raise OptionError(f"resume: expected no recipe beside it; received {given[0]}")
    return run_folder.reopen(options.resume)


def _train(
    recipe: Recipe,
    digits: Digits,
    folder: Path,
    where: "Device",
    origins: "Origins",
    logs: Path | None,
) -> None:
    """All of a run: fit, measure, write, convert, sum up."""
    with needs_extra("train"), quiet():
        from digitrec.training.fit import fit
        from digitrec.training.logs import tensorboard
    watchers = tensorboard(logs) if logs else []
    verbose = 1 if sys.stdout.isatty() else 2
    fitted = fit(
        digits,
        recipe,
        folder,
        where=where,
        start=origins.start,
        teachers=[*origins.teachers.values()],
        watchers=watchers,
        verbose=verbose,
    )
    metrics = _measured(fitted, digits) | origins.as_dict()
    card = _keep(fitted, recipe, digits, metrics, folder)
    tflite = _convert(fitted, card, digits, folder)
    run_folder.finish(folder)
    _summarise(fitted, recipe, digits, metrics, folder)
    if tflite:
        print(f"next: digitrec predict --model {tflite} FILE")


def _announce(recipe: Recipe, digits: Digits, where: "Device", origins: "Origins") -> None:
    command.note(digits.notes)
    if origins.start and not origins.start.same_classes:
        print(f"note: {origins.start.source} reads other classes: new logits", file=sys.stderr)
    count = min(len(digits.train), recipe.limit or len(digits.train))
    print(
        f"training {recipe.network} on {count:,} digits of {digits.name}, "
        f"{len(digits.validation):,} more for validation, on {where}",
        flush=True,
    )


def _measured(fitted: "Fitted", digits: Digits) -> dict[str, Any]:
    """What metrics.json holds: the figures on validation, and how they came about."""
    from digitrec.compression.keras_classifier import KerasClassifier
    from digitrec.insight.evaluation import evaluate

    classifier = KerasClassifier(fitted.network, Card(fitted.network.name, digits.classes))
    found = evaluate(classifier, digits.validation, digits.classes).as_dict()
    return {
        "validation": {name: found[name] for name in ("accuracy", "errors", "count", "loss")},
        "trained_on": fitted.count,
        "parameters": fitted.network.count_params(),
        "seconds": round(fitted.seconds, 1),
        "epochs": len(fitted.history["loss"]),
        "data": digits.name,
        "verified": digits.verified,
        "waiting_for_data": round(fitted.waited / max(fitted.seconds, 1e-9), 4),
        "device": str(fitted.device),
    }


def _keep(
    fitted: "Fitted", recipe: Recipe, digits: Digits, metrics: dict[str, Any], folder: Path
) -> Card:
    """Write all of the run but the converted model; return the network's card."""
    from digitrec.insight.plots import plot_history
    from digitrec.training.callbacks import save

    save(fitted.network, folder / run_folder.NETWORK)
    run_folder.write_history(folder / run_folder.HISTORY, fitted.history)
    plot_history(fitted.history, folder / run_folder.HISTORY_PLOT)
    files.write_json(folder / run_folder.METRICS, metrics)
    card = Card(
        recipe.network,
        digits.classes,
        sha256={run_folder.NETWORK: files.sha256(folder / run_folder.NETWORK)},
        facts={"recipe": recipe.as_dict(), **metrics},
    )
    cards.write(folder / run_folder.NETWORK, card)
    return card


def _convert(fitted: "Fitted", card: Card, digits: Digits, folder: Path) -> Path | None:
    """Make the run's .tflite file; None, and lines that say why, when no kind passes."""
    from digitrec.compression.convert import convert_first

    conversion, reasons = convert_first(fitted.network, card, folder / run_folder.TFLITE, digits)
    for reason in reasons:
        print(f"note: {reason}", file=sys.stderr)
    return conversion.path if conversion else None


def _summarise(
    fitted: "Fitted", recipe: Recipe, digits: Digits, metrics: dict[str, Any], folder: Path
) -> None:
    found = metrics["validation"]
    print(
        f"\nvalidation: {found['accuracy']:.2%} right, {found['errors']} of {found['count']:,} "
        f"wrong, after {metrics['epochs']} epochs in {fitted.seconds:.0f} s, of which "
        f"{metrics['waiting_for_data']:.0%} waiting for data"
    )
    print(f"verdict: {judge(fitted.history, len(digits.classes), recipe)}")
    print(f"kept in {folder}: {', '.join(sorted(path.name for path in folder.glob('[!.]*')))}")


if __name__ == "__main__":
    sys.exit(main())
