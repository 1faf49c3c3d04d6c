"""What Prometheus is told. Nothing of a picture but how many digits were read as which.

With several workers each writes to a folder that $PROMETHEUS_MULTIPROC_DIR names, and whichever is
asked tells of all.
"""

import os
import platform
from functools import lru_cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from digitrec import __version__
from digitrec.reading.reading import Reading
from digitrec.service.exchange import Exchange

SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
FOLDER = "PROMETHEUS_MULTIPROC_DIR"


class Metrics:
    """The service's counters, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self._requests = Counter(
            "digitrec_requests", "Requests by address and status.", ["route", "status"],
            registry=registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "digitrec_request_seconds", "Seconds from a request's head to its answer.", ["route"],
            buckets=SECONDS, registry=registry,
        )  # fmt: skip
        self._pictures = Counter(
            "digitrec_pictures", "Pictures by what became of them.", ["status"], registry=registry
        )
        self._digits = Counter(
            "digitrec_digits", "Digits by what they were read as.", ["digit"], registry=registry
        )
        self.batch_size = Histogram(
            "digitrec_batch_size", "Digits that went to the classifier together.",
            buckets=SIZES, registry=registry,
        )  # fmt: skip
        self.in_flight = self._gauge("digitrec_requests_in_flight", "Requests taken in.")
        self.queue_depth = self._gauge(
            "digitrec_queue_depth", "Pictures that wait for one of those that read."
        )
        self._takeovers = Counter(
            "digitrec_takeovers", "Models asked to take over, by what came of it.", ["outcome"],
            registry=registry,
        )  # fmt: skip
        self._model = Gauge(
            "digitrec_model_info", "1 for the version of the model that answers.", ["version"],
            registry=registry, multiprocess_mode="livemax",
        )  # fmt: skip
        build = Gauge(
            "digitrec_build_info", "Versions that run.", ["version", "python"],
            registry=registry, multiprocess_mode="livemax",
        )  # fmt: skip
        build.labels(__version__, platform.python_version()).set(1)
        self._count = lru_cache(1000)(self._requests.labels)
        self._time = lru_cache(1000)(self._seconds.labels)
        self._read_as = lru_cache(1000)(self._digits.labels)
        self._became = lru_cache(100)(self._pictures.labels)

    def _gauge(self, name: str, explained: str) -> Gauge:
        return Gauge(name, explained, registry=self.registry, multiprocess_mode="livesum")

    def answered(self, exchange: Exchange, seconds: float) -> None:
        """Count an answer."""
        self._count(exchange.route, str(exchange.status)).inc()
        self._time(exchange.route).observe(seconds)

    def read(self, reading: Reading) -> None:
        """Count a picture and its digits."""
        self._became(reading.status).inc()
        for digit in reading.digits:
            if digit.status != "not_a_digit":
                self._read_as(str(digit.digit)).inc()

    def model(self, version: str, before: str | None = None) -> None:
        """Tell which model answers now, and which no longer does."""
        if before is not None:
            self._model.labels(before).set(0)
        self._model.labels(version).set(1)

    def takeover(self, outcome: str) -> None:
        """Count a takeover: "done", "same", "refused" or "rolled back"."""
        self._takeovers.labels(outcome).inc()

    def text(self) -> bytes:
        """All of it in Prometheus's form; of all workers if there are several."""
        if FOLDER not in os.environ:
            return generate_latest(self.registry)
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
