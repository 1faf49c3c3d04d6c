"""From the shell to the answer: `digitrec predict` beside scripts as people write them."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from parts import Part, Target
from processes import (
    MODELS,
    PEERS,
    ROOT,
    Command,
    digitrec,
    in_turn,
    onnx_in,
    peak,
    ratio,
    seconds,
)

PICTURE = ROOT / "docs" / "pictures" / "seven.png"
ROUNDS, QUICK = 9, 0
SLOWER = 3
"""Without byte code every process takes longer, and so many times fewer are run."""

OURS, BARE, ONNX, KERAS = "digitrec predict", "LiteRT script", "onnxruntime script", "Keras script"

MOST_CACHED, MOST_NOT, LEAST_KERAS = 1.3, 1.4, 15
"""What is asked for: of the bare script's time, with byte code and without; of Keras's."""


def measure(quick: bool) -> Part:
    """Start-up and peak of memory of each, with byte code cached and not."""
    with TemporaryDirectory() as folder:
        commands = commands_in(Path(folder))
        rounds = QUICK if quick else ROUNDS
        cached = in_turn(commands, rounds)
        nowhere = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": folder}
        fresh = cached if quick else in_turn(commands, rounds // SLOWER, nowhere)
        peaks = {name: peak(command) for name, command in commands.items()}
    rows = [
        [
            f"`{name}`" if name == OURS else name,
            f"{seconds(cached[name]):.2f} s",
            f"{seconds(fresh[name]):.2f} s",
            f"{peaks[name]:.0f} MB",
        ]
        for name in commands
    ]
    targets = {
        "start": Target("bare LiteRT's start by ours", ratio(cached[BARE], cached[OURS]),
                        1 / MOST_CACHED),
        "start, no byte code": Target("the same without byte code",
                                      ratio(fresh[BARE], fresh[OURS]), 1 / MOST_NOT),
        "start, Keras": Target("Keras's start by ours", ratio(cached[KERAS], cached[OURS]),
                               LEAST_KERAS),
        "memory, Keras": Target("Keras's memory by ours", peaks[KERAS] / peaks[OURS]),
    }  # fmt: skip
    return Part(["one picture", "start to answer", "without byte code", "memory"], rows, targets)


def commands_in(folder: Path) -> dict[str, Command]:
    """A command a program; the ONNX file that one of them reads is made in the folder."""
    python, onnx, keras = sys.executable, onnx_in(folder), MODELS / "digitrec.keras"
    return {
        OURS: [*digitrec(), "predict", PICTURE],
        BARE: [python, PEERS / "litert_script.py", MODELS / "digitrec.tflite", PICTURE],
        ONNX: [python, PEERS / "onnx_script.py", onnx, PICTURE],
        KERAS: [python, PEERS / "keras_script.py", keras, PICTURE],
    }
