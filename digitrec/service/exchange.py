"""One request and its answer, as far as logs and metrics tell of them."""

import itertools
import re
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

GOOD_ID = re.compile(rb"[\w.:-]{1,64}", re.ASCII)
"""What a caller may call its request; all else could forge lines of a log."""

_OURS = secrets.token_hex(8)
_COUNT = itertools.count()
"""Ids are this process's own number and a count."""

KEY = "digitrec"
"""Where the exchange is in the request's scope."""


@dataclass(slots=True)
class Exchange:
    """What is known of a request while it is answered. Nothing of its pictures is told.

    Attributes:
        headers: by name; the last of several.
        id: given by the caller, or made here.
        body: all of it, once it has come.
        route: the address as it is declared; "other" for all that are not.
        model: the version that answered, if a model was asked.
        pictures: how many were read.
        received: bytes of the body so far.
        unread: whether more of the body may be coming.
        status: of HTTP.
        answered: whether an answer has begun.
    """

    headers: dict[bytes, bytes]
    id: str
    body: bytes = b""
    began: float = field(default_factory=time.perf_counter)
    route: str = "other"
    model: str = ""
    pictures: int = 0
    received: int = 0
    unread: bool = False
    status: int = 500
    answered: bool = False


def new_id() -> str:
    """What a request is called here whose caller has no good name for it."""
    return f"{_OURS}{next(_COUNT):08x}"


def begun(scope: Scope) -> Exchange:
    """The exchange of a request that has just come, which its scope holds from now on."""
    headers = dict(scope["headers"])
    given = headers.get(b"x-request-id", b"")
    scope[KEY] = exchange = Exchange(
        headers, given.decode() if GOOD_ID.fullmatch(given) else new_id()
    )
    return exchange


def of(scope: Scope) -> Exchange:
    """The exchange that a request belongs to."""
    exchange: Exchange = scope[KEY]
    return exchange
