"""A request for one digit: what its microseconds go to, and what the framework takes of them.

The app is called as its server would call it, one request after the other, and each stage is timed
by itself; then the same through the server and a socket, with one caller.
"""

import asyncio
import contextlib
import os
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import servers
from clock import Places, watched
from parts import Part, Target
from processes import PEERS
from service import BOUNDARY, bodies, loaded

from digitrec.reading import ink, plain
from digitrec.reading.classifier import CardClassifier
from digitrec.reading.reading import Reading
from digitrec.service import batching, observed, predict
from digitrec.service.exchange import App
from digitrec.service.limits import WHOLE
from digitrec.service.metrics import Metrics

COUNT, QUICK_COUNT = 2_000, 50
ROUNDS, QUICK = 5, 1
SECONDS, QUICK_SECONDS = 5, 1


class Called:
    """The app, as something whose call can be timed."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def answer(self, body: bytes, kind: bytes) -> bytes:
        """What is answered to a body of this type."""
        answered: list[bytes] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            answered.append(message.get("body", b""))

        await self.app(scope_of(body, kind), receive, send)
        return b"".join(answered)


STAGES: Places = {
    "the form taken apart": (predict, "form_of"),
    "the picture decoded": (plain, "grey_of"),
    "its ink looked at": (ink, "in_form"),
    "the network asked": (CardClassifier, "logits"),
    "its answer judged": (batching, "answers"),
    "the answer as a dict": (Reading, "as_dict"),
    "and as JSON": (predict, "as_answer"),
    "metrics": (Metrics, "answered"),
    "the line of the log": (observed, "log"),
    "framework, limits, headers, batching": (Called, "answer"),
}
"""What takes the time, each without the others."""

ALL, SERVED = "all of it, the app called", "through its server and a socket"
EMPTY, EMPTY_SERVED = "FastAPI, nothing done, the app called", "that through server and socket"


def measure(quick: bool) -> Part:
    """Microseconds a request, its picture as the body and in a form."""
    count, rounds = (QUICK_COUNT, QUICK) if quick else (COUNT, ROUNDS)
    with TemporaryDirectory() as folder:
        digit, form = bodies(Path(folder))
        sent = ((digit, b"image/png"), (form, f"multipart/form-data; boundary={BOUNDARY}".encode()))
        columns = [profile(file.read_bytes(), kind, count, rounds) for file, kind in sent]
        nothing = asyncio.run(micros(Called(empty_app()), digit.read_bytes(), b"image/png", count))
        seconds = QUICK_SECONDS if quick else SECONDS
        with servers.ours() as service, servers.empty() as empty:
            served = 1e6 / loaded(service, digit, 1, seconds)["rate"]
            empty_served = 1e6 / loaded(empty, digit, 1, seconds)["rate"]
    whole = sum(columns[0].values())
    rows = [[name, *(f"{column[name]:.0f}" for column in columns)] for name in STAGES]
    rows += [
        [ALL, *(f"{sum(column.values()):.0f}" for column in columns)],
        [SERVED, f"{served:.0f}", ""],
        [EMPTY, f"{nothing:.0f}", ""],
        [EMPTY_SERVED, f"{empty_served:.0f}", ""],
    ]
    targets = {
        "request, framework": Target("FastAPI's empty request by ours", nothing / whole),
        "request, served": Target("the same through server and socket", empty_served / served),
    }
    return Part(["a request for a 28x28 PNG, us", "as the body", "in a form"], rows, targets)


def profile(body: bytes, kind: bytes, count: int, rounds: int) -> dict[str, float]:
    """Microseconds that a stage takes of a request, the median of some rounds."""
    turns = [asyncio.run(stages(body, kind, count)) for _ in range(rounds)]
    return {name: median(turn[name] for turn in turns) for name in STAGES}


async def stages(body: bytes, kind: bytes, count: int) -> dict[str, float]:
    """Microseconds that a stage takes of a request, the log thrown away."""
    from digitrec.service.app import build
    from digitrec.service.settings import Settings

    with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stderr(nowhere):
        called = Called(build(Settings(), None).app)
        await micros(called, body, kind, count // 10)
        with watched(STAGES) as found:
            await micros(called, body, kind, count)
    return {name: 1e6 * spent / count for name, spent in found.items()}


async def micros(called: Called, body: bytes, kind: bytes, count: int) -> float:
    """Microseconds a request, one after the other."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    for _ in range(count):
        await called.answer(body, kind)
    return 1e6 * (loop.time() - began) / count


def scope_of(body: bytes, kind: bytes) -> dict[str, Any]:
    """What a server says of a request, by ASGI; ours says that the whole body is there."""
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST",
        "scheme": "http", "path": "/predict", "raw_path": b"/predict", "root_path": "",
        "query_string": b"", "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), WHOLE: True,
        "headers": [(b"content-type", kind), (b"content-length", str(len(body)).encode())],
    }  # fmt: skip


def empty_app() -> App:
    """FastAPI, and nothing done."""
    sys.path.insert(0, str(PEERS))
    import empty_service

    return empty_service.app
