"""Every call of a network's layers, in order, with what goes in and comes out."""

import itertools

import keras
import pytest
from keras import layers

from digitrec import networks
from digitrec.networks.uses import uses


def test_uses_are_in_the_order_of_the_calls_with_their_shapes():
    found = uses(networks.build("lenet5"))
    sides = [use.shape for use in found if use.layer.weights or "pool" in use.layer.name]
    assert sides[:4] == [(28, 28, 6), (14, 14, 6), (10, 10, 16), (5, 5, 16)]
    assert (found[-1].layer.name, found[-1].shape) == ("logits", (10,))


@pytest.mark.parametrize("name", ["compact_cnn", "simple_cnn_sequential"])
def test_each_use_of_a_chain_takes_what_the_last_answered(name):
    found = uses(networks.build(name))
    for one, following in itertools.pairwise(found):
        assert following.inputs == (one.output,)
    assert not any(use.again for use in found)


def test_a_shared_layer_is_used_again_with_other_tensors():
    images = keras.Input((8, 8, 3))
    shared = layers.Conv2D(3, 3, padding="same")
    network = keras.Model(images, layers.Add()([shared(images), shared(shared(images))]))
    found = [use for use in uses(network) if use.layer is shared]
    assert [use.again for use in found] == [False, True, True]
    assert len({use.output for use in found}) == 3


def test_a_network_inside_is_joined_to_what_is_around_it():
    images = keras.Input((4,))
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(5, name="inner"), layers.ReLU()])
    both = layers.Add(name="both")([inner(images), inner(images)])
    first, first_end, second, second_end, joined = uses(keras.Model(images, both))
    assert first.inputs == second.inputs
    assert joined.inputs == (first_end.output, second_end.output)
    assert (first.again, second.again) == (False, True)
    assert first.layer is second.layer


def test_a_network_inside_may_be_of_a_sequential_without_a_shape():
    images = keras.Input((4,))
    inner = keras.Sequential([layers.Dense(5, name="inner")])
    network = keras.Model(images, layers.Dense(2, name="outer")(inner(images)))
    found = uses(network)
    assert [use.layer.name for use in found] == ["inner", "outer"]
    assert found[1].inputs == (found[0].output,)


def test_the_network_is_left_as_it_was():
    network = networks.build("compact_cnn")
    uses(network)
    assert network.layers[2].output.shape == (None, 12, 12, 32)
