"""Short trainings in this process, of which only figures are kept: what the laboratory is made of.

A run takes seconds, so that a question can be asked with several seeds. What is scored are digits
of MNIST's training part that the run has not seen, or its validation part; never the test.
"""

import argparse
import gc
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from common import Kept, Row, wanted
from numpy.typing import NDArray

from digitrec import datasets
from digitrec.datasets import Digits, Part
from digitrec.datasets.split import cut, some
from digitrec.errors import TrainingError
from digitrec.training.quiet import quiet
from digitrec.training.recipe import Recipe

with quiet():
    import keras

    from digitrec.networks.cost import multiply_adds
    from digitrec.training.fit import VALIDATION_BATCH, fit

SCORED = 10_000
STEERING = 500
"""Digits that a training itself looks at after each epoch, such as for its schedule."""

REHEARSAL = 200
"""Digits of each kind where a study is only tried out."""

RUNS_A_PROCESS = 40
"""Each leaves some 30 MB of TensorFlow's behind; after so many the script begins itself anew."""

Also = Callable[[keras.Model, "Ground"], Row]
"""What else to write down of a trained network."""


@dataclass(frozen=True)
class Ground:
    """The digits of a study; none is learnt and scored.

    Attributes:
        digits: to train on and, as their validation, to steer by.
        scored: what the misses are counted on.
    """

    digits: Digits
    scored: Part

    def few(self, count: int) -> "Ground":
        """So few of each part that a study can be tried out."""
        train, steering = self.digits.train, self.digits.validation
        return Ground(pair(some(train, count), some(steering, count)), some(self.scored, count))


def pair(train: Part, steering: Part) -> Digits:
    """Two parts as a data set."""
    return Digits("mnist", {"train": lambda: train, "validation": lambda: steering})


@cache
def from_training(count: int) -> Ground:
    """`count` digits of MNIST's training part, and SCORED others of it to be scored on."""
    whole = datasets.load("mnist").train
    rest, held_back = cut(whole.labels, SCORED + STEERING)
    others = whole.take(held_back)
    scored, steering = cut(others.labels, STEERING)
    return Ground(pair(some(whole.take(rest), count), others.take(steering)), others.take(scored))


@cache
def for_validation(count: int | None = None) -> Ground:
    """`count` digits of MNIST's training part, or all; scored on all of its validation part."""
    digits = datasets.load("mnist")
    train = digits.train if count is None else some(digits.train, count)
    return Ground(pair(train, some(digits.validation, STEERING)), digits.validation)


@dataclass(frozen=True)
class Study:
    """One question, whose runs are kept under its name.

    Attributes:
        kept: the runs.
        seeds: of each variant.
        only: the variants to run; None for all.
        write: whether the page gets the table.
        rehearsal: whether it is only tried out: one epoch, few digits, nothing kept.
    """

    kept: Kept
    seeds: Sequence[int]
    only: Sequence[str] | None = None
    write: bool = False
    rehearsal: bool = False

    @classmethod
    def of(cls, name: str, options: argparse.Namespace) -> "Study":
        """As typed; see common.parser."""
        if not options.rehearse:
            return cls(Kept(name), options.seeds, options.only, options.write)
        nowhere = Path(tempfile.mkdtemp(prefix="rehearsal-"))
        return cls(Kept(name, nowhere), options.seeds[:1], options.only, rehearsal=True)

    def run(
        self,
        variants: Mapping[str, Recipe],
        ground: Ground,
        also: Also | None = None,
        **key: Any,
    ) -> list[Row]:
        """Each variant with each seed, unless that is kept; the rows of all that are.

        Args:
            variants: recipes by name.
            ground: the digits.
            also: what else to write down.
            key: what else a row is found again by.
        """
        names = wanted(list(variants), self.only)
        for seed in self.seeds:
            for name in names:
                self.once(variants[name].changed(seed=seed), ground, also, variant=name, **key)
        return [row for row in self.kept.rows if row.get("variant") in variants]

    def once(self, recipe: Recipe, ground: Ground, also: Also | None = None, **key: Any) -> Row:
        """One run, or what is kept of it."""
        if self.rehearsal:
            recipe, ground = rehearsed(recipe), ground.few(REHEARSAL)
        return self.noted(lambda: measured(recipe, ground, also), **key, seed=recipe.seed)

    def noted(self, measure: Callable[[], Row], **key: Any) -> Row:
        """The row with this key; a new one is shown as soon as it is measured."""
        before = self.kept.measured
        row = self.kept.once(measure, **key)
        if self.kept.measured > before:
            print(row, file=sys.stderr, flush=True)
        if self.kept.measured >= RUNS_A_PROCESS and not self.rehearsal:
            os.execv(sys.executable, sys.orig_argv)  # noqa: S606  ourselves; what is kept stays
        return row


def rehearsed(recipe: Recipe) -> Recipe:
    """The recipe with as few epochs as all of its stages can do with."""
    return recipe.changed(epochs=min(recipe.epochs, 2), warmup=0.0, clean_epochs=0)


def measured(recipe: Recipe, ground: Ground, also: Also | None = None, **given: Any) -> Row:
    """What came of a run, on one line of JSON.

    A loss that is not a number is a result, `failed`; whatever else goes wrong is `broken`.

    Args:
        recipe: every knob.
        ground: the digits.
        also: what else to say of the trained network.
        given: what else `fit` takes.
    """
    try:
        with tempfile.TemporaryDirectory() as folder:
            fitted = fit(ground.digits, recipe, Path(folder), verbose=0, **given)
        row = scored(fitted.network, ground.scored) | {"seconds": round(fitted.seconds, 1)}
        return row | (also(fitted.network, ground) if also else {})
    except TrainingError as error:
        return {"failed": _short(error)}
    except Exception as error:  # noqa: BLE001  one variant that does not build stops no other
        return {"broken": f"{type(error).__name__}: {_short(error)}"}
    finally:
        keras.utils.clear_session()
        gc.collect()


def scored(network: keras.Model, part: Part) -> Row:
    """Misses, the digits they are of, and what the network costs."""
    return {
        "misses": misses(network, part),
        "count": len(part),
        "parameters": network.count_params(),
        "multiply_adds": multiply_adds(network),
    }


def misses(network: keras.Model, part: Part) -> int:
    """Digits of a part that a network reads wrongly."""
    return int((answers(network, part.images) != part.labels).sum())


def answers(network: keras.Model, images: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The classes (N,) that a network reads in images (N, 28, 28)."""
    logits = network.predict(images[..., None], batch_size=VALIDATION_BATCH, verbose=0)
    return logits.argmax(axis=1)


def _short(error: Exception) -> str:
    """What it says, on one line, without what it quotes of the machine in brackets."""
    return " ".join(str(error).split()).partition(" (")[0][:160]
