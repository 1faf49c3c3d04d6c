"""Whole processes, timed as a shell would start them, by turns."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
PEERS = Path(__file__).parent / "peers"
MODELS = ROOT / "models"

MEGABYTE = 1e6 if sys.platform == "darwin" else 1e3
"""In what the system calls a process's peak."""

Command = Sequence[str | Path]


@dataclass(frozen=True)
class Run:
    """A process that has ended: its seconds, and what it printed."""

    seconds: float
    printed: str


def in_turn(
    commands: Mapping[str, Command], rounds: int, also: Mapping[str, str] | None = None
) -> dict[str, list[Run]]:
    """So many runs of each command, by turns, after one that fills the caches.

    Args:
        commands: by name.
        rounds: how often each is run; 0 takes the first run alone, with caches as they are.
        also: variables of the environment that are otherwise.
    """
    runs = [
        {name: run(command, also) for name, command in commands.items()} for _ in range(rounds + 1)
    ]
    return {name: [one[name] for one in runs[1:] or runs] for name in commands}


def run(command: Command, also: Mapping[str, str] | None = None) -> Run:
    """Run a command, with byte code where Python keeps it unless `also` says otherwise."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env |= {"TF_CPP_MIN_LOG_LEVEL": "3", **(also or {})}
    env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), env.get("PYTHONPATH")]))
    began = time.perf_counter()
    with subprocess.Popen(
        command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        printed, complaint = process.communicate()
        seconds = time.perf_counter() - began
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, printed, complaint)
    return Run(seconds, printed)


def peak(command: Command) -> float:
    """The largest memory of a process of its own or of those that it starts, in MB."""
    return cost(command)[1]


def cost(command: Command) -> tuple[float, float]:
    """Seconds of a process, and the largest memory of it or of one that it starts, in MB."""
    printed = run([sys.executable, "-c", COST, *map(str, command)]).printed
    seconds, memory = map(float, printed.split())
    return seconds, memory / MEGABYTE


COST = """
import os, subprocess, sys, time
nothing = subprocess.DEVNULL
began = time.perf_counter()
with subprocess.Popen(sys.argv[1:], stdout=nothing, stderr=nothing) as process:
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
print(time.perf_counter() - began, usage.ru_maxrss)
sys.exit(process.returncode)
"""
"""In a small process: a system counts the memory of whoever starts a process as its own."""


def ratio(theirs: Sequence[Run], ours: Sequence[Run]) -> float:
    """The median of the ratios of runs that were neighbours."""
    pairs = zip(theirs, ours, strict=True)
    return median(one.seconds / other.seconds for one, other in pairs)


def seconds(runs: Sequence[Run]) -> float:
    """Their median."""
    return median(one.seconds for one in runs)


def digitrec() -> list[str]:
    """`digitrec` as it is installed beside this Python, else by its module."""
    installed = shutil.which("digitrec", path=str(Path(sys.executable).parent))
    return [installed] if installed else [sys.executable, "-m", "digitrec"]


def onnx_in(folder: Path) -> Path:
    """The shipped network as an ONNX file, put into this folder."""
    path = folder / "digitrec.onnx"
    path.write_bytes(_onnx())
    return path


@cache
def _onnx() -> bytes:
    """What `digitrec convert` makes of the shipped network."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "digitrec.onnx")
        network = MODELS / "digitrec.keras"
        run([*digitrec(), "convert", network, "--to", "onnx", "--data", "mnist", "--output", path])
        return path.read_bytes()
