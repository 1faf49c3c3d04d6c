"""Services in processes of their own, each on a free port of the loopback."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from processes import MEGABYTE, MODELS, PEERS, ROOT, digitrec

PATIENCE = 120
"""Seconds until a service has to listen."""


@dataclass(frozen=True)
class Service:
    """A service that listens.

    Attributes:
        process: it, or the parent of its workers.
        port: on the loopback.
        form: whether it wants a picture as a form's file.
    """

    process: "subprocess.Popen[bytes]"
    port: int
    form: bool = False

    @property
    def url(self) -> str:
        """Where it reads pictures."""
        return f"http://127.0.0.1:{self.port}/predict"

    @property
    def megabytes(self) -> float:
        """The memory that it has now, without its workers'."""
        return _of(self.process.pid, "VmRSS")

    @property
    def peak(self) -> float:
        """The most memory that it has had, in MB."""
        return _of(self.process.pid, "VmHWM")


def _of(process: int, name: str) -> float:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / MEGABYTE
    raise ValueError(f"expected {name} of process {process}")


@contextmanager
def ours(*words: str) -> Iterator[Service]:
    """`digitrec serve` with these options, its log thrown away."""
    port = free_port()
    with _running([*digitrec(), "serve", "--port", str(port), *words], port) as process:
        yield Service(process, port)


@contextmanager
def common() -> Iterator[Service]:
    """The service as it is usually written."""
    with _app("keras_service") as (process, port):
        yield Service(process, port, form=True)


@contextmanager
def empty() -> Iterator[Service]:
    """The framework alone."""
    with _app("empty_service") as (process, port):
        yield Service(process, port)


@contextmanager
def _app(name: str) -> "Iterator[tuple[subprocess.Popen[bytes], int]]":
    port = free_port()
    command = [
        sys.executable, "-m", "uvicorn", "--app-dir", str(PEERS), f"{name}:app",
        "--port", str(port), "--no-access-log", "--log-level", "warning",
    ]  # fmt: skip
    with _running(command, port) as process:
        yield process, port


@contextmanager
def _running(command: list[str], port: int) -> "Iterator[subprocess.Popen[bytes]]":
    env = {**os.environ, "MODEL": str(MODELS / "digitrec.keras"), "PYTHONPATH": str(ROOT)}
    nothing = subprocess.DEVNULL
    with subprocess.Popen(
        command, env=env | {"TF_CPP_MIN_LOG_LEVEL": "3"}, stdout=nothing, stderr=nothing
    ) as process:
        try:
            _wait(process, port)
            yield process
        finally:
            process.terminate()


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as tried:
            if not tried.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.1)
    raise RuntimeError(f"expected a service on port {port}; it does not listen")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def as_json(text: str) -> dict[str, float]:
    """The last line of what a program has printed."""
    return dict(json.loads(text.splitlines()[-1]))
