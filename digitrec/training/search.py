"""The search behind `digitrec tune`: trainings whose recipes Optuna chooses.

Trials learn from a part of the training digits and are scored on the rest of them, cut as
validation is, so that validation still is fresh for the winner. A trial's knobs follow from the
trials before it and the seed alone: a search that was broken off goes on as if it had not been.

Akiba et al., "Optuna: A Next-generation Hyperparameter Optimization Framework", 2019. Knobs are
chosen by the tree-structured Parzen estimator (Bergstra et al., "Algorithms for Hyper-Parameter
Optimization", 2011); with several objectives as Ozaki et al., "Multiobjective Tree-Structured
Parzen Estimator", 2022, have it. NSGA-II would need populations of fifty trainings.
"""

import sqlite3
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras

from digitrec import files
from digitrec.datasets.digits import Digits, Part
from digitrec.datasets.split import with_validation
from digitrec.errors import DataError, OptionError, TrainingError, needs_extra
from digitrec.networks.cost import multiply_adds, parameters
from digitrec.training import run_folder
from digitrec.training.device import Device
from digitrec.training.fit import VALIDATION_BATCH, fit
from digitrec.training.recipe import Recipe
from digitrec.training.space import Space, sampled
from digitrec.training.trial import FINISHED, OBJECTIVES, PRUNED, REFUSED, Search, Trial

STUDY = "study.db"
NAME = "digitrec"
PATIENT = 5
"""Trials that are trained to their end before one can be pruned, and compared with afterwards."""

STATES = {"COMPLETE": FINISHED, "PRUNED": PRUNED, "FAIL": REFUSED}
"""What Optuna calls each; one that fails without a word of ours was broken off."""

FOUND = "found"
"""The attribute of Optuna's trial that holds what came of it."""


def search(
    digits: Digits,
    looked_for: Search,
    folder: Path,
    *,
    trials: int,
    timeout: float | None = None,
    where: Device | None = None,
    tell: Callable[[Trial], None] = lambda _: None,
) -> list[Trial]:
    """Go on with the study in a folder, or begin it, until it has so many trials; give them all.

    Args:
        digits: the data set; only its training part is read.
        looked_for: what, and among what.
        folder: that holds the study; no other process may work on it.
        trials: how many, with those that the study has.
        timeout: seconds after which none is begun.
        where: what to train on (default: device.find()).
        tell: called with each new trial.

    Raises:
        OptionError: the study in the folder looks for something else.
        DataError: it is no study, or the digits are too few.
        OutputError: the folder cannot be made.
        TrainingError: another process works on it.
        MissingExtraError: Optuna is not installed.
    """
    begun = time.monotonic()
    space, parted = looked_for.choices(), held_out(digits)
    files.make_folder(folder)
    with run_folder.locked(folder):
        study = opened(folder / STUDY, looked_for, digits.name)
        while len(done := trials_of(study)) < trials:
            if timeout is not None and time.monotonic() - begun >= timeout:
                break
            _try(study, looked_for, space, len(done), _Scorer(parted, folder, where))
            tell(trials_of(study)[-1])
    return done


def held_out(digits: Digits) -> Digits:
    """The training digits cut in two, of which the smaller part is to choose by."""
    readers = with_validation(lambda: digits.train, digits.name)
    return replace(digits, readers=readers, _read={})


def opened(path: Path, looked_for: Search, data: str) -> Any:
    """The study in a file, or a new one; trials in it that were broken off are given up.

    Raises:
        OptionError: it looks for something else.
        DataError: it is no study.
    """
    with needs_extra("tune"):
        import optuna
        from sqlalchemy.exc import SQLAlchemyError
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    # Any path will do when no URL has to be made of it.
    connect = {"creator": lambda: sqlite3.connect(path, check_same_thread=False)}
    try:
        study = optuna.create_study(
            storage=optuna.storages.RDBStorage("sqlite://", engine_kwargs=connect),
            study_name=NAME,
            directions=["minimize"] * len(looked_for.objectives),
            pruner=optuna.pruners.MedianPruner(n_startup_trials=PATIENT),
            load_if_exists=True,
        )
    except (SQLAlchemyError, sqlite3.Error, RuntimeError) as error:
        raise DataError(f"{path}: expected a study of digitrec tune; {_line(error)}") from error
    _expect_the_same(study, {"data": data, **looked_for.as_dict()}, path)
    for trial in study.get_trials(deepcopy=False, states=[optuna.trial.TrialState.RUNNING]):
        study.tell(trial.number, state=optuna.trial.TrialState.FAIL)
    return study


