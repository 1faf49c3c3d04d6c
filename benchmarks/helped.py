"""Whether what is done for hard digits helps: confusable pairs and their cures, tasks beside."""

import argparse
from collections import Counter

import numpy as np
from common import Row, told
from experiments import BASE
from laboratory_tables import beside_base, grouped, misses_of, spread, table
from short_runs import Ground, Study, answers, from_training, keras

from digitrec.training.recipe import Recipe

DIGITS = 10_000
LONGER = BASE.changed(epochs=6, batch_size=128)

CURES = {
    "base": {},
    "--emphasis 4,9": {"emphasis": "4,9"},
    "--hard-mining 0.25": {"hard_mining": 0.25},
    "--hard-mining 0.5": {"hard_mining": 0.5},
    "--loss focal": {"loss": "focal"},
}
RANKED = 6
"""Pairs in the table: those that the base confuses most."""

TASKS = {
    "base": {},
    "thickness": {"tasks": "thickness"},
    "slant": {"tasks": "slant"},
    "even": {"tasks": "even"},
    "thickness,slant,even": {"tasks": "thickness,slant,even"},
    "thickness,slant,even at 0.3": {"tasks": "thickness,slant,even", "task_weight": 0.3},
    "background": {"background": 0.2},
    "background and is_digit": {"background": 0.2, "tasks": "is_digit"},
}


def cures(options: argparse.Namespace) -> None:
    """The pairs that are confused most, with and without each cure."""
    study = Study.of("cures", options)
    rows = study.run(_recipes(CURES), from_training(DIGITS), confusions)
    by_name = {str(name): own for (name,), own in grouped(rows, "variant").items()}
    worst = ranked(by_name.get("base", []))
    lines = [
        [f"`{name}`", misses_of(own), _difference(name, rows), *(_pair(own, one) for one in worst)]
        for name, own in by_name.items()
    ]
    head = ["", "misses of 10,000", "difference (95 % interval)", *worst]
    told("cures", table(head, lines), study.write)


def tasks(options: argparse.Namespace) -> None:
    """Whether what else there is to be learnt of a digit helps to read it."""
    study = Study.of("tasks", options)
    rows = study.run(_recipes(TASKS), from_training(DIGITS))
    lines = [
        [f"`{name}`", misses_of(own), _difference(str(name), rows)]
        for (name,), own in grouped(rows, "variant").items()
    ]
    head = ["`--tasks`", "misses of 10,000", "difference (95 % interval)"]
    told("tasks", table(head, lines), study.write)


def confusions(network: keras.Model, ground: Ground) -> Row:
    """How often each pair of digits was taken for each other, either way, such as {"4-9": 12}."""
    read, labels = answers(network, ground.scored.images), ground.scored.labels
    wrong = np.flatnonzero(read != labels)
    pairs = Counter("-".join(map(str, sorted((read[n], labels[n])))) for n in wrong)
    return {"pairs": dict(pairs.most_common())}


def ranked(rows: list[Row]) -> list[str]:
    """The pairs that are confused most over all runs."""
    total: Counter[str] = Counter()
    for row in rows:
        total.update(row.get("pairs", {}))
    return [pair for pair, _ in total.most_common(RANKED)]


def _pair(rows: list[Row], pair: str) -> str:
    return spread([row["pairs"].get(pair, 0) for row in rows if "pairs" in row], ".1f")


def _recipes(changes: dict[str, dict[str, object]]) -> dict[str, Recipe]:
    return {name: LONGER.changed(**own) for name, own in changes.items()}


def _difference(name: str, rows: list[Row]) -> str:
    return "" if name == "base" else beside_base(name, rows)
