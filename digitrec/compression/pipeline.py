"""Steps that make a network smaller, one after the other, each trained, converted and measured.

Each has a folder, N-NAME, as a training has, with its network and what was measured of it. What is
there already and was asked for in the same way is not done again, and a training that was broken
off is gone on with.
"""

import gzip
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from digitrec import files
from digitrec.compression.changes import CHANGES, Start
from digitrec.compression.convert import convert, representative
from digitrec.compression.formats import Wanted
from digitrec.compression.measure import Conversion
from digitrec.compression.source import load_keras
from digitrec.compression.steps import Step
from digitrec.compression.weights.formed import not_zero, plain
from digitrec.datasets.digits import Digits
from digitrec.networks.cost import multiply_adds, parameters
from digitrec.reading import card as cards
from digitrec.reading.card import Card
from digitrec.training import run_folder
from digitrec.training.callbacks import save
from digitrec.training.device import Device
from digitrec.training.fit import fit
from digitrec.training.recipe import Recipe

DONE, ASKED = "step.json", "asked.json"
BEGINNING = "beginning"

GENTLE = 0.3
"""Share of the learning rate at which a network that has learnt already goes on."""


@dataclass(frozen=True)
class Plan:
    """What is to be done.

    Attributes:
        network: what it begins with; pixels in, logits out.
        card: of that.
        steps: in their order.
        recipe: how each is trained, but for the epochs that a step has of its own.
        teachers: what all steps learn from besides the labels.
        kind: one of compression.LITERT_KINDS, that each step's network is measured as.
        per_channel: whether in int8 and int4 each channel's weights have a scale of their own.
        bare: leave out of the files what other programs may ask them for.
    """

    network: keras.Model
    card: Card
    steps: Sequence[Step]
    recipe: Recipe
    teachers: Sequence[keras.Model]
    kind: str
    per_channel: bool = True
    bare: bool = False


@dataclass(frozen=True)
class Done:
    """A step, or the beginning, and what its network is worth.

    Attributes:
        step: as it was typed.
        folder: where its network is.
        float_misses: of `count` validation digits, by the network.
        misses: of them, by the converted file.
        count: validation digits.
        parameters: of the network.
        not_zero: share of its kernels' weights that are not 0.
        multiply_adds: for one digit, zeros too.
        bytes: of the converted file.
        gzipped: bytes of it by gzip.
        microseconds: median time an image, by batch size.
        seconds: that its training took.
        asked: all that it depends on.
    """

    step: str
    folder: str
    float_misses: int
    misses: int
    count: int
    parameters: int
    not_zero: float
    multiply_adds: int
    bytes: int
    gzipped: int
    microseconds: dict[str, float]
    seconds: float
    asked: dict[str, Any]


def compress(
    plan: Plan,
    digits: Digits,
    folder: Path,
    *,
    where: Device | None = None,
    tell: Callable[[Done], None] = lambda _: None,
    verbose: int = 0,
) -> list[Done]:
    """Do the steps of a plan that are not done yet.

    Args:
        plan: what is to be done.
        digits: to train and measure on; their test part is not read.
        folder: where the steps' folders are.
        where: what to train on (default: device.find()).
        tell: called with each step as soon as it is done, the beginning first.
        verbose: of the trainings, as Keras has it.

    Raises:
        OptionError: a step cannot be done to what there is.
        ModelError: a network cannot be converted.
        TrainingError, OutputError: as fit raises them.
    """
    worker = _Worker(plan, digits, folder, where, verbose)
    done = []
    for number in range(len(plan.steps) + 1):
        done.append(worker.do(number))
        tell(done[-1])
    return done