def trials_of(study: Any) -> list[Trial]:
    """What came of a study's trials, without those that were broken off."""
    return [
        Trial(trial.number, knobs=trial.params, **trial.user_attrs[FOUND])
        for trial in study.trials
        if FOUND in trial.user_attrs
        and trial.user_attrs[FOUND]["state"] == STATES.get(trial.state.name)
    ]


def _expect_the_same(study: Any, wanted: Mapping[str, Any], path: Path) -> None:
    """Note what a new study looks for. Raises OptionError when an old one's is something else."""
    if not study.user_attrs:
        for name, value in wanted.items():
            study.set_user_attr(name, value)
        return
    for name, value in wanted.items():
        there = study.user_attrs.get(name)
        if there != value:
            raise OptionError(
                f"{path}: expected {name} {there}, with which the study was begun; received {value}"
            )


def _try(
    study: Any, looked_for: Search, space: Space, number: int, score: Callable[..., dict[str, Any]]
) -> None:
    """Begin a trial, train its recipe, and note in the study what came of it."""
    import optuna

    states = optuna.trial.TrialState
    study.sampler = optuna.samplers.TPESampler(seed=_seed(looked_for.base.seed, number))
    trial = study.ask()
    knobs = sampled(trial, space)
    prunes = len(looked_for.objectives) == 1
    try:
        found = score(looked_for.base.changed(**knobs), [_Pruning(trial)] if prunes else [])
    except optuna.TrialPruned:
        trial.set_user_attr(FOUND, {"state": PRUNED})
        study.tell(trial, state=states.PRUNED)
    except (OptionError, TrainingError) as error:
        trial.set_user_attr(FOUND, {"state": REFUSED, "reason": _line(error)})
        study.tell(trial, state=states.FAIL)
    else:
        trial.set_user_attr(FOUND, {"state": FINISHED, **found})
        study.tell(trial, [found[OBJECTIVES[name]] for name in looked_for.objectives])


def _seed(seed: int, number: int) -> int:
    """Of the dice of one trial: Optuna does not keep theirs from process to process."""
    return (seed * 1_000_003 + number) % 2**32


class _Scorer:
    """Trains a recipe on one part of the training digits, and scores it on the other."""

    def __init__(self, parted: Digits, folder: Path, where: Device | None) -> None:
        self.parted, self.folder, self.where = parted, folder, where

    def __call__(
        self, recipe: Recipe, watchers: Sequence[keras.callbacks.Callback]
    ) -> dict[str, Any]:
        """The figures of a Trial. Raises OptionError, TrainingError or optuna.TrialPruned."""
        try:
            with tempfile.TemporaryDirectory(prefix=".trial-", dir=self.folder) as place:
                fitted = fit(
                    self.parted,
                    recipe,
                    Path(place),
                    where=self.where,
                    watchers=watchers,
                    verbose=0,
                )
            return {
                "misses": misses(fitted.network, self.parted.validation),
                "count": len(self.parted.validation),
                "parameters": parameters(fitted.network),
                "multiply_adds": multiply_adds(fitted.network),
                "seconds": round(fitted.seconds, 1),
            }
        finally:
            keras.utils.clear_session(free_memory=True)


def misses(network: keras.Model, part: Part) -> int:
    """How many digits of a part a network of logits reads wrongly."""
    logits = network.predict(part.images[..., None], batch_size=VALIDATION_BATCH, verbose=0)
    return int((logits.argmax(axis=-1) != part.labels).sum())


class _Pruning(keras.callbacks.Callback):
    """Ends a trial that misses more than the median of those before it did after as many epochs.

    By misses: losses of trials with other label smoothing cannot be compared.
    """

    def __init__(self, trial: Any) -> None:
        super().__init__()
        self.trial = trial

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        import optuna

        self.trial.report(1 - float((logs or {})["val_accuracy"]), epoch)
        if self.trial.should_prune():
            raise optuna.TrialPruned


def _line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
