"""A folder with an int8 network as C source: digits.h, digits.c and a program, main.c."""

from pathlib import Path

from digitrec.compression.formats import Made, TensorForm, Wanted
from digitrec.compression.formats.c.program import CProgram, footprint
from digitrec.compression.formats.c.source import source, write
from digitrec.compression.formats.tflite import whole_numbers
from digitrec.reading.card import Card


def make(wanted: Wanted, folder: Path) -> Made:
    """The source, compiled here to be measured; see formats.make."""
    content = whole_numbers(wanted)
    made = source(content, wanted.card)

    def put(path: Path, card: Card) -> None:
        path.mkdir(exist_ok=True)
        write(source(content, card), path)

    told = {"weights": made.constants, "memory": made.memory, **footprint(made, folder)}
    return Made(
        CProgram(made, wanted.card, folder),
        told.get("flash", made.constants),
        put,
        TensorForm("uint8", 1.0),
        TensorForm("int8", made.scale, made.zero),
        told,
    )
