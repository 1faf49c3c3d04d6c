"""Learning curves, from one digit a class to all, and what a network brings from elsewhere."""

import argparse
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

import numpy as np
from classical import METHODS
from common import PLOTS, Row, told, wanted
from laboratory_tables import grouped, misses_of, plot_curves, table
from short_runs import REHEARSAL, STEERING, Ground, Study, for_validation, keras, measured, pair

from digitrec import datasets
from digitrec.datasets import Part, drawn
from digitrec.datasets.split import some
from digitrec.training.presets import PRESETS
from digitrec.training.recipe import Recipe
from digitrec.training.transfer import Start

COUNTS = {10: 15, 50: 15, 100: 15, 1_000: 15, 10_000: 6, 55_000: 2}
"""Digits, and the epochs in which they, or 2,000 repeats of so few, are shown."""

FEW = 2_000
SEVERAL_SEEDS_TO = 1_000
"""Digits up to which it matters which ones they are."""

BASE = PRESETS["quick"].changed(batch_size=64, precision="float32", warmup=0.0)
RECIPES = {
    "network": BASE.changed(augment="none"),
    "augmented": BASE,
    "begun on drawn digits": BASE.changed(augment="none"),
    "begun on drawn digits, augmented": BASE,
}
"""Of the learning curves; what begins elsewhere is told by its name."""

DRAWN = 10_000
BEGUN_EPOCHS = 4

WITH_HEAD_FIRST = 5
"""Epochs of 15 in which only the logits learn."""

Begun = Callable[[], keras.Model]


def curves(options: argparse.Namespace) -> None:
    """Misses of validation against how many digits were learnt."""
    study = Study.of("curves", options)
    for count in COUNTS:
        for seed in study.seeds[: None if count <= SEVERAL_SEEDS_TO else 1]:
            for name in wanted([*METHODS, *RECIPES], study.only):
                point(study, name, count, seed)
    rows = grouped(study.kept.rows, "variant", "digits")
    lines = [
        [name, *(misses_of(rows.get((name, count), [])) for count in COUNTS)]
        for name in (*METHODS, *RECIPES)
    ]
    told("curves", table(["", *(f"{count:,}" for count in COUNTS)], lines), study.write)
    if study.write:
        plot(rows)


def point(study: Study, name: str, count: int, seed: int) -> None:
    """One method with so many digits."""
    ground = with_few(count, seed)
    if name in METHODS:
        classical(study, name, METHODS[name], ground, digits=count, seed=seed)
        return
    recipe = RECIPES[name].changed(epochs=COUNTS[count], seed=seed)
    begun = on_drawn if name.startswith("begun") else None
    one(study, recipe, ground, begun, variant=name, digits=count)


def transfer(options: argparse.Namespace) -> None:
    """What a network from elsewhere is worth with 100 and with 1,000 digits; a large one, once."""
    study = Study.of("transfer", options)
    for count in (100, 1_000):
        for name in wanted(list(BEGINNINGS), study.only):
            begun, knobs = BEGINNINGS[name]
            seeds = study.seeds[:1] if "network" in knobs else study.seeds
            for seed in seeds:
                recipe = BASE.changed(augment="none", epochs=COUNTS[count], seed=seed, **knobs)
                one(study, recipe, with_few(count, seed), begun, variant=name, digits=count)
    rows = grouped(study.kept.rows, "variant", "digits")
    lines = [
        [name, misses_of(rows.get((name, 100), [])), misses_of(rows.get((name, 1_000), []))]
        for name in BEGINNINGS
    ]
    told("transfer", table(["", "100 digits", "1,000 digits"], lines), study.write)


def one(study: Study, recipe: Recipe, ground: Ground, begun: Begun | None, **key: Any) -> Row:
    """A run that may begin with a network from elsewhere."""
    if study.rehearsal:
        recipe, ground = recipe.changed(epochs=1, head_epochs=0), ground.few(REHEARSAL)

    def measure() -> Row:
        given = {} if begun is None else {"start": Start(begun(), "the first training", True)}
        return measured(recipe, ground, **given)

    return study.noted(measure, **key, seed=recipe.seed)


