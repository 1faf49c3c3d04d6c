"""JSON answers, and routes that FastAPI documents but neither parses nor checks."""

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


_ENCODER = json.JSONEncoder(separators=(",", ":"))


def as_answer(value: Any, status: int = 200) -> Response:
    """JSON in as few bytes as it takes."""
    return Response(_ENCODER.encode(value), status, media_type="application/json")
