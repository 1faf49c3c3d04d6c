"""Experiments in which one thing differs and what it costs does not."""

import argparse
from collections.abc import Callable

import numpy as np
from common import PLOTS, Row, told, wanted
from experiments import BASE, DIGITS
from laboratory_tables import beside_base, grouped, misses_of, plot_curves, spread, table
from short_runs import (
    Ground,
    Study,
    for_validation,
    from_training,
    keras,
    misses,
    multiply_adds,
)

from digitrec.datasets import Part
from digitrec.training.recipe import Recipe

PLAIN_NETWORKS = ("linear", "mlp", "lenet5", "simple_cnn", "compact_cnn")
SHIFTS = (1, 2, 3, 4)
DIGITS_OF_PLAIN = 10_000

NORMALIZATIONS = ("none", "batch", "group", "layer")
BATCHES = (2, 8, 32, 128, 512)
RATE, FACTORS = 0.03, (0.1, 1.0, 10.0)
"""The rates of plain SGD: an optimiser that scales its steps itself would hide what is asked."""

SEEN = 9_000
"""Digits that each cell of the grid is shown: 3,000 three times."""

PAIRS = {
    "deep against wide": ({"depth": 4}, {"depth": 1}),
    "two 3x3 against one 5x5": ({"depth": 2}, {"depth": 1, "kernel_size": 5}),
    "separable against plain": ({"convolution": "separable"}, {"convolution": "plain"}),
    "pooling against stride": ({"pooling": "max"}, {"pooling": "strided"}),
}
"""By name, two sets of knobs; the second's width is chosen so that both cost as much."""


def convolution(options: argparse.Namespace) -> None:
    """What a convolution is worth: the gap to the training digits, and digits that are shifted."""
    study = Study.of("convolution", options)
    base = Recipe(
        augment="none", epochs=8, batch_size=128, patience=0, keep="last", precision="float32",
        optimizer="adamw", learning_rate=2e-3, label_smoothing=0.0,
    )  # fmt: skip
    recipes = {name: base.changed(network=name) for name in PLAIN_NETWORKS}
    rows = study.run(recipes, for_validation(DIGITS_OF_PLAIN), on_shifted)
    lines = [plain_line(name, own) for (name,), own in grouped(rows, "variant").items()]
    head = ["network", "parameters", "multiply-adds", "training", "validation", "gap"]
    told("convolution", table([*head, *(f"shifted {by}" for by in SHIFTS)], lines), study.write)


def on_shifted(network: keras.Model, ground: Ground) -> Row:
    """Accuracy on the digits that were learnt, and on the scored ones shifted by some pixels."""
    moved = [shifted(ground.scored, by) for by in SHIFTS]
    return {
        "training": accuracy(network, [ground.digits.train]),
        "shifted": [accuracy(network, parts) for parts in moved],
    }


def accuracy(network: keras.Model, parts: list[Part]) -> float:
    """Share of the digits of some parts that is read rightly."""
    wrong = sum(misses(network, part) for part in parts)
    return round(1 - wrong / sum(map(len, parts)), 6)


def shifted(part: Part, by: int) -> list[Part]:
    """The digits `by` pixels to the right and, apart, downwards; what leaves the picture is lost.

    Both have images (N, 28, 28).
    """
    padded = np.pad(part.images, ((0, 0), (by, 0), (by, 0)))
    right, down = padded[:, by:, :28], padded[:, :28, by:]
    return [Part(images, part.labels) for images in (right, down)]


def plain_line(name: object, rows: list[Row]) -> list[str]:
    """One network's row; accuracies in percent."""
    rows = [row for row in rows if "misses" in row]
    if not rows:
        return [f"`{name}`", "does not run"]
    training = [100 * row["training"] for row in rows]
    validation = [100 - 100 * row["misses"] / row["count"] for row in rows]
    gap = [learnt - read for learnt, read in zip(training, validation, strict=True)]
    shifts = [[100 * row["shifted"][number] for row in rows] for number in range(len(SHIFTS))]
    costs = [f"{rows[0]['parameters']:,}", f"{rows[0]['multiply_adds']:,}"]
    shown = [spread(values, ".1f") for values in (training, validation, gap)]
    return [f"`{name}`", *costs, *shown, *(f"{np.mean(values):.1f}" for values in shifts)]


