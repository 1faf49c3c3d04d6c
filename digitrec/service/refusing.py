"""What is refused, or goes wrong, becomes an answer of one line and without a trace."""

import asyncio
from contextlib import suppress

from digitrec.service import exchange as exchanges
from digitrec.service.exchange import App, Exchange, Receive, Scope, Send
from digitrec.service.logs import log
from digitrec.service.refusal import Gone, Refused, as_json

GONE = 499
"""In logs and metrics: who asked has left before the answer, as nginx counts them."""

FAILED = "something went wrong here; the log says what"

JSON = (b"content-type", b"application/json")

DISCARDED = 2.0
"""Seconds that what is still sent of a refused body is taken, and dropped, before the connection is
closed: who is cut off while sending does not see the answer."""


class Refusing:
    """Runs the app, and answers for it where it raises."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the server's beginning and end."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange = exchanges.of(scope)
        try:
            await self.app(scope, receive, send)
        except Refused as refused:
            await _refuse(refused, exchange, receive, send)
        except Gone:
            exchange.status = GONE
        except Exception as error:  # noqa: BLE001 - told in the log, and not to the caller
            log("error", id=exchange.id, error=f"{type(error).__name__}: {error}")
            if not exchange.answered:
                await _refuse(Refused(500, FAILED), exchange, receive, send)


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
