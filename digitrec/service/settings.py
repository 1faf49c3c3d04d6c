"""Every knob of the service, each defined once; the defaults are safe."""

from dataclasses import dataclass, field
from typing import Any


def _knob(
    default: Any,
    explained: str,
    *,
    low: float | None = None,
    high: float | None = None,
    kind: type | None = None,
    several: bool = False,
) -> Any:
    """A field of Settings: its default, a line of help, and the numbers that it may be."""
    about = {"help": explained, "kind": kind or type(default), "among": (), "several": several}
    return field(default=default, metadata={**about, "low": low, "high": high})


@dataclass(frozen=True)
class Settings:
    """How the service runs: the flags of `digitrec serve`. What is counted is counted a worker."""

    host: str = _knob("127.0.0.1", "address to listen on; 0.0.0.0 is every one of the machine's")
    port: int = _knob(8000, "port to listen on, 0 for any that is free", low=0, high=65535)
    workers: int = _knob(1, "processes that share the port", low=1, high=256)
    max_body: int = _knob(10_000_000, "bytes of a request's body, at most", low=1)
    max_pixels: int = _knob(
        16_000_000, "pixels of a picture, at most, seen before it is decoded", low=784
    )
    max_items: int = _knob(64, "pictures of a request, at most", low=1)
    batch: int = _knob(16, "digits that go to the classifier together, at most", low=1, high=256)
    batch_wait: float = _knob(
        2.0, "milliseconds that a batch waits for requests on their way", low=0, high=1000
    )
    concurrency: int = _knob(4, "pictures read at once", low=1, high=256)
    queue: int = _knob(60, "requests that may wait beside them: more are sent away", low=0)
    timeout: float = _knob(10.0, "seconds for a request, once it is there", low=0.01)
    upload_timeout: float = _knob(10.0, "seconds for a request to come in", low=0.01)
    drain: float = _knob(30.0, "seconds that accepted requests have after SIGTERM", low=0)
    linger: float = _knob(
        0.0, "seconds to go on after SIGTERM, not ready, until balancers have seen it", low=0
    )
    api_key_file: str | None = _knob(
        None, "a file with keys, one a line: without one of them nothing is answered", kind=str
    )
    allow_origin: str | None = _knob(
        None, "origins whose pages may call, commas between (CORS; default: none)", kind=str
    )
    log_readings: str | None = _knob(
        None,
        "add what each picture said, which people wrote, to this file as a JSON line for "
        "digitrec monitor; - is stdout",
        kind=str,
    )
    corrections: str | None = _knob(
        None, "keep corrections that people consent to in this SQLite file", kind=str
    )
    max_corrections: int = _knob(10_000, "corrections kept, at most", low=1)

    @property
    def places(self) -> int:
        """Requests that are taken in at once: read and waiting."""
        return self.concurrency + self.queue

    @property
    def origins(self) -> tuple[str, ...]:
        """Those whose pages may call."""
        return tuple(name.strip() for name in (self.allow_origin or "").split(",") if name.strip())
