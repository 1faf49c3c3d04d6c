"""A Keras model as the bytes of a .tflite file, of any of KINDS."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops
from numpy.typing import NDArray

from digitrec.compression import KINDS, short
from digitrec.compression.formats import Wanted
from digitrec.compression.formats.bits import rewritten, weighted
from digitrec.datasets.digits import Images
from digitrec.errors import DataError, ModelError, OptionError, expect_one_of
from digitrec.reading.form import SIDE
from digitrec.training.quiet import quiet

RANGED = ("int8", "int4")
"""Kinds whose maps have ranges."""
FULL = 255


def to_tflite(
    model: keras.Model,
    kind: str,
    calibration: Images,
    *,
    per_channel: bool = True,
    sparse: bool = False,
) -> bytes:
    """Convert a model to TFLite, with TFLite's own operations and a batch that can be resized.

    An int8 model takes uint8 pixels as they are (scale 1, zero point 0) and gives float32: its
    scores are of 8 bits, and the step from them to float32, which users tend to forget, is in the
    file. The other kinds take and give float32.

    Args:
        model: (N, 28, 28, 1) of 0 to 255 in, (N, classes) out.
        kind: one of KINDS: "float32"; "float16" weights; "dynamic", int8 weights alone; "int8";
            "int4", the same with weights of 4 bits.
        calibration: training digits (N, 28, 28) that the ranges of int8 and int4 are measured on;
            the other kinds need none.
        per_channel: whether in int8 and int4 each channel's weights have a scale of their own.
        sparse: whether of weights of which most are 0 only the others are written, each with its
            place. LiteRT fills in the zeros when it loads a float32 or int8 file.

    Raises:
        OptionError: there is no such kind, or Keras does not run on TensorFlow.
        DataError: int8 or int4 is wanted, and `calibration` is empty or no digits of 0 to 255.
        ModelError: it cannot be converted.
    """
    expect_one_of("kind", kind, KINDS)
    if keras.backend.backend() != "tensorflow":
        raise OptionError(
            "KERAS_BACKEND: expected tensorflow, which alone converts; "
            f"received {keras.backend.backend()}"
        )
    if kind in RANGED:
        _check_calibration(calibration)
    with quiet():
        try:
            converter = _converter(_for_any_batch(model), kind, calibration)
            if sparse:
                converter.optimizations.append(tf.lite.Optimize.EXPERIMENTAL_SPARSITY)
            content = converter.convert()
        except Exception as error:  # whatever the converter stumbles over
            raise ModelError(
                f"{model.name}: cannot be converted to {kind}; {short(error)}"
            ) from error
    bits = {"int4": 4, "int8": 8}.get(kind)
    if bits is None or (bits == 8 and per_channel):
        return content
    every = {operation.number: bits for operation in weighted(content)}
    return rewritten(content, every, per_channel=per_channel)


def whole_numbers(wanted: Wanted) -> bytes:
    """The content of a .tflite file in whole numbers: the one that there is, or of the model."""
    if isinstance(wanted.model, bytes):
        return wanted.model
    return to_tflite(wanted.model, "int8", wanted.calibration, per_channel=wanted.per_channel)


def _check_calibration(images: Images) -> None:
    shape, wanted = np.shape(images), (SIDE, SIDE)
    if shape[1:] != wanted or not shape[0]:
        raise DataError(f"calibration: expected digits (N, {SIDE}, {SIDE}); received {shape}")
    low, high = np.min(images), np.max(images)
    if not (0 <= low <= high <= FULL):
        raise DataError(
            f"calibration: expected pixels of 0 to {FULL}; received {low:g} to {high:g}"
        )
    if high <= 1:
        raise DataError(
            f"calibration: expected pixels of 0 to {FULL}, ink {FULL}; received at most {high:g}"
        )


def _converter(model: keras.Model, kind: str, calibration: Images) -> tf.lite.TFLiteConverter:
    signature = tf.TensorSpec((None, SIDE, SIDE, 1), tf.float32, name="image")
    traced = tf.function(lambda image: {"scores": model(image, training=False)})
    converter = tf.lite.TFLiteConverter.from_concrete_functions(
        [traced.get_concrete_function(signature)], _Variables(model)
    )
    builtins = tf.lite.OpsSet
    converter.target_spec.supported_ops = [builtins.TFLITE_BUILTINS]
    converter.optimizations = [] if kind == "float32" else [tf.lite.Optimize.DEFAULT]
    if kind == "float16":
        converter.target_spec.supported_types = [tf.float16]
    if kind in RANGED:
        converter.target_spec.supported_ops = [builtins.TFLITE_BUILTINS_INT8]
        converter.representative_dataset = lambda: _one_by_one(calibration)
        converter.inference_input_type = tf.uint8
    return converter


class _Variables(tf.Module):
    """Where the converter finds a model's variables: only then it can fold batch norm."""

    def __init__(self, model: keras.Model) -> None:
        super().__init__()
        self.held = [variable.value for variable in model.variables]


def _one_by_one(images: Images) -> Iterator[list[NDArray[np.float32]]]:
    return ([image[None, ..., None].astype(np.float32)] for image in images)


def _for_any_batch(model: keras.Model) -> keras.Model:
    """The same layers and weights, with those that compute the batch's size replaced.

    Keras's Flatten and Reshape ask for it when the model runs, which costs three operations that
    split the work of LiteRT's delegate.
    """
    return keras.models.clone_model(model, clone_function=_replaced, recursive=True)


def _replaced(layer: keras.Layer) -> keras.Layer:
    reshaping = isinstance(layer, keras.layers.Flatten | keras.layers.Reshape)
    return _ToRows(layer) if reshaping else layer


class _ToRows(keras.Layer):
    """Flatten or Reshape, to a shape that is constant but for -1 where the batch is."""

    def __init__(self, layer: keras.Layer) -> None:
        super().__init__(name=layer.name, dtype=layer.dtype_policy)
        self.layer = layer

    def call(self, inputs: Any) -> Any:
        return ops.reshape(inputs, (-1, *self.layer.compute_output_shape(inputs.shape)[1:]))