def pairs(options: argparse.Namespace) -> None:
    """Two ways to spend the same multiply-adds."""
    study = Study.of("pairs", options)
    lines = []
    for name, (first, second) in PAIRS.items():
        one = BASE.changed(**first)
        other = BASE.changed(**second)
        equal = other.changed(width=width_for(other, cost(one)))
        recipes = {f"{name}, first": one, f"{name}, second": equal}
        rows = study.run(recipes, from_training(DIGITS))
        lines.append(pair_line(name, rows, *recipes))
    head = ["first against second", "multiply-adds", "misses, first", "second", "first less second"]
    told("pairs", table(head, lines), study.write)


def pair_line(name: str, rows: list[Row], first: str, second: str) -> list[str]:
    """Both sides' misses and the difference over the seeds."""
    own, others = ([row for row in rows if row["variant"] == one] for one in (first, second))
    costs = [row["multiply_adds"] for row in (*own[:1], *others[:1]) if "misses" in row]
    return [
        name,
        " / ".join(f"{one:,}" for one in costs),
        misses_of(own),
        misses_of(others),
        beside_base(first, rows, second),
    ]


def cost(recipe: Recipe) -> int:
    """Multiply-adds of a recipe's network for one digit."""
    from digitrec.training.fit import build

    count = multiply_adds(build(recipe, 10, from_training(DIGITS).digits.train, "float32"))
    keras.utils.clear_session()
    return count


def width_for(
    recipe: Recipe, wanted: int, cost: Callable[[Recipe], int] = cost, steps: int = 8
) -> float:
    """The width at which a recipe's network costs as near to `wanted` as filters can be counted.

    The interval between 1/8 and 4 is halved on the logarithm; a cost that rises with the width.
    """
    low, high = 0.125, 4.0
    for _ in range(steps):
        middle = (low * high) ** 0.5
        low, high = (middle, high) if cost(recipe.changed(width=middle)) < wanted else (low, middle)
    return round(high, 4)


def normalisation(options: argparse.Namespace) -> None:
    """Where each normalisation breaks: batch and learning rate, with as many digits seen."""
    study = Study.of("normalisation", options)
    ground = from_training(DIGITS)
    base = BASE.changed(optimizer="sgd", weight_decay=5e-4, epochs=SEEN // DIGITS, augment="none")
    for kind in wanted(NORMALIZATIONS, study.only):
        for size in BATCHES:
            for factor in FACTORS:
                recipe = base.changed(
                    normalization=kind, batch_size=size, learning_rate=RATE * factor, seed=0
                )
                study.once(recipe, ground, variant=kind, batch=size, rate=recipe.learning_rate)
    rows = grouped(study.kept.rows, "variant", "rate")
    lines = [
        [kind, f"{rate:g}", *(misses_of([row]) for row in own)]
        for (kind, rate), own in rows.items()
    ]
    head = ["normalisation", "rate", *(f"batch {size}" for size in BATCHES)]
    told("normalisation", table(head, lines), study.write)
    if study.write:
        plot_grid(study.kept.rows)


def plot_grid(rows: list[Row]) -> None:
    """Misses against the batch, each normalisation at its best rate."""
    curves: dict[str, dict[float, float]] = {}
    for (kind, size), own in grouped(rows, "variant", "batch").items():
        ended = [row["misses"] for row in own if "misses" in row]
        if ended:
            curves.setdefault(str(kind), {})[float(str(size))] = min(ended)
    path = PLOTS / "normalisation.png"
    plot_curves(curves, path, "digits a batch", "misses of 10,000 at the best of three rates")
