"""28x28 PNG files by the thousand: how many a second, start included, and in how much memory."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from parts import Part, Target
from PIL import Image
from processes import (
    MODELS,
    PEERS,
    Command,
    Run,
    cost,
    digitrec,
    in_turn,
    onnx_in,
    ratio,
    seconds,
)

from digitrec import datasets

COUNT, QUICK_COUNT = 5_000, 200
ROUNDS, QUICK = 3, 0
A_SECOND = 2_000

SIZES, QUICK_SIZES = (100, 1_000, 10_000, 100_000, 1_000_000), (100, 400)
"""Files in a folder, for the curves."""
MANY, FLAT = 100_000, 1.2
"""So many files may take so many times the memory of a tenth of them."""
LINKS = 1_000
"""Different files among those of a folder; the others are other names of these."""

OURS, ALONE, KERAS = "`digitrec predict --single`", "the same, --jobs 1", "Keras script"
FUNCTION, LITERT, ONNX = "tf.function script", "LiteRT script", "onnxruntime script"


def measure(quick: bool) -> Part:
    """Files a second beside scripts; then time and memory by the number of files."""
    count, rounds = (QUICK_COUNT, QUICK) if quick else (COUNT, ROUNDS)
    with TemporaryDirectory() as place:
        folder = filled(Path(place, "files"), count)
        runs = in_turn(commands(folder, onnx_in(Path(place))), rounds)
        curves = by_size(Path(place), QUICK_SIZES if quick else SIZES)
    rows = [[name, f"{seconds(of):.2f} s", f"{a_second(of, count):,.0f}"]
            for name, of in runs.items()]  # fmt: skip
    head = [f"{count:,} PNG files of 28x28", "start to end", "a second"]
    return Part(head, rows, targets(runs, count, curves["MB"]), curves)


def commands(folder: Path, onnx: Path) -> dict[str, Command]:
    """Ours, and its peers as people write them."""
    ours = [*digitrec(), "predict", folder, "--single", "--json"]
    network = MODELS / "digitrec.keras"
    python = sys.executable
    return {
        OURS: ours,
        ALONE: [*ours, "--jobs", "1"],
        LITERT: [python, PEERS / "litert_files.py", MODELS / "digitrec.tflite", folder],
        ONNX: [python, PEERS / "onnx_files.py", onnx, folder],
        FUNCTION: [python, PEERS / "tf_function_files.py", network, folder],
        KERAS: [python, PEERS / "keras_files.py", network, folder],
    }


def targets(
    runs: Mapping[str, Sequence[Run]], count: int, memory: Mapping[str, float]
) -> dict[str, Target]:
    """Files a second, by those of each peer; and whether memory is flat."""
    largest = str(min(MANY, int([*memory][-1])))
    tenth = [*memory][[*memory].index(largest) - 1]
    return {
        "files": Target("files a second", a_second(runs[OURS], count), A_SECOND, absolute=True),
        "files, Keras": Target("by those of a Keras script", ratio(runs[KERAS], runs[OURS])),
        "files, tf.function": Target("by those of a tf.function",
                                     ratio(runs[FUNCTION], runs[OURS])),
        "files, onnxruntime": Target("by those of onnxruntime", ratio(runs[ONNX], runs[OURS])),
        "files, LiteRT": Target("by those of LiteRT used plainly", ratio(runs[LITERT], runs[OURS])),
        "files, one process": Target("by those of one process", ratio(runs[ALONE], runs[OURS])),
        "files, memory": Target(
            f"memory for {tenth} files by that for {largest}", memory[tenth] / memory[largest],
            1 / FLAT,
        ),
    }  # fmt: skip


def a_second(runs: Sequence[Run], count: int) -> float:
    """Files a second of whole processes, their start included."""
    return count / seconds(runs)


def by_size(place: Path, sizes: Sequence[int]) -> dict[str, dict[str, float]]:
    """Seconds, and the largest memory of one process in MB, by the number of files."""
    found: dict[str, dict[str, float]] = {"s": {}, "MB": {}}
    for size in sizes:
        folder = filled(place / str(size), size)
        spent = cost([*digitrec(), "predict", folder, "--single", "--json"])
        found["s"][str(size)], found["MB"][str(size)] = spent
    return found


def filled(folder: Path, count: int) -> Path:
    """A folder with so many PNG files of training digits."""
    images = datasets.load("mnist").train.images
    folder.mkdir()
    for number in range(count):
        place = folder / f"{number:07}.png"
        if number < LINKS:
            Image.fromarray(images[number]).save(place, compress_level=1)
        else:
            place.hardlink_to(folder / f"{number % LINKS:07}.png")
    return folder