class _Worker:
    """Does one step after the other, and knows the network that the last one left."""

    def __init__(
        self, plan: Plan, digits: Digits, folder: Path, where: Device | None, verbose: int
    ) -> None:
        self.plan, self.digits, self.folder = plan, digits, folder
        self.where, self.verbose = where, verbose
        self.network = plan.network
        self.given = {
            "beginning": _digest(plan.network),
            "teachers": [_digest(teacher) for teacher in plan.teachers],
            "recipe": plan.recipe.as_dict(),
            "kind": plan.kind,
            "per_channel": plan.per_channel,
            "bare": plan.bare,
            "data": digits.name,
        }

    def do(self, number: int) -> Done:
        """The step of a number, 0 being the beginning, done now or before."""
        step = self.plan.steps[number - 1] if number else None
        folder = self.folder / f"{number}-{step.name if step else BEGINNING}"
        asked = self._asked(number)
        if before := _before(folder, asked):
            self.network, _ = load_keras(folder / run_folder.NETWORK)
            return before
        _begin(folder, asked)
        seconds = self._change(step, folder) if step else 0.0
        return self._kept(step, folder, asked, seconds)

    def _asked(self, number: int) -> dict[str, Any]:
        """All that a step's outcome follows from."""
        steps = [str(step) for step in self.plan.steps[:number]]
        return json.loads(json.dumps({**self.given, "steps": steps}))  # as a file gives it back

    def _change(self, step: Step, folder: Path) -> float:
        """Do a step to the network; return the seconds of its training."""
        recipe = _recipe(self.plan.recipe, step)
        train, per_channel = self.digits.train, self.plan.per_channel
        start = Start(self.network, step.value, recipe, train, per_channel)
        change = CHANGES[step.name](start)
        if not step.kind.trained and change.network is not None:
            self.network = change.network
            return 0.0
        fitted = fit(
            self.digits, recipe, folder, where=self.where, teachers=self.plan.teachers,
            watchers=change.watchers, network=change.network, verbose=self.verbose,
        )  # fmt: skip
        self.network = plain(fitted.network)
        return fitted.seconds

    def _kept(self, step: Step | None, folder: Path, asked: dict[str, Any], seconds: float) -> Done:
        """Save, convert and measure the network; write down what was found."""
        save(self.network, folder / run_folder.NETWORK)
        conversion = self._converted(folder, asked)
        content = conversion.path.read_bytes()
        done = Done(
            step=str(step or BEGINNING),
            folder=folder.name,
            float_misses=conversion.keras_errors,
            misses=conversion.errors,
            count=conversion.count,
            parameters=parameters(self.network),
            not_zero=not_zero(self.network),
            multiply_adds=multiply_adds(self.network),
            bytes=len(content),
            gzipped=len(gzip.compress(content, 9, mtime=0)),
            microseconds={str(batch): one for batch, one in conversion.microseconds.items()},
            seconds=round(seconds, 1),
            asked=asked,
        )
        files.write_json(folder / DONE, asdict(done))
        for name in (ASKED, run_folder.CHECKPOINT):
            (folder / name).unlink(missing_ok=True)
        return done

    def _converted(self, folder: Path, asked: dict[str, Any]) -> Conversion:
        network, recipe = folder / run_folder.NETWORK, self.plan.recipe
        distilled = any(step.split("@")[0] == "distill" for step in asked["steps"])
        compressed = {"steps": asked["steps"], "data": asked["data"]}
        card = replace(
            self.plan.card,
            name=recipe.network if distilled else self.plan.card.name,
            sha256={network.name: files.sha256(network)},
            facts={"recipe": recipe.as_dict(), "compressed": compressed},
        )
        cards.write(network, card)
        wanted = Wanted(
            self.network, card, self.plan.kind, representative(self.digits.train),
            self.digits.validation, per_channel=self.plan.per_channel,
            bare=self.plan.bare,
        )  # fmt: skip
        return convert(wanted, folder / run_folder.TFLITE, may_lose_more=True)


def _recipe(recipe: Recipe, step: Step) -> Recipe:
    """How a step is trained."""
    rate = recipe.learning_rate * (1 if step.kind.anew else GENTLE)
    return recipe.changed(learning_rate=rate, epochs=step.epochs or recipe.epochs)


def _digest(network: keras.Model) -> str:
    """The SHA-256 of all its weights."""
    weights = b"".join(np.asarray(weight).tobytes() for weight in network.weights)
    return hashlib.sha256(weights).hexdigest()


def _before(folder: Path, asked: dict[str, Any]) -> Done | None:
    """What was found of a step, if it is there and was asked for in the same way."""
    if not (folder / DONE).is_file():
        return None
    told = files.read_json(folder / DONE)
    return Done(**told) if _alike(told["asked"], asked) else None


def _begin(folder: Path, asked: dict[str, Any]) -> None:
    """Note what a step is; what was begun there in another way is left out."""
    begun = files.read_json(folder / ASKED) if (folder / ASKED).is_file() else None
    if begun is None or not _alike(begun, asked):
        for name in (DONE, run_folder.CHECKPOINT):
            (folder / name).unlink(missing_ok=True)
    files.write_json(folder / ASKED, asked)


def _alike(before: dict[str, Any], asked: dict[str, Any]) -> bool:
    """Whether the same was asked for; a knob that was not there yet was at its default."""
    return {**before, "recipe": {**Recipe().as_dict(), **before["recipe"]}} == asked
