"""JSON answers, and routes that take what FastAPI by itself would not."""

import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute


class Direct(APIRoute):
    """A route whose function is given the request and gives the response."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The function itself."""
        endpoint: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return endpoint


class Json(APIRoute):
    """A route that takes its body for JSON, whatever it is called: `curl -d` calls it a form."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's own, which is shown a request of the right type."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            others = [pair for pair in request.scope["headers"] if pair[0] != b"content-type"]
            headers = [*others, (b"content-type", b"application/json")]
            return await handle(Request({**request.scope, "headers": headers}, request.receive))

        return handled


_ENCODER = json.JSONEncoder(separators=(",", ":"))


def as_answer(value: Any, status: int = 200) -> Response:
    """JSON in as few bytes as it takes."""
    return Response(_ENCODER.encode(value), status, media_type="application/json")
