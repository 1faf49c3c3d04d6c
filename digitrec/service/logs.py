"""One JSON object a line on stderr; never a picture, nor what was read of it."""

import json
import sys
import time
from typing import Any


def log(event: str, **facts: Any) -> None:
    """Write one line: when, what, and the facts."""
    line = json.dumps({"time": _now(), "event": event, **facts}, default=str)
    sys.stderr.write(line + "\n")


def _now() -> str:
    now = time.time()
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(now))}.{int(now % 1 * 1000):03}Z"
