"""All that a training needs to go on where it was: one file, whole at any moment, once an epoch."""

import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from digitrec import files
from digitrec.errors import ModelError

FORMAT = 1

Weights = list[NDArray[Any]]


@dataclass
class Progress:
    """What a training has come to, beside its variables.

    Attributes:
        epochs: that are finished.
        history: by name ("loss", "accuracy", "val_loss", "val_accuracy"), one value an epoch.
        lowest: validation loss so far.
        waited: epochs since then.
        stopped: early, because there was nothing more to be hoped for.
        seconds: that the epochs took.
        waited_for_data: seconds of these in which a step waited for its batch.
        plateau: the lowest loss that the schedule "plateau" saw, and the epochs since.
        kept: the network's weights to keep; none before the first epoch's end. With keep
            "snapshots" those at the end of each cosine so far, one after another.
    """

    epochs: int = 0
    history: dict[str, list[float]] = field(default_factory=dict)
    lowest: float = inf
    waited: int = 0
    stopped: bool = False
    seconds: float = 0.0
    waited_for_data: float = 0.0
    plateau: tuple[float | None, int] = (None, 0)
    kept: Weights = field(default_factory=list)

    def finished(self, epochs: int) -> bool:
        """Whether there is nothing left to do of so many epochs."""
        return self.stopped or self.epochs >= epochs


@dataclass(frozen=True)
class Checkpoint:
    """Where a training is kept, and what must be the same to go on with it.

    Attributes:
        path: an .npz file, which need not be there yet.
        facts: in terms of JSON.
    """

    path: Path
    facts: Mapping[str, Any]

    def save(self, model: keras.Model, progress: Progress) -> None:
        """Write the model's variables, its optimiser's, and the progress. Raises OutputError."""
        told = {name: value for name, value in vars(progress).items() if name != "kept"}
        about = {"facts": {"format": FORMAT, **self.facts}, "progress": told}
        arrays = {
            **_numbered("variable", [ops.convert_to_numpy(one) for one in _variables(model)]),
            **_numbered("kept", progress.kept),
            "about": np.frombuffer(json.dumps(about).encode(), np.uint8),
        }
        with files.written_whole(self.path) as temporary:
            np.savez(temporary, allow_pickle=False, **arrays)

    def load(self, model: keras.Model) -> Progress:
        """Put the variables into a model that is compiled alike; return the progress.

        That is none, and the model as it is, where there is no file.

        Raises:
            ModelError: the file is damaged, or belongs to a training with other facts.
        """
        if not self.path.exists():
            return Progress()
        arrays, about = self._read()
        self._expect_facts(about["facts"])
        variables, values = _variables(model), _of(arrays, "variable")
        if [tuple(one.shape) for one in variables] != [value.shape for value in values]:
            raise ModelError(f"{self.path}: expected the variables of {model.network.name}")
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)
        told = {**about["progress"], "plateau": tuple(about["progress"]["plateau"])}
        return Progress(**told, kept=_of(arrays, "kept"))

    def _read(self) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
        try:
            with self.path.open("rb") as file, np.load(file) as stored:
                arrays = dict(stored)
            return arrays, json.loads(arrays["about"].tobytes())
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error) as error:
            raise ModelError(
                f"{self.path}: expected a checkpoint of digitrec train; {error}"
            ) from error

    def _expect_facts(self, found: Mapping[str, Any]) -> None:
        for name, value in {"format": FORMAT, **self.facts}.items():
            if found.get(name) != value:
                raise ModelError(
                    f"{self.path}: expected {name} {value}; it was written with {found.get(name)}"
                )


def _variables(model: keras.Model) -> list[Any]:
    """Weights, statistics, random states; then steps, rates, moments and averages."""
    return [*model.variables, *model.optimizer.variables]


def _numbered(name: str, arrays: Sequence[NDArray[Any]]) -> dict[str, NDArray[Any]]:
    return {f"{name}.{number}": array for number, array in enumerate(arrays)}


def _of(arrays: Mapping[str, NDArray[Any]], name: str) -> Weights:
    count = sum(key.startswith(f"{name}.") for key in arrays)
    return [arrays[f"{name}.{number}"] for number in range(count)]
