"""The JavaScript module run on this machine, to be measured as it will run elsewhere."""

import os
import shutil
import subprocess
import weakref
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitrec.compression import short
from digitrec.compression.formats.js.source import Source
from digitrec.errors import MissingExtraError, ModelError
from digitrec.reading.card import Card
from digitrec.reading.classifier import CardClassifier

ENGINES = ("node", "nodejs")

PROGRAM = """\
import { readSync, writeSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { run } = await import(pathToFileURL(process.argv[1]));
const pixels = new Uint8Array(784);
for (;;) {
    for (let read = 0; read < pixels.length; ) {
        const count = readSync(0, pixels, read, pixels.length - read);
        if (!count) process.exit(0);
        read += count;
    }
    writeSync(1, new Uint8Array(Float64Array.from(run(pixels).logits).buffer));
}
"""
"""Takes one digit after the other on stdin and gives its logits on stdout."""


def engine() -> str:
    """Node.js: $NODE, or the first of ENGINES that is there. Raises MissingExtraError."""
    named = os.environ.get("NODE")
    for name in (named,) if named else ENGINES:
        if found := shutil.which(name):
            return found
    raise MissingExtraError(
        f"expected Node.js ({named or ', '.join(ENGINES)}) to measure JavaScript with; "
        "none is there"
    )


class JsProgram(CardClassifier):
    """Reads digits in MNIST's form with the module, in a process of its own.

    Args:
        made: the module.
        card: what it gives, and its temperature.
        folder: where it is put.

    Raises:
        MissingExtraError: there is no Node.js.
    """

    def __init__(self, made: Source, card: Card, folder: Path) -> None:
        self.card, self.source = card, card.name
        module = folder / "digits.mjs"
        module.write_text(made.text, encoding="utf-8")
        self._process = subprocess.Popen(  # noqa: S603 - what the user has named, or ENGINES
            [engine(), "--input-type=module", "-e", PROGRAM, str(module.absolute())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        weakref.finalize(self, self._process.communicate)  # stdin's end is the program's

    def _answer(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.stack([self._logits(image) for image in images]).astype(np.float32)

    def _logits(self, image: NDArray[np.uint8]) -> NDArray[np.float64]:
        taken, given, told = self._process.stdin, self._process.stdout, self._process.stderr
        if taken is None or given is None or told is None:
            raise ModelError("JavaScript: the program has no pipes")
        taken.write(image.tobytes())
        taken.flush()
        wanted = 8 * len(self.classes)
        answer = given.read(wanted)
        if len(answer) < wanted:
            raise ModelError(f"JavaScript: the module does not run; {short(told.read().decode())}")
        return np.frombuffer(answer, np.float64)
