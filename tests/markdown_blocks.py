"""Finds the commands that a page tells its reader to type, and runs them.

A comment before a block, which readers do not see, may say more about it:

    <!-- test: append --epochs 1 --limit 500 -->   short settings for its long commands
    <!-- test: skip downloads 11 MB -->            not to be run, and why
    <!-- test: mnist -->                           needs MNIST
"""

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SHELL = ("sh", "bash", "console")
PROMPTS = ("$ ", ">>> ", "... ")

FENCE = re.compile(r"^(?P<marks>```+)\s*(?P<language>[\w-]*).*$")
DIRECTIVE = re.compile(r"^<!--\s*test:\s*(?P<name>\w+)\s*(?P<words>.*?)\s*-->$")
COMMAND = re.compile(
    r"(?:^|\|\s*)(?:\w+=\S*\s+)*(?:digitrec\b|python -m digitrec\b|python benchmarks/|cc |\./)"
)
LONG = re.compile(r"digitrec[ .](?:train|compress|convert)\b")
SLOW = re.compile(
    r"digitrec[ .](?:train|evaluate|explain|report|convert|compress)\b|python benchmarks/"
    r"|--augment\b|\bruns/|\bkeras\b|\bonnxruntime\b|\.pgm\b|digitrec\.training"
)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page.

    Attributes:
        page: the file's name, and `line` the line of its first fence.
        language: what stands behind the fence.
        text: what stands between the fences.
        directives: the words of each `test:` comment before it, by the comment's first word.
    """

    page: str
    line: int
    language: str
    text: str
    directives: dict[str, str]

    @property
    def slow(self) -> bool:
        """Whether it trains, or needs what a training left."""
        return bool(SLOW.search(self.text))

    def programs(self) -> list[list[str]]:
        """The argument lists to start, one a command; a Python block is one."""
        if self.language == "python":
            return [[sys.executable, "-c", self._python()]]
        return [["bash", "-euo", "pipefail", "-c", command] for command in self.commands()]

    def commands(self) -> list[str]:
        """The lines of the shell that are ours to run, with what is to be appended."""
        ours = [part for part in self._parts() if COMMAND.search(part)]
        appended = self.directives.get("append", "")
        if not appended:
            return ours
        long = [command for command in ours if LONG.search(command)] or ours
        return [f"{part} {appended}" if part in long else part for part in ours]

    def shown(self) -> list[str]:
        """What a console block shows as printed, a text a command; percentages as `# %`."""
        if self.language != "console":
            return []
        return [vague(text.partition("\n")[2]) for text in self.text.split("$ ")[1:]]

    def _parts(self) -> list[str]:
        """What is typed, without comments, continued lines joined, split where && joins two."""
        lines = self.text.replace("\\\n", " ").splitlines()
        if self.language == "console":
            lines = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
        typed = (_without_comment(line.removeprefix("$ ")) for line in lines)
        return [part.strip() for line in typed for part in line.split("&&") if part.strip()]

    def _python(self) -> str:
        lines = self.text.splitlines()
        if not any(line.startswith(">>> ") for line in lines):
            return self.text
        return "\n".join(line[4:] for line in lines if line.startswith(PROMPTS))


def vague(printed: str) -> str:
    """What is printed, without what another model or machine would print otherwise."""
    return re.sub(r"\d+\.\d+ %", "# %", printed).strip()


def blocks(page: Path, name: str) -> list[Block]:
    """The blocks of a page that can be run, in their order."""
    found, directives = [], {}
    lines = enumerate(page.read_text(encoding="utf-8").splitlines(), 1)
    for number, line in lines:
        if directive := DIRECTIVE.match(line.strip()):
            directives[directive["name"]] = directive["words"]
        elif fence := FENCE.match(line.strip()):
            text = _until(lines, fence["marks"])
            if fence["language"] in (*SHELL, "python"):
                found.append(Block(name, number, fence["language"], text, directives))
            directives = {}
        elif line.strip():
            directives = {}
    return found


def _until(lines: "enumerate[str]", marks: str) -> str:
    inside = []
    for _, line in lines:
        if line.strip() == marks:
            break
        inside.append(line)
    return "\n".join(inside)


def _without_comment(line: str) -> str:
    """A line up to a # that begins a word outside quotes."""
    for place in (match.start() for match in re.finditer(r"(?:^|(?<=\s))#", line)):
        before = line[:place]
        try:
            shlex.split(before)
        except ValueError:  # an open quote: the # is inside it
            continue
        return before
    return line


def run(block: Block, folder: Path, home: Path) -> None:
    """Run what a block says in a folder, with `digitrec` and `python` from this environment.

    Raises:
        AssertionError: a command ended with another status than 0, or printed something else
            than the block shows.
    """
    paths = os.pathsep.join(filter(None, [str(home), os.environ.get("PYTHONPATH")]))
    programs = os.pathsep.join([str(_programs(folder)), os.environ["PATH"]])
    changed = {**os.environ, "PYTHONPATH": paths, "PATH": programs, "MPLBACKEND": "agg"}
    shown = block.shown()
    for number, arguments in enumerate(block.programs()):
        done = subprocess.run(
            arguments,
            cwd=folder,
            env=changed,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        said = f"{done.stdout[-1500:]}\n{done.stderr[-1500:]}"
        assert done.returncode == 0, f"{arguments[-1]}\nexit {done.returncode}\n{said}"
        if shown and shown[number]:
            assert vague(done.stdout) == shown[number]


def _programs(folder: Path) -> Path:
    """A folder with `digitrec` and `python` as a reader's shell has them."""
    programs = folder / ".programs"
    if not programs.exists():
        programs.mkdir()
        for name, arguments in (("python", ""), ("digitrec", " -m digitrec")):
            script = programs / name
            script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)}{arguments} "$@"\n')
            script.chmod(0o755)
    return programs
