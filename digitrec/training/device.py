"""What the training runs on: one of the places that know Keras's backend."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import keras

from digitrec.errors import TrainingError, expect_one_of
from digitrec.training.recipe import DEVICES


@dataclass(frozen=True)
class Device:
    """What there is to train on, one or several of a kind.

    Attributes:
        kind: "GPU" or "CPU".
        names: what a person calls each.
        places: what the backend calls each, such as "gpu:0".
    """

    kind: str
    names: tuple[str, ...]
    places: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.kind}: {' and '.join(self.names)}"


def find(wanted: str = "auto") -> Device:
    """The device to train on; a GPU gives memory as it is needed.

    Args:
        wanted: one of DEVICES; "auto" is every GPU that the backend finds, else the CPU.

    Raises:
        TrainingError: a GPU is wanted, and there is none.
    """
    expect_one_of("device", wanted, DEVICES)
    names = () if wanted == "cpu" else _gpu_names()
    if names:
        return Device("GPU", names, tuple(f"gpu:{number}" for number in range(len(names))))
    if wanted == "gpu":
        raise TrainingError(f"device: expected a GPU; {keras.backend.backend()} finds none")
    return Device("CPU", (f"{os.cpu_count()} cores",), ("cpu:0",))


@contextmanager
def scope(device: Device) -> Iterator[None]:
    """Models made inside are trained on the device; several get a share of each batch.

    By tf.distribute.MirroredStrategy on TensorFlow, by keras.distribution on JAX.
    """
    if len(device.places) == 1:
        with keras.device(device.places[0]):
            yield
    elif keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        with tf.distribute.MirroredStrategy(list(device.places)).scope():
            yield
    else:
        before = keras.distribution.distribution()
        shared = keras.distribution.DataParallel(devices=list(device.places))
        keras.distribution.set_distribution(shared)
        try:
            yield
        finally:
            keras.distribution.set_distribution(before)


def make_deterministic() -> None:
    """Let every sum be added up in the same order each time, from now on in this process."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()
    elif keras.backend.backend() == "torch":
        import torch

        torch.use_deterministic_algorithms(mode=True)


@contextmanager
def memory_errors_told() -> Iterator[None]:
    """Say in one line, as a TrainingError, that the block ran out of memory."""
    try:
        yield
    except Exception as error:
        exhausted = ("ResourceExhausted", "RESOURCE_EXHAUSTED", "OutOfMemory", "MemoryError")
        if any(word in f"{type(error).__name__} {error}" for word in exhausted):
            raise TrainingError("out of memory: try a smaller --batch-size") from error
        raise


def _gpu_names() -> tuple[str, ...]:
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        gpus = tf.config.list_physical_devices("GPU")
        for gpu in gpus:
            tf.config.experimental.set_memory_growth(gpu, True)
        return tuple(
            tf.config.experimental.get_device_details(gpu).get("device_name", gpu.name)
            for gpu in gpus
        )
    if backend == "jax":
        import jax

        return tuple(device.device_kind for device in jax.devices() if device.platform == "gpu")
    import torch

    return tuple(torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count()))
