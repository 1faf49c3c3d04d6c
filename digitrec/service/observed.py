"""The outermost layer: each request has an id, headers, a line in the log, a place in metrics."""

import asyncio
import time
from contextlib import suppress

from digitrec.service import exchange as exchanges
from digitrec.service.exchange import App, Exchange, Header, Message, Receive, Scope, Send
from digitrec.service.logs import log
from digitrec.service.metrics import Metrics
from digitrec.service.refusal import Gone, Refused, as_json
from digitrec.service.security import HEADERS

GONE = 499
"""In logs and metrics: who asked has left before the answer, as nginx counts them."""

FAILED = "something went wrong here; the log says what"

JSON = (b"content-type", b"application/json")


DISCARDED = 2.0
"""Seconds that what is still sent of a refused body is taken, and dropped, before the connection is
closed: who is cut off while sending does not see the answer."""


class Observed:
    """Runs the app; what it refuses, or fails at, becomes an answer without a trace."""

    def __init__(self, app: App, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the server's beginning and end."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange = exchanges.begun(scope)

        answered = False

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                nonlocal answered
                answered = True
                exchange.status = message["status"]
                message["headers"] = [*message["headers"], *_headers(exchange)]
            await send(message)

        try:
            await self.app(scope, receive, sent)
        except Refused as refused:
            await _refuse(refused, exchange, receive, sent)
        except Gone:
            exchange.status = GONE
        except Exception as error:  # noqa: BLE001 - told in the log, and not to the caller
            log("error", id=exchange.id, error=f"{type(error).__name__}: {error}")
            if not answered:
                await _refuse(Refused(500, FAILED), exchange, receive, sent)
        finally:
            self._tell(scope, exchange)

    def _tell(self, scope: Scope, exchange: Exchange) -> None:
        exchange.route = getattr(scope.get("route"), "path", exchange.route)
        seconds = time.perf_counter() - exchange.began
        self.metrics.answered(exchange, seconds)
        log(
            "request",
            id=exchange.id,
            method=scope["method"],
            path=scope["path"],
            status=exchange.status,
            ms=round(seconds * 1000, 2),
            bytes=exchange.received,
            pictures=exchange.pictures,
            model=exchange.model,
            client=(scope.get("client") or ("",))[0],
        )


def _headers(exchange: Exchange) -> list[Header]:
    added = [*HEADERS, (b"x-request-id", exchange.id.encode())]
    if exchange.model:
        added.append((b"x-model-version", exchange.model.encode()))
    return added


async def _refuse(refused: Refused, exchange: Exchange, receive: Receive, send: Send) -> None:
    body = as_json(refused)
    headers = [(name.lower().encode(), value.encode()) for name, value in refused.headers.items()]
    headers += [JSON, (b"content-length", str(len(body)).encode())]
    if exchange.unread:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": exchange.unread})
    if exchange.unread:
        await _discard(receive)
        await send({"type": "http.response.body", "body": b""})


async def _discard(receive: Receive) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(DISCARDED):
            message = await receive()
            while message["type"] == "http.request" and message.get("more_body"):
                message = await receive()
