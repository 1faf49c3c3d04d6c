"""Digits that lie in memory: how many a second, by the ways in which people read them.

Each way has two threads for its kernels. What is untrained is as fast as what is trained; how right
Keras's example is after its page's 15 epochs is what `python benchmarks/training.py` found over
three seeds, test digits that chose nothing.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from parts import Part, Target
from processes import MODELS, onnx_in, run

from digitrec.files import read_json

COUNT, QUICK_COUNT = 60_000, 512
SWEPT, QUICK_SWEPT = 8_192, 256
ROUNDS, QUICK = 3, 1
BATCHES, QUICK_BATCHES = (1, 32, 256, 1024), (32, 256)
TWO = 2
LEAST = 5
"""How many times as many as Keras's example under `predict` are asked for."""

EXAMPLE_RIGHT = "99.15 %"
"""Of Keras's example on the test digits: the mean of docs/training.md's 99.15, 99.23 and 99.08."""

WAYS = Path(__file__).with_name("ways.py")
INT8, FLOAT = MODELS / "digitrec.tflite", MODELS / "digitrec.keras"


class Way(NamedTuple):
    """How digits are read: the way's name in ways.py, its model, digits a batch."""

    name: str
    model: Path
    batch: int


OURS = "`digitrec`, shipped int8 model"
LITERT_ONE, LITERT = "LiteRT plainly, a digit an invoke", "LiteRT plainly, batches of 256"
ONNX = "onnxruntime, the same network, batches of 256"
KERAS, KERAS_LARGE = "Keras `predict`, the same network", "the same network, batches of 256"
FUNCTION = "tf.function, the same network, batches of 256"
EXAMPLE, EXAMPLE_LARGE = "Keras's example by `predict`", "Keras's example, batches of 256"

SWEPT_WAYS = {
    "digitrec": OURS, "LiteRT": LITERT, "onnxruntime": ONNX, "tf.function": FUNCTION,
    "Keras predict": KERAS,
}  # fmt: skip
"""Those whose batches and threads are varied, by what they are called in plots."""

Times = Mapping[str, float]
"""Microseconds a digit, by way."""


def measure(quick: bool) -> Part:
    """Each way by turns; then ours and the main peers by batch and threads."""
    count, rounds = (QUICK_COUNT, QUICK) if quick else (COUNT, ROUNDS)
    with TemporaryDirectory() as folder:
        ways = ways_with(onnx_in(Path(folder)))
        turns = [turn(ways, count) for _ in range(rounds)]
        curves = swept(ways, quick)
    return Part(
        ["60,000 digits from memory, two threads", "a second", "times as many as Keras's example",
         "right, of the test digits"],
        rows(turns),
        targets(turns),
        curves,
    )  # fmt: skip


def ways_with(onnx: Path) -> dict[str, Way]:
    """The ways by what tables call them, those of one program and model side by side."""
    return {
        OURS: Way("ours", INT8, 256),
        LITERT_ONE: Way("litert", INT8, 1),
        LITERT: Way("litert", INT8, 256),
        ONNX: Way("onnx", onnx, 256),
        KERAS: Way("keras", FLOAT, 32),
        KERAS_LARGE: Way("keras", FLOAT, 256),
        FUNCTION: Way("tf.function", FLOAT, 256),
        EXAMPLE: Way("example", FLOAT, 32),
        EXAMPLE_LARGE: Way("example", FLOAT, 256),
    }


def turn(ways: Mapping[str, Way], count: int) -> Times:
    """Each way once; a process reads in all the batches that its way is asked for."""
    found: dict[str, float] = {}
    for program in dict.fromkeys(way.name for way in ways.values()):
        of = {name: way for name, way in ways.items() if way.name == program}
        model = next(iter(of.values())).model
        times = micros(program, model, count, TWO, [way.batch for way in of.values()])
        found |= zip(of, times, strict=True)
    return found


def micros(name: str, model: Path, count: int, threads: int, batches: Sequence[int]) -> list[float]:
    """Microseconds a digit takes, by batch."""
    command = [sys.executable, WAYS, name, str(count), str(threads), model, *map(str, batches)]
    return [float(line) for line in run(command).printed.splitlines()[-len(batches) :]]


def swept(ways: Mapping[str, Way], quick: bool) -> dict[str, dict[str, float]]:
    """Microseconds a digit by batch, a line for each number of threads of each way."""
    count, batches = (QUICK_SWEPT, QUICK_BATCHES) if quick else (SWEPT, BATCHES)
    found = {}
    for name in ("digitrec",) if quick else SWEPT_WAYS:
        way = ways[SWEPT_WAYS[name]]
        for threads in (1, TWO):
            times = micros(way.name, way.model, count, threads, batches)
            found[f"{name}, {threads} threads"] = dict(zip(map(str, batches), times, strict=True))
    return found


def rows(turns: Sequence[Times]) -> list[list[str]]:
    """A row a way."""
    return [
        [
            name,
            f"{1e6 / median(turn[name] for turn in turns):,.0f}",
            f"{median(turn[EXAMPLE] / turn[name] for turn in turns):.1f}",
            right(name),
        ]
        for name in turns[0]
    ]


def right(name: str) -> str:
    """How many of the test digits the way's network reads right."""
    if name in (EXAMPLE, EXAMPLE_LARGE):
        return EXAMPLE_RIGHT
    kind = "tflite" if name in (OURS, LITERT, LITERT_ONE) else "keras"
    facts = read_json(MODELS / "digitrec.json")["facts"]["test"]
    return f"{100 * facts[kind]['accuracy']:.2f} %"


def targets(turns: Sequence[Times]) -> dict[str, Target]:
    """Ours beside Keras's example, and beside the same network elsewhere."""

    def times(other: str) -> float:
        return median(turn[other] / turn[OURS] for turn in turns)

    return {
        "digits, example": Target("digits a second by Keras's example's", times(EXAMPLE), LEAST),
        "digits, example, 256": Target("the same, its batches of 256", times(EXAMPLE_LARGE)),
        "digits, Keras": Target("by those of the same network under predict", times(KERAS)),
        "digits, tf.function": Target("by those in a tf.function", times(FUNCTION)),
        "digits, onnxruntime": Target("by onnxruntime's", times(ONNX)),
        "digits, LiteRT": Target("by those of LiteRT used plainly in batches", times(LITERT)),
    }
