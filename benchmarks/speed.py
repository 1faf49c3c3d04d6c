"""How fast and in how much memory pictures are read, beside what the libraries cost alone.

    python benchmarks/speed.py

times fresh processes, which take turns: one that only loads numpy, OpenCV, Pillow and LiteRT, and
`digitrec predict` of a small picture; then one that decodes a 12-megapixel photo of ten digits in
full, and one that reads it. It prints medians, their ratios, the memory's peak and what each may
be. Expect half a minute; needs Linux or macOS, and a machine that does nothing else.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]

LIBRARIES = "import numpy, cv2, PIL.Image, ai_edge_litert.interpreter"

DRAW = f"""
import sys
sys.path.insert(0, {str(ROOT / "docs")!r})
import pictures
pictures.ten_digits(4000, 3000).save(sys.argv[1], quality=92)
"""
"""In a process of its own: a system counts the memory of whoever starts a process as its own."""

DECODE = """
import sys, time
from PIL import Image
began = time.perf_counter()
Image.open(sys.argv[1]).load()
print(time.perf_counter() - began)
"""

READ = """
import sys, time
from digitrec import Reader
reader = Reader()
began = time.perf_counter()
text = reader.read(sys.argv[1]).text
print(time.perf_counter() - began)
if text != "01234\\n56789":
    sys.exit(f"expected all ten digits; read {text!r}")
"""

MEGABYTE = 1e6 if sys.platform == "darwin" else 1e3
"""In what the system calls a process's peak."""

MOST_TIMES, MOST_SECONDS, MOST_MEGABYTES = 1.5, 0.5, 250
"""What is asked for: of the start, of the photo after the start, of the memory."""


@dataclass(frozen=True)
class Run:
    """A process that has ended: its seconds, its peak of memory in MB, and what it printed."""

    seconds: float
    megabytes: float
    printed: str


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=11, help="processes of each kind")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        photo, python = Path(folder, "photo.jpg"), [sys.executable, "-c"]
        run([*python, DRAW, photo])
        small = str(ROOT / "docs" / "pictures" / "seven.png")
        libraries, start = in_turn(
            [*python, LIBRARIES], [*command(), "predict", small], rounds=rounds
        )
        decode, read = in_turn([*python, DECODE, photo], [*python, READ, photo], rounds=rounds)
        (whole,) = in_turn([*command(), "predict", str(photo)], rounds=1)
    times = ratio(start, libraries)
    seconds = median(float(run.printed) for run in read)
    decoding = median(float(run.printed) for run in decode)
    peak = max(run.megabytes for run in whole)
    print(
        "| what | measured | at most |\n|---|---|---|\n"
        f"| from the shell to the answer | {median(run.seconds for run in start):.2f} s, "
        f"{times:.2f} times the libraries alone | {MOST_TIMES} times |\n"
        f"| a photo of 12 megapixels, after the start | {seconds:.2f} s, "
        f"{seconds / decoding:.1f} times decoding it | {MOST_SECONDS} s |\n"
        f"| memory for all of that | {peak:.0f} MB | {MOST_MEGABYTES} MB |"
    )


def in_turn(*commands: list[str | Path], rounds: int) -> list[list[Run]]:
    """So many runs of each command, one after the other, after one that fills the caches."""
    runs = [[run(command) for command in commands] for _ in range(rounds + 1)]
    return [list(of_one) for of_one in zip(*runs[1:], strict=True)]


def ratio(ours: list[Run], theirs: list[Run]) -> float:
    """The median of the ratios of runs that were neighbours."""
    pairs = zip(ours, theirs, strict=True)
    return median(one.seconds / other.seconds for one, other in pairs)


def run(command: list[str | Path]) -> Run:
    """Run a command as a shell would, with byte code where Python keeps it."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), env.get("PYTHONPATH")]))
    began = time.perf_counter()
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as process:
        printed = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Run(seconds, usage.ru_maxrss / MEGABYTE, printed)


def command() -> list[str | Path]:
    """`digitrec` as it is installed beside this Python, else by its module."""
    installed = shutil.which("digitrec", path=str(Path(sys.executable).parent))
    return [installed] if installed else [sys.executable, "-m", "digitrec"]


if __name__ == "__main__":
    main()
