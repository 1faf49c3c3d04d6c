"""Keras's backend, CUDA and cuDNN, and whether a GPU can be used or why not."""

import ast
import json
import os
import shutil
import subprocess
import sys
from importlib import util
from pathlib import Path
from typing import Any

from digitrec.files import keras_home
from digitrec.insight.health.finding import Finding
from digitrec.insight.health.software import version

BACKENDS = ("tensorflow", "jax", "torch")
DEFAULT_BACKEND = "tensorflow"

PATIENCE = 120
"""Seconds that a library gets to say what GPUs it sees; TensorFlow's import takes up to 20."""

_ASK = (
    "import json; from digitrec.training import device; found = device.find(); "
    "print(json.dumps([found.kind, ' and '.join(found.names)]))"
)
_REASONS = ("dlopen", "CUDA_ERROR", "cuInit", "failed call", "Skipping registering GPU")
"""What a line of TensorFlow's log has in it when it says why it takes no GPU."""

_WITHOUT = "training runs on the processor"


def check() -> list[Finding]:
    """The backend, CUDA and cuDNN, the driver and the GPU."""
    driver = nvidia_driver()
    return [backend(), *cuda(), driver, gpu(driver.status == "ok")]


def backend() -> Finding:
    """The library that Keras computes with, and whether it is installed."""
    name, source = _backend()
    found = f"{name}, {source}"
    if name not in BACKENDS:
        advice = f"expected one of {', '.join(BACKENDS)}: set KERAS_BACKEND"
        return Finding("Keras backend", "missing", found, advice)
    if util.find_spec(name) is None:
        advice = "pip install 'digitrec[train]'" if name == DEFAULT_BACKEND else f"install {name}"
        return Finding("Keras backend", "missing", f"{found}, not installed", advice)
    if name != DEFAULT_BACKEND:
        return Finding("Keras backend", "note", found, "only TensorFlow converts to .tflite")
    return Finding("Keras backend", "ok", found)


def cuda() -> list[Finding]:
    """The versions of CUDA and cuDNN that TensorFlow was built for and that pip has installed."""
    build = tensorflow_build()
    if not build.get("is_cuda_build"):
        what = "TensorFlow was built without it" if build else "TensorFlow is not installed"
        return [Finding(name, "missing", what, _WITHOUT) for name in ("CUDA", "cuDNN")]
    major = str(build["cuda_version"]).partition(".")[0]
    return [
        _cuda_library("CUDA", build["cuda_version"], f"nvidia-cuda-runtime-cu{major}"),
        _cuda_library("cuDNN", build["cudnn_version"], f"nvidia-cudnn-cu{major}"),
    ]


def nvidia_driver() -> Finding:
    """The NVIDIA driver and the GPUs that it drives, as nvidia-smi says."""
    program = shutil.which("nvidia-smi")
    if program is None:
        advice = f"{_WITHOUT}; with an NVIDIA GPU, install its driver"
        return Finding("NVIDIA driver", "missing", "nvidia-smi was not found", advice)
    query = [program, "--query-gpu=name,driver_version", "--format=csv,noheader"]
    rc, output, errors = _answer(query)
    if rc or not output:
        found = f"nvidia-smi fails: {errors or output or 'it says nothing'}"
        return Finding("NVIDIA driver", "missing", _one_line(found), "install the driver again")
    gpus = [line.rpartition(", ") for line in output.splitlines()]
    names = ", ".join(gpu for gpu, _, _ in gpus)
    return Finding("NVIDIA driver", "ok", f"{gpus[0][2]} for {names}")


def gpu(driver: bool) -> Finding:
    """The GPU that a training would use, else why it would use none.

    Args:
        driver: whether there is an NVIDIA driver; without one nothing heavy is asked.
    """
    if reason := _no_gpu(driver):
        return Finding("GPU", "missing", *reason)
    rc, output, errors = _answer([sys.executable, "-c", _ASK])
    if rc:
        return Finding("GPU", "missing", _one_line(errors) or "no answer", _WITHOUT)
    kind, name = json.loads(output.splitlines()[-1])
    if kind == "GPU":
        return Finding("GPU", "ok", name)
    said = [line for line in errors.splitlines() if any(word in line for word in _REASONS)]
    why = _one_line(said[-1]) if said else f"{_backend()[0]} sees none"
    return Finding("GPU", "missing", why, "pip install 'digitrec[gpu]'")


def tensorflow_build() -> dict[str, Any]:
    """What TensorFlow was built with, read from its source without importing it; else nothing."""
    spec = util.find_spec("tensorflow")
    if spec is None or spec.origin is None:
        return {}
    path = Path(spec.origin).parent / "python" / "platform" / "build_info.py"
    try:
        return _build_info(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError):
        return {}


def _build_info(source: str) -> dict[str, Any]:
    """The pairs in `build_info = collections.OrderedDict([...])`."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            return dict(ast.literal_eval(node.value.args[0]))
    return {}


def _cuda_library(name: str, built_for: str, distribution: str) -> Finding:
    found = f"TensorFlow was built for {built_for}"
    if installed := version(distribution):
        return Finding(name, "ok", f"{found}; {installed} is installed")
    advice = "pip install 'digitrec[gpu]' on a machine with an NVIDIA GPU"
    return Finding(name, "missing", f"{found}; {distribution} is not installed", advice)


def _no_gpu(driver: bool) -> tuple[str, str] | None:
    """Why there can be no GPU, and advice, as far as that is known without asking a library."""
    name, _ = _backend()
    if name not in BACKENDS or util.find_spec(name) is None:
        return f"{name} is not installed", "pip install 'digitrec[train]'"
    if not driver:
        return "no NVIDIA driver", f"{_WITHOUT}, some minutes for MNIST"
    if os.environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1"):
        return "CUDA_VISIBLE_DEVICES hides it", "unset CUDA_VISIBLE_DEVICES"
    if sys.platform == "win32" and name == "tensorflow":
        return "TensorFlow takes no GPU on Windows", "run it in WSL2"
    return None


def _backend() -> tuple[str, str]:
    """Keras's backend and where that was set, as Keras decides it."""
    if named := os.environ.get("KERAS_BACKEND"):
        return named, "by KERAS_BACKEND"
    path = keras_home() / "keras.json"
    try:
        return json.loads(path.read_text(encoding="utf-8"))["backend"], f"by {path}"
    except (OSError, ValueError, KeyError, TypeError):
        return DEFAULT_BACKEND, "by default"


def _answer(words: list[str]) -> tuple[int, str, str]:
    """Exit status, output and error output of a program; 124 when it takes too long."""
    try:
        done = subprocess.run(  # noqa: S603 - Python itself and nvidia-smi, no words from outside
            words, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return 124, "", f"no answer within {PATIENCE} s"
    except OSError as error:
        return 1, "", str(error)
    return done.returncode, done.stdout.strip(), done.stderr.strip()


def _one_line(text: str) -> str:
    """The last line of a text that says something."""
    return " ".join(text.strip().rpartition("\n")[2].split())
