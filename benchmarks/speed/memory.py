"""The most memory that reading, serving and training take, beside how people do the same.

A program's peak is that of its largest process, libraries included. Curves show the peak of one
process that reads 4,096 images, by the batch, the threads and the width.
"""

import http.client
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import servers
from files import filled
from parts import Part, Target
from processes import MODELS, PEERS, ROOT, digitrec, peak
from servers import Service
from service import BOUNDARY, bodies
from throughput import BATCHES, INT8, WAYS
from work import WIDTHS, wide

FILES, QUICK_FILES = 5_000, 100
CALLERS, REQUESTS, QUICK_REQUESTS = 16, 1_600, 32
COUNT, QUICK_COUNT = 4_096, 256
THREADS, QUICK_THREADS = (1, 2, 4), (1,)
BATCH = 256

PREDICT, SERVE, TRAIN = "5,000 files read", "requests of 16 callers served", "an epoch trained"


def measure(quick: bool) -> Part:
    """Peaks by what is done, ours and the usual program's."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        peaks = {
            PREDICT: reading(folder, QUICK_FILES if quick else FILES),
            SERVE: serving(folder, QUICK_REQUESTS if quick else REQUESTS),
            TRAIN: training(folder, quick),
        }
        curves = swept(folder, quick)
    names = dict(zip(("predict", "serve", "train"), peaks, strict=True))
    targets = {
        f"memory, {name}": Target(
            f"{what}: Keras's memory by ours", peaks[what][1] / peaks[what][0]
        )
        for name, what in names.items()
    }
    rows = [
        [what, f"{ours:.0f}", f"{theirs:.0f}", f"{theirs / ours:.1f}"]
        for what, (ours, theirs) in peaks.items()
    ]
    head = ["most memory, MB", "digitrec", "Keras used plainly", "times as much"]
    return Part(head, rows, targets, curves)


def reading(place: Path, count: int) -> tuple[float, float]:
    """Of one process that reads a folder, and of a Keras script."""
    folder = filled(place / "files", count)
    ours = peak([*digitrec(), "predict", folder, "--single", "--json", "--jobs", "1"])
    script = [sys.executable, PEERS / "keras_files.py", MODELS / "digitrec.keras", folder]
    return ours, peak(script)


def serving(place: Path, count: int) -> tuple[float, float]:
    """Of `digitrec serve`, and of the service as it is usually written."""
    digit, form = bodies(place)
    with servers.ours() as ours:
        ask(ours, digit.read_bytes(), "image/png", count)
        own = ours.peak
    with servers.common() as common:
        ask(common, form.read_bytes(), f"multipart/form-data; boundary={BOUNDARY}", count)
        return own, common.peak


def ask(service: Service, body: bytes, kind: str, count: int) -> None:
    """Send so many requests, CALLERS at once."""

    def call(share: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", service.port)
        for _ in range(share):
            connection.request("POST", "/predict", body, {"content-type": kind})
            connection.getresponse().read()
        connection.close()

    with ThreadPoolExecutor(CALLERS) as callers:
        list(callers.map(call, [count // CALLERS] * CALLERS))


def training(place: Path, quick: bool) -> tuple[float, float]:
    """Of `digitrec train`, and of Keras's example: hundreds of steps, a few when tried out."""
    ours = ["train", "--preset", "quick", "--epochs", "1", "--data", "mnist"]
    ours += ["--output", str(place / "run"), *(["--limit", "512"] if quick else [])]
    epochs = "0" if quick else "1"
    script = ROOT / "benchmarks" / "keras_example.py"
    example = [sys.executable, script, place / "example.json", "0", epochs]
    return peak([*digitrec(), *ours]), peak(example)


def swept(place: Path, quick: bool) -> dict[str, dict[str, float]]:
    """Peaks of one process by what is varied."""
    count = QUICK_COUNT if quick else COUNT
    batches, threads = (BATCHES[:1], QUICK_THREADS) if quick else (BATCHES, THREADS)
    widths = WIDTHS[:1] if quick else WIDTHS
    return {
        "MB by batch": by(batches, lambda batch: of(INT8, count, 1, batch)),
        "MB by threads": by(threads, lambda number: of(INT8, count, number, BATCH)),
        "MB by width": by(
            widths, lambda width: of(wide(place, width), count, 1, BATCH, way="litert")
        ),
    }


def by(values: Sequence[float], peak_of: Callable[[Any], float]) -> dict[str, float]:
    """The peak by each value."""
    return {f"{value:g}": peak_of(value) for value in values}


def of(model: Path, count: int, threads: int, batch: int, way: str = "ours") -> float:
    """The peak of a process that reads so many digits."""
    return peak([sys.executable, WAYS, way, str(count), str(threads), model, str(batch)])
