"""Python, the libraries that are installed, and what each extra would add."""

import os
import platform
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

import digitrec
from digitrec.insight.health.finding import Finding
from digitrec.reading.cores import cores

BASE: Mapping[str, tuple[str, ...]] = {
    "numpy": ("numpy",),
    "Pillow": ("pillow",),
    "OpenCV": (
        "opencv-python-headless",
        "opencv-python",
        "opencv-contrib-python-headless",
        "opencv-contrib-python",
    ),
    "LiteRT": ("ai-edge-litert",),
}
"""What reading pictures needs, each with the names that it is distributed under."""


@dataclass(frozen=True)
class Extra:
    """An extra of pyproject.toml: the distributions that it adds, and what they are for."""

    gives: str
    needs: tuple[str, ...]


EXTRAS: Mapping[str, Extra] = {
    "train": Extra(
        "training, evaluating and converting models",
        (
            "tensorflow", "keras", "scipy", "scikit-learn", "matplotlib", "filelock", "flatbuffers",
            "jinja2", "pyyaml",
        ),
    ),
    "serve": Extra(
        "answering over HTTP, and a page to write on",
        (
            "fastapi", "uvicorn", "httptools", "python-multipart", "prometheus-client",
            *(() if sys.platform == "win32" else ("uvloop",)),
        ),
    ),
    "tensorboard": Extra("logs that TensorBoard draws", ("tensorboard",)),
    "onnx": Extra("converting models to ONNX", ("onnx", "onnxruntime", "tf2onnx")),
    "tune": Extra("searching for knobs and networks", ("optuna",)),
    "notebooks": Extra(
        "running the notebooks", ("ipykernel", "ipywidgets", "nbclient", "notebook")
    ),
    "docs": Extra(
        "building the documentation",
        ("mkdocs-material", "mkdocstrings", "mkdocstrings-python"),
    ),
    "dev": Extra(
        "tests and checks",
        (
            "build", "httpx", "import-linter", "jax", "mypy", "nbmake", "playwright", "pytest",
            "pytest-xdist", "ruff", "schemathesis", "scikit-image",
        ),
    ),
}  # fmt: skip
"""The extra `gpu` is accelerator.py's: what it adds is TensorFlow's to say."""


def check() -> list[Finding]:
    """Python, byte code, the libraries and the extras."""
    return [
        Finding("Python", "ok", f"{platform.python_version()} on {platform.platform()}"),
        Finding("digitrec", "ok", f"{digitrec.__version__} in {Path(digitrec.__file__).parent}"),
        Finding("cores", "ok", str(cores())),
        byte_code(),
        *(library(name, names) for name, names in BASE.items()),
        *(extra(name, about) for name, about in EXTRAS.items()),
    ]


def byte_code() -> Finding:
    """Whether compiled modules are kept, without which each start compiles them again."""
    cost = "else every start compiles all modules again, TensorFlow's for some 10 s"
    if sys.dont_write_bytecode:
        return Finding("byte code", "note", "not cached", f"unset PYTHONDONTWRITEBYTECODE, {cost}")
    folder = Path(util.cache_from_source(digitrec.__file__)).parent
    if not _writable(folder):
        return Finding(
            "byte code",
            "note",
            f"{folder} cannot be written",
            f"set PYTHONPYCACHEPREFIX to a folder that can, {cost}",
        )
    return Finding("byte code", "ok", "cached")


def library(name: str, distributions: tuple[str, ...]) -> Finding:
    """The version of a library that reading pictures needs."""
    for distribution in distributions:
        if found := version(distribution):
            return Finding(name, "ok", found)
    without = no_litert() if name == "LiteRT" else ""
    advice = without or f"pip install {distributions[0]}"
    return Finding(name, "missing", "not installed", advice)


def extra(name: str, about: Extra) -> Finding:
    """The versions of an extra's libraries, or those that are not installed."""
    versions = {need: version(need) for need in about.needs}
    absent = [need for need, found in versions.items() if not found]
    if absent:
        return Finding(
            f"extra {name}",
            "missing",
            f"not installed: {', '.join(absent)}",
            f"pip install 'digitrec[{name}]' for {about.gives}",
        )
    present = ", ".join(f"{need} {found}" for need, found in versions.items())
    return Finding(f"extra {name}", "ok", present)


def version(distribution: str) -> str | None:
    """The version of an installed distribution; it is not imported."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def no_litert() -> str:
    """Why LiteRT has no wheel for this platform and what to do, or nothing when it has one."""
    if sys.platform == "darwin" and platform.machine() == "x86_64":
        return "LiteRT has no wheel for Macs with Intel processors: use Linux in a container"
    if "musl" in str(sysconfig.get_config_var("SOABI")):
        return "LiteRT has no wheel for musl (Alpine Linux): use a Linux with glibc, such as Debian"
    return ""


def _writable(folder: Path) -> bool:
    nearest = next(place for place in (folder, *folder.parents) if place.exists())
    return os.access(nearest, os.W_OK)
