"""A training that is broken off and gone on with ends like one that was not, to the last bit."""

import json
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import keras
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.python.framework import config

from digitrec.datasets.digits import Digits, Part
from digitrec.errors import ModelError, TrainingError
from digitrec.training import device
from digitrec.training.fit import fit
from digitrec.training.recipe import Recipe
from digitrec.training.run_folder import CHECKPOINT

RECIPE = Recipe(
    network="compact_cnn",
    width=0.2,
    normalization="batch",
    epochs=4,
    batch_size=32,
    dropout=0.3,
    optimizer="adamw",
    precision="float32",
    erasing=0.2,
    corrupted=0.3,
    mixup=0.2,
    ema=0.9,
    clip=1.0,
    patience=3,
    early_side=20,
    clean_epochs=1,
)
PLAIN = Recipe(
    network="lenet5", augment="affine", dropout=0.3, epochs=4, batch_size=32, precision="float32"
)
"""One small network and steps of one kind, which are compiled in a fraction of the time."""

SCHEDULE_FREE = {
    "keep": "swa",
    "swa_epochs": 2,
    "optimizer": "schedule_free_adamw",
    "ema": 0.0,
    "augment": "none",
    "early_side": 28,
}

SNAPSHOTS = {"keep": "snapshots", "restarts": 1, "warmup": 0.0, "augment": "none"}


class PowerCut(keras.callbacks.Callback):
    """Ends the training in the middle of an epoch."""

    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def on_epoch_begin(self, epoch, logs=None):
        self.now = epoch

    def on_train_batch_end(self, batch, logs=None):
        if self.now == self.epoch and batch == 1:
            raise KeyboardInterrupt


class OutOfMemory(PowerCut):
    """As TensorFlow has it."""

    def on_train_batch_end(self, batch, logs=None):
        if self.now == self.epoch:
            raise tf.errors.ResourceExhaustedError(None, None, "failed to allocate memory")


@pytest.fixture(scope="module", autouse=True)
def deterministic():
    """Sums in the same order each time, for this file alone."""
    device.make_deterministic()
    yield
    config.disable_op_determinism()


@pytest.fixture(scope="module")
def digits():
    def part(count, seed):
        random = np.random.default_rng(seed)
        labels = random.integers(0, 2, count)
        images = random.integers(0, 90, (count, 28, 28)).astype(np.uint8)
        images[labels == 0, 4:24, 12:16] = 255
        images[labels == 1, 12:16, 4:24] = 255
        return Part(images, labels)

    readers = {"train": lambda: part(160, 0), "validation": lambda: part(64, 1)}
    return Digits("bars", readers, classes=("upright", "lying"))


def broken_off_and_resumed(digits, recipe, folder, *epochs):
    for epoch in epochs:
        with pytest.raises(KeyboardInterrupt):
            fit(digits, recipe, folder, watchers=[PowerCut(epoch)], verbose=0)
    return fit(digits, recipe, folder, verbose=0)


def same_weights(first, second):
    pairs = zip(first.network.get_weights(), second.network.get_weights(), strict=True)
    return all(np.array_equal(one, other) for one, other in pairs)


@pytest.mark.parametrize(
    ("recipe", "knobs"),
    [
        pytest.param(RECIPE, {}, marks=pytest.mark.slow),
        (PLAIN, {"schedule": "plateau", "optimizer": "muon"}),
        pytest.param(RECIPE, SCHEDULE_FREE, marks=pytest.mark.slow),
        pytest.param(PLAIN, SNAPSHOTS, marks=pytest.mark.slow),
        pytest.param(
            PLAIN,
            {"augment": "classic", "optimizer": "sgd", "keep": "last"},
            marks=pytest.mark.slow,
        ),
        pytest.param(
            PLAIN,
            {"precision": "mixed_float16", "optimizer": "adam", "ema": 0.9},
            marks=pytest.mark.slow,
        ),
        pytest.param(
            PLAIN,
            {"adversary": "fgsm", "epsilon": 0.1, "epsilon_epochs": 2.0},
            marks=pytest.mark.slow,
        ),
    ],
    ids=["stages", "plateau", "swa", "snapshots", "classic", "float16", "adversary"],
)
def test_the_weights_are_the_same_to_the_last_bit(digits, recipe, knobs, tmp_path):
    recipe = recipe.changed(**knobs)
    unbroken = fit(digits, recipe, tmp_path / "unbroken", verbose=0)
    resumed = broken_off_and_resumed(digits, recipe, tmp_path / "resumed", 1, 3)
    assert same_weights(unbroken, resumed)
    assert unbroken.history == resumed.history


