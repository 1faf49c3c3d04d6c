"""A real server on loopback: `with served("--queue", 3) as server: server.http.get("/")`."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

import digitrec

SECONDS = 60
"""For anything that a server is waited for: the machine may do other work."""


class Server:
    """A server that listens.

    Attributes:
        process: it.
        url: where it listens.
        http: a client of it.
        logged: what it has logged so far, a dict a line.
    """

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.logged: list[dict[str, Any]] = []
        self._changed = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()
        self.url = self.told("listening")["url"]
        self.http = httpx.Client(base_url=self.url, timeout=SECONDS, trust_env=False)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port, for sockets."""
        host, _, port = self.url.removeprefix("http://").rpartition(":")
        return host, int(port)

    def told(self, event: str, after: int = 0) -> dict[str, Any]:
        """The first line of that event in the log, from number `after` on; it is waited for."""
        return self._first("event", event, after)

    def line(self, name: str) -> dict[str, Any]:
        """The first line of the log with the id of a request; it is waited for."""
        return self._first("id", name)

    def _first(self, key: str, value: str, after: int = 0) -> dict[str, Any]:
        def found() -> dict[str, Any] | None:
            return next((each for each in self.logged[after:] if each.get(key) == value), None)

        with self._changed:
            self._changed.wait_for(lambda: found() or self.process.poll() is not None, SECONDS)
            line = found()
        assert line is not None, f"no {value} in {self.logged}"
        return line

    def signal(self, name: str) -> None:
        """Send a signal, such as SIGHUP."""
        self.process.send_signal(getattr(signal, name))

    def _read(self) -> None:
        for line in self.process.stderr:
            with self._changed:
                try:
                    self.logged.append(json.loads(line))
                except ValueError:
                    self.logged.append({"event": "text", "text": line})
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()


@contextmanager
def served(
    *words: object, env: dict[str, str] | None = None, within: Sequence[str] = ()
) -> Iterator[Server]:
    """Start `digitrec serve` with these words on a free port; stop it in the end.

    `within` stands before the command, such as `nice`.
    """
    home = str(Path(digitrec.__file__).parents[1])
    paths = os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH")]))
    with subprocess.Popen(
        [*within, sys.executable, "-m", "digitrec.serve", "--port", "0", *map(str, words)],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": paths, **(env or {})},
    ) as process:
        try:
            server = Server(process)
            with server.http:
                yield server
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()
                    raise
