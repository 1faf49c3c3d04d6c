"""Keras models from any file, brought to one form: raw pixels (N, 28, 28, 1) in, scores out."""

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras

# Loading finds our own layers by name once their modules have registered them.
import digitrec.compression.weights.aware
import digitrec.compression.weights.binary
import digitrec.networks.attention
import digitrec.networks.dropout
import digitrec.networks.initializers
import digitrec.networks.pooling
import digitrec.networks.scaling
import digitrec.training.augmentation
import digitrec.training.ensembles  # noqa: F401
from digitrec.compression import short
from digitrec.compression.model_file import expect_keras
from digitrec.errors import ModelError
from digitrec.reading import card as cards
from digitrec.reading.card import INPUT_SCALES, Card
from digitrec.reading.classifier import looks_like_probabilities, probe
from digitrec.reading.form import SIDE
from digitrec.training.quiet import quiet

ENDPOINT = "serving_default"

IMAGE = (SIDE, SIDE, 1)
FITTING = ([IMAGE], [IMAGE[:2]])

UNKNOWN = re.compile(r"(?:Could not locate (?:class|function)|Unknown layer:) '([^']+)'")


def load_keras(
    path: str | os.PathLike[str], input_scale: str | None = None
) -> tuple[keras.Model, Card]:
    """A Keras model that takes raw pixels, and its card.

    Args:
        path: a .keras file, a legacy .h5 file or a SavedModel directory.
        input_scale: for a model without a card, what it expects of a pixel: "pixels" (0 to 255),
            "unit" (0 to 1) or "symmetric" (-1 to 1).

    Returns:
        The model, (N, 28, 28, 1) of 0 to 255 in and (N, classes) out, changed where the file's
        is another, and its card. The card has hashes only when it is true of the file as well.

    Raises:
        ModelError: the file is missing or broken, has layers that are not known here or another
            shape than 28x28x1, has no card and `input_scale` is not given, or its card is of
            another file.
        OptionError: there is a card, and an `input_scale` as well.
    """
    path = expect_keras(path)
    with quiet():
        model = opened(path)
        card = cards.of(path, model.output_shape[1], input_scale)
        if not card.sha256:
            _leave_out_softmax(model)
            card = replace(card, output=_output(model))
        if card.input_scale != "pixels":
            model = _scaled(model, card.input_scale)
            card = replace(card, input_scale="pixels", sha256={})
    return model, card


def load_logits(
    path: str | os.PathLike[str],
    classes: tuple[str, ...],
    role: str = "model",
    input_scale: str | None = None,
) -> tuple[keras.Model, Card]:
    """A Keras model that gives logits of certain classes, and its card; as `load_keras` does.

    Args:
        path: as load_keras has it.
        classes: the names, in the order of the outputs.
        role: what to call it in errors, such as "teacher".
        input_scale: as load_keras has it; a model without a card is taken to have the classes.

    Raises:
        ModelError: it has other classes, or gives probabilities; or as load_keras raises it.
    """
    model, card = load_keras(path, input_scale)
    if not card.sha256 and len(card.classes) == len(classes):
        card = replace(card, classes=classes)
    if card.classes != classes:
        raise ModelError(
            f"{path}: expected a {role} of the classes {' '.join(classes)}; "
            f"received {' '.join(card.classes)}"
        )
    if card.output != "logits":
        raise ModelError(f"{path}: expected a {role} that gives logits; received {card.output}")
    return model, card


def opened(path: Path) -> keras.Model:
    """The model in a file or folder, (N, 28, 28, 1) in and (N, classes) out, as it is.

    Raises:
        ModelError: it is broken, or has layers that are not known here or another shape.
    """
    try:
        model = _SavedModel(path) if path.is_dir() else _in_float32(_load(path))
        shapes = _input_shapes(model)
        model = _on_images(model, shapes[0]) if shapes in FITTING else None
    except Exception as error:  # whatever a broken file makes Keras stumble over
        raise ModelError(f"{path}: cannot be loaded as a Keras model; {_reason(error)}") from error
    if model is None:
        raise ModelError(f"{path}: expected input (N, {SIDE}, {SIDE}, 1); received {shapes}")
    if not _gives_scores(model):
        raise ModelError(f"{path}: expected output (N, classes); received {model.output_shape}")
    return model


def _load(path: Path) -> Any:
    return keras.saving.load_model(path, compile=False)


def _reason(error: Exception) -> str:
    """Keras's words on one line, or what they come to when it does not know a layer."""
    if unknown := UNKNOWN.search(" ".join(str(error).split())):
        return f"it is made with {unknown[1]}, which is not known here"
    return short(error)


def _in_float32(model: keras.Model) -> keras.Model:
    """A model that was trained in mixed precision, computing in float32 as TFLite does."""
    if not any(layer.dtype_policy.name.startswith("mixed_") for layer in model.layers):
        return model
    plain = keras.models.clone_model(model, clone_function=_plain, recursive=True)
    plain.set_weights(model.get_weights())
    return plain


def _plain(layer: keras.Layer) -> keras.Layer:
    return type(layer).from_config({**layer.get_config(), "dtype": "float32"})


class _SavedModel(keras.layers.TFSMLayer):
    """The default signature of a SavedModel as a layer with one output."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), call_endpoint=ENDPOINT)

    def call(self, inputs: Any, training: bool = False, **options: Any) -> Any:
        (output,) = super().call(inputs, training, **options).values()
        return output


def _input_shapes(model: Any) -> list[tuple[int | None, ...]]:
    """One shape an input, the batch left out."""
    if isinstance(model, _SavedModel):
        _, named = model.call_endpoint_fn.structured_input_signature
        return [tuple(tensor.shape[1:]) for tensor in named.values()]
    return [tuple(tensor.shape[1:]) for tensor in model.inputs]


def _on_images(model: Any, shape: tuple[int | None, ...]) -> keras.Model:
    """The model itself, or wrapped into one that takes (N, 28, 28, 1)."""
    if isinstance(model, keras.Model) and shape == IMAGE:
        return model
    images = keras.Input(IMAGE, name="image")
    return keras.Model(images, model(keras.layers.Reshape(shape)(images)))


def _scaled(model: keras.Model, input_scale: str) -> keras.Model:
    """The model behind a layer that brings 0 to 255 to what it expects."""
    factor, offset = INPUT_SCALES[input_scale]
    images = keras.Input(IMAGE, name="image")
    return keras.Model(images, model(keras.layers.Rescaling(factor, offset)(images)))


def _gives_scores(model: keras.Model) -> bool:
    shape = model.output_shape
    return len(model.outputs) == 1 and len(shape) == 2 and (shape[1] or 0) >= 2


def _leave_out_softmax(model: keras.Model) -> None:
    """Make a softmax at the end linear: 8 bits hold logits well, and probabilities badly."""
    last: Any = model
    while isinstance(last, keras.Model):
        last = last.layers[-1]
    if getattr(last, "activation", None) is keras.activations.softmax:
        last.activation = keras.activations.linear


def _output(model: keras.Model) -> str:
    """Whether a model of unknown origin gives logits or probabilities, by trying it."""
    outputs = model.predict_on_batch(probe()[..., None].astype("float32"))
    return "probabilities" if looks_like_probabilities(outputs) else "logits"
