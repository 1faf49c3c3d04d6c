"""28x28 PNG files by the thousand: how many a second, start included, and in how much memory."""

import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from parts import Part, Target
from PIL import Image
from processes import MODELS, PEERS, Run, digitrec, in_turn, peak, ratio, seconds

from digitrec import datasets

COUNT, QUICK_COUNT = 5_000, 200
ROUNDS, QUICK = 5, 1
A_SECOND = 2_000

SIZES, QUICK_SIZES = (100, 1_000, 10_000, 100_000), (100, 400)
"""Files in a folder, for the curves."""
FLAT = 1.2
"""How many times as much memory may the largest folder take as a tenth of it."""

OURS, ALONE, KERAS = "`digitrec predict --single`", "the same, --jobs 1", "Keras script"


def measure(quick: bool) -> Part:
    """Files a second beside a Keras script; then time and memory by the number of files."""
    count, rounds = (QUICK_COUNT, QUICK) if quick else (COUNT, ROUNDS)
    with TemporaryDirectory() as place:
        folder = filled(Path(place, "files"), count)
        ours = [*digitrec(), "predict", folder, "--single", "--json"]
        script = [sys.executable, PEERS / "keras_files.py", MODELS / "digitrec.keras", folder]
        runs = in_turn({OURS: ours, ALONE: [*ours, "--jobs", "1"], KERAS: script}, rounds)
        curves = by_size(Path(place), QUICK_SIZES if quick else SIZES)
    memory = list(curves["MB"].values())
    rows = [[name, f"{seconds(of):.2f} s", f"{a_second(of, count):,.0f}"]
            for name, of in runs.items()]  # fmt: skip
    targets = {
        "files": Target("files a second", a_second(runs[OURS], count), A_SECOND),
        "files, Keras": Target("by those of a Keras script", ratio(runs[KERAS], runs[OURS])),
        "files, one process": Target("by those of one process", ratio(runs[ALONE], runs[OURS])),
        "files, memory": Target(
            "memory for a tenth of the largest folder by that for all", memory[-2] / memory[-1],
            1 / FLAT,
        ),
    }  # fmt: skip
    head = [f"{count:,} PNG files of 28x28", "start to end", "a second"]
    return Part(head, rows, targets, curves)


def a_second(runs: Sequence[Run], count: int) -> float:
    """Files a second of whole processes, their start included."""
    return count / seconds(runs)


def by_size(place: Path, sizes: Sequence[int]) -> dict[str, dict[str, float]]:
    """Seconds, and the peak of one process in MB, by the number of files."""
    found: dict[str, dict[str, float]] = {"s": {}, "MB": {}}
    for size in sizes:
        folder = filled(place / str(size), size)
        command = [*digitrec(), "predict", folder, "--single", "--json"]
        found["s"][str(size)] = seconds(in_turn({"": command}, 1)[""])
        found["MB"][str(size)] = peak([*command, "--jobs", "1"])
    return found


def filled(folder: Path, count: int) -> Path:
    """A folder with so many PNG files of training digits."""
    images = datasets.load("mnist").train.images
    folder.mkdir()
    for number in range(count):
        image = images[number % len(images)]
        Image.fromarray(image).save(folder / f"{number:06}.png", compress_level=1)
    return folder
