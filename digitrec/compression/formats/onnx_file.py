"""ONNX: for onnxruntime, TensorRT, OpenVINO and others."""

import json
import warnings
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras
import onnx
import tf2onnx  # noqa: F401 - Keras loads it; whoever lacks it is told which extra has it

from digitrec import files
from digitrec.compression import short
from digitrec.compression.formats import Made, Wanted
from digitrec.compression.formats.onnx_classifier import OnnxClassifier
from digitrec.errors import ModelError
from digitrec.reading.card import Card
from digitrec.reading.form import SIDE
from digitrec.training.quiet import quiet

INPUT, OUTPUT = "image", "scores"


def make(wanted: Wanted, folder: Path) -> Made:
    """An .onnx file, image (N, 28, 28, 1) float32 of 0 to 255 to scores; its card is inside too."""
    model = _exported(wanted.network, folder / "model.onnx")
    content = model.SerializeToString()
    return Made(
        OnnxClassifier(content, wanted.card, wanted.network.name),
        len(content),
        lambda path, card: files.write(path, _with_card(model, card)),
    )


def _exported(model: keras.Model, path: Path) -> Any:
    """The model as a checked onnx.ModelProto, with names that say what is what."""
    spec = keras.InputSpec(dtype="float32", shape=(None, SIDE, SIDE, 1), name=INPUT)
    with quiet(), warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of numpy, about Keras's way to tf2onnx
        try:
            model.export(path, format="onnx", verbose=False, input_signature=[spec])
            made = onnx.load(path)
            _rename_output(made.graph)
            onnx.checker.check_model(made, full_check=True)
        except Exception as error:  # whatever tf2onnx stumbles over
            raise ModelError(f"{model.name}: cannot be written as onnx; {short(error)}") from error
    return made


def _rename_output(graph: Any) -> None:
    before = graph.output[0].name
    graph.output[0].name = OUTPUT
    for node in graph.node:
        for number, name in enumerate(node.output):
            if name == before:
                node.output[number] = OUTPUT


def _with_card(model: Any, card: Card) -> bytes:
    """The file with its card as metadata, by the card's names."""
    named = onnx.ModelProto()
    named.CopyFrom(model)
    told = asdict(card)
    kept = ("name", "classes", "temperature", "uncertain_below")
    onnx.helper.set_model_props(named, {name: json.dumps(told[name]) for name in kept})
    content: bytes = named.SerializeToString()
    return content
