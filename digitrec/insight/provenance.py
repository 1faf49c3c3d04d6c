"""Where a model comes from: what its run, or its card, knows of its training."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from digitrec import files
from digitrec.errors import DataError
from digitrec.reading.card import Card
from digitrec.training.run_folder import METRICS, RECIPE


def training_of(path: Path, card: Card) -> dict[str, Any]:
    """What is known of a model's training: its run's metrics.json beside it, else its card's facts.

    Raises:
        DataError: metrics.json is broken.
    """
    metrics = path.parent / METRICS
    known = files.read_json(metrics) if metrics.is_file() else _facts(path, card)
    if not isinstance(known, Mapping):
        raise DataError(f"{metrics}: expected a run's figures; received a {type(known).__name__}")
    return dict(known)


def recipe_of(path: Path, card: Card) -> dict[str, Any]:
    """The knobs that a model was trained with: its card's, else its run's; none where unknown.

    Raises:
        DataError: recipe.json is broken.
    """
    beside = path.parent / RECIPE
    known = card.facts.get("recipe") or (files.read_json(beside) if beside.is_file() else {})
    if not isinstance(known, Mapping):
        raise DataError(f"{beside}: expected a recipe's knobs; received a {type(known).__name__}")
    return dict(known)


def _facts(path: Path, card: Card) -> dict[str, Any]:
    """The card's facts; where it has test figures of several kinds of file, this file's."""
    facts = dict(card.facts)
    test, kind = facts.get("test"), path.suffix.removeprefix(".")
    if isinstance(test, Mapping) and kind in test:
        facts["test"] = test[kind]
    return facts
