"""What a training comes to on another backend or on several devices; printed as JSON.

    python elsewhere.py step WEIGHTS.npz     the loss before and after a step from these weights
    python elsewhere.py fit FOLDER DEVICES   a whole training on so many logical CPU devices

The backend is that of KERAS_BACKEND. A process of its own, for a backend cannot be changed, and
logical devices must be made before anything is computed.
"""

import json
import sys
from pathlib import Path

import keras
import numpy as np

from digitrec.datasets.digits import Digits, Part
from digitrec.training import device
from digitrec.training.fit import fit, trainable, untrained
from digitrec.training.recipe import Recipe

PLAIN = Recipe(
    network="lenet5",
    augment="none",
    schedule="constant",
    warmup=0.0,
    learning_rate=0.01,
    optimizer="adamw",
    precision="float32",
)
WHOLE = Recipe(
    width=0.2,
    normalization="batch",
    epochs=4,
    batch_size=32,
    dropout=0.2,
    erasing=0.2,
    optimizer="adamw",
    ema=0.8,
    precision="float32",
)


def bars(count, seed):
    """Two classes that any network can tell."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, 2, count)
    images = random.integers(0, 90, (count, 28, 28)).astype(np.uint8)
    images[labels == 0, 4:24, 12:16] = 255
    images[labels == 1, 12:16, 4:24] = 255
    return Part(images, labels)


def compiled():
    """The network of PLAIN as it is compiled."""
    where = device.find("cpu")
    return trainable(untrained(PLAIN, 2, bars(8, 0), where), PLAIN, 1, where)


def step(weights):
    """The loss on one batch before a step and after it."""
    model = compiled()
    with np.load(weights) as stored:
        model.network.set_weights([stored[name] for name in stored])
    part = bars(32, 1)
    batch = part.images[..., None].astype("float32"), np.eye(2, dtype="float32")[part.labels]
    before = model.train_on_batch(*batch)[0]
    return {"before": float(before), "after": float(model.test_on_batch(*batch)[0])}


def whole(folder, devices):
    """Learn to tell bars; compare what was validated with what is kept."""
    _divide_the_cpu(devices)
    digits = Digits(
        "bars",
        {"train": lambda: bars(320, 0), "validation": lambda: bars(96, 1)},
        classes=("upright", "lying"),
    )
    places = tuple(f"cpu:{number}" for number in range(devices))
    fitted = fit(digits, WHOLE, Path(folder), where=device.Device("CPU", places, places), verbose=0)
    logits = fitted.network.predict(digits.validation.images[..., None], verbose=0)
    return {
        "best": max(fitted.history["val_accuracy"]),
        "kept": float((logits.argmax(axis=1) == digits.validation.labels).mean()),
        "epochs": len(fitted.history["loss"]),
    }


def _divide_the_cpu(devices):
    """For JAX, XLA_FLAGS has done so."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        (cpu,) = tf.config.list_physical_devices("CPU")
        parts = [tf.config.LogicalDeviceConfiguration()] * devices
        tf.config.set_logical_device_configuration(cpu, parts)


if __name__ == "__main__":
    task, path, *rest = sys.argv[1:]
    print(json.dumps(step(path) if task == "step" else whole(path, int(rest[0]))))
