"""The C source compiled on this machine, to be measured as it will run elsewhere."""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitrec.compression.formats.c.source import MAIN, NAME, Source, write
from digitrec.errors import MissingExtraError, ModelError
from digitrec.reading.card import Card
from digitrec.reading.classifier import CardClassifier

COMPILERS = ("cc", "gcc", "clang")
FLAGS = ("-std=c99", "-O2", "-Wall", "-Wextra", "-pedantic", "-Werror")


def compiler() -> str:
    """The C compiler: $CC, or the first of COMPILERS that is there. Raises MissingExtraError."""
    named = os.environ.get("CC")
    for name in (named,) if named else COMPILERS:
        if found := shutil.which(name):
            return found
    raise MissingExtraError(
        f"expected a C compiler ({named or ', '.join(COMPILERS)}) to measure C with; none is there"
    )


def compiled(made: Source, folder: Path) -> Path:
    """The program that reads PGM files, built in a folder. Raises ModelError, MissingExtraError."""
    write(made, folder)
    return compile_in(folder, [MAIN, f"{NAME}.c"], NAME)


class CProgram(CardClassifier):
    """Reads digits in MNIST's form with the compiled source.

    Args:
        made: the source.
        card: what it gives, and its temperature.
        folder: where it is built.

    Raises:
        MissingExtraError: there is no C compiler.
        ModelError: it does not compile.
    """

    def __init__(self, made: Source, card: Card, folder: Path) -> None:
        self.card, self.source = card, card.name
        write(made, folder)
        library = compile_in(folder, [f"{NAME}.c"], f"{NAME}.so", ["-shared", "-fPIC"])
        self._read = ctypes.CDLL(str(library.resolve())).digits_read
        self._scale, self._zero = made.scale, made.zero

    def _answer(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        scores = np.stack([self._scores(image) for image in np.ascontiguousarray(images)])
        return (scores.astype(np.float32) - self._zero) * np.float32(self._scale)

    def _scores(self, image: NDArray[np.uint8]) -> NDArray[np.int8]:
        scores = np.zeros(len(self.classes), np.int8)
        self._read(_pointer(image), _pointer(scores))
        return scores


def footprint(made: Source, folder: Path) -> dict[str, int]:
    """Bytes of program memory, "flash", and of working memory, "ram", compiled for smallness.

    For this machine's processor; a microcontroller's code is of about that size. Nothing where
    `size`, which comes with the compilers, is missing.
    """
    write(made, folder)
    compile_in(folder, [f"{NAME}.c"], f"{NAME}.o", ["-Os", "-c"])
    tool = shutil.which("size")
    if tool is None:
        return {}
    command = [tool, f"{NAME}.o"]
    told = subprocess.run(  # noqa: S603
        command, cwd=folder, capture_output=True, text=True, check=True
    )
    text, data, bss = map(int, told.stdout.splitlines()[1].split()[:3])
    return {"flash": text + data, "ram": data + bss}


def _pointer(values: NDArray[Any]) -> ctypes.c_void_p:
    return values.ctypes.data_as(ctypes.c_void_p)


def compile_in(folder: Path, sources: Sequence[str], output: str, also: Sequence[str] = ()) -> Path:
    """What the compiler makes in a folder of sources. Raises ModelError, MissingExtraError."""
    command = [compiler(), *FLAGS, *also, *sources, "-o", output]
    # What is run is the compiler that the user has named, or the first of COMPILERS.
    done = subprocess.run(  # noqa: S603
        command, cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ModelError(f"C: the source does not compile; {done.stderr.strip().splitlines()[0]}")
    return folder / output
