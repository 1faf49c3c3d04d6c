"""Digits that lie in memory: how many a second, by the ways in which people read them."""

import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from parts import Part, Target
from processes import MODELS, digitrec, run

COUNT, QUICK_COUNT = 60_000, 4_096
ROUNDS, QUICK = 3, 1
BATCHES, THREADS = (1, 32, 256, 1024), (1, 2)
BATCH, TWO = 256, 2
LEAST = 5
"""How many times as many as Keras's example under `predict` are asked for."""

WAYS = Path(__file__).with_name("ways.py")
INT8, FLOAT = MODELS / "digitrec.tflite", MODELS / "digitrec.keras"

Way = tuple[str, int, int, Path]
"""Its name in ways.py, digits a batch, threads, model."""


def measure(quick: bool) -> Part:
    """Each way by turns; then our own by batch and threads."""
    count, rounds = (QUICK_COUNT, QUICK) if quick else (COUNT, ROUNDS)
    with TemporaryDirectory() as folder:
        onnx = Path(folder) / "digitrec.onnx"
        run([*digitrec(), "convert", FLOAT, "--to", "onnx", "--data", "mnist", "--output", onnx])
        ways: dict[str, Way] = {
            "`digitrec`, shipped int8 model": ("ours", BATCH, TWO, INT8),
            "LiteRT plainly, a digit an invoke": ("litert", 1, TWO, INT8),
            "LiteRT plainly, batches of 256": ("litert", BATCH, TWO, INT8),
            "onnxruntime, the same network, batches of 256": ("onnx", BATCH, TWO, onnx),
            "Keras `predict`, the same network": ("keras", 32, TWO, FLOAT),
            "the same, batches of 256": ("keras", BATCH, TWO, FLOAT),
            "tf.function, the same network, batches of 256": ("tf.function", BATCH, TWO, FLOAT),
            "Keras's example by `predict`": ("example", 32, TWO, FLOAT),
            "the same, batches of 256 ": ("example", BATCH, TWO, FLOAT),
        }
        turns = [{name: micros(way, count) for name, way in ways.items()} for _ in range(rounds)]
    swept = {
        f"{threads} threads": {
            str(batch): micros(("ours", batch, threads, INT8), count) for batch in BATCHES
        }
        for threads in THREADS
    }
    return Part(
        ["60,000 digits from memory, two threads", "a second", "times as many as Keras's example"],
        rows(turns),
        targets(turns),
        swept,
    )


def micros(way: Way, count: int) -> float:
    """Microseconds a digit takes."""
    name, batch, threads, model = way
    command = [sys.executable, WAYS, name, str(count), str(batch), str(threads), model]
    return float(run(command).printed.splitlines()[-1])


def rows(turns: Sequence[dict[str, float]]) -> list[list[str]]:
    """A row a way."""
    *_, example, _ = turns[0]
    return [
        [
            name,
            f"{1e6 / median(turn[name] for turn in turns):,.0f}",
            f"{median(turn[example] / turn[name] for turn in turns):.1f}",
        ]
        for name in turns[0]
    ]


def targets(turns: Sequence[dict[str, float]]) -> dict[str, Target]:
    """Ours beside Keras's example, and beside the same network elsewhere."""
    ours, _, litert, onnx, keras, _, function, example, large = turns[0]

    def times(other: str) -> float:
        return median(turn[other] / turn[ours] for turn in turns)

    return {
        "digits, example": Target("digits a second by Keras's example's", times(example), LEAST),
        "digits, example, 256": Target("the same, its batches of 256", times(large)),
        "digits, Keras": Target("by those of the same network under predict", times(keras)),
        "digits, tf.function": Target("by those in a tf.function", times(function)),
        "digits, onnxruntime": Target("by onnxruntime's", times(onnx)),
        "digits, LiteRT": Target("by those of LiteRT used plainly in batches", times(litert)),
    }
