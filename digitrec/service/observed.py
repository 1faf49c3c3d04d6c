"""The outermost layer: each request has an id, headers, a line in the log, a place in metrics."""

import time
from collections.abc import Callable

from digitrec.service import exchange as exchanges
from digitrec.service.exchange import App, Exchange, Header, Message, Receive, Scope, Send
from digitrec.service.logs import log
from digitrec.service.metrics import Metrics
from digitrec.service.security import HEADERS


class Observed:
    """Runs the app, and tells of each request.

    Args:
        app: what answers.
        metrics: that are told.
        version: gives that of the model which would answer now.
    """

    def __init__(self, app: App, metrics: Metrics, version: Callable[[], str]) -> None:
        self.app, self.metrics, self.version = app, metrics, version

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the server's beginning and end."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        exchange = exchanges.begun(scope)

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.answered, exchange.status = True, message["status"]
                message["headers"] = [*message["headers"], *self._headers(exchange)]
            await send(message)

        try:
            await self.app(scope, receive, sent)
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

    def _headers(self, exchange: Exchange) -> list[Header]:
        version = exchange.model or self.version()
        named = [(b"x-request-id", exchange.id.encode()), (b"x-model-version", version.encode())]
        return [*HEADERS, *named]