def classical(
    study: Study, name: str, method: Callable[[Part, Part], int], ground: Ground, **key: Any
) -> Row:
    """A method without a network on the same digits, of which it needs no repeats."""

    def measure() -> Row:
        begun = monotonic()
        here = ground.few(REHEARSAL) if study.rehearsal else ground
        train = here.digits.train.take(np.arange(min(key["digits"], len(here.digits.train))))
        missed = method(train, here.scored)
        seconds = round(monotonic() - begun, 1)
        return {"misses": missed, "count": len(here.scored), "seconds": seconds}

    return study.noted(measure, variant=name, **key)


def with_few(count: int, seed: int) -> Ground:
    """So many digits of MNIST, as many of each class; repeated to 2,000 where they are fewer."""
    whole = for_validation()
    train = of_each(whole.digits.train, count // 10, seed) if count <= FEW else None
    train = train or some(whole.digits.train, count, seed)
    repeated = train.take(np.resize(np.arange(len(train)), max(len(train), FEW)))
    return Ground(pair(repeated, whole.digits.validation), whole.scored)


def of_each(part: Part, count: int, seed: int) -> Part:
    """`count` digits of each class, whichever the seed takes; all classes in turn."""
    random = np.random.default_rng(seed)
    chosen = [
        random.permutation(np.flatnonzero(part.labels == label))[:count]
        for label in np.unique(part.labels)
    ]
    return part.take(np.stack(chosen, axis=1).ravel())


def begun_on(part: Callable[[], Part], recipe: Recipe = BASE) -> keras.Model:
    """The same network, trained on other digits than MNIST's."""
    from digitrec.training.fit import fit

    train = part()
    digits = pair(train, some(train, STEERING))
    with TemporaryDirectory() as folder:
        return fit(digits, recipe.changed(epochs=BEGUN_EPOCHS), Path(folder), verbose=0).network


@cache
def on_drawn() -> keras.Model:
    """Trained on digits that a program draws."""
    return begun_on(partial(drawn.digits, DRAWN))


@cache
def on_uci() -> keras.Model:
    """Trained on the UCI digits, each six times in every epoch."""
    train = datasets.load("uci").train
    return begun_on(lambda: train.take(np.resize(np.arange(len(train)), DRAWN)))


BACKBONE = {"network": "mobilenet_v2", "width": 1.0, "activation": None, "learning_rate": 1e-3,
            "optimizer": "adamw"}  # fmt: skip
IMAGENET = {**BACKBONE, "pretrained": "imagenet"}

BEGINNINGS: Mapping[str, tuple[Begun | None, dict[str, Any]]] = {
    "from scratch": (None, {}),
    "from UCI digits": (on_uci, {}),
    "from drawn digits": (on_drawn, {}),
    "from drawn digits, logits first": (on_drawn, {"head_epochs": WITH_HEAD_FIRST}),
    "from drawn digits, logits alone": (on_drawn, {"head_epochs": COUNTS[100]}),
    "MobileNetV2 from scratch": (None, BACKBONE),
    "MobileNetV2 from ImageNet": (None, IMAGENET),
    "MobileNetV2 from ImageNet, logits first": (None, IMAGENET | {"head_epochs": WITH_HEAD_FIRST}),
    "MobileNetV2 from ImageNet, logits alone": (None, IMAGENET | {"head_epochs": COUNTS[100]}),
}
"""By name, what begins it, and its knobs."""


def plot(rows: Mapping[tuple[object, ...], list[Row]]) -> None:
    """Draw the share that is missed against the digits that were learnt."""
    lines: dict[str, dict[float, float]] = {}
    for (name, count), own in rows.items():
        ended = [row["misses"] / row["count"] for row in own if "misses" in row]
        if ended:
            lines.setdefault(str(name), {})[float(str(count))] = 100 * float(np.mean(ended))
    path = PLOTS / "curves.png"
    plot_curves(lines, path, "training digits", "validation digits missed (%)")
