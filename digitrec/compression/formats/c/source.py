"""An int8 .tflite file as a C source file, its header, and a program that reads a picture.

    digitrec convert model.keras --to c --output digits

The source has the weights, packed (packing.py), and one routine of whole numbers. It needs a C99
compiler, no library and no memory but its own. What it answers is LiteRT's answer but for the last
bit: both round products of 32 bits to 8, LiteRT by way of floating point, and C exactly.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

import numpy as np

from digitrec.compression.formats.c.text import Constants
from digitrec.compression.formats.integer.graph import Graph, Tensor
from digitrec.compression.formats.integer.plan import Plan, planned
from digitrec.reading.card import Card
from digitrec.reading.form import SIDE

NAME, MAIN = "digits", "main.c"
INCLUDE = f'#include "{NAME}.h"\n'
KERNELS = files("digitrec.compression.formats.c") / "kernels"

HEADER = Template("""\
/* $network: what a picture of 28 x 28 pixels says. Made by digitrec from an int8 network.
   Constants: $constants bytes. Memory: $memory bytes, its own and static. */
#ifndef DIGITS_H
#define DIGITS_H

#include <stdint.h>

#define DIGITS_SIDE $side
#define DIGITS_CLASSES $classes

/* A logit is (score - DIGITS_SCORE_ZERO) * DIGITS_SCORE_SCALE; their softmax at DIGITS_TEMPERATURE
   is how likely each class is. */
#define DIGITS_SCORE_ZERO $zero
#define DIGITS_SCORE_SCALE $scale
#define DIGITS_TEMPERATURE $temperature

extern const char *const digits_names[DIGITS_CLASSES];

/* Reads a digit in MNIST's form, row by row, ground 0 and ink 255; writes a score a class and
   returns the number of the highest. Not to be called by two threads at once. */
int digits_read(const uint8_t image[DIGITS_SIDE * DIGITS_SIDE], int8_t scores[DIGITS_CLASSES]);

#endif
""")

ROUTINE = Template("""\
const char *const digits_names[DIGITS_CLASSES] = {$names};

int digits_read(const uint8_t image[DIGITS_SIDE * DIGITS_SIDE], int8_t scores[DIGITS_CLASSES])
{
    static int32_t maps[$maps];$own
    int8_t *const memory = (int8_t *)maps;
    int best = 0, i;

$calls
    for (i = 1; i < DIGITS_CLASSES; i++)
        if (scores[i] > scores[best])
            best = i;
    return best;
}
""")


@dataclass(frozen=True)
class Source:
    """C that reads a digit.

    Attributes:
        files: text by file name: the header, the source and a program.
        constants: bytes of the weights and of all other numbers that do not change.
        memory: bytes that it writes to.
        scale: of the scores: a logit is (score - zero) * scale.
        zero: of the scores.
    """

    files: Mapping[str, str]
    constants: int
    memory: int
    scale: float
    zero: int


def source(content: bytes, card: Card) -> Source:
    """An int8 .tflite file as C.

    Args:
        content: of a file that takes (N, 28, 28, 1) of 8 bits and gives a score a class.
        card: of that file.

    Raises:
        ModelError: it computes in something else than 8 bits, or has an operation without a kernel.
    """
    plan = planned(Graph(content))
    constants = Constants()
    calls = [_call(plan, number, constants) for number in range(len(plan.steps))]
    maps, own = -(-plan.memory // 4), max((step.words for step in plan.steps), default=0)
    names = ("head", *dict.fromkeys(step.kernel for step in plan.steps))
    structures = [structure for structure, _ in calls if structure]
    routine = ROUTINE.substitute(
        names=", ".join(f'"{_escaped(name)}"' for name in card.classes),
        maps=max(1, maps),
        own=f"\n    static int32_t own[{own}];" if own else "",
        calls="\n".join(f"    {call}" for _, call in calls),
    )
    parts = [INCLUDE, *map(_kernel, names), str(constants), *structures, routine]
    memory = 4 * (max(1, maps) + own)
    header = _header(plan.scores, card, constants.bytes, memory)
    texts = {f"{NAME}.h": header, f"{NAME}.c": "\n".join(parts), MAIN: _kernel("main")}
    return Source(texts, constants.bytes, memory, plan.scores.scale, plan.scores.zero)


def _header(scores: Tensor, card: Card, constants: int, memory: int) -> str:
    return HEADER.substitute(
        network=card.name,
        constants=constants,
        memory=memory,
        side=SIDE,
        classes=len(card.classes),
        zero=scores.zero,
        scale=f"{scores.scale:.9g}",
        temperature=f"{card.temperature:.9g}",
    )


def _call(plan: Plan, number: int, constants: Constants) -> tuple[str, str]:
    """A step's structure, if any, and the line that calls its kernel."""
    step = plan.steps[number]
    arguments = [_argument(one, constants) for one in step.arguments]
    arguments += [_place(plan, one, constants) for one in (*step.inputs, step.output)]
    if step.words:
        arguments.append("own")
    if not step.structure:
        return "", f"{step.kernel}({', '.join(arguments)});"
    name = f"step_{number}"
    structure = constants.structure(step.structure, name, step.members)
    return structure, f"{step.kernel}(&{name}, {', '.join(arguments)});"


def _argument(value: Any, constants: Constants) -> str:
    return constants.add(value, "table") if isinstance(value, np.ndarray) else str(value)


def _place(plan: Plan, tensor: Tensor, constants: Constants) -> str:
    """Where in C a tensor's numbers are."""
    if tensor.values is not None:
        return constants.add(tensor.values, "held")
    number = plan.number(tensor)
    given = {plan.number(plan.scores): "scores", plan.image: "(const int8_t *)image"}
    return given.get(number) or f"memory + {plan.where[number]}"


def _kernel(name: str) -> str:
    return (KERNELS / f"{name}.c").read_text()


def _escaped(name: str) -> str:
    """A class's name as a C string has it."""
    plain = name.encode("unicode_escape" if name.isascii() else "utf-8")
    return "".join(
        chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\?' else f"\\{byte:03o}"
        for byte in plain
    )


def write(made: Source, folder: Path) -> None:
    """Write the files into a folder that is there."""
    for name, text in made.files.items():
        (folder / name).write_text(text)
