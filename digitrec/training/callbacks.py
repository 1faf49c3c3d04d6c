"""What watches a training."""

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras

from digitrec import files
from digitrec.errors import TrainingError
from digitrec.training.batches import TrainingBatches
from digitrec.training.checkpoint import Progress
from digitrec.training.recipe import Recipe
from digitrec.training.schedules import Plateau, cosine_ends


class StopOnNaN(keras.callbacks.Callback):
    """Ends the training with a clear message when the loss is no longer a number."""

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        loss = (logs or {}).get("loss", 0.0)
        if not math.isfinite(loss):
            raise TrainingError(
                f"the loss is {loss} at step {batch + 1}: try a lower --learning-rate"
            )


class Keeper(keras.callbacks.Callback):
    """Follows a training: which weights to keep, when to stop, a checkpoint an epoch.

    Stands before the callbacks that put averaged weights in for validation, so as to see these.

    Args:
        network: whose weights are kept.
        recipe: says which.
        progress: to go on from; it is brought up to date.
        save: called at the end of each epoch, when `progress` is.
    """

    def __init__(
        self,
        network: keras.Model,
        recipe: Recipe,
        progress: Progress,
        save: Callable[[], None],
    ) -> None:
        super().__init__()
        self.network, self.recipe, self.progress, self.save = network, recipe, progress, save

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.begun = time.monotonic()

    def on_test_end(self, logs: dict[str, Any] | None = None) -> None:
        self.tested = self.network.get_weights()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        progress, figures = self.progress, {**(logs or {})}
        for name, value in figures.items():
            progress.history.setdefault(name, []).append(float(value))
        progress.epochs = epoch + 1
        better = figures["val_loss"] < progress.lowest
        progress.waited = 0 if better else progress.waited + 1
        progress.lowest = min(progress.lowest, float(figures["val_loss"]))
        self._keep(better)
        progress.stopped = 0 < self._patience() <= progress.waited
        self.model.stop_training = progress.stopped
        progress.seconds += time.monotonic() - self.begun
        self.save()

    def _patience(self) -> int:
        """None with snapshots: after a restart the loss is to rise."""
        return 0 if self.recipe.keep == "snapshots" else self.recipe.patience

    def _keep(self, better: bool) -> None:
        progress, recipe = self.progress, self.recipe
        if recipe.keep == "snapshots":
            if progress.epochs in cosine_ends(recipe):
                progress.kept = [*progress.kept, *self.tested]
            return
        if recipe.keep == "swa":
            number = progress.epochs - max(recipe.epochs - recipe.swa_epochs, 0)
            if number > 1:
                # Izmailov et al., "Averaging Weights Leads to Wider Optima ...", 2018.
                progress.kept = [
                    mean + (new - mean) / number
                    for mean, new in zip(progress.kept, self.tested, strict=True)
                ]
                return
        if better or recipe.keep != "best":
            progress.kept = self.tested


class RememberPlateau(keras.callbacks.Callback):
    """Keeps what the schedule "plateau" has seen in the progress, for the checkpoint."""

    def __init__(self, plateau: Plateau, progress: Progress) -> None:
        super().__init__()
        self.plateau, self.progress = plateau, progress
        plateau.best, plateau.wait = progress.plateau

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        best = self.plateau.best
        self.progress.plateau = (best if best is None else float(best), self.plateau.wait)


class Feeding(keras.callbacks.Callback):
    """Takes the batches to each epoch, and adds up, in the progress, how long steps wait for them.

    Keras itself tells a data set of the end of an epoch once before the first begins.
    """

    def __init__(self, batches: TrainingBatches, progress: Progress) -> None:
        super().__init__()
        self.batches, self.progress = batches, progress

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self.begun: dict[tuple[int, int], float] = {}
        self.epoch = epoch
        self.batches.begin(epoch)

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self.begun[self.epoch, batch] = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        waits = (self.batches.ready.pop(batch) - begun for batch, begun in self.begun.items())
        self.progress.waited_for_data += sum(max(0.0, wait) for wait in waits)


def save(network: keras.Model, path: Path) -> None:
    """Save a network as a .keras file, whole or not at all. Raises OutputError."""
    with files.written_whole(path) as temporary:
        network.save(temporary)
