"""Keeps what C libraries write to file descriptor 2 off the terminal.

LiteRT announces its delegate there and libtiff complains of broken files; neither has a setting.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

STDERR = 2

_ONE_AT_A_TIME = Lock()


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Swallow what the block, and meanwhile any other thread, writes to the process's stderr."""
    with _ONE_AT_A_TIME:
        try:
            kept = os.dup(STDERR)
        except OSError:  # a process without stderr, such as a service of Windows
            yield
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, STDERR)
        os.close(nowhere)
        try:
            yield
        finally:
            os.dup2(kept, STDERR)
            os.close(kept)
