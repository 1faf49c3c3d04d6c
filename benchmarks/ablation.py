"""The ablation: every building block and technique as one change of a small base."""

import argparse

from common import PLOTS, Kept, Row, told
from experiments import BASE, DIGITS, RATES, VARIANTS, Changes
from laboratory_tables import (
    Effect,
    effects,
    effects_table,
    grouped,
    largest,
    luck,
    misses_of,
    plot_effects,
    table,
)
from short_runs import Study, for_validation, from_training

from digitrec.training.recipe import Recipe

FULL_SEEDS = (0, 1, 2)
FULL_EPOCHS, FULL_BATCH = 4, 128
"""Otherwise than in the ablation where a network is shown all digits."""

UNSEEN_SEED = 100
"""Of the runs that look for learning rates: the ablation has others."""


def ablation(options: argparse.Namespace) -> None:
    """Each variant with five seeds on 3,000 digits, scored on 10,000 others."""
    study = Study.of("ablation", options)
    rows = study.run(recipes(), from_training(DIGITS))
    found = effects(VARIANTS, rows)
    base = [row for row in rows if row["variant"] == "base"]
    told("ablation", f"{effects_table(found, base)}\n\n{luck(found)}", study.write)
    if study.write:
        plot_effects(found, PLOTS / "ablation.png")


def recipes() -> dict[str, Recipe]:
    """The base, then each of the variants, by name."""
    return {"base": BASE} | {one.name: one.recipe() for one in VARIANTS}


def with_all_digits(recipe: Recipe) -> Recipe:
    """A recipe of the ablation for all digits; one with other batches keeps these."""
    if recipe.batch_size == BASE.batch_size:
        return recipe.changed(epochs=FULL_EPOCHS, batch_size=FULL_BATCH)
    return recipe.changed(epochs=FULL_EPOCHS, warmup=BASE.warmup)


def full(options: argparse.Namespace) -> None:
    """The largest effects of the ablation again on all training digits, scored on validation."""
    chosen = largest(effects(VARIANTS, Kept("ablation").rows))
    study = Study.of("full", options)
    names = ["base", *(one.name for one in chosen)]
    here = {name: with_all_digits(recipes()[name]) for name in names}
    rows = study.run(here, for_validation())
    there = {one.name: one for one in effects(VARIANTS, rows)}
    base = [row for row in rows if row["variant"] == "base"]
    lines = [["the base", "", "", misses_of(base), ""]]
    lines += [full_line(one, there[one.name], rows) for one in chosen if one.name in there]
    head = [
        "variant",
        "theme",
        "3,000 digits, misses of 10,000",
        "all, misses of 5,000",
        "difference",
    ]
    told("full", table(head, lines), study.write)


def full_line(small: Effect, large: Effect, rows: list[Row]) -> list[str]:
    """What a variant is worth with few digits and with all."""
    own = [row for row in rows if row["variant"] == small.name]
    return [small.name, small.theme, small.told, misses_of(own), large.told]


def rates(options: argparse.Namespace) -> None:
    """Learning rates of each optimiser with a seed of its own: what THEMES' rates are from."""
    study = Study.of("rates", options)
    ground = from_training(DIGITS)
    for name, tried in RATES.items():
        for rate in tried:
            changes = {**_optimisers().get(name, {}), "learning_rate": rate, "seed": UNSEEN_SEED}
            recipe = BASE.changed(**changes)
            study.once(recipe, ground, variant=name, rate=rate)
    lines = [
        [f"`{name}`", rate, misses_of(rows)]
        for (name, rate), rows in grouped(study.kept.rows, "variant", "rate").items()
    ]
    told("rates", table(["optimiser", "rate", "misses of 10,000"], lines), study.write)


def _optimisers() -> dict[str, Changes]:
    """The changes of the variants of an optimiser, by its name; the base's has none."""
    found = [one.changes for one in VARIANTS if "optimizer" in one.changes]
    return {changes["optimizer"]: changes for changes in found}
