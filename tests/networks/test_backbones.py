"""Backbones of keras.applications: what they are shown, their shapes, and weights out of reach."""

import time

import keras
import numpy as np
import pytest
import small_networks
from keras import applications

from digitrec import networks
from digitrec.errors import ModelError, OptionError
from digitrec.networks import BACKBONES, backbones
from digitrec.networks.scaling import scaling

PARAMETERS = {"vgg16": 14_714_688, "mobilenet_v2": 2_257_984, "resnet50_v2": 23_564_800}
"""Of the backbones as their authors have them, without the head."""
FEATURES = {"vgg16": 512, "mobilenet_v2": 1280, "resnet50_v2": 2048}
PREPARED = {
    "vgg16": applications.vgg16.preprocess_input,
    "mobilenet_v2": applications.mobilenet_v2.preprocess_input,
    "resnet50_v2": applications.resnet_v2.preprocess_input,
}
EACH = [
    pytest.param(name, marks=() if name == "mobilenet_v2" else pytest.mark.slow)
    for name in BACKBONES
]
"""The two others are built in seconds."""


@pytest.fixture(scope="module", params=EACH)
def network(request):
    return networks.build(request.param)


def prepared(network, pixels):
    """What the backbone's own first layer is given."""
    last = next(layer for layer in network.layers if isinstance(layer, keras.layers.Rescaling))
    return np.asarray(keras.Model(network.input, last.output)(pixels))


def test_has_the_parameters_of_its_authors_and_logits(network):
    head = FEATURES[network.name] * 10 + 10
    assert network.count_params() == PARAMETERS[network.name] + head
    assert network(small_networks.noise(2)[..., None]).shape == (2, 10)


def test_pictures_are_prepared_as_keras_prepares_them(network):
    grey = small_networks.noise(2)[..., None].astype("float32")
    larger = np.asarray(keras.ops.image.resize(grey, (32, 32)))
    expected = PREPARED[network.name](larger.repeat(3, axis=-1))
    np.testing.assert_allclose(prepared(network, grey), expected, atol=1e-3)


def test_a_grey_level_stays_one_in_three_channels():
    pixels = np.full((1, 28, 28, 1), 200, "float32")
    assert np.asarray(backbones.in_colour(pixels)).shape == (1, 32, 32, 3)
    assert (np.asarray(backbones.in_colour(pixels)) == 200).all()


def test_is_saved_and_loaded(tmp_path):
    network = networks.build("mobilenet_v2", width=0.35)
    network.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    pixels = small_networks.noise(1)[..., None]
    np.testing.assert_allclose(network(pixels), again(pixels), atol=1e-5)


def test_imagenets_weights_go_into_the_backbone_where_they_can_be_had(monkeypatch, tmp_path):
    """Of others' making, since the real ones are nowhere to be had in a test."""
    fetched = tmp_path / "imagenet.weights.h5"
    theirs = applications.MobileNetV2(weights=None, include_top=False, input_shape=(32, 32, 3))
    theirs.save_weights(fetched)
    asked = []

    def get_file(name, *_, **__):
        asked.append(name)
        return str(fetched)

    monkeypatch.setattr("keras.src.applications.mobilenet_v2.file_utils.get_file", get_file)
    ours = networks.build("mobilenet_v2", pretrained="imagenet")
    assert asked == ["mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5"]
    for own, expected in zip(ours.get_weights(), theirs.get_weights(), strict=False):
        np.testing.assert_array_equal(own, expected)


@pytest.mark.parametrize("name", BACKBONES)
def test_weights_out_of_reach_are_told_at_once(name, monkeypatch, tmp_path):
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    begun = time.monotonic()
    told = rf"weights of {name}, which cannot be had .URL fetch.*none begins"
    with pytest.raises(ModelError, match=told):
        networks.build(name, pretrained="imagenet")
    assert time.monotonic() - begun < 30


@pytest.mark.parametrize(
    ("name", "knobs", "message"),
    [
        ("vgg16", {"width": 0.5}, "width: expected 1 "),
        ("resnet50_v2", {"width": 2.0}, "width: expected 1 "),
        ("mobilenet_v2", {"width": 0.6, "pretrained": "imagenet"}, "width: expected one of 0.35"),
        ("mobilenet_v2", {"pretrained": "cifar"}, "pretrained: expected one of none, imagenet"),
        ("mobilenet_v2", {"scaling": scaling("zscore")}, "scaling: expected unit"),
        ("mobilenet_v2", {"scaling": scaling("image_zscore")}, "scaling: expected unit"),
        ("mobilenet_v2", {"activation": "relu"}, "activation: expected a network that has it"),
    ],
)
def test_what_a_backbone_does_not_have_is_refused(name, knobs, message):
    with pytest.raises(OptionError, match=message):
        networks.build(name, **knobs)
