"""Keeps what C libraries write to file descriptor 2 off the terminal.

LiteRT announces its delegate there and libtiff complains of broken files; neither has a setting.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

STDERR = 2

_ONE_AT_A_TIME = RLock()


@contextmanager
def quiet_stderr() -> Iterator[None]:
    """Swallow what the block, and meanwhile any other thread, writes to the process's stderr."""
    with Path(os.devnull).open("wb") as nowhere, stderr_into(nowhere.fileno()):
        yield


@contextmanager
def stderr_into(descriptor: int) -> Iterator[None]:
    """Send what the block, and meanwhile any other thread, writes to stderr to a descriptor.

    sys.stderr stays the same object: loggers that are made inside the block hold on to it.
    """
    with _ONE_AT_A_TIME:
        try:
            kept = os.dup(STDERR)
        except OSError:  # a process without stderr, such as a service of Windows
            yield
            return
        _flush()
        os.dup2(descriptor, STDERR)
        try:
            yield
        finally:
            _flush()
            os.dup2(kept, STDERR)
            os.close(kept)


def _flush() -> None:
    if sys.stderr is not None:
        sys.stderr.flush()
