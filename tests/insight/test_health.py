"""What the doctor looks at, on machines that are made up."""

import json
import sys
import tomllib
from pathlib import Path

import pytest

from digitrec.insight.health import accelerator, software

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"


@pytest.fixture(scope="module")
def project():
    return tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]


def names(requirements):
    return {name.partition(">")[0] for name in requirements if not name.startswith("digitrec[")}


def test_extras_are_those_of_pyproject(project):
    extras = project["optional-dependencies"]
    assert set(software.EXTRAS) == set(extras) - {"gpu"}
    for name, extra in software.EXTRAS.items():
        assert set(extra.needs) == names(extras[name])


def test_base_libraries_are_those_of_pyproject(project):
    assert {known[0] for known in software.BASE.values()} == names(project["dependencies"])


def test_a_library_may_come_under_another_name():
    assert software.library("pytest", ("no-such-thing", "pytest")).found == pytest.__version__
    missing = software.library("nothing", ("no-such-thing",))
    assert (missing.status, missing.advice) == ("missing", "pip install no-such-thing")


def test_a_missing_extra_says_what_it_would_give():
    finding = software.extra("train", software.Extra("training", ("pytest", "no-such-thing")))
    assert finding.found == "not installed: no-such-thing"
    assert finding.advice == "pip install 'digitrec[train]' for training"


@pytest.mark.parametrize(
    ("system", "machine", "soabi", "words"),
    [
        ("darwin", "x86_64", "cpython-311-darwin", "Intel"),
        ("darwin", "arm64", "cpython-311-darwin", ""),
        ("linux", "x86_64", "cpython-311-x86_64-linux-musl", "musl"),
        ("linux", "x86_64", "cpython-311-x86_64-linux-gnu", ""),
        ("win32", "AMD64", None, ""),
    ],
)
def test_platforms_without_litert(system, machine, soabi, words, monkeypatch):
    monkeypatch.setattr(software.sys, "platform", system)
    monkeypatch.setattr(software.platform, "machine", lambda: machine)
    monkeypatch.setattr(software.sysconfig, "get_config_var", lambda *_: soabi)
    assert words in software.no_litert()
    assert bool(software.no_litert()) == bool(words)


def test_byte_code(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert "PYTHONDONTWRITEBYTECODE" in software.byte_code().advice
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    assert software.byte_code().status == "ok"
    monkeypatch.setattr(software.os, "access", lambda *_: False)
    assert "PYTHONPYCACHEPREFIX" in software.byte_code().advice


@pytest.mark.parametrize(
    ("variable", "config", "status", "found"),
    [
        ("tensorflow", {"backend": "jax"}, "ok", "tensorflow, by KERAS_BACKEND"),
        ("", {"backend": "tensorflow"}, "ok", "tensorflow, by "),
        ("", {"floatx": "float32"}, "ok", "tensorflow, by default"),
        ("tensorflo", {}, "missing", "tensorflo, by KERAS_BACKEND"),
    ],
)
def test_backend_is_what_keras_will_take(variable, config, status, found, monkeypatch, tmp_path):
    (tmp_path / "keras.json").write_text(json.dumps(config))
    monkeypatch.setenv("KERAS_BACKEND", variable)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    finding = accelerator.backend()
    assert finding.status == status
    assert finding.found.startswith(found)


def test_tensorflows_build_is_read_as_tensorflow_tells_it():
    import tensorflow as tf

    assert accelerator.tensorflow_build() == dict(tf.sysconfig.get_build_info())


@pytest.mark.parametrize(
    ("build", "found"),
    [
        ({}, "TensorFlow is not installed"),
        ({"is_cuda_build": False}, "TensorFlow was built without it"),
        (
            {"is_cuda_build": True, "cuda_version": "12.5.1", "cudnn_version": "9"},
            "TensorFlow was built for 12.5.1; 4.5.6 is installed",
        ),
    ],
)
def test_cuda_that_tensorflow_was_built_for(build, found, monkeypatch):
    monkeypatch.setattr(accelerator, "tensorflow_build", lambda: build)
    asked = []
    monkeypatch.setattr(accelerator, "version", lambda name: asked.append(name) or "4.5.6")
    assert accelerator.cuda()[0].found == found
    assert asked == (["nvidia-cuda-runtime-cu12", "nvidia-cudnn-cu12"] if "4.5.6" in found else [])


@pytest.fixture
def machine(monkeypatch):
    """A Linux machine with TensorFlow, whose programs answer as told."""
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setattr(accelerator.shutil, "which", lambda name: f"/bin/{name}")

    def answers(status, output="", errors=""):
        monkeypatch.setattr(accelerator, "_answer", lambda *_: (status, output, errors))

    return answers


def test_driver_and_its_gpus(machine):
    machine(0, "NVIDIA H100 80GB HBM3, 550.54\nTesla T4, 550.54")
    finding = accelerator.nvidia_driver()
    assert finding.status == "ok"
    assert finding.found == "550.54 for NVIDIA H100 80GB HBM3, Tesla T4"


def test_driver_that_fails(machine):
    machine(9, "NVIDIA-SMI has failed because it\ncouldn't communicate with the NVIDIA driver.")
    finding = accelerator.nvidia_driver()
    assert finding.status == "missing"
    assert "\n" not in finding.found
    assert "communicate with the NVIDIA driver" in finding.found


def test_a_gpu_is_named(machine):
    machine(0, '["GPU", "NVIDIA H100"]')
    assert accelerator.gpu(driver=True).found == "NVIDIA H100"


def test_what_a_library_is_asked_is_what_it_can_answer(capsys):
    """The program that doctor starts where there is a driver, here in this process."""
    exec(accelerator._ASK)
    kind, name = json.loads(capsys.readouterr().out)
    assert kind in ("CPU", "GPU")
    assert name


def test_why_no_gpu_is_read_in_tensorflows_log(machine):
    log = "I0000 starting\nW0000 Cannot dlopen some GPU libraries.\nI0000 done"
    machine(0, '["CPU", "2 cores"]', log)
    finding = accelerator.gpu(driver=True)
    assert (finding.status, finding.found) == ("missing", "W0000 Cannot dlopen some GPU libraries.")


def test_a_gpu_that_is_hidden(machine, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    assert "CUDA_VISIBLE_DEVICES" in accelerator.gpu(driver=True).found


def test_without_a_driver_nothing_is_asked(machine, monkeypatch):
    monkeypatch.setattr(accelerator, "_answer", lambda *_: pytest.fail("asked"))
    assert accelerator.gpu(driver=False).found == "no NVIDIA driver"


def test_a_program_that_hangs_is_given_up(monkeypatch):
    monkeypatch.setattr(accelerator, "PATIENCE", 0.2)
    status, _, errors = accelerator._answer([sys.executable, "-c", "import time; time.sleep(9)"])
    assert status == 124
    assert "no answer within 0.2 s" in errors
