"""Ways to read digits that lie in memory, each timed in a process of its own.

    python ways.py WAY COUNT BATCH THREADS MODEL

prints the microseconds a digit takes, the median of ROUNDS after one that fills the caches.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from numpy.typing import NDArray

from digitrec import datasets

ROUNDS = 3

Read = Callable[[NDArray[np.uint8]], Any]


def ours(batch: int, threads: int, model: str) -> Read:
    """The classifier that users run."""
    from digitrec.reading import classifier

    classifier.BATCH = batch
    return classifier.Classifier(model, threads=threads).probabilities


def litert(batch: int, threads: int, model: str) -> Read:
    """LiteRT as its documentation shows it: one digit an invoke, or a batch where one is given."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model, num_threads=threads)
    entry = interpreter.get_input_details()[0]["index"]
    answer = interpreter.get_output_details()[0]["index"]
    interpreter.resize_tensor_input(entry, [batch, 28, 28, 1])
    interpreter.allocate_tensors()

    def read(images: NDArray[np.uint8]) -> None:
        for start in range(0, len(images) - batch + 1, batch):
            interpreter.set_tensor(entry, images[start : start + batch, ..., None])
            interpreter.invoke()
            interpreter.get_tensor(answer).argmax(axis=1)

    return read


def onnx(batch: int, threads: int, model: str) -> Read:
    """onnxruntime."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(model, options)
    name = session.get_inputs()[0].name

    def read(images: NDArray[np.uint8]) -> None:
        for start in range(0, len(images), batch):
            pixels = images[start : start + batch, ..., None].astype(np.float32)
            session.run(None, {name: pixels})[0].argmax(axis=1)

    return read


def keras_predict(batch: int, _threads: int, model: str) -> Read:
    """Keras's `predict`; without a model, of Keras's own example."""
    import keras

    network = keras.models.load_model(model)
    return lambda images: network.predict(
        images[..., None].astype(np.float32), batch_size=batch, verbose=0
    ).argmax(axis=1)


def keras_example(batch: int, _threads: int, _model: str) -> Read:
    """Keras's example network by `predict`, as its page scales pixels."""
    from keras_example import example

    network = example()
    return lambda images: network.predict(
        images[..., None].astype(np.float32) / 255, batch_size=batch, verbose=0
    ).argmax(axis=1)


def tf_function(batch: int, _threads: int, model: str) -> Read:
    """The network in a tf.function, called with batches."""
    import keras
    import tensorflow as tf

    network = keras.models.load_model(model)
    called = tf.function(lambda pixels: network(pixels, training=False))

    def read(images: NDArray[np.uint8]) -> None:
        for start in range(0, len(images), batch):
            pixels = images[start : start + batch, ..., None].astype(np.float32)
            called(tf.constant(pixels)).numpy().argmax(axis=1)

    return read


WAYS = {
    "ours": ours,
    "litert": litert,
    "onnx": onnx,
    "keras": keras_predict,
    "tf.function": tf_function,
    "example": keras_example,
}


def main(way: str, count: int, batch: int, threads: int, model: str) -> None:
    """Time one way."""
    images = datasets.load("mnist").train.images
    images = np.resize(images, (count, *images.shape[1:]))
    read = WAYS[way](batch, threads, model)
    read(images[: 2 * batch])
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        read(images)
        times.append(time.perf_counter() - began)
    print(1e6 * median(times) / count)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:5]), sys.argv[5])
