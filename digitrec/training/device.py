"""What the training runs on."""

import os
from dataclasses import dataclass

import keras


@dataclass(frozen=True)
class Device:
    """`kind` is "GPU" or "CPU"; `name` is what a person calls it."""

    kind: str
    name: str


def find() -> Device:
    """The device that Keras's backend will use; a GPU gives memory as it is needed."""
    names = _gpu_names()
    if names:
        return Device("GPU", " and ".join(names))
    return Device("CPU", f"{os.cpu_count()} cores")


def _gpu_names() -> list[str]:
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        gpus = tf.config.list_physical_devices("GPU")
        for gpu in gpus:
            tf.config.experimental.set_memory_growth(gpu, True)
        return [
            tf.config.experimental.get_device_details(gpu).get("device_name", gpu.name)
            for gpu in gpus
        ]
    if backend == "jax":
        import jax

        return [device.device_kind for device in jax.devices() if device.platform == "gpu"]
    import torch

    return [torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count())]
