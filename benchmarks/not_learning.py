"""Why a network does not learn: each cause reproduced, and what is then to be seen.

    python benchmarks/not_learning.py [--write] [--only "dead ReLUs"]

The UCI digits, six epochs of the preset quick in batches of 32, on which nothing is wrong; then one
mistake at a time, as a flag of `digitrec train` or in a loop of one's own in Keras. A few seconds
each. Expect about 98 % where nothing is wrong, and 10 %, guessing, for most of the others. --write
puts the tables into docs/how-to/it-does-not-learn.md.
"""

import argparse
import re
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import keras  # noqa: TID253
import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from common import ROOT, put_between_marks, wanted

from digitrec import datasets, networks
from digitrec.command import options as shared
from digitrec.datasets import Digits, Part
from digitrec.errors import TrainingError
from digitrec.insight.signals import signals
from digitrec.train import parser as of_train
from digitrec.training.fit import fit
from digitrec.training.presets import PRESETS
from digitrec.training.recipe import Recipe
from digitrec.training.verdict import judge

PAGE = ROOT / "docs" / "how-to" / "it-does-not-learn.md"
BASE = "--preset quick --batch-size 32 --epochs 6"
RIGHT, DEAD, SHUFFLED = "nothing is wrong", "dead ReLUs", "shuffled labels"

FLAGS = {
    RIGHT: "",
    "too high a rate": "--learning-rate 1",
    "too low a rate": "--learning-rate 0.00001",
    "weights of zero": "--initializer zeros",
    DEAD: "--optimizer sgd --learning-rate 1",
    "sigmoids all the way": "--activation sigmoid --optimizer sgd --learning-rate 0.1",
    "pixels of 0 to 255": "--scaling none --optimizer sgd --learning-rate 0.1",
    "too much dropout": "--dropout 0.9",
    "too few digits": "--limit 100",
    "too short": "--epochs 1",
    SHUFFLED: "--data shuffled.csv",
}
"""What is typed behind BASE, and --data uci where nothing else is said."""


@dataclass(frozen=True)
class Seen:
    """A training: its course, or why it broke off; what is left of it; what was said of it."""

    history: Mapping[str, Sequence[float]]
    verdict: str
    network: keras.Model | None = None

    @property
    def accuracy(self) -> float:
        """On validation, in the last epoch; 0 where the training broke off."""
        return self.history["val_accuracy"][-1] if self.history else 0.0


def main(argv: list[str] | None = None) -> None:
    """Train each, print the tables."""
    own = argparse.ArgumentParser(description="Why a network does not learn.")
    own.add_argument("--write", action="store_true", help=f"put the tables into {PAGE.name}")
    own.add_argument("--only", nargs="+", metavar="NAME", help="these cases alone")
    options = own.parse_args(argv)
    names = wanted([*FLAGS, *LOOPS], options.only)
    digits = datasets.load("uci")
    flagged = {name: by_flags(name, digits) for name in names if name in FLAGS}
    looped = {name: by_loop(name, digits) for name in names if name in LOOPS}
    tables = {"flags": flags_table(flagged), "loops": loops_table(looped)}
    if {RIGHT, DEAD} <= set(flagged):
        tables["dead"] = dead_table(flagged, digits.validation)
    for name, table in tables.items():
        print(f"{table}\n")
        if options.write:
            put_between_marks(name, table, PAGE)


def by_flags(name: str, digits: Digits) -> Seen:
    """A training as `digitrec train` would do it with these flags."""
    typed = of_train().parse_args(shlex.split(f"{BASE} {FLAGS[name]}"))
    recipe = PRESETS[typed.preset].changed(**shared.given_knobs(typed, Recipe))
    digits = with_shuffled_labels(digits) if name == SHUFFLED else digits
    try:
        with TemporaryDirectory() as folder:
            fitted = fit(digits, recipe, Path(folder), verbose=0)
    except TrainingError as error:
        return Seen({}, str(error))
    return Seen(fitted.history, str(judge(fitted.history, 10, recipe)), fitted.network)


def with_shuffled_labels(digits: Digits) -> Digits:
    """The same images, each with the label of some other one."""
    train = digits.train
    wrong = Part(train.images, np.random.default_rng(0).permutation(train.labels))
    return replace(digits, readers={**digits.readers, "train": lambda: wrong}, _read={})


