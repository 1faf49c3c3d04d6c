"""What watches a training."""

import math
from pathlib import Path
from typing import Any

import keras

from digitrec import files
from digitrec.errors import TrainingError


class StopOnNaN(keras.callbacks.Callback):
    """Ends the training with a clear message when the loss is no longer a number."""

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        loss = (logs or {}).get("loss", 0.0)
        if not math.isfinite(loss):
            raise TrainingError(
                f"the loss is {loss} at step {batch + 1}: try a lower --learning-rate"
            )


class SaveBest(keras.callbacks.Callback):
    """Keeps the network of the lowest validation loss in a file, whole at any moment.

    Args:
        network: what to save, without the augmentation around it.
        path: a .keras file.
    """

    def __init__(self, network: keras.Model, path: Path) -> None:
        super().__init__()
        self.network = network
        self.path = path
        self.lowest = math.inf

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        loss = (logs or {}).get("val_loss", math.inf)
        if loss < self.lowest:
            self.lowest = loss
            save(self.network, self.path)


def save(network: keras.Model, path: Path) -> None:
    """Save a network as a .keras file, whole or not at all. Raises OutputError."""
    with files.written_whole(path) as temporary:
        network.save(temporary)
