"""Maps from gradients: of networks whose gradients are known, and the sanity checks."""

import keras
import numpy as np
import pytest
import small_networks
from keras import layers

from digitrec.compression.keras_classifier import KerasClassifier
from digitrec.insight.maps import checks, saliency
from digitrec.insight.maps.occlusion import scores
from digitrec.reading.card import Card

GRADIENT_MAPS = (
    saliency.saliency,
    saliency.guided,
    saliency.smooth_grad,
    saliency.integrated_gradients,
)
COUNT = 30


def digits(count=COUNT):
    return small_networks.uci().validation.images[:count]


@pytest.fixture(scope="module")
def classifier():
    return KerasClassifier(small_networks.sighted(), Card("sighted"))


@pytest.fixture(scope="module")
def read(classifier):
    return classifier.logits(digits()).argmax(axis=1)


@pytest.fixture(scope="module")
def linear():
    """A linear network, and how each pixel (10, 28, 28) counts for a class more than for all."""
    network = small_networks.linear()
    weights = network.layers[-1].get_weights()[0]
    centred = weights - weights.mean(axis=1, keepdims=True)
    return network, centred.T.reshape(-1, 28, 28)


@pytest.mark.parametrize("method", [saliency.saliency, saliency.guided, saliency.smooth_grad])
def test_the_gradient_of_a_linear_network_is_its_weights(linear, method):
    network, weights = linear
    found = method(network, digits(2), np.array([3, 5]))
    np.testing.assert_allclose(found, weights[[3, 5]], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("baseline", [0.0, 100.0])
def test_integrated_gradients_of_a_linear_network_are_weight_times_way(linear, baseline):
    network, weights = linear
    images = digits(2)
    found = saliency.integrated_gradients(network, images, np.array([3, 5]), baseline)
    expected = weights[[3, 5]] * (images.astype(float) - baseline)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-3)


def test_guided_backpropagation_leaves_out_what_speaks_against():
    """Two maps of the pixels, of which the mean of one counts +1 and that of the other -1."""
    network = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(2, 1, use_bias=False, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2, use_bias=False),
        ]
    )
    network.set_weights([np.ones((1, 1, 1, 2)), np.array([[1.0, 0.0], [-1.0, 0.0]])])
    images, targets = np.full((1, 28, 28), 100, np.uint8), np.array([0])
    np.testing.assert_allclose(saliency.saliency(network, images, targets), 0, atol=1e-9)
    found = saliency.guided(network, images, targets)
    np.testing.assert_allclose(found, 0.5 / 784, rtol=1e-4)  # half: less the mean of two logits


def test_a_guided_network_answers_as_before():
    for network in (small_networks.sighted(), small_networks.gated()):
        pixels = digits(3)[..., None].astype(np.float32)
        own, copy = (np.asarray(one(pixels)) for one in (network, saliency.guided_network(network)))
        np.testing.assert_array_equal(own, copy)


def test_integrated_gradients_sum_to_the_difference_of_the_scores(classifier, read):
    found = saliency.integrated_gradients(classifier.model, digits(), read)
    empty = np.zeros_like(digits())
    difference = scores(classifier, digits(), read) - scores(classifier, empty, read)
    np.testing.assert_allclose(found.sum(axis=(1, 2)), difference, rtol=0.03, atol=0.1)


@pytest.mark.parametrize("method", GRADIENT_MAPS)
def test_without_what_is_marked_the_score_falls_more_than_without_something_else(
    classifier, read, method
):
    marked = checks.drops(classifier, digits(), read, method(classifier.model, digits(), read))
    other = checks.drops(classifier, digits(), read, checks.random_maps(COUNT))
    assert marked.mean() > 1.5 * other.mean()


@pytest.mark.parametrize("method", GRADIENT_MAPS)
def test_maps_change_when_weights_are_shuffled(classifier, read, method):
    own = method(classifier.model, digits(), read)
    mixed = method(checks.shuffled(classifier.model), digits(), read)
    # Integrated gradients are the gradients times the digit, which stays as it is.
    most = 0.75 if method is saliency.integrated_gradients else 0.5
    assert checks.likeness(digits(), own, mixed).mean() < most


def test_maps_are_the_same_each_time_and_for_each_digit_alone(classifier, read):
    whole = saliency.smooth_grad(classifier.model, digits(3), read[:3])
    one = saliency.smooth_grad(classifier.model, digits(3)[1:2], read[1:2])
    np.testing.assert_allclose(whole[1:2], one, rtol=1e-3, atol=1e-6)


def test_a_map_is_of_the_class_that_is_asked_for(classifier):
    image = digits(1)
    both = [saliency.saliency(classifier.model, image, np.array([name])) for name in (3, 8)]
    assert np.abs(both[0] - both[1]).max() > 0
