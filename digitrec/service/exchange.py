"""One request and its answer, as far as logs and metrics tell of them."""

import secrets
import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
"""ASGI's own shapes."""

Header = tuple[bytes, bytes]

KEY = "digitrec"
"""Where the exchange is in the request's scope."""


@dataclass(slots=True)
class Exchange:
    """What is told of a request, and nothing of its pictures.

    Attributes:
        id: given by the caller, or made here.
        route: the address as it is declared; "other" for all that are not.
        model: the version that answered, if a model was asked.
        pictures: how many were read.
        received: bytes of the body.
        unread: whether more of the body may be coming.
        status: of HTTP.
    """

    id: str
    began: float = field(default_factory=time.perf_counter)
    route: str = "other"
    model: str = ""
    pictures: int = 0
    received: int = 0
    unread: bool = False
    status: int = 500


def of(scope: Scope) -> Exchange:
    """The exchange that a request belongs to."""
    exchange: Exchange = scope[KEY]
    return exchange


def new_id() -> str:
    """Sixteen hexadecimal digits that are nobody else's."""
    return secrets.token_hex(8)
