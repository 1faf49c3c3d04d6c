"""28x28 PNG files by the thousand: how many a second, start included, and in how much memory."""

import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from parts import Part, Target
from PIL import Image
from processes import MODELS, PEERS, Run, cost, digitrec, in_turn, ratio, seconds

from digitrec import datasets

COUNT, QUICK_COUNT = 5_000, 200
ROUNDS, QUICK = 5, 1
A_SECOND = 2_000

SIZES, QUICK_SIZES = (100, 1_000, 10_000, 100_000, 1_000_000), (100, 400)
"""Files in a folder, for the curves."""
MANY, FLAT = 100_000, 1.2
"""So many files may take so many times the memory of a tenth of them."""
LINKS = 1_000
"""Different files among those of a folder; the others are other names of these."""

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
    memory = curves["MB"]
    largest = str(min(MANY, int([*memory][-1])))
    tenth = [*memory][[*memory].index(largest) - 1]
    rows = [[name, f"{seconds(of):.2f} s", f"{a_second(of, count):,.0f}"]
            for name, of in runs.items()]  # fmt: skip
    targets = {
        "files": Target("files a second", a_second(runs[OURS], count), A_SECOND),
        "files, Keras": Target("by those of a Keras script", ratio(runs[KERAS], runs[OURS])),
        "files, one process": Target("by those of one process", ratio(runs[ALONE], runs[OURS])),
        "files, memory": Target(
            f"memory for {tenth} files by that for {largest}", memory[tenth] / memory[largest],
            1 / FLAT,
        ),
    }  # fmt: skip
    head = [f"{count:,} PNG files of 28x28", "start to end", "a second"]
    return Part(head, rows, targets, curves)


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
