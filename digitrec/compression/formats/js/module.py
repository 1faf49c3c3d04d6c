"""One file with an int8 network as a JavaScript module."""

from pathlib import Path

from digitrec import files
from digitrec.compression.formats import Made, TensorForm, Wanted
from digitrec.compression.formats.js.program import JsProgram
from digitrec.compression.formats.js.source import source
from digitrec.compression.formats.tflite import whole_numbers
from digitrec.reading.card import Card


def make(wanted: Wanted, folder: Path) -> Made:
    """The module, run here by Node.js to be measured; see formats.make."""
    content = whole_numbers(wanted)
    made = source(content, wanted.card)

    def put(path: Path, card: Card) -> None:
        files.write(path, source(content, card).text.encode())

    return Made(
        JsProgram(made, wanted.card, folder),
        len(made.text.encode()),
        put,
        TensorForm("uint8", 1.0),
        TensorForm("int8", made.scale, made.zero),
        {"weights": made.constants},
    )
