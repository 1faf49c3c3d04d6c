"""HTTP on a connection, with an end to the patience that Uvicorn has with the heads of requests."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from digitrec.service.limits import WHOLE

MOST_OF_A_HEAD = 65_536
"""Bytes of a request's line and headers."""

TOO_MUCH = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)


def impatient(seconds: float) -> type[asyncio.Protocol]:
    """A protocol that closes connections whose next head is not there in time, or too long."""

    class Impatient(HttpToolsProtocol):
        """Counts the seconds and the bytes of each head."""

        _timer: asyncio.TimerHandle | None = None
        _head = 0

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._expect_a_head()

        def connection_lost(self, exc: Exception | None) -> None:
            self._expect_none()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            if self._timer is not None:
                self._head += len(data)
            super().data_received(data)
            if self._timer is not None and self._head > MOST_OF_A_HEAD:
                self._expect_none()
                self.transport.write(TOO_MUCH)
                self.transport.close()

        def on_message_begin(self) -> None:
            self._expect_a_head()
            super().on_message_begin()

        def on_headers_complete(self) -> None:
            self._expect_none()
            super().on_headers_complete()

        def on_message_complete(self) -> None:
            self.scope[WHOLE] = True  # type: ignore[literal-required]
            super().on_message_complete()

        def _expect_a_head(self) -> None:
            if self._timer is None:
                self._head = 0
                self._timer = self.loop.call_later(seconds, self._give_up)

        def _expect_none(self) -> None:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

        def _give_up(self) -> None:
            self._timer = None
            if not self.transport.is_closing():
                self.transport.close()

    return Impatient


def settings_of(app: Any, upload_timeout: float) -> dict[str, Any]:
    """What Uvicorn is to be run with."""
    return {
        "app": app,
        "http": impatient(upload_timeout),
        "ws": "none",
        "lifespan": "off",
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "timeout_graceful_shutdown": 1,
    }
