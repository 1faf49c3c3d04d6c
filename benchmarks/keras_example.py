"""Keras's example "Simple MNIST convnet", written plainly, with its own settings.

    python benchmarks/keras_example.py FILE [SEED [EPOCHS]]

https://keras.io/examples/vision/mnist_convnet/: two convolutions, two poolings, dropout 0.5, Adam
at its defaults, batches of 128, 15 epochs. Only the digits held out differ: the same 5,000 as ours
instead of a tenth. After each epoch the seconds of fit so far, accuracy on validation and on test
are written to FILE as JSON; the test's chooses nothing.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

BEGUN = time.monotonic()

import keras  # noqa: E402, TID253
import numpy as np  # noqa: E402
from keras import layers  # noqa: E402, TID253
from numpy.typing import NDArray  # noqa: E402

from digitrec import datasets  # noqa: E402
from digitrec.datasets import Part  # noqa: E402

CLASSES, BATCH_SIZE, EPOCHS = 10, 128, 15

Arrays = tuple[NDArray[np.float32], NDArray[np.float32]]


def example() -> keras.Sequential:
    """The example's network, untrained: (N, 28, 28, 1) of 0 to 1 in, probabilities out."""
    return keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(32, kernel_size=(3, 3), activation="relu"),
            layers.MaxPooling2D(pool_size=(2, 2)),
            layers.Conv2D(64, kernel_size=(3, 3), activation="relu"),
            layers.MaxPooling2D(pool_size=(2, 2)),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(CLASSES, activation="softmax"),
        ]
    )


def main(target: Path, seed: int = 0, epochs: int = EPOCHS) -> None:
    """Train, and write down how it went."""
    keras.utils.set_random_seed(seed)
    digits = datasets.load("mnist")
    train, validation, test = (
        arrays(digits.part(name)) for name in ("train", "validation", "test")
    )
    model = example()
    model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    course = Course(test, time.monotonic() - BEGUN)
    model.fit(
        *train,
        batch_size=BATCH_SIZE,
        epochs=epochs,
        validation_data=validation,
        callbacks=[course],
        verbose=0,
    )
    target.write_text(json.dumps(course.rows))


class Course(keras.callbacks.Callback):
    """After each epoch the seconds so far and both accuracies; its own look at test is not timed.

    Args:
        test: images and labels.
        before: seconds of the process until the fit.

    Attributes:
        rows: an epoch each.
    """

    def __init__(self, test: Arrays, before: float) -> None:
        super().__init__()
        self.test, self.before, self.own = test, before, 0.0
        self.rows: list[dict[str, float]] = []

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        self.begun = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        now = time.monotonic()
        fit = now - self.begun - self.own
        self.rows.append(
            {
                "fit": fit,
                "process": self.before + fit,
                "validation": (logs or {})["val_accuracy"],
                "test": self.model.evaluate(*self.test, verbose=0)[1],
            }
        )
        self.own += time.monotonic() - now


def arrays(part: Part) -> Arrays:
    """Pixels of 0 to 1, (N, 28, 28, 1), and one-hot labels, as the example has them."""
    images = part.images.astype("float32")[..., None] / 255
    return images, keras.utils.to_categorical(part.labels, CLASSES)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:4]))
