"""Search for better knobs, or for a better network.

    digitrec tune --output runs/tuned --trials 30
    digitrec tune --output runs/front --space network --objectives accuracy,multiply_adds

The same command again goes on with a search that was broken off, or that is to have more trials.
Leaves in the folder the study, study.db; trials.csv; best.toml, for digitrec compare; and the front
of what no other trial beats, front.md and front.png. Trials are scored on digits cut from the
training digits: validation is fresh for the winner, and the test digits are not touched.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digitrec import command, datasets, files
from digitrec.command import options as shared
from digitrec.errors import OptionError, TrainingError, needs_extra
from digitrec.training.knobs import named
from digitrec.training.presets import PRESETS
from digitrec.training.quiet import quiet
from digitrec.training.recipe import DEVICES, Recipe
from digitrec.training.space import SPACES

if TYPE_CHECKING:
    from digitrec.training.trial import Search, Trial

TRIALS = 30
PRESET = "quick"
NETWORK = "block_cnn"
"""What is searched when the network is, for every block of it is a knob."""


def parser() -> command.Parser:
    """The options of `digitrec tune`."""
    own = command.Parser(
        "tune",
        "Search for better knobs, or a better network, with Optuna; the same command goes on.",
        "digitrec tune --space both --trials 50 --output runs/tuned",
    )
    own.add_argument(
        "--output", type=Path, required=True, metavar="DIR", help="where study and results are kept"
    )
    _add_search(own)
    shared.add_device(own, DEVICES)
    shared.add_data(own)
    shared.add_json(own)
    shared.add_knobs(own, Recipe)
    return own


def _add_search(own: command.Parser) -> None:
    """What is looked for, among what, and for how long."""
    own.add_argument(
        "--space",
        type=command.one_of(SPACES),
        default="training",
        metavar="NAME",
        help="training (the default): how the network learns; network: what it is made of, of "
        f"{NETWORK} unless --network names another; both",
    )
    own.add_argument(
        "--objectives",
        default="accuracy",
        metavar="NAMES",
        help="accuracy (the default), or with commas also parameters and multiply_adds: then the "
        "front of what no other trial beats is looked for, and no trial is pruned",
    )
    own.add_argument(
        "--preset",
        type=command.one_of(PRESETS),
        default=PRESET,
        metavar="NAME",
        help=f"the recipe that trials change: {', '.join(PRESETS)} (default: {PRESET}); the knobs "
        "below are fixed in it, and then not searched",
    )
    own.add_argument(
        "--trials",
        type=command.within(int, 1, 100_000),
        default=TRIALS,
        metavar="N",
        help=f"how many, with those that the study has already (default: {TRIALS})",
    )
    own.add_argument(
        "--timeout",
        type=command.within(float, 0),
        metavar="SECONDS",
        help="begin no trial after so long",
    )


def main(argv: list[str] | None = None) -> int:
    """Run the verb; return its exit status."""
    return command.run(parser(), _work, argv)


def _work(options: argparse.Namespace) -> int:
    with needs_extra("tune"), quiet():
        import optuna  # noqa: F401 - that it is missing is said before the digits are read

        from digitrec.training import device
        from digitrec.training.search import search
    looked_for = _asked(options)
    digits = datasets.load(options.data)
    command.note(digits.notes)
    trials = search(
        digits,
        looked_for,
        options.output,
        trials=options.trials,
        timeout=options.timeout,
        where=device.find(options.device),
        tell=_told,
    )
    return _report(trials, looked_for, options)


def _asked(options: argparse.Namespace) -> "Search":
    from digitrec.training.trial import Search

    fixed = shared.given_knobs(options, Recipe)
    if options.space != "training":
        fixed = {"network": NETWORK, **fixed}
    base = PRESETS[options.preset].changed(**fixed)
    if base.folds:
        raise OptionError("folds: expected 0, trials are scored on digits of their own; "
                          f"received {base.folds}")  # fmt: skip
    return Search(base, options.preset, fixed, options.space, tuple(named(options.objectives)))


def _told(trial: "Trial") -> None:
    """One line a trial, on stderr."""
    from digitrec.insight.pareto import knobs_line

    if trial.misses is None:
        found = f"{trial.state}{f': {trial.reason}' if trial.reason else ''}"
    else:
        found = (
            f"{trial.misses:,} misses of {trial.count:,}, {trial.parameters:,} parameters, "
            f"{trial.multiply_adds:,} multiply-adds, {trial.seconds:.0f} s"
        )
    print(f"trial {trial.number}: {found}; {knobs_line(trial.knobs)}", file=sys.stderr, flush=True)


def _report(trials: Sequence["Trial"], looked_for: "Search", options: argparse.Namespace) -> int:
    """Write and print what was found. Raises TrainingError when no trial came to its end."""
    from digitrec.insight import pareto

    chosen = pareto.best(trials, looked_for.objectives)
    if not chosen:
        reasons = [trial.reason for trial in trials if trial.reason] or ["there was no time"]
        raise TrainingError(f"expected a trial that comes to its end; the last: {reasons[-1]}")
    recipes = _recipes(chosen if len(looked_for.objectives) > 1 else chosen[:1], looked_for)
    folder: Path = options.output
    files.write(folder / "trials.csv", pareto.as_csv(trials))
    files.write(folder / "best.toml", pareto.as_toml(recipes))
    files.write(folder / "front.md", pareto.as_markdown(chosen, chosen[0].count or 0))
    pareto.plot(trials, looked_for.objectives, folder / "front.png")
    if options.json:
        print(json.dumps({"trials": [asdict(trial) for trial in trials], "best": recipes}))
    else:
        _print(trials, chosen, folder)
    return command.EXIT_OK


def _recipes(chosen: Sequence["Trial"], looked_for: "Search") -> dict[str, dict[str, Any]]:
    """The chosen trials' recipes, by a name that says which trial."""
    return {f"trial_{trial.number}": looked_for.recipe_of(trial) for trial in chosen}


def _print(trials: Sequence["Trial"], chosen: Sequence["Trial"], folder: Path) -> None:
    from digitrec.insight import pareto

    states = [trial.state for trial in trials]
    counts = ", ".join(f"{states.count(state)} {state}" for state in dict.fromkeys(states))
    print(
        f"{len(trials)} trials: {counts}; misses of {chosen[0].count:,} training digits held out\n"
    )
    print(pareto.as_text(chosen))
    print(f"next: digitrec compare {folder / 'best.toml'} --output {folder / 'compared'}")


if __name__ == "__main__":
    sys.exit(main())
