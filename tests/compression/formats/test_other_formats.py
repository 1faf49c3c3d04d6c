"""ONNX and SavedModel, as programs that are not ours read them."""

import json
from dataclasses import replace

import keras
import numpy as np
import onnx
import onnxruntime
import pytest
import small_networks
import tensorflow as tf

from digitrec import files
from digitrec.compression import formats
from digitrec.compression.formats import HOMES, Wanted
from digitrec.compression.keras_classifier import open_classifier
from digitrec.compression.source import load_keras
from digitrec.errors import MissingExtraError, ModelError, OptionError
from digitrec.reading import card as cards
from digitrec.reading.card import Card

IMAGES = small_networks.noise(5)
NAMES = tuple("abcdefghij")
CARD = Card("net", NAMES, temperature=1.5)


def floats(images):
    return images[..., None].astype("float32")


def wanted(kind, network=None):
    validation = small_networks.uci().validation
    return Wanted(network or small_networks.pooled(), CARD, kind, IMAGES, validation)


@pytest.fixture(scope="module")
def network():
    return small_networks.pooled()


@pytest.mark.parametrize("kind", ["onnx", "saved_model"])
def test_it_answers_as_keras_does(network, kind, tmp_path):
    made = formats.make(wanted(kind, network), tmp_path)
    expected = np.asarray(network(floats(IMAGES)))
    np.testing.assert_allclose(made.classifier.logits(IMAGES), expected, atol=1e-5)
    assert made.classifier.card == CARD
    assert made.bytes > 4 * network.count_params()


def test_an_onnx_file_is_checked_and_says_what_it_is(network, tmp_path):
    path = tmp_path / "model.onnx"
    formats.make(wanted("onnx", network), tmp_path).write(path, CARD)
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    told = {one.key: json.loads(one.value) for one in model.metadata_props}
    assert told["classes"] == list(NAMES)
    assert told["temperature"] == 1.5
    session = onnxruntime.InferenceSession(path)
    (taken,), (given,) = session.get_inputs(), session.get_outputs()
    assert (taken.name, taken.type, taken.shape[1:]) == ("image", "tensor(float)", [28, 28, 1])
    assert given.name == "scores"
    for count in (1, 5):
        (scores,) = session.run(["scores"], {"image": floats(IMAGES[:count])})
        np.testing.assert_allclose(scores, network(floats(IMAGES[:count])), atol=1e-5)


def test_an_onnx_file_is_opened_by_its_name(network, tmp_path):
    path = tmp_path / "model.onnx"
    formats.make(wanted("onnx", network), tmp_path).write(path, CARD)
    with pytest.raises(ModelError, match="has no card"):
        open_classifier(path)
    assert open_classifier(path, "pixels").logits(IMAGES).shape == (5, 10)
    cards.write(path, replace(CARD, sha256={path.name: files.sha256(path)}))
    assert open_classifier(path).classes == NAMES
    with pytest.raises(ModelError, match="takes pixels of 0 to 255"):
        cards.path_for(path).unlink()
        open_classifier(path, "unit")


@pytest.mark.parametrize("content", [b"", b"not a model"])
def test_a_file_that_is_no_onnx_is_one_line(content, tmp_path):
    path = tmp_path / "model.onnx"
    with pytest.raises(ModelError, match="no such model file"):
        open_classifier(path)
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"expected an \.onnx model") as raised:
        open_classifier(path, "pixels")
    assert "\n" not in str(raised.value)


def test_a_saved_model_has_the_signature_that_servers_ask_for(network, tmp_path):
    place = tmp_path / "served"
    place.mkdir()
    formats.make(wanted("saved_model", network), tmp_path).write(place, CARD)
    served = tf.saved_model.load(place).signatures["serving_default"]
    (taken,) = served.structured_input_signature[1].values()
    assert (taken.name, taken.shape.as_list(), taken.dtype) == (
        "image",
        [None, 28, 28, 1],
        tf.float32,
    )
    scores = served(image=tf.constant(floats(IMAGES)))["scores"]
    np.testing.assert_allclose(scores, network(floats(IMAGES)), atol=1e-5)
    again, _ = load_keras(place, "pixels")
    np.testing.assert_allclose(again(floats(IMAGES)), network(floats(IMAGES)), atol=1e-5)


@keras.saving.register_keras_serializable("tests")
class OfPython(keras.layers.Layer):
    """What no file can hold."""

    def call(self, x):
        return tf.ensure_shape(tf.py_function(lambda y: y, [x], tf.float32), x.shape)


def test_a_network_that_onnx_does_not_take_is_one_line(tmp_path):
    images = keras.Input((28, 28, 1))
    x = OfPython()(keras.layers.Flatten()(images))
    network = keras.Model(images, keras.layers.Dense(10)(x))
    with pytest.raises(ModelError, match="cannot be written as onnx") as raised:
        formats.make(wanted("onnx", network), tmp_path)
    assert "\n" not in str(raised.value)


def test_there_is_no_such_kind(tmp_path):
    with pytest.raises(OptionError, match="kind: expected one of float32"):
        formats.make(wanted("onyx"), tmp_path)


def test_what_is_not_installed_is_named_with_its_extra(tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    for name in ("onnx_file", "onnx_classifier"):
        module = f"digitrec.compression.formats.{name}"
        monkeypatch.delitem(sys.modules, module, raising=False)
    with pytest.raises(MissingExtraError, match=r"needs onnxruntime.*digitrec\[onnx\]"):
        formats.make(wanted("onnx"), tmp_path)


def test_every_format_has_a_module_with_make():
    from importlib import import_module

    for home in HOMES.values():
        assert callable(import_module(f"digitrec.compression.formats.{home.module}").make)
