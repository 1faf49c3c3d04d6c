"""Where a training runs: other backends, several devices, no GPU, too little memory."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf

from digitrec.errors import TrainingError
from digitrec.training import device

ELSEWHERE = Path(__file__).with_name("elsewhere.py")

TWO_CPUS = "--xla_force_host_platform_device_count=2"


def elsewhere(backend, *arguments):
    """What elsewhere.py prints on a backend; JAX sees two CPUs."""
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    done = subprocess.run(
        [sys.executable, str(ELSEWHERE), *map(str, arguments)],
        env={**os.environ, "KERAS_BACKEND": backend, "XLA_FLAGS": TWO_CPUS},
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """Of a lenet5 for two classes, as one backend made them."""
    random = np.random.default_rng(0)
    shapes = [(5, 5, 1, 6), (6,), (5, 5, 6, 16), (16,), (400, 120), (120,), (120, 84), (84,)]
    arrays = [random.normal(0, 0.1, shape).astype("float32") for shape in [*shapes, (84, 2), (2,)]]
    path = tmp_path_factory.mktemp("weights") / "weights.npz"
    np.savez(path, **{f"{number:02}": array for number, array in enumerate(arrays)})
    return path


@pytest.fixture(scope="module")
def here(weights):
    return elsewhere("tensorflow", "step", weights)


@pytest.mark.slow
def test_a_step_lowers_the_loss(here):
    assert here["after"] < here["before"]


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_a_step_is_the_same_on_another_backend(backend, weights, here):
    found = elsewhere(backend, "step", weights)
    assert found["before"] == pytest.approx(here["before"], abs=1e-4)
    assert found["after"] == pytest.approx(here["after"], abs=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize(("backend", "devices"), [("tensorflow", 2), ("jax", 1), ("jax", 2)])
def test_a_whole_training_elsewhere(backend, devices, tmp_path):
    """With augmentation, dropout, batch normalisation, averaged weights and a checkpoint."""
    found = elsewhere(backend, "fit", tmp_path, devices)
    assert found["epochs"] == 4
    assert found["best"] > 0.95
    assert found["kept"] == pytest.approx(found["best"], abs=0.02)


def test_no_gpu_is_no_error_unless_one_is_asked_for(monkeypatch):
    monkeypatch.setattr(device, "_gpu_names", tuple)
    assert device.find("auto").kind == "CPU"
    with pytest.raises(TrainingError, match="device: expected a GPU; tensorflow finds none"):
        device.find("gpu")


@pytest.mark.parametrize(("capability", "bfloat16"), [((9, 0), True), ((7, 5), False)])
def test_every_gpu_is_taken_unless_the_cpu_is_asked_for(capability, bfloat16, monkeypatch):
    """Two H100s and, the last time, two of before Ampere, which have no bfloat16."""
    monkeypatch.setattr(
        tf.config, "list_physical_devices", lambda _: [SimpleNamespace(name="one")] * 2
    )
    monkeypatch.setattr(tf.config.experimental, "set_memory_growth", lambda *_: None)
    details = {"device_name": "GPU", "compute_capability": capability}
    monkeypatch.setattr(tf.config.experimental, "get_device_details", lambda _: details)
    places = ("gpu:0", "gpu:1")
    assert device.find() == device.Device("GPU", ("GPU", "GPU"), places, bfloat16)
    assert device.find("cpu").kind == "CPU"


def test_tpus_are_taken_where_jax_finds_them(monkeypatch):
    jax = pytest.importorskip("jax", reason="JAX is not installed")
    cores = [SimpleNamespace(platform="tpu", device_kind="TPU v5e")] * 8
    monkeypatch.setattr(jax, "devices", lambda *_: cores)
    assert device.find().kind == "CPU"  # TensorFlow is not asked for them
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    found = device.find()
    assert (found.kind, len(found.names), found.bfloat16) == ("TPU", 8, True)
    assert found.places[0] == "tpu:0"
    assert device.find("cpu").kind == "CPU"


@pytest.mark.parametrize(
    ("flags", "bfloat16"),
    [("fpu avx2", False), ("fpu avx512_bf16 avx2", True), ("fpu amx_bf16", True), (None, False)],
)
def test_a_processor_says_whether_it_has_bfloat16(flags, bfloat16, tmp_path, monkeypatch):
    """On Linux; elsewhere there is no such file."""
    told = tmp_path / "cpuinfo"
    if flags:
        told.write_text(f"processor\t: 0\nflags\t\t: {flags}\n")
    monkeypatch.setattr(device, "PROCESSOR", told)
    assert device.find("cpu").bfloat16 == bfloat16


@pytest.mark.parametrize(
    ("wanted", "bfloat16", "policy"),
    [
        ("auto", True, "mixed_bfloat16"),
        ("auto", False, "float32"),
        ("float32", True, "float32"),
        ("mixed_float16", True, "mixed_float16"),
    ],
)
def test_auto_is_the_fastest_precision_that_the_device_has(wanted, bfloat16, policy):
    where = device.Device("CPU", ("2 cores",), ("cpu:0",), bfloat16)
    assert device.precision(wanted, where) == policy


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        RuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 9 bytes"),
    ],
)
def test_too_little_memory_is_told(error):
    with (
        pytest.raises(TrainingError, match="out of memory: try a smaller --batch-size"),
        device.memory_errors_told(),
    ):
        raise error


def test_other_errors_are_left_alone():
    with pytest.raises(ZeroDivisionError), device.memory_errors_told():
        raise ZeroDivisionError


def test_tensorflow_exhausted_is_told():
    with pytest.raises(TrainingError), device.memory_errors_told():
        raise tf.errors.ResourceExhaustedError(None, None, "no room")
    assert keras.backend.backend() == "tensorflow"