def keras_loop(
    digits: Digits,
    *,
    loss: object = None,
    end: str = "linear",
    vectors: bool = False,
    in_order: bool = False,
) -> Mapping[str, Sequence[float]]:
    """Keras's own loop with plain SGD: what happened, epoch by epoch.

    Args:
        digits: the data set.
        loss: what is made small (default: the cross-entropy of logits).
        end: the activation of the last layer.
        vectors: whether the labels are vectors with a single 1.
        in_order: whether all 0s come first, then all 1s, and so on, in every epoch.
    """
    keras.utils.set_random_seed(0)
    network = networks.build("compact_cnn", width=0.5, activation="relu")
    model = keras.Sequential([network, keras.layers.Activation(end)])
    loss = loss or keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.1), loss, metrics=["accuracy"], jit_compile=False)
    train = digits.train.take(digits.train.labels.argsort()) if in_order else digits.train
    seen = model.fit(
        *_arrays(train, vectors),
        batch_size=32,
        epochs=6,
        shuffle=not in_order,
        validation_data=_arrays(digits.validation, vectors),
        verbose=0,
    )
    return seen.history


def _arrays(part: Part, vectors: bool) -> tuple[np.ndarray, np.ndarray]:
    labels = np.eye(10, dtype=np.float32)[part.labels] if vectors else part.labels
    return part.images[..., None], labels


LOOPS: dict[str, Callable[[Digits], Mapping[str, Sequence[float]]]] = {
    "nothing is wrong in Keras": keras_loop,
    "logits taken for probabilities": lambda digits: keras_loop(
        digits, loss="sparse_categorical_crossentropy"
    ),
    "sigmoids and squared errors": lambda digits: keras_loop(
        digits, loss="mse", end="sigmoid", vectors=True
    ),
    "ReLU on the logits": lambda digits: keras_loop(digits, end="relu"),
    "digits in their order": lambda digits: keras_loop(digits, in_order=True),
}


def by_loop(name: str, digits: Digits) -> Seen:
    """A loop of one's own, of which `digitrec train` knows nothing."""
    return Seen(LOOPS[name](digits), "")


def flags_table(seen: Mapping[str, Seen]) -> str:
    """One row a cause: what is typed, the course, and what `digitrec train` says of it."""
    head = "| flags | right, epoch by epoch | validation | verdict |\n|---|---|---|---|"
    rows = [
        f"| **{name}** {as_code(FLAGS[name])} | {course(one)} | {as_code(one.verdict)} |"
        for name, one in seen.items()
    ]
    return "\n".join([head, *rows])


def as_code(text: str) -> str:
    """The text with its options, each with its value, set as code."""
    return re.sub(r"--[\w-]+( [\w.]+)?|digitrec data show", lambda found: f"`{found[0]}`", text)


def loops_table(seen: Mapping[str, Seen]) -> str:
    """One row a mistake in a loop of one's own."""
    head = "| | right, epoch by epoch | validation |\n|---|---|---|"
    return "\n".join([head, *(f"| {name} | {course(one)} |" for name, one in seen.items())])


def course(seen: Seen) -> str:
    """Two cells: the training accuracies in percent, and validation's last."""
    if not seen.history:
        return " | "
    shares = " ".join(f"{100 * share:.0f}" for share in seen.history["accuracy"])
    return f"{shares} % | {seen.accuracy:.1%}"


def dead_table(seen: Mapping[str, Seen], part: Part) -> str:
    """The share of each activation's units that answer 0 to every digit."""
    shares = {name: _dead(seen[name].network, part) for name in (RIGHT, DEAD)}
    head = f"| activation | {RIGHT} | {DEAD} |\n|---|---|---|"
    pairs = enumerate(zip(*shares.values(), strict=True), 1)
    return "\n".join([head, *(f"| {number} | {a:.0%} | {b:.0%} |" for number, (a, b) in pairs)])


def _dead(network: keras.Model, part: Part) -> list[float]:
    return [one.dead for one in signals(network, part) if one.layer.startswith("activation")]


if __name__ == "__main__":
    main()
