"""Runs the app: listens, answers signals, drains."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator

import cv2
import uvicorn
from uvicorn.loops.auto import auto_loop_factory

from digitrec.errors import DigitrecError
from digitrec.service.app import Service, build
from digitrec.service.logs import catch_libraries, log
from digitrec.service.protocol import settings_of
from digitrec.service.settings import Settings

POLL = 0.02
"""Seconds between looks at whether all accepted requests are answered."""

ACCEPTED_A_TURN = 32
"""Connections that one turn of the event loop accepts.

libuv accepts one a turn of each listening socket, and when hundreds ask at once a turn takes a
tenth of a second: who is new would wait for many. So the same socket is listened to as often.
"""


class _Server(uvicorn.Server):
    """Leaves signals to those who know what is to be done about them."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def run(
    settings: Settings,
    model: str | None,
    listener: socket.socket,
    started: Callable[[], None] = lambda: None,
) -> None:
    """Serve until SIGTERM or SIGINT.

    Args:
        settings: all of them.
        model: a .tflite file with its card beside it; None takes the shipped model.
        listener: that requests come to.
        started: is called when they are answered.

    Raises:
        ModelError: the model cannot be used or fails its test.
        OptionError: a file of keys that cannot be read.
        OutputError: the file of corrections or of readings cannot be written.
    """
    catch_libraries()
    cv2.setNumThreads(1)  # pictures are read beside each other, not each by all processors
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(_serve(settings, model, listener, started))


async def _serve(
    settings: Settings, model: str | None, listener: socket.socket, started: Callable[[], None]
) -> None:
    service = build(settings, model)
    server = _Server(uvicorn.Config(**settings_of(service.app, settings.upload_timeout)))
    loop = asyncio.get_running_loop()
    stops: set[asyncio.Task[None]] = set()

    def stop() -> None:
        if not service.health.draining:
            service.health.draining = True
            stops.add(loop.create_task(_drain(service, server)))

    _on(loop, "SIGTERM", stop)
    _on(loop, "SIGINT", stop)
    _on(loop, "SIGHUP", lambda: _take_over(service))
    _on(loop, "SIGUSR2", lambda: _roll_back(service))
    host, port = listener.getsockname()[:2]
    url = f"http://{host}:{port}"
    log(
        "started" if settings.workers > 1 else "listening",
        url=url,
        model=service.models.current.version,
    )
    started()
    await server.serve([listener, *(listener.dup() for _ in range(ACCEPTED_A_TURN - 1))])
    service.work.close()
    log("stopped")


def _on(loop: asyncio.AbstractEventLoop, name: str, action: Callable[[], None]) -> None:
    with contextlib.suppress(NotImplementedError, AttributeError):  # Windows has none of them
        loop.add_signal_handler(getattr(signal, name), action)


async def _drain(service: Service, server: _Server) -> None:
    """Be not ready for a while, let what was accepted be answered, then stop."""
    loop = asyncio.get_running_loop()
    log("draining", requests=service.limited.taken)
    end = loop.time() + service.settings.linger + service.settings.drain
    await asyncio.sleep(service.settings.linger)
    while service.limited.taken and loop.time() < end:
        await asyncio.sleep(POLL)
    server.should_exit = True


def _take_over(service: Service) -> None:
    """Let the model in the file answer from now on, if it passes its test."""
    before = service.models.current.version
    try:
        outcome = "done" if service.models.take_over() else "same"
    except DigitrecError as error:
        service.metrics.takeover("refused")
        log("takeover refused", error=str(error), model=before)
        return
    _told(service, before, outcome)


def _roll_back(service: Service) -> None:
    before = service.models.current.version
    _told(service, before, "rolled back" if service.models.roll_back() else "nothing before")


def _told(service: Service, before: str, outcome: str) -> None:
    now = service.models.current.version
    service.metrics.takeover(outcome)
    if now != before:
        service.metrics.model(now, before)
    log(f"takeover {outcome}", model=now, before=before)
