"""JSON answers, and routes that take what FastAPI by itself would not."""

import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from digitrec.reading.form import SIDE
from digitrec.service import exchange as exchanges
from digitrec.service.refusal import Refused


class Direct(APIRoute):
    """A route whose function is given the request and gives the response."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The function itself."""
        endpoint: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return endpoint


BESIDE = 1000
"""Values that JSON may have beside its pixels."""


class Json(APIRoute):
    """A route that takes its body for JSON, whatever it is called: `curl -d` calls it a form."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's own, which is shown a request of the right type and not too many values."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            _expect_few_values(exchanges.of(request.scope).body, request.app.state.max_items)
            others = [pair for pair in request.scope["headers"] if pair[0] != b"content-type"]
            headers = [*others, (b"content-type", b"application/json")]
            return await handle(Request({**request.scope, "headers": headers}, request.receive))

        return handled


def _expect_few_values(body: bytes, max_items: int) -> None:
    """Raise Refused when a body has more values than so many digits have pixels.

    Python lets nothing else run while it parses JSON, be it in a thread: millions of numbers would
    stop all requests for a second. Pictures in base64 are few values, and soon parsed.
    """
    most = max_items * SIDE * SIDE + BESIDE
    if body.count(b",") >= most:
        raise Refused(413, f"expected at most {most:,} values in JSON; received more")


_ENCODER = json.JSONEncoder(separators=(",", ":"))


def as_answer(value: Any, status: int = 200) -> Response:
    """JSON in as few bytes as it takes."""
    return Response(_ENCODER.encode(value), status, media_type="application/json")
