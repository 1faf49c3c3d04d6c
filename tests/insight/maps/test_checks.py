"""The measures of the sanity checks themselves."""

import numpy as np
import pytest
import small_networks
from scipy.stats import spearmanr

from digitrec.compression.keras_classifier import KerasClassifier
from digitrec.insight.maps import checks
from digitrec.reading.card import Card


def test_likeness_is_the_rank_correlation_of_what_has_ink():
    random = np.random.default_rng(0)
    images = (random.uniform(size=(3, 28, 28)) > 0.5).astype(np.uint8) * 255
    first, second = (random.normal(size=(3, 28, 28)).round(1) for _ in range(2))
    found = checks.likeness(images, first, second)
    for image, one, other, like in zip(images, first, second, found, strict=True):
        inked = image > 0
        expected = spearmanr(np.abs(one[inked]), np.abs(other[inked])).statistic
        assert like == pytest.approx(expected)


def test_a_map_is_like_itself_and_its_opposite_and_not_like_none():
    images = np.full((1, 28, 28), 255, np.uint8)
    own = np.random.default_rng(0).normal(size=(1, 28, 28))
    assert checks.likeness(images, own, own)[0] == pytest.approx(1)
    assert checks.likeness(images, own, -3 * own)[0] == pytest.approx(1)
    assert checks.likeness(images, own, np.zeros_like(own))[0] == 0


def test_what_is_marked_most_is_what_is_taken_away():
    network = small_networks.linear()
    kernel, bias = network.layers[-1].get_weights()
    network.layers[-1].set_weights([np.zeros_like(kernel), bias])
    kernel = np.zeros_like(kernel)
    kernel[:10, 0] = 1  # class 0 is the first ten pixels of the first row
    network.layers[-1].set_weights([kernel, bias])
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 0, :20] = 100
    classifier = KerasClassifier(network, Card("linear"))
    marked = np.zeros((1, 28, 28))
    marked[0, 0, :10] = 1
    first = np.array([0])
    all_of_it = checks.drops(classifier, image, first, marked, share=0.5)
    assert all_of_it[0] == pytest.approx(1000 * 0.9)  # a tenth: the mean of all logits falls too
    assert checks.drops(classifier, image, first, -marked, share=0.5)[0] == pytest.approx(0)


def test_shuffled_weights_are_the_same_numbers_elsewhere():
    network = small_networks.sighted()
    copy = checks.shuffled(network)
    for own, mixed in zip(network.get_weights(), copy.get_weights(), strict=True):
        np.testing.assert_array_equal(np.sort(own.ravel()), np.sort(mixed.ravel()))
    assert any(
        not np.array_equal(own, mixed)
        for own, mixed in zip(network.get_weights(), copy.get_weights(), strict=True)
    )


def test_random_maps_are_blotches():
    maps = checks.random_maps(3)
    assert maps.shape == (3, 28, 28)
    neighbours = np.corrcoef(maps[:, :, 1:].ravel(), maps[:, :, :-1].ravel())[0, 1]
    assert neighbours > 0.8
    np.testing.assert_array_equal(maps, checks.random_maps(3))
