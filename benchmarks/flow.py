"""Where signals fade and gradients vanish: what explains the ablation's failures.

A chain of thirteen convolutions without normalisation, trained by plain SGD, which hides nothing.
"""

import argparse
from itertools import pairwise

import numpy as np
from common import PLOTS, Row, told, wanted
from experiments import BASE
from laboratory_tables import grouped, misses_of, plot_curves, table
from short_runs import REHEARSAL, Ground, Study, from_training, keras, scored

from digitrec.datasets.split import some
from digitrec.insight.signals import Signal, signals
from digitrec.training.recipe import Recipe

DIGITS = 6_400
"""A hundred steps of 64 an epoch."""

LOOKED_AT = 256
"""Digits that are sent through for the figures."""

CHAIN = BASE.changed(
    depth=4, normalization="none", augment="none", optimizer="sgd", learning_rate=0.03,
    weight_decay=0.0, warmup=0.0, schedule="constant", epochs=4,
)  # fmt: skip

NETWORKS = {
    "relu, zeros": {"initializer": "zeros"},
    "relu, random_normal": {"initializer": "random_normal"},
    "relu, glorot_uniform": {"initializer": "glorot_uniform"},
    "relu, he_normal": {},
    "sigmoid, glorot_uniform": {"activation": "sigmoid", "initializer": "glorot_uniform"},
    "tanh, glorot_uniform": {"activation": "tanh", "initializer": "glorot_uniform"},
    "relu, he_normal, batch normalisation": {"normalization": "batch"},
}

AT_START, AFTER = "at the start", "after 400 steps"


def flow(options: argparse.Namespace) -> None:
    """Spread of answers and gradients, and dead units, at the start and after 400 steps."""
    study = Study.of("signals", options)
    ground = from_training(DIGITS)
    recipes = {name: CHAIN.changed(**changes) for name, changes in NETWORKS.items()}
    for name in wanted(list(recipes), study.only):
        at_start(study, name, recipes[name], ground)
    study.run(recipes, ground, also, when=AFTER)
    rows = grouped(study.kept.rows, "variant", "when")
    lines = [line(name, when, own) for (name, when), own in rows.items()]
    head = [
        "network", "when", "deviation of answers: first", "middle", "last",
        "norm of gradient: first", "last", "dead units", "misses of 10,000",
    ]  # fmt: skip
    told("signals", table(head, sorted(lines, key=lambda cells: cells[0])), study.write)
    if study.write:
        plot(study.kept.rows)


def also(network: keras.Model, ground: Ground) -> Row:
    """What a row has beside the misses."""
    return {"layers": looked_at(network, ground)}


def at_start(study: Study, name: str, recipe: Recipe, ground: Ground) -> None:
    """The same figures of the network before its first step."""
    from digitrec.training.fit import build

    def measure() -> Row:
        keras.utils.set_random_seed(recipe.seed)
        network = build(recipe, 10, ground.digits.train, "float32")
        here = ground.few(REHEARSAL) if study.rehearsal else ground
        row = scored(network, here.scored) | also(network, here)
        keras.utils.clear_session()
        return row

    for seed in study.seeds:
        recipe = recipe.changed(seed=seed)
        study.kept.once(measure, variant=name, when=AT_START, seed=seed)


def looked_at(network: keras.Model, ground: Ground) -> dict[str, list[float]]:
    """Of each convolution: how its activation's answers spread, its dead units, its gradient."""
    train = ground.digits.train
    found = signals(network, some(train, min(LOOKED_AT, len(train) - 1)))
    pairs = [
        (kernel, activated(kernel, after, found))
        for kernel, after in pairwise(found)
        if kernel.gradient_norm is not None
    ]
    return {
        "deviation": [_short(answer.deviation) for _, answer in pairs],
        "dead": [_short(answer.dead) for _, answer in pairs],
        "gradient": [_short(kernel.gradient_norm) for kernel, _ in pairs],
        "gradient_deviation": [_short(kernel.gradient_deviation) for kernel, _ in pairs],
    }


def activated(kernel: Signal, after: Signal, found: list[Signal]) -> Signal:
    """The signal behind a convolution's activation, which normalisation may come before."""
    place = found.index(kernel)
    normal = "normalization" in after.layer
    return found[place + 2] if normal and place + 2 < len(found) else after


def _short(value: float | None) -> float:
    return float(f"{value or 0.0:.3g}")


def line(name: object, when: object, rows: list[Row]) -> list[str]:
    """One network at one moment; medians over the seeds."""
    ended = [row["layers"] for row in rows if "layers" in row]
    if not ended:
        return [str(name), str(when), misses_of(rows)]

    def median(what: str, place: int) -> str:
        return f"{np.median([layers[what][place] for layers in ended]):.2g}"

    middle = len(ended[0]["dead"]) // 2
    dead = np.mean([layers["dead"] for layers in ended])
    return [
        str(name),
        str(when),
        *(median("deviation", place) for place in (0, middle, -1)),
        *(median("gradient", place) for place in (0, -1)),
        f"{dead:.0%}",
        misses_of(rows),
    ]


def plot(rows: list[Row]) -> None:
    """Draw the norm of each convolution's gradient, from the first to the last, at the start."""
    curves = {}
    for row in rows:
        heights = dict(enumerate(row.get("layers", {}).get("gradient", ()), 1))
        if row["when"] == AT_START and heights and all(heights.values()):
            curves.setdefault(row["variant"], heights)
    plot_curves(
        curves,
        PLOTS / "signals.png",
        "convolution",
        "norm of its gradient at the start",
        linear=True,
    )
