"""What a network can be written as: for phones, servers, small things and browsers. All are run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digitrec.compression import LITERT_KINDS
from digitrec.datasets.digits import Images, Part
from digitrec.errors import OptionError, expect_one_of, needs_extra
from digitrec.reading.card import Card
from digitrec.reading.classifier import CardClassifier

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Wanted:
    """What is to be written.

    Attributes:
        model: (N, 28, 28, 1) of 0 to 255 in, (N, classes) out; for REWRITTEN also the content of a
            .tflite file in whole numbers, which is then written as it is.
        card: what it gives.
        kind: a key of HOMES.
        calibration: training digits (N, 28, 28) for the ranges of 8 bits.
        validation: digits on which kinds that choose something choose it.
        max_drop: percentage points of accuracy that such a choice may lose.
        bare: leave out of a .tflite file what other programs may ask it for.
        per_channel: whether in int8 and int4 each channel's weights have a scale of their own.
        keras_readings: the classes, of shape (N,), that `model` reads on validation, where they
            are known already; None: what measures finds out.
    """

    model: "keras.Model | bytes"
    card: Card
    kind: str
    calibration: Images
    validation: Part
    max_drop: float = 0.1
    bare: bool = False
    per_channel: bool = True
    keras_readings: NDArray[np.intp] | None = None

    @property
    def network(self) -> "keras.Model":
        """The model, which is Keras's. Raises OptionError when it is a file's content."""
        if isinstance(self.model, bytes):
            raise OptionError(
                f"to: expected {' or '.join(REWRITTEN)} of a .tflite file; received {self.kind}"
            )
        return self.model


@dataclass(frozen=True)
class TensorForm:
    """How an input or output holds numbers: (value - zero_point) * scale, or as is at scale 0."""

    dtype: str
    scale: float = 0.0
    zero_point: int = 0


FLOAT = TensorForm(np.dtype(np.float32).name)


@dataclass(frozen=True)
class Made:
    """A network in a format, which has no place of its own yet.

    Attributes:
        classifier: runs it.
        bytes: of all its files; of C, of the compiled program.
        write: puts it at a path, a file's or that of an empty folder, with the card that is
            final: its temperature is known only when it has been measured.
        input: form of the pixels that it takes.
        output: form of the scores that it gives.
        told: what else there is to say, by name.
    """

    classifier: CardClassifier
    bytes: int
    write: Callable[[Path, Card], None]
    input: TensorForm = FLOAT
    output: TensorForm = FLOAT
    told: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Format:
    """Where a kind of file is made.

    Attributes:
        module: of this package, with a function `make`.
        suffix: of the file; "": it is a folder.
        extra: that it wants to be installed.
    """

    module: str
    suffix: str
    extra: str = "train"


REWRITTEN = ("c", "js")
"""Kinds that a .tflite file in whole numbers can be written as too."""

LITERT = Format("litert", ".tflite")

HOMES: Mapping[str, Format] = {
    **dict.fromkeys(LITERT_KINDS, LITERT),
    "onnx": Format("onnx_file", ".onnx", "onnx"),
    "saved_model": Format("saved_model", ""),
    "c": Format("c.folder", ""),
    "js": Format("js.module", ".js"),
}
"""By kind."""


def make(wanted: Wanted, folder: Path) -> Made:
    """Make what is wanted and open it.

    Args:
        wanted: what.
        folder: for files that it takes; `Made` needs them as long as it is used.

    Raises:
        OptionError: there is no such kind, or Keras is not on TensorFlow.
        ModelError: the model cannot be converted to it.
        MissingExtraError: something that it takes is not installed.
    """
    home = HOMES[expect_one_of("kind", wanted.kind, HOMES)]
    with needs_extra(home.extra):
        module = import_module(f"{__name__}.{home.module}")
    made: Made = module.make(wanted, folder)
    return made
