import keras
import numpy as np
import pytest
import small_networks
from keras import layers

from digitrec import networks
from digitrec.compression.weights.formed import (
    Formed,
    as_it_is,
    channels,
    formed,
    kerneled,
    plain,
)
from digitrec.compression.weights.forms import Codebook, Grid, Mask
from digitrec.networks.dropout import DropConnectDense

IMAGES = small_networks.noise(4)[..., None].astype("float32")


def answers(network):
    return np.asarray(network(IMAGES))


NETWORKS = {
    "pooled": small_networks.pooled,
    "gated": small_networks.gated,
    "shared layers": lambda: networks.build("tiny_690"),
    "depthwise": lambda: networks.build("mobilenet_small", width=0.25),
    "sequential": lambda: networks.build("simple_cnn_sequential", width=0.1),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_formed_and_plain_again_answer_alike(name):
    network = NETWORKS[name]()
    made = formed(network, lambda layer: [Grid(8, channels(layer))])
    again = plain(made)
    assert not any(isinstance(layer, Formed) for layer in again.layers)
    np.testing.assert_array_equal(answers(made), answers(again))
    # Through many layers without normalisation each rounding adds up.
    assert abs(answers(made) - answers(network)).max() < 0.1 * abs(answers(network)).max()
    assert again.count_params() == network.count_params()


def test_layers_without_forms_stay_as_they_are():
    made = formed(small_networks.pooled(), lambda _: [])
    assert not any(isinstance(layer, Formed) for layer in made.layers)


def test_training_keeps_to_the_forms_and_leaves_the_origin_alone():
    network = small_networks.pooled()
    before = network.get_weights()
    made = formed(network, lambda layer: [Codebook(4, channels(layer)), Grid(4, ())])
    made.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    made.fit(IMAGES, np.arange(4), epochs=2, verbose=0)
    for layer in kerneled(plain(made)):
        assert len(np.unique(np.asarray(layer.kernel))) <= 4
    for one, other in zip(before, network.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_network_inside_a_network_is_formed_too():
    inner = small_networks.pooled()
    images = keras.Input((28, 28, 1))
    network = keras.Model(images, inner(layers.Rescaling(1.0)(images)))
    made = formed(network, lambda layer: [Grid(2, channels(layer))])
    assert len(kerneled(made)) == 3
    np.testing.assert_array_equal(answers(made), answers(plain(made)))


def test_what_a_kernel_is_already_is_seen():
    dense = layers.Dense(50)
    dense.build((None, 40))
    assert as_it_is(dense) == []
    kernel = np.asarray(dense.kernel)
    dense.kernel.assign(np.where(abs(kernel) < abs(kernel).mean(), 0, kernel))
    assert [type(form) for form in as_it_is(dense)] == [Mask]
    dense.kernel.assign(np.sign(np.asarray(dense.kernel)) * 0.5)
    (found,) = as_it_is(dense)
    assert isinstance(found, Codebook)
    assert found.values == 2


def test_the_dice_of_a_layer_inside_go_on():
    network = keras.Sequential([layers.Input((50,)), DropConnectDense(20, 0.5)])
    made = formed(network, lambda layer: [Grid(8, channels(layer))])
    first, second = (np.asarray(made(np.ones((1, 50)), training=True)) for _ in range(2))
    assert (first != second).any()
