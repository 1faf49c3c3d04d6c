"""Keras's example "Simple MNIST convnet", written plainly, with its own settings.

    python benchmarks/keras_example.py FILE [SEED]

https://keras.io/examples/vision/mnist_convnet/: two convolutions, two poolings, dropout 0.5, Adam
at its defaults, batches of 128, 15 epochs. Only the digits held out differ: the same 5,000 as ours
instead of a tenth. After each epoch the seconds of fit so far, accuracy on validation and on test
are written to FILE as JSON; the test's chooses nothing.
"""

import json
import sys
import time
from pathlib import Path

BEGUN = time.monotonic()

import keras  # noqa: E402, TID253
import numpy as np  # noqa: E402
from keras import layers  # noqa: E402, TID253
from numpy.typing import NDArray  # noqa: E402

from digitrec import datasets  # noqa: E402
from digitrec.datasets import Part  # noqa: E402

CLASSES, BATCH_SIZE, EPOCHS = 10, 128, 15


def main(target: Path, seed: int) -> None:
    """Train, and write down how it went."""
    keras.utils.set_random_seed(seed)
    digits = datasets.load("mnist")
    train, validation, test = (
        arrays(digits.part(name)) for name in ("train", "validation", "test")
    )
    model = keras.Sequential(
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
    model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
    course, before, fit = [], time.monotonic() - BEGUN, 0.0
    for _ in range(EPOCHS):
        begun = time.monotonic()
        history = model.fit(
            *train, batch_size=BATCH_SIZE, epochs=1, validation_data=validation, verbose=0
        ).history
        fit += time.monotonic() - begun
        course.append(
            {
                "fit": fit,
                "process": before + fit,
                "validation": history["val_accuracy"][0],
                "test": model.evaluate(*test, verbose=0)[1],
            }
        )
    target.write_text(json.dumps(course))


def arrays(part: Part) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Pixels of 0 to 1, (N, 28, 28, 1), and one-hot labels, as the example has them."""
    images = part.images.astype("float32")[..., None] / 255
    return images, keras.utils.to_categorical(part.labels, CLASSES)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
