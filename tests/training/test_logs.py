"""What TensorBoard is given."""

import keras
import numpy as np
import pytest

from digitrec.errors import MissingExtraError
from digitrec.training import logs

loader = pytest.importorskip("tensorboard.backend.event_processing.event_file_loader")


def written(folder):
    """The names of what was written in a folder of logs."""
    (path,) = folder.glob("events.out.tfevents.*")
    events = loader.EventFileLoader(str(path)).Load()
    return {value.tag for event in events for value in event.summary.value}


def test_losses_and_accuracies_an_epoch(tmp_path):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    x, y = np.ones((4, 2)), np.ones((4, 1))
    callbacks = logs.tensorboard(tmp_path)
    model.fit(x, y, validation_data=(x, y), epochs=2, verbose=0, callbacks=callbacks)
    assert {"epoch_loss", "epoch_mae"} <= written(tmp_path / "train")
    assert {"epoch_loss", "epoch_mae"} <= written(tmp_path / "validation")


def test_without_tensorboard_it_is_said_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "tensorboard", None)
    with pytest.raises(MissingExtraError, match=r"digitrec\[tensorboard\]"):
        logs.tensorboard(tmp_path)
