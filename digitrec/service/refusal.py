"""How the service says no: a status, one line, and what to do about it."""

import json
from collections.abc import Mapping


class Refused(Exception):  # noqa: N818 - it is the caller's error, not ours
    """A request that is answered with a status and one line.

    Args:
        status: of HTTP.
        message: what was expected and what came.
        headers: beside those that every answer has.
    """

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})


class Gone(Exception):  # noqa: N818 - nobody's error
    """Who asked has left: there is nobody to answer."""


LONGEST = 500
"""Characters of a message, which may repeat what was sent."""


def as_json(message: object) -> bytes:
    """The body of every answer that is an error, whatever the protocol."""
    return json.dumps({"error": " ".join(str(message)[:LONGEST].split())}).encode()


def busy(message: str) -> Refused:
    """503 at once; a second later there may be room."""
    return Refused(503, message, {"Retry-After": "1"})
