from itertools import pairwise

import keras
import numpy as np
import pytest
import small_networks
from keras import layers
from litert_answers import answer

from digitrec import networks
from digitrec.compression.formats.tflite import to_tflite
from digitrec.compression.source import load_keras
from digitrec.compression.weights.aware import Ranged, ranged
from digitrec.compression.weights.binary import Sign, signed
from digitrec.compression.weights.formed import Formed, channels, formed, kerneled, plain
from digitrec.compression.weights.forms import Grid
from digitrec.errors import OptionError

IMAGES = small_networks.noise(32)


def floats(images):
    return images[..., None].astype("float32")


def seen(network):
    """The network after its ranges have seen some maps."""
    for _ in range(3):
        network(floats(IMAGES), training=True)
    return network


def test_a_range_follows_what_it_sees_and_holds_zero():
    layer = Ranged(momentum=0.5)
    layer(np.array([1.0, 3.0], "float32"), training=True)
    assert (float(layer.low), float(layer.high)) == (0, 3)
    layer(np.array([-2.0, 1.0], "float32"), training=True)
    assert (float(layer.low), float(layer.high)) == (-1, 2)
    layer(np.array([-9.0, 9.0], "float32"))
    assert (float(layer.low), float(layer.high)) == (-1, 2)


def test_it_rounds_to_256_values_and_cuts_off():
    layer = Ranged()
    layer(np.array([0.0, 2.55], "float32"), training=True)
    found = np.asarray(layer(np.array([-1.0, 0.014, 0.016, 9.0], "float32")))
    np.testing.assert_allclose(found, [0, 0.01, 0.02, 2.55], atol=1e-6)


def places(network):
    found = [type(layer).__name__ for layer in network.layers]
    return [before for before, layer in pairwise(found) if layer == "Ranged"]


def test_ranges_are_where_litert_has_eight_bits():
    images = keras.Input((28, 28, 1))
    x = layers.Rescaling(1 / 255)(images)
    x = layers.Conv2D(4, 3, use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.MaxPooling2D()(x)
    x = layers.Activation("gelu")(layers.Conv2D(4, 3)(x))
    network = keras.Model(images, layers.Dense(10)(layers.Flatten()(x)))
    assert places(ranged(network)) == ["Rescaling", "ReLU", "Conv2D", "Activation", "Dense"]


def test_a_shared_layer_has_a_range_a_call():
    network = networks.build("tiny_690")
    calls = [layer for layer in ranged(network).layers if isinstance(layer, Ranged)]
    assert len(calls) > len([layer for layer in network.layers if layer.weights])


def test_a_network_with_ranges_keeps_them():
    network = seen(ranged(small_networks.pooled()))
    assert ranged(network) is network


def test_the_converted_file_answers_as_the_aware_network_does():
    network = small_networks.pooled()
    aware = plain(formed(seen(ranged(network)), lambda layer: [Grid(8, channels(layer))]))
    expected = np.asarray(aware(floats(IMAGES)))
    # What it is shown says no more than that pixels go to 255: the ranges are in the network.
    white = np.full((1, 28, 28), 255, np.uint8)
    converted = answer(to_tflite(aware, "int8", white), IMAGES)
    last = aware.layers[-1]
    step = (float(last.high) - float(last.low)) / 255
    assert abs(converted - expected).max() < 2.01 * step
    assert abs(converted - expected).mean() < 0.5 * step


def test_an_aware_network_is_saved_and_loaded(tmp_path):
    network = seen(ranged(small_networks.pooled()))
    path = small_networks.save(network, tmp_path / "model.keras")
    again, _ = load_keras(path, "pixels")
    np.testing.assert_array_equal(again(floats(IMAGES)), network(floats(IMAGES)))


def chain():
    images = keras.Input((28, 28, 1))
    x = layers.Rescaling(1 / 255)(images)
    for filters in (4, 8, 8):
        x = layers.Conv2D(filters, 3, strides=2, use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    return keras.Model(images, layers.Dense(10)(layers.Flatten()(x)))


def test_signs_are_between_convolutions_and_their_weights_too():
    network = signed(chain())
    kinds = [type(layer).__name__ for layer in network.layers]
    assert kinds.count("Sign") == 2
    assert kinds.count("ReLU") == 1
    first, *middle, last = kerneled(plain(network))
    for layer in middle:
        sizes = abs(np.asarray(layer.kernel)).reshape(-1, layer.kernel.shape[-1])
        np.testing.assert_allclose(sizes, sizes[:1].repeat(len(sizes), 0), rtol=1e-6)
    assert len(np.unique(np.asarray(first.kernel))) > 2 * 4
    assert len(np.unique(np.asarray(last.kernel))) > 2 * 10


def test_a_sign_and_its_gradient():
    import tensorflow as tf

    x = tf.constant([-2.0, -0.5, 0.0, 0.5, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = Sign()(x, training=True)
    np.testing.assert_array_equal(y, [-1, -1, 1, 1, 1])
    np.testing.assert_array_equal(tape.gradient(y, x), [0, 1, 1, 1, 0])
    np.testing.assert_array_equal(Sign()(x), [-1, -1, 1, 1, 1])


def test_signs_need_convolutions():
    with pytest.raises(OptionError, match="xnor: expected a network of convolutions"):
        signed(small_networks.linear())


def test_formed_signs_train():
    network = signed(chain())
    network.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    labels = np.arange(32) % 10
    losses = network.fit(floats(IMAGES), labels, epochs=30, verbose=0).history["loss"]
    assert losses[-1] < 0.9 * losses[0]
    assert any(isinstance(layer, Formed) for layer in network.layers)
