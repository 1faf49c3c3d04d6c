"""What is let in: callers with a key, so many requests at once, bodies of so many bytes in time."""

import asyncio
from collections.abc import Sequence

from digitrec.service import exchange as exchanges
from digitrec.service.exchange import App, Exchange, Message, Receive, Scope, Send
from digitrec.service.metrics import Metrics
from digitrec.service.refusal import Gone, Refused, busy
from digitrec.service.security import check_key, check_origin
from digitrec.service.settings import Settings

WHOLE = "digitrec.whole"
"""In the scope of a request whose body came with its head, as our protocol sees."""

SMALL = 65_536
"""Bytes of a body that is dropped more cheaply than a connection is made anew."""


class Limited:
    """Runs the app with the whole body of each request that is let in.

    Args:
        app: what answers.
        settings: with the limits.
        keys: one of which a caller must have, if there are any.
        metrics: that are told how many are in.

    Attributes:
        taken: requests that are in now.
        coming: those of them whose bodies are still on their way.
    """

    def __init__(
        self, app: App, settings: Settings, keys: Sequence[bytes], metrics: Metrics
    ) -> None:
        self.app, self.settings, self.keys, self.metrics = app, settings, keys, metrics
        self.origins = [origin.encode() for origin in settings.origins]
        self.taken = self.coming = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the server's beginning and end. Raises Refused or Gone."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange = exchanges.of(scope)
        check_key(self.keys, scope["path"], exchange.headers)
        if scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._without_body(scope, receive, send)
            return
        declared = self._let_in(scope, exchange)
        self.taken += 1
        self.metrics.in_flight.inc()
        try:
            exchange.body = await self._body(scope, declared, exchange, receive)
            await self.app(scope, _giving(exchange.body, receive), send)
        finally:
            self.taken -= 1
            self.metrics.in_flight.dec()

    async def _without_body(self, scope: Scope, receive: Receive, send: Send) -> None:
        """HEAD is answered as GET is: the server leaves the body out."""
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        asked = {**scope, "method": method}
        await self.app(asked, receive, send)
        scope["route"] = asked.get("route")

    def _let_in(self, scope: Scope, exchange: Exchange) -> int:
        """How many bytes the body is said to have. Raises Refused."""
        declared = int(exchange.headers.get(b"content-length", b"0"))
        exchange.unread = declared > SMALL or b"transfer-encoding" in exchange.headers
        check_origin(self.origins, scope["method"], exchange.headers)
        if self.taken >= self.settings.places:
            raise busy(f"expected at most {self.settings.places} requests at once; received more")
        return declared

    async def _body(
        self, scope: Scope, declared: int, exchange: Exchange, receive: Receive
    ) -> bytes:
        """All of a request's body. Raises Refused when it is too large or too slow."""
        exchange.unread = True
        if WHOLE in scope and declared <= self.settings.max_body:
            return await self._received(exchange, receive)
        self.coming += 1
        try:
            if declared > self.settings.max_body:
                raise self._too_large(f"{declared:,}")
            async with asyncio.timeout(self.settings.upload_timeout):
                return await self._received(exchange, receive)
        except TimeoutError:
            raise Refused(
                408, f"expected the whole body within {self.settings.upload_timeout:g} seconds"
            ) from None
        finally:
            self.coming -= 1

    async def _received(self, exchange: Exchange, receive: Receive) -> bytes:
        body = b""
        chunks: list[bytes] = []
        while exchange.unread:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Gone
            exchange.unread = message.get("more_body", False)
            body = message.get("body", b"")
            exchange.received += len(body)
            if exchange.received > self.settings.max_body:
                raise self._too_large("more")
            chunks.append(body)
        return body if len(chunks) == 1 else b"".join(chunks)

    def _too_large(self, received: str) -> Refused:
        return Refused(
            413, f"expected at most {self.settings.max_body:,} bytes; received {received}"
        )


def _giving(body: bytes, receive: Receive) -> Receive:
    """What an app that asks for the body is given; after that it hears what the server says."""
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def given() -> Message:
        return left.pop() if left else await receive()

    return given
