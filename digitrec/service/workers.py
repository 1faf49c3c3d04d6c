"""The port that is listened on, and the processes that share it.

The system spreads connections over workers that listen on one port (SO_REUSEPORT). Their parent
hands signals on, and starts anew what has died.
"""

import multiprocessing
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from digitrec.errors import DigitrecError, ModelError, OptionError, OutputError
from digitrec.service.logs import log
from digitrec.service.metrics import FOLDER
from digitrec.service.settings import Settings

BACKLOG = 2048
"""Connections that the system holds until they are looked at."""

SOON = 1.0
"""Seconds until a worker that has died is started anew."""

MEMORY = "/dev/shm"  # noqa: S108 - the folder in it is made as any temporary one
"""What systems have in memory: containers whose disk is read-only may write there."""

ENDS = ("SIGTERM", "SIGINT")
HANDED_ON = ("SIGHUP", "SIGUSR2")


def listen(settings: Settings, *, shared: bool = False) -> socket.socket:
    """A socket that listens; a `shared` port may be listened on by other workers as well.

    Raises:
        OutputError: the port is taken or not to be had.
    """
    listener = _bound(settings.host, settings.port, shared=shared)
    listener.listen(BACKLOG)
    return listener


def _bound(host: str, port: int, *, shared: bool) -> socket.socket:
    try:
        (family, kind, _, _, address), *_ = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        bound = socket.socket(family, kind)
        if os.name == "posix":
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        bound.bind(address)
    except OSError as error:
        reason = error.strerror or error
        raise OutputError(f"{host}:{port}: cannot be listened on ({reason})") from error
    return bound


def supervise(settings: Settings, model: str | None) -> None:
    """Run as many workers as the settings say until SIGTERM or SIGINT.

    Raises:
        OptionError: this system has no way to share a port.
        OutputError: the port is taken, or there is no folder to write to.
        ModelError: the first workers cannot use the model.
    """
    if not hasattr(socket, "SO_REUSEPORT"):
        raise OptionError("--workers: expected 1 on this system, which cannot share a port")
    with _reserved(settings) as port, _folder() as os.environ[FOLDER]:
        _Workers(replace(settings, port=port), model).run()


@contextmanager
def _folder() -> Iterator[str]:
    """A folder for the workers' counts: in memory, where that is to be had, else on a disk."""
    memory = MEMORY if os.access(MEMORY, os.W_OK) else None
    try:
        folder = tempfile.TemporaryDirectory(prefix="digitrec-", dir=memory)
    except OSError as error:
        raise OutputError(
            f"--workers: expected {MEMORY} or a temporary folder to write to ($TMPDIR; in a "
            f"container --tmpfs /tmp); there is none ({error.strerror or error})"
        ) from error
    with folder as name:
        yield name


@contextmanager
def _reserved(settings: Settings) -> Iterator[int]:
    """The port, which nobody else had, and nobody else gets while no worker listens."""
    with _bound(settings.host, settings.port, shared=False) as alone:
        port = int(alone.getsockname()[1])
    with _bound(settings.host, port, shared=True):
        yield port


class _Workers:
    """Processes that serve, each with the parent's end of a pipe to it."""

    def __init__(self, settings: Settings, model: str | None) -> None:
        self.settings, self.model = settings, model
        self._context = multiprocessing.get_context("spawn")
        self._running: dict[SpawnProcess, Connection] = {}
        self._ending = False

    def run(self) -> None:
        """Start them, keep them running, and come back when they have ended."""
        for name in ENDS:
            signal.signal(getattr(signal, name), lambda *_: self._end())
        for name in HANDED_ON:
            number = getattr(signal, name)
            signal.signal(number, lambda number, _: self._hand_on(number))
        for _ in range(self.settings.workers):
            self._start()
        self._wait_for_the_first()
        while self._running:
            ended = wait([process.sentinel for process in self._running])
            for process in [each for each in self._running if each.sentinel in ended]:
                self._ended(process)

    def _start(self) -> None:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=_work, args=(self.settings, self.model, theirs), name="worker"
        )
        process.start()
        theirs.close()
        self._running[process] = ours

    def _wait_for_the_first(self) -> None:
        """Until all listen. Raises ModelError, in the words of a worker that cannot."""
        for pipe in list(self._running.values()):
            with suppress(EOFError):
                if error := pipe.recv():
                    self._end()
                    raise ModelError(error)
        url = f"http://{self.settings.host}:{self.settings.port}"
        log("listening", url=url, workers=len(self._running))

    def _ended(self, process: SpawnProcess) -> None:
        process.join()
        self._running.pop(process).close()
        if self._ending:
            return
        from prometheus_client.multiprocess import mark_process_dead

        log("worker died", worker=process.pid, status=process.exitcode)
        mark_process_dead(process.pid)  # type: ignore[no-untyped-call]
        time.sleep(SOON)
        if not self._ending:
            self._start()

    def _end(self) -> None:
        self._ending = True
        self._hand_on(signal.SIGTERM)

    def _hand_on(self, number: int) -> None:
        for process in self._running:
            if process.pid is not None:
                with suppress(ProcessLookupError):
                    os.kill(process.pid, number)


def _work(settings: Settings, model: str | None, parent: Connection) -> None:
    """What a worker does; it tells its parent when it listens, or why it cannot."""
    from digitrec.service.server import run

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's reaches the parent too
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    try:
        run(settings, model, listen(settings, shared=True), lambda: parent.send(None))
    except DigitrecError as error:
        parent.send(str(error))
        sys.exit(1)


def _end_with(parent: Connection) -> None:
    """End when the parent has, whatever ended it."""
    with suppress(EOFError, OSError):
        parent.recv()
    os.kill(os.getpid(), signal.SIGTERM)
