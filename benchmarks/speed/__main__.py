"""How fast digits are read, in ratios to how people read them today, all in one run.

    python benchmarks/speed [--only PART ...] [--write | --check]

measures its parts by turns with their peers, several times each; prints a table a part; keeps them
with the machine and the versions in benchmarks/results/speed.json. --write puts tables and plots
into docs/benchmarks.md and docs/serving.md, and some ratios into the README. --check keeps nothing:
it names each ratio that has fallen by more than a fifth since, and exits with 1 when there is one,
or when nothing is kept to hold them against. What is held against a second or a megabyte is another
on each machine, and not looked at. Expect half an hour, on a machine that does nothing else. Where
wrk or Linux is missing that a part needs, it is left out, with a line.
"""

import argparse
import platform
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from shutil import which
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import endurance
import files
import memory
import overload
import photo
import request
import service
import start
import throughput
import work
from common import RESULTS, ROOT, put_between_marks, wanted
from laboratory_tables import table
from parts import Part

from digitrec.command.complaint import note
from digitrec.files import read_json, write_json
from digitrec.reading.cores import cores

KEPT = RESULTS / "speed.json"
PAGE = ROOT / "docs" / "benchmarks.md"
SERVING = ROOT / "docs" / "serving.md"
PAGES = dict.fromkeys(("service", "request", "overload", "endurance"), SERVING)
"""Where the tables of parts are that are not on PAGE."""
PLOT = ROOT / "docs" / "benchmarks" / "curves.png"
CURVES = (
    "![time and memory against the number of files, the batch, the threads and the width]"
    f"({PLOT.relative_to(PAGE.parent)})"
)
FALL = 0.2
"""Of a ratio, which is flagged: runs differ by less."""
QUOTED = {
    "one picture, shell to answer": ("start", "start, Keras", "as fast"),
    "memory for it": ("start", "memory, Keras", "less"),
    "digits from memory, beside Keras's example network": (
        "throughput", "digits, example", "as many a second",
    ),
    "files in a folder": ("files", "files, Keras", "as many a second"),
    "requests to a service": ("service", "service, common", "as many a second"),
}  # fmt: skip
"""What the README says, of whose part and ratio, and of what the ratio is."""
LIBRARIES = ("tensorflow", "keras", "ai-edge-litert", "onnxruntime", "numpy", "pillow")

PARTS: Mapping[str, Callable[[bool], Part]] = {
    "start": start.measure,
    "throughput": throughput.measure,
    "files": files.measure,
    "photo": photo.measure,
    "work": work.measure,
    "memory": memory.measure,
    "service": service.measure,
    "request": request.measure,
    "overload": overload.measure,
    "endurance": endurance.measure,
}
"""Each takes whether it is only tried out."""

WRK, PROC = "wrk", "/proc"
NEEDS = {
    "service": (WRK, PROC),
    "request": (WRK, PROC),
    "overload": (WRK, PROC),
    "endurance": (PROC,),
    "memory": (PROC,),
}
"""What has to be on the machine for a part: a program, or a folder."""


def main(argv: list[str] | None = None) -> None:
    """Measure, print, keep."""
    own = argparse.ArgumentParser(description="How fast digits are read, beside their peers.")
    own.add_argument("--only", nargs="+", metavar="PART", help=f"among {', '.join(PARTS)}")
    own.add_argument("--write", action="store_true", help="put tables and plots into their page")
    own.add_argument("--rehearse", action="store_true", help="try it out: quick, nothing is kept")
    own.add_argument("--check", action="store_true", help="hold the ratios against those kept")
    options = own.parse_args(argv)
    names = measurable(wanted(list(PARTS), options.only))
    if options.check:
        expect_kept(names)
    lost: list[str] = []
    for name in names:
        part = PARTS[name](options.rehearse)
        print(f"{as_text(part)}\n", flush=True)
        if options.check:
            lost += fallen(part, kept().get(name))
        elif not options.rehearse:
            keep(name, part)
    if options.write and not options.rehearse:
        write()
    if lost:
        sys.exit("\n".join(lost))


def measurable(names: Sequence[str]) -> list[str]:
    """The parts that this machine has all for; of each other a line says why it is left out."""
    found = []
    for name in names:
        missing = [one for one in NEEDS.get(name, ()) if not (which(one) or Path(one).is_dir())]
        if missing:
            note([f"{name} is left out: it needs {' and '.join(missing)}"])
        else:
            found.append(name)
    return found


def expect_kept(names: Sequence[str]) -> None:
    """That there is something to hold each part against. Raises SystemExit."""
    if unknown := [name for name in names if name not in kept()]:
        sys.exit(
            f"{KEPT.name}: expected what was measured of {', '.join(unknown)}; "
            f"it is not kept: python benchmarks/speed --only {' '.join(unknown)}"
        )


def fallen(part: Part, before: Mapping[str, Any] | None) -> Iterator[str]:
    """A line for each ratio that is less than FALL of what it was, of two things measured here."""
    for name, one in Part.of(before).targets.items() if before else ():
        now = part.targets[name].value if name in part.targets else 0.0
        if now < (1 - FALL) * one.value and not one.absolute:
            yield (
                f"{one.what}: expected at least {shown((1 - FALL) * one.value)}, a fifth less "
                f"than what is kept; measured {shown(now)}"
            )


def kept() -> dict[str, Any]:
    """What was measured, by part; nothing where nothing was."""
    return read_json(KEPT) if KEPT.exists() else {}


def keep(name: str, part: Part) -> None:
    """Write down a part, and on what it was measured."""
    write_json(KEPT, {**kept(), name: {**asdict(part), "machine": machine()}})


def machine() -> str:
    """The processor and the versions."""
    names = [line.split(":")[1].strip() for line in _cpuinfo() if line.startswith("model name")]
    processor = names[0] if names else platform.processor() or platform.machine()
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return f"{processor}, {cores()} cores; Python {platform.python_version()}, {libraries}"


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def as_text(part: Part) -> str:
    """A table of what was measured, and one of what it comes to."""
    measured = table(part.head, part.rows)
    if not part.targets:
        return measured
    rows = [
        [one.what, shown(one.value), "" if one.least is None else shown(one.least),
         "" if one.least is None else "yes" if one.is_reached else "no"]
        for one in part.targets.values()
    ]  # fmt: skip
    return f"{measured}\n\n{table(['ratio', 'measured', 'at least', 'reached'], rows)}"


def shown(value: float) -> str:
    """A ratio with two figures after the point, a large number with none."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


def write() -> None:
    """Put what is kept into the page."""
    import bends
    import plots

    parts = {name: Part.of(values) for name, values in kept().items()}
    for name, part in parts.items():
        put_between_marks(name, as_text(part), PAGES.get(name, PAGE))
    machines = dict.fromkeys(values["machine"] for values in kept().values())
    put_between_marks("machine", "; ".join(machines) + ".", PAGE)
    plots.draw(parts, PLOT)
    put_between_marks("curves", f"{CURVES}\n\n{bends.as_text(parts)}", PAGE)
    put_between_marks("speed", quoted(parts))


def quoted(parts: Mapping[str, Part]) -> str:
    """The README's table: how many times better than Keras used plainly."""
    rows = [
        [what, f"{parts[part].targets[name].value:.1f} times {better}"]
        for what, (part, name, better) in QUOTED.items()
        if part in parts and name in parts[part].targets
    ]
    return table(["beside Keras used plainly ([all of it](docs/benchmarks.md))", "digitrec"], rows)


if __name__ == "__main__":
    main()
