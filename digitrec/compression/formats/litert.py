""".tflite files: what LiteRT runs, on phones and in `digitrec predict`."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from digitrec import files
from digitrec.compression import MIXED
from digitrec.compression.forgiven import most_lost
from digitrec.compression.formats import Made, TensorForm, Wanted
from digitrec.compression.formats.bits import bits_of
from digitrec.compression.formats.flatbuffer import filled, slimmed
from digitrec.compression.formats.metadata import labelled
from digitrec.compression.formats.mixed import Score, mixed
from digitrec.compression.formats.tflite import to_tflite
from digitrec.compression.weights.formed import not_zero
from digitrec.reading import card as cards
from digitrec.reading.card import Card
from digitrec.reading.classifier import SMALLEST_PROBABILITY, Classifier, softmax

SPARSE = ("float32", "int8")
"""Kinds of which LiteRT takes files without zeros."""
MOST_LEFT = 0.7
"""Share of weights that are not 0 up to which it is tried."""


def make(wanted: Wanted, folder: Path) -> Made:
    """A .tflite file of one of LITERT_KINDS; see formats.make."""
    content = min((slimmed(one, bare=wanted.bare) for one in _contents(wanted)), key=len)
    content = content if wanted.bare else labelled(content, wanted.card)
    taken, given = _forms(content)
    return Made(
        _opened(content, wanted.card, folder),
        len(content),
        lambda path, _: files.write(path, content),
        taken,
        given,
        {"bits": " ".join(map(str, bits_of(content)))} if wanted.kind == MIXED else {},
    )


def _contents(wanted: Wanted) -> Iterator[bytes]:
    """The file, and of a pruned network one that leaves zeros out, which answers the same."""
    yield (dense := _content(wanted))
    if wanted.kind in SPARSE and wanted.per_channel and not_zero(wanted.network) <= MOST_LEFT:
        sparse = to_tflite(wanted.network, wanted.kind, wanted.calibration, sparse=True)
        yield filled(sparse, dense, "FULLY_CONNECTED")  # which XNNPACK takes with zeros alone


def _content(wanted: Wanted) -> bytes:
    if wanted.kind != MIXED:
        return to_tflite(
            wanted.network, wanted.kind, wanted.calibration, per_channel=wanted.per_channel
        )
    content = to_tflite(wanted.network, "int8", wanted.calibration)
    allowed = most_lost(wanted.max_drop, len(wanted.validation))
    return mixed(
        content,
        lambda tried: score(tried, wanted),
        int(score(content, wanted).misses + allowed),
    )


def score(content: bytes, wanted: Wanted) -> Score:
    """What a .tflite file of a network is worth on the validation digits."""
    part = wanted.validation
    with _classifier(content, wanted.card) as classifier:
        logits = classifier.logits(part.images)
    chances = softmax(logits)[np.arange(len(part)), part.labels]
    misses = int((logits.argmax(axis=1) != part.labels).sum())
    return Score(misses, float(-np.log(np.maximum(chances, SMALLEST_PROBABILITY)).mean()))


@contextmanager
def _classifier(content: bytes, card: Card) -> Iterator[Classifier]:
    with TemporaryDirectory() as folder:
        yield _opened(content, card, Path(folder))


def _opened(content: bytes, card: Card, folder: Path) -> Classifier:
    """What users will run, from a file that is not the final one."""
    path = folder / "model.tflite"
    files.write(path, content)
    cards.write(path, replace(card, sha256={path.name: files.sha256(path)}))
    return Classifier(path)


def _forms(content: bytes) -> tuple[TensorForm, TensorForm]:
    """How the file's input and output hold numbers."""
    interpreter = Interpreter(model_content=content)
    return _form(interpreter.get_input_details()), _form(interpreter.get_output_details())


def _form(details: list[dict[str, Any]]) -> TensorForm:
    (tensor,) = details
    scale, zero_point = tensor["quantization"]
    return TensorForm(np.dtype(tensor["dtype"]).name, float(scale), int(zero_point))
