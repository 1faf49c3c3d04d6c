"""What networks cost, by hand."""

import keras
import pytest
from keras import layers

from digitrec import networks
from digitrec.networks.cost import multiply_adds, parameters
from digitrec.networks.uses import uses


def test_lenet5_by_hand():
    convolutions = 28 * 28 * 25 * 6 + 10 * 10 * 25 * 6 * 16
    dense = 400 * 120 + 120 * 84 + 84 * 10
    assert multiply_adds(networks.build("lenet5")) == convolutions + dense


@pytest.mark.parametrize(
    ("name", "million"), [("compact_cnn", 2.92), ("deeper_cnn", 2.93), ("simple_cnn", 2.63)]
)
def test_as_their_docstrings_say(name, million):
    assert multiply_adds(networks.build(name)) / 1e6 == pytest.approx(million, abs=0.005)


def test_a_sequential_costs_what_its_functional_twin_does():
    twins = [networks.build(name) for name in ("simple_cnn", "simple_cnn_sequential")]
    assert multiply_adds(twins[0]) == multiply_adds(twins[1])
    assert parameters(twins[0]) == parameters(twins[1]) == 225_034


def test_groups_depth_and_strides_are_counted():
    images = keras.Input((8, 8, 4))
    x = layers.Conv2D(6, 3, padding="same", groups=2, use_bias=False)(images)  # 8 8 . 9 2 6
    x = layers.DepthwiseConv2D(3, strides=2, padding="same")(x)  # 4 4 . 9 6
    x = layers.SeparableConv2D(5, 3, padding="same")(x)  # 4 4 . (9 6 + 6 5)
    network = keras.Model(images, layers.BatchNormalization()(x))
    assert multiply_adds(network) == 64 * 108 + 16 * 54 + 16 * (54 + 30)


def test_a_layer_that_is_called_twice_costs_twice_and_weighs_once():
    images = keras.Input((8, 8, 3))
    shared = layers.Conv2D(3, 3, padding="same", name="shared")
    network = keras.Model(images, shared(shared(images)))
    assert multiply_adds(network) == 2 * 64 * 81
    assert parameters(network) == 84
    first, second = [use for use in uses(network) if use.layer is shared]
    assert (first.again, second.again) == (False, True)
    assert second.inputs == (first.output,)


def test_what_is_inside_a_network_inside_is_found():
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(5, name="inner")])
    images = keras.Input((4,))
    network = keras.Model(images, layers.Dense(2, name="outer")(inner(images)))
    assert [use.layer.name for use in uses(network)] == ["inner", "outer"]
    assert multiply_adds(network) == 4 * 5 + 5 * 2
