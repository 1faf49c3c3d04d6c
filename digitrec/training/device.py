"""What the training runs on: one of the places that know Keras's backend."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import keras

from digitrec.errors import TrainingError, expect_one_of
from digitrec.training.recipe import DEVICES

AMPERE = 8
PROCESSOR = Path("/proc/cpuinfo")
BFLOAT16_FLAGS = frozenset({"avx512_bf16", "amx_bf16"})


@dataclass(frozen=True)
class Device:
    """What there is to train on, one or several of a kind.

    Attributes:
        kind: "TPU", "GPU" or "CPU".
        names: what a person calls each.
        places: what the backend calls each, such as "gpu:0".
        bfloat16: whether it computes in that faster than in float32.
    """

    kind: str
    names: tuple[str, ...]
    places: tuple[str, ...]
    bfloat16: bool = False

    def __str__(self) -> str:
        return f"{self.kind}: {' and '.join(self.names)}"


def find(wanted: str = "auto") -> Device:
    """The device to train on; a GPU gives memory as it is needed.

    Args:
        wanted: one of DEVICES; "auto" is every TPU or GPU that the backend finds, else the CPU.

    Raises:
        TrainingError: a GPU is wanted, and there is none.
    """
    expect_one_of("device", wanted, DEVICES)
    if wanted == "auto" and (names := _tpu_names()):
        return Device("TPU", names, tuple(f"tpu:{number}" for number in range(len(names))), True)
    names = () if wanted == "cpu" else _gpu_names()
    if names:
        places = tuple(f"gpu:{number}" for number in range(len(names)))
        return Device("GPU", names, places, _gpus_have_bfloat16())
    if wanted == "gpu":
        raise TrainingError(f"device: expected a GPU; {keras.backend.backend()} finds none")
    return Device("CPU", (f"{os.cpu_count()} cores",), ("cpu:0",), _processor_has_bfloat16())


def precision(wanted: str, device: Device) -> str:
    """The Keras policy to compute by: the wanted one, or, for "auto", the device's fastest."""
    if wanted != "auto":
        return wanted
    return "mixed_bfloat16" if device.bfloat16 else "float32"


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
        return _jax_names("gpu")
    import torch

    return tuple(torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count()))


def _tpu_names() -> tuple[str, ...]:
    """Those that JAX finds; TensorFlow's own way to them is none of Keras 3."""
    return _jax_names("tpu") if keras.backend.backend() == "jax" else ()


def _jax_names(platform: str) -> tuple[str, ...]:
    import jax

    return tuple(device.device_kind for device in jax.devices() if device.platform == platform)


def _gpus_have_bfloat16() -> bool:
    """NVIDIA's have had it since Ampere, compute capability 8."""
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        gpus = tf.config.list_physical_devices("GPU")
        details = [tf.config.experimental.get_device_details(gpu) for gpu in gpus]
        return all(detail.get("compute_capability", (0, 0))[0] >= AMPERE for detail in details)
    if backend == "jax":
        import jax

        return all(float(device.compute_capability) >= AMPERE for device in jax.devices("gpu"))
    import torch

    return bool(torch.cuda.is_bf16_supported())


def _processor_has_bfloat16() -> bool:
    """Where oneDNN, which TensorFlow computes with, finds instructions for it; known on Linux."""
    if keras.backend.backend() != "tensorflow" or not PROCESSOR.exists():
        return False
    return not BFLOAT16_FLAGS.isdisjoint(PROCESSOR.read_text(encoding="utf-8").split())
