"""The port that is listened on, and the processes that share it."""

import socket

from digitrec.errors import OutputError
from digitrec.service.settings import Settings

BACKLOG = 2048
"""Connections that the system holds until they are looked at."""


def listen(settings: Settings) -> socket.socket:
    """A socket that listens. Raises OutputError when the port is taken or not to be had."""
    try:
        (family, kind, _, _, address), *_ = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        listener = socket.socket(family, kind)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        raise OutputError(
            f"{settings.host}:{settings.port}: cannot be listened on ({error.strerror or error})"
        ) from error
    return listener
