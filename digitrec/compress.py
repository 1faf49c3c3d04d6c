"""Make a model smaller, step by step: distil, prune, share, quantise; each step measured.

    digitrec compress runs/first/model.keras --steps filters:0.5,aware:4 --to int4

Each step changes the network, trains it on, with the model itself as its teacher, and measures the
.tflite file that comes of it on validation. The same command again goes on where it was broken off.
Leaves a folder with a folder a step, the table steps.md, and model.keras, model.tflite and their
card as the last step left them; these not when more than --max-drop points of accuracy are lost.
The test digits are not touched.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digitrec import command, datasets, files
from digitrec.command import options as shared
from digitrec.compression import LITERT_KINDS
from digitrec.compression.forgiven import most_lost
from digitrec.compression.model_file import expect_keras
from digitrec.compression.steps import KINDS, Kind, steps
from digitrec.errors import ModelError, needs_extra
from digitrec.reading.card import Card
from digitrec.training import run_folder
from digitrec.training.presets import PRESETS
from digitrec.training.quiet import quiet
from digitrec.training.recipe import DEVICES, Recipe

if TYPE_CHECKING:
    from digitrec.compression.pipeline import Done, Plan

STEPS = "filters:0.5,aware:8"
EPOCHS = 8
GOING_ON: Mapping[str, Any] = {
    "epochs": EPOCHS, "schedule": "cosine", "warmup": 0.5, "restarts": 0, "patience": 0,
    "keep": "last", "ema": 0.0, "clean_epochs": 0, "early_side": 28, "head_epochs": 0,
    "precision": "float32", "tasks": None, "folds": 0, "fold": 0,
}  # fmt: skip
"""Knobs in which a step is not trained as the model was, unless they are typed.