@pytest.mark.slow
def test_patience_goes_on(digits, tmp_path):
    """Stopped early by three epochs without gain, of which the first came before the break."""
    recipe = PLAIN.changed(epochs=12, patience=3, learning_rate=0.0, schedule="constant", ema=0.0)
    unbroken = fit(digits, recipe, tmp_path / "unbroken", verbose=0)
    resumed = broken_off_and_resumed(digits, recipe, tmp_path / "resumed", 2)
    assert len(unbroken.history["loss"]) == len(resumed.history["loss"]) < 12


def test_out_of_memory_loses_nothing(digits, tmp_path):
    unbroken = fit(digits, PLAIN, tmp_path / "unbroken", verbose=0)
    with pytest.raises(TrainingError, match="out of memory: try a smaller --batch-size"):
        fit(digits, PLAIN, tmp_path / "short", watchers=[OutOfMemory(2)], verbose=0)
    assert same_weights(unbroken, fit(digits, PLAIN, tmp_path / "short", verbose=0))


def test_a_finished_training_is_not_trained_again(digits, tmp_path):
    first = fit(digits, PLAIN, tmp_path, verbose=0)
    again = fit(digits, PLAIN, tmp_path, watchers=[PowerCut(0)], verbose=0)
    assert same_weights(first, again)
    assert again.seconds == first.seconds


@pytest.mark.parametrize(
    ("knobs", "message"),
    [
        ({"width": 0.5}, "expected width 0.5; it was written with 1.0"),
        ({"seed": 7}, "expected seed 7; it was written with 0"),
        ({"epochs": 5}, "expected epochs 5; it was written with 4"),
    ],
)
def test_a_checkpoint_of_another_training_is_refused(digits, knobs, message, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        fit(digits, PLAIN, tmp_path, watchers=[PowerCut(1)], verbose=0)
    before = (tmp_path / CHECKPOINT).read_bytes()
    with pytest.raises(ModelError, match=message):
        fit(digits, PLAIN.changed(**knobs), tmp_path, verbose=0)
    assert (tmp_path / CHECKPOINT).read_bytes() == before


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04", b"not a checkpoint"])
def test_a_damaged_checkpoint_is_told(digits, damage, tmp_path):
    (tmp_path / CHECKPOINT).write_bytes(damage)
    with pytest.raises(ModelError, match="expected a checkpoint of digitrec train"):
        fit(digits, PLAIN, tmp_path, verbose=0)


@pytest.mark.slow
def test_killed_and_resumed_by_command(tmp_path, run_cli):
    """kill -9 while the third epoch runs; `--resume` ends with the weights of an unbroken run."""
    options = ["--data", "uci", "--network", "compact_cnn", "--epochs", "5", "--deterministic"]
    options += ["--ema", "0.9"]
    whole = run_cli("train", *options, "--output", "whole", cwd=tmp_path)
    assert whole.returncode == 0, whole.stderr
    folder = tmp_path / "broken"
    command = [sys.executable, "-m", "digitrec", "train", *options, "--output", "broken"]
    with killed_in_the_end(command, tmp_path) as running:
        while not finished_epochs(folder / CHECKPOINT) >= 2:
            assert running.poll() is None, (tmp_path / "log").read_text()
            time.sleep(0.05)
        running.send_signal(signal.SIGSTOP)  # so as not to be through before the other has begun
        in_use = run_cli("train", "--resume", "broken", cwd=tmp_path)
    assert in_use.returncode == 1
    assert "no other process works on" in in_use.stderr.splitlines()[-1]
    resumed = run_cli("train", "--resume", "broken", cwd=tmp_path)
    assert resumed.returncode == 0, resumed.stderr
    names = {path.name for path in folder.iterdir()}
    assert names == {path.name for path in (tmp_path / "whole").iterdir()}
    for name in ("history.csv", "recipe.json", "model.tflite"):
        assert (folder / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    first, second = (
        keras.models.load_model(tmp_path / run / "model.keras") for run in ("whole", "broken")
    )
    for mine, other in zip(first.get_weights(), second.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, other)


@contextmanager
def killed_in_the_end(command, folder):
    """A process that is sent SIGKILL after the block; what it prints is in the file log."""
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(command, cwd=folder, stdout=log, stderr=log) as process,
    ):
        try:
            yield process
        finally:
            process.kill()


def finished_epochs(checkpoint):
    try:
        with np.load(checkpoint) as stored:
            return json.loads(stored["about"].tobytes())["progress"]["epochs"]
    except OSError:
        return 0
