"""HTTP on a connection, with an end to the patience that Uvicorn has with the heads of requests."""

import asyncio
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from digitrec.service.exchange import new_id
from digitrec.service.limits import WHOLE
from digitrec.service.logs import log
from digitrec.service.refusal import as_json
from digitrec.service.security import HEADERS

MOST_OF_A_HEAD = 65_536
"""Bytes of a request's line and headers."""


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
                status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
                self._refuse(status, f"expected a head of at most {MOST_OF_A_HEAD:,} bytes")

        def send_400_response(self, msg: str) -> None:
            self._refuse(HTTPStatus.BAD_REQUEST, f"expected a request; {msg}")

        def on_message_begin(self) -> None:
            self._expect_a_head()
            super().on_message_begin()

        def on_headers_complete(self) -> None:
            self._expect_none()
            super().on_headers_complete()

        def on_message_complete(self) -> None:
            self.scope[WHOLE] = True  # type: ignore[literal-required]
            super().on_message_complete()

        def _refuse(self, status: HTTPStatus, message: str) -> None:
            """Answer what is no request in the form of all other answers, and close."""
            name = new_id()
            log("no request", id=name, status=int(status), client=(self.client or ("",))[0])
            self.transport.write(_answer(status, message, name))
            self.transport.close()

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


def _answer(status: HTTPStatus, message: str, name: str) -> bytes:
    """All bytes of an answer that is an error, after which the connection is closed."""
    body = as_json(message)
    headers = [
        *HEADERS,
        (b"x-request-id", name.encode()),
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        (b"connection", b"close"),
    ]
    head = b"".join(b"%s: %s\r\n" % header for header in headers)
    return b"HTTP/1.1 %d %s\r\n%s\r\n%s" % (status, status.phrase.encode(), head, body)


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
