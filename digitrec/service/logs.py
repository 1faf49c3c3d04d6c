"""One JSON object a line on stderr; never a picture, nor what was read of it (see readings)."""

import json
import logging
import os
import sys
import time
from functools import lru_cache
from typing import Any


def log(event: str, **facts: Any) -> None:
    """Write one line: when, what, and the facts."""
    line = json.dumps({"time": _now(), "event": event, "process": os.getpid(), **facts})
    sys.stderr.write(line + "\n")


class _Lines(logging.Handler):
    """What libraries log, in the same form."""

    def emit(self, record: logging.LogRecord) -> None:
        log("library", logger=record.name, level=record.levelname, message=record.getMessage())


def catch_libraries() -> None:
    """Let what libraries warn of, and what is raised where nobody looks, be lines like ours."""
    logging.basicConfig(handlers=[_Lines()], level=logging.WARNING, force=True)
    logging.captureWarnings(True)
    logging.getLogger("PIL").setLevel(logging.CRITICAL)  # of pictures, which are others'


def _now() -> str:
    now = time.time()
    return f"{_second(int(now))}.{int(now % 1 * 1000):03}Z"


@lru_cache(1)
def _second(number: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(number))
