"""Ways to read digits that lie in memory, each timed in a process of its own.

    python ways.py WAY COUNT THREADS MODEL BATCH ...

prints a line a batch: the microseconds a digit takes, after a batch of each shape that comes. Each
way uses so many threads for its kernels as it is told.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from numpy.typing import NDArray

from digitrec import datasets

Images = NDArray[np.uint8]
Read = Callable[[Images, int], Any]
"""Reads images (N, 28, 28) in batches of so many."""

FEW = 4_096
"""Digits that are not MNIST's."""


def ours(threads: int, model: str) -> Read:
    """The classifier that users run."""
    from digitrec.reading import classifier

    own = classifier.Classifier(model, threads=threads)

    def read(images: Images, batch: int) -> None:
        classifier.BATCH = batch
        own.probabilities(images)

    return read


def litert(threads: int, model: str) -> Read:
    """LiteRT as its documentation shows it: resize_tensor_input, set_tensor, invoke."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model, num_threads=threads)
    entry = interpreter.get_input_details()[0]["index"]
    answer = interpreter.get_output_details()[0]["index"]

    def read(images: Images, batch: int) -> None:
        room = 0
        for start in range(0, len(images), batch):
            pixels = images[start : start + batch, ..., None]
            if len(pixels) != room:
                room = len(pixels)
                interpreter.resize_tensor_input(entry, pixels.shape)
                interpreter.allocate_tensors()
            interpreter.set_tensor(entry, pixels)
            interpreter.invoke()
            interpreter.get_tensor(answer).argmax(axis=1)

    return read


def onnx(threads: int, model: str) -> Read:
    """onnxruntime."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(model, options)
    name = session.get_inputs()[0].name

    def read(images: Images, batch: int) -> None:
        for start in range(0, len(images), batch):
            pixels = images[start : start + batch, ..., None].astype(np.float32)
            session.run(None, {name: pixels})[0].argmax(axis=1)

    return read


def keras_predict(threads: int, model: str) -> Read:
    """Keras's `predict`."""
    _limit_tensorflow(threads)
    import keras

    network = keras.models.load_model(model)
    return lambda images, batch: network.predict(
        images[..., None].astype(np.float32), batch_size=batch, verbose=0
    ).argmax(axis=1)


def keras_example(threads: int, _model: str) -> Read:
    """Keras's example network by `predict`, as its page scales pixels; speed needs no training."""
    _limit_tensorflow(threads)
    from keras_example import example

    network = example()
    return lambda images, batch: network.predict(
        images[..., None].astype(np.float32) / 255, batch_size=batch, verbose=0
    ).argmax(axis=1)


def tf_function(threads: int, model: str) -> Read:
    """The network in a tf.function, called with batches."""
    _limit_tensorflow(threads)
    import keras
    import tensorflow as tf

    network = keras.models.load_model(model)
    called = tf.function(lambda pixels: network(pixels, training=False))

    def read(images: Images, batch: int) -> None:
        for start in range(0, len(images), batch):
            pixels = images[start : start + batch, ..., None].astype(np.float32)
            called(tf.constant(pixels)).numpy().argmax(axis=1)

    return read


def _limit_tensorflow(threads: int) -> None:
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)


WAYS: dict[str, Callable[[int, str], Read]] = {
    "ours": ours,
    "litert": litert,
    "onnx": onnx,
    "keras": keras_predict,
    "tf.function": tf_function,
    "example": keras_example,
}


def images_of(count: int) -> Images:
    """So many digits of MNIST; few are noise: its 47 MB would hide what reading them takes."""
    if count <= FEW:
        return np.random.default_rng(0).integers(0, 256, (count, 28, 28), np.uint8)
    images = datasets.load("mnist").train.images
    return np.resize(images, (count, *images.shape[1:]))


def main(way: str, count: int, threads: int, model: str, batches: list[int]) -> None:
    """Time one way."""
    images = images_of(count)
    read = WAYS[way](threads, model)
    for batch in batches:
        for warm in {batch, count % batch} - {0}:  # the last batch is of another shape
            read(images[:warm], batch)
        began = time.perf_counter()
        read(images, batch)
        print(1e6 * (time.perf_counter() - began) / count)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], [*map(int, sys.argv[5:])])