The last epoch is kept: the best may be one in which less was pruned.
"""

MOST_LOST = 0.1

TABLE, ROWS = "steps.md", "steps.json"
RESULTS = (run_folder.NETWORK, run_folder.TFLITE, Path(run_folder.TFLITE).stem + ".json")


def parser() -> command.Parser:
    """The options of `digitrec compress`."""
    own = command.Parser(
        "compress",
        "Make a model smaller, step by step; each step is trained, converted and measured.",
        "digitrec compress model.keras --steps filters:0.5,aware:8",
    )
    own.add_argument("model", type=Path, metavar="MODEL", help="a trained model (.keras, .h5)")
    own.add_argument(
        "--steps",
        default=STEPS,
        metavar="STEPS",
        help=f"{_listed()}; parted by commas, each with its own number of epochs after @, such as "
        f"prune:0.8@10 (default: {STEPS})",
    )
    own.add_argument(
        "--output", type=Path, metavar="DIR", help="the folder to write (default: MODEL-compressed)"
    )
    _add_measure(own)
    _add_training(own)
    shared.add_input_scale(own)
    shared.add_data(own)
    shared.add_json(own)
    shared.add_knobs(own, Recipe)
    return own


def _listed() -> str:
    return "; ".join(f"{_shown(name, kind)}: {kind.about}" for name, kind in KINDS.items())


def _shown(name: str, kind: Kind) -> str:
    return f"{name}:{kind.value}" if kind.value else name


def _add_measure(own: command.Parser) -> None:
    """As what each step is measured, and what may be lost."""
    own.add_argument(
        "--to",
        type=command.one_of(LITERT_KINDS),
        default="int8",
        metavar="KIND",
        help=f"how the .tflite files hold numbers: {', '.join(LITERT_KINDS)} (default: int8)",
    )
    own.add_argument(
        "--per-tensor",
        action="store_true",
        help="int8, int4: one scale for all weights of a layer, as shared weights want it",
    )
    shared.add_bare(own)
    own.add_argument(
        "--max-drop",
        type=command.within(float, 0, 100),
        default=MOST_LOST,
        metavar="POINTS",
        help="fail when the last file reads so many percentage points of validation less than "
        f"MODEL (default: {MOST_LOST})",
    )


def _add_training(own: command.Parser) -> None:
    """What the steps learn from, and on what."""
    own.add_argument(
        "--teacher",
        type=Path,
        action="append",
        default=[],
        metavar="MODEL",
        help="a trained model (.keras, .h5) that all steps learn from besides the labels; several: "
        "from their mean (default: MODEL itself; --teaching 0: none)",
    )
    own.add_argument(
        "--preset",
        type=command.one_of(PRESETS),
        metavar="NAME",
        help=f"the recipe of the steps: {', '.join(PRESETS)} (default: that of MODEL, with "
        f"{EPOCHS} epochs); the knobs below are changed in it",
    )
    shared.add_device(own, DEVICES)


def main(argv: list[str] | None = None) -> int:
    """Run the verb; return its exit status."""
    return command.run(parser(), _work, argv)


def _work(options: argparse.Namespace) -> int:
    steps(options.steps)  # a typing error is said before Keras is loaded
    expect_keras(options.model)
    folder = options.output or options.model.with_name(f"{options.model.stem}-compressed")
    digits = datasets.load(options.data)
    command.note(digits.notes)
    with quiet(), needs_extra("train"):
        from digitrec.compression.pipeline import compress
        from digitrec.training import device
    plan = _planned(options, digits.classes)
    files.make_folder(folder)
    with run_folder.locked(folder):
        done = compress(plan, digits, folder, where=device.find(options.device), tell=_told)
        _write(done, folder)
        _clear(folder, options.model)
        _check(done, options.max_drop)
        _take(folder / done[-1].folder, folder)
    if options.json:
        print(json.dumps([asdict(one) for one in done], indent=2))
    else:
        print(f"\n{_table(done)}\nnext: digitrec predict --model {folder / run_folder.TFLITE} FILE")
    return command.EXIT_OK


def _planned(options: argparse.Namespace, classes: tuple[str, ...]) -> "Plan":
    from digitrec.compression.pipeline import Plan
    from digitrec.compression.source import load_logits

    network, card = load_logits(options.model, classes, input_scale=options.input_scale)
    recipe = _recipe(options, card)
    teachers = [load_logits(path, classes, "teacher")[0] for path in options.teacher] or [network]
    return Plan(
        network,
        card,
        steps(options.steps),
        recipe,
        teachers if recipe.teaching else [],
        options.to,
        not options.per_tensor,
        options.bare,
    )


def _recipe(options: argparse.Namespace, card: Card) -> Recipe:
    """As the steps are trained: a preset, or as the model was, but for what only suits a start."""
    knobs = shared.given_knobs(options, Recipe)
    if options.preset:
        return PRESETS[options.preset].changed(**{"patience": 0, "keep": "last", **knobs})
    held = card.facts.get("recipe", {})
    base = Recipe(**{name: held.get(name, value) for name, value in Recipe().as_dict().items()})
    return base.changed(**{**GOING_ON, **knobs})


def _told(done: "Done") -> None:
    """One line a step, on stderr, as soon as it is done."""
    print(
        f"{done.step}: {done.misses} of {done.count:,} validation digits wrong, "
        f"{done.bytes:,} bytes, {done.seconds:.0f} s",
        file=sys.stderr,
        flush=True,
    )


def _write(done: Sequence["Done"], folder: Path) -> None:
    files.write_json(folder / ROWS, [asdict(one) for one in done])
    files.write(folder / TABLE, f"{_table(done)}\n")


def _check(done: Sequence["Done"], max_drop: float) -> None:
    """Raises ModelError when too much has been lost."""
    first, last = done[0], done[-1]
    if last.misses - first.float_misses > most_lost(max_drop, last.count):
        raise ModelError(
            f"expected at most {max_drop:g} points fewer right than the model's "
            f"{first.count - first.float_misses:,} of {first.count:,} validation digits; received "
            f"{last.count - last.misses:,}, so there is no {run_folder.TFLITE}; the steps are kept"
        )


def _clear(folder: Path, model: Path) -> None:
    """Take away an earlier run's models: beside the new table they would pass for its result."""
    if folder.resolve() != model.parent.resolve():
        for name in RESULTS:
            (folder / name).unlink(missing_ok=True)


def _take(step: Path, folder: Path) -> None:
    """Copy the last step's models and their card to where they are looked for."""
    for name in RESULTS:
        files.write(folder / name, (step / name).read_bytes())


def _table(done: Sequence["Done"]) -> str:
    """One row a step, in Markdown."""
    head = (
        "step", "misses", "as .tflite", "parameters", "not 0", "multiply-adds", "bytes", "gzip",
        "us at 1", "us at 256",
    )  # fmt: skip
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    return "\n".join([*lines, *map(_row, done)])


def _row(done: "Done") -> str:
    cells = (
        done.step, done.float_misses, done.misses, f"{done.parameters:,}", f"{done.not_zero:.0%}",
        f"{done.multiply_adds:,}", f"{done.bytes:,}", f"{done.gzipped:,}",
        *(f"{one:.0f}" for one in done.microseconds.values()),
    )  # fmt: skip
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    sys.exit(main())
