"""The trained models that a training begins with and learns from, by their files."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from digitrec.compression.source import load_keras, load_logits
from digitrec.datasets.digits import Digits
from digitrec.reading.card import Card
from digitrec.training.run_folder import Started
from digitrec.training.transfer import Start


@dataclass(frozen=True)
class Origins:
    """What a run learns from beside digits.

    Attributes:
        teachers: networks to learn from besides the labels, by what to call them in a file.
        start: what it begins with; None: random weights.
        started_with: what to call that in a file.
    """

    teachers: Mapping[str, keras.Model]
    start: Start | None = None
    started_with: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """For metrics.json."""
        return {"teachers": list(self.teachers), "start": self.started_with}


def origins(started: Started, digits: Digits) -> Origins:
    """Load the models that a run was started with.

    Raises:
        ModelError: one cannot be loaded, or a teacher is of other classes or gives no logits.
    """
    teachers = dict(_teacher(Path(path), digits) for path in started.teachers)
    if started.start is None:
        return Origins(teachers)
    path = Path(started.start)
    network, card = load_keras(path)
    start = Start(network, str(path), same_classes=card.classes == digits.classes)
    return Origins(teachers, start, _called(path, card))


def _teacher(path: Path, digits: Digits) -> tuple[str, keras.Model]:
    """What to call the network in a file, and the network, which gives logits for the digits."""
    network, card = load_logits(path, digits.classes, "teacher")
    return _called(path, card), network


def _called(path: Path, card: Card) -> str:
    """The file's hash, where its card has it."""
    return card.sha256.get(path.name, str(path))
