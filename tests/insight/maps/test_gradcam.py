"""Grad-CAM and LayerCAM: where a known answer comes from, and where a layer's places lie."""

import keras
import numpy as np
import pytest
import small_networks
from keras import layers

from digitrec.errors import OptionError
from digitrec.insight.maps.gradcam import centres, grad_cam, last_maps, layer_cam
from digitrec.insight.maps.layers import answers


@pytest.fixture(scope="module")
def bright():
    """Class 0 for the mean of the pixels, class 1 against it."""
    network = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(2, 1, use_bias=False, name="maps"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2, use_bias=False),
        ]
    )
    network.set_weights([np.array([[[[1.0, 0.0]]]]), np.array([[1.0, -1.0], [0.0, 0.0]])])
    return network


def dot():
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 5:8, 20:23] = 255
    return image


@pytest.mark.parametrize("method", [grad_cam, layer_cam])
def test_what_speaks_for_a_class_is_where_its_maps_answer(bright, method):
    found = method(bright, dot(), np.array([0]), "maps")
    np.testing.assert_allclose(found, dot() / 784, rtol=1e-4)
    assert not method(bright, dot(), np.array([1]), "maps").any()


@pytest.mark.parametrize("method", [grad_cam, layer_cam])
def test_a_map_is_that_of_a_layer_that_is_named(method):
    network, images = small_networks.sighted(), small_networks.uci().validation.images[:2]
    found = {name: method(network, images, np.array([1, 2]), name) for name in ("edges", "strokes")}
    for maps in found.values():
        assert maps.shape == (2, 28, 28)
        assert (maps >= 0).all()
    assert np.abs(found["edges"] - found["strokes"]).max() > 0


def with_ones(*stack):
    """A network of these layers, whose kernels are 1: what a place sees counts all alike."""
    network = keras.Sequential([keras.Input((28, 28, 1)), *stack])
    network.set_weights([np.full(one.shape, one.ndim > 1) for one in network.get_weights()])
    return network


@pytest.mark.parametrize(
    "stack",
    [
        lambda: [layers.Conv2D(1, 5, strides=2, padding="same", name="last")],
        lambda: [layers.Conv2D(1, 5, strides=2, name="last")],
        lambda: [layers.Conv2D(1, 3), layers.AveragePooling2D(2), layers.Conv2D(1, 3, name="last")],
        lambda: [
            layers.Conv2D(1, 4, strides=2, padding="same"),
            layers.DepthwiseConv2D(3, strides=2, padding="same"),
            layers.Conv2D(1, 3, dilation_rate=2, padding="same", name="last"),
        ],
        lambda: [
            layers.Conv2D(1, (1, 3), strides=(1, 2), padding="same"),
            layers.Conv2D(1, (3, 1), strides=(2, 1), padding="same", name="last"),
        ],
        lambda: [layers.ZeroPadding2D(2), layers.Conv2D(1, 5, strides=2, name="last")],
    ],
)
def test_places_lie_in_the_middle_of_what_they_see(stack):
    """A dot that wanders tells what each place sees; the middle of that is where it lies."""
    network = with_ones(*stack())
    dots = np.zeros((28, 28, 28), np.uint8)
    dots[np.arange(28), np.arange(28), np.arange(28)] = 1
    (seen,) = answers(network, ["last"], dots)  # (28, H, W, 1)
    for axis, (first, step) in enumerate(centres(network, "last")):
        along = seen[..., 0].sum(axis=2 - axis)  # (28, places)
        place = along.shape[1] // 2  # near the edge padding is a part of what is seen
        middle = np.average(np.arange(28), weights=along[:, place])
        assert first + place * step == pytest.approx(middle, abs=0.01)


def test_the_last_maps_are_those_with_enough_places():
    network = small_networks.sighted()
    assert [last_maps(network, least) for least in (2, 4, 6)] == ["shapes", "strokes", "edges"]


def test_the_places_of_a_residual_network_end_at_a_sum():
    """Inside a block the answer also comes round the layer."""
    inputs = keras.Input((28, 28, 1))
    x = layers.Conv2D(4, 3, strides=4, name="before")(inputs)
    inside = layers.Conv2D(4, 3, padding="same", name="inside")(x)
    x = layers.Add(name="sum")([x, inside])
    network = keras.Model(inputs, layers.Dense(3)(layers.GlobalAveragePooling2D()(x)))
    assert last_maps(network, 4) == "sum"
    with pytest.raises(OptionError, match="expected one that all of the answer comes through"):
        grad_cam(network, dot(), np.array([0]), "inside")


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        ("strokess", r"expected one of .*; received strokess \(did you mean strokes\?\)"),
        ("logits", "expected one with maps; logits answers"),
    ],
)
def test_a_layer_that_does_not_do_is_said(layer, said):
    with pytest.raises(OptionError, match=said):
        grad_cam(small_networks.sighted(), dot(), np.array([0]), layer)


def test_a_network_without_maps_is_said():
    with pytest.raises(OptionError, match="expected a network with maps of features"):
        grad_cam(small_networks.linear(), dot(), np.array([0]))
