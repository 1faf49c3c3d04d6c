"""Occlusion: of a linear classifier, by hand, and the sanity checks."""

import numpy as np
import pytest
import small_networks
import tiny_models

from digitrec.compression.keras_classifier import KerasClassifier
from digitrec.insight.maps import checks
from digitrec.insight.maps.occlusion import occlusion, scores
from digitrec.reading.card import Card
from digitrec.reading.classifier import CardClassifier, Classifier


class Weighted(CardClassifier):
    """Two classes; the first is the sum of weights times pixels, the second is nothing."""

    def __init__(self, weights):
        self.weights = weights
        self.card = Card("weighted", ("yes", "no"))
        self.source = "weighted"

    def _answer(self, images):
        first = (images * self.weights).sum(axis=(1, 2))
        return np.stack([first, np.zeros(len(images))], axis=1).astype(np.float32)


def weights():
    return np.random.default_rng(0).normal(size=(28, 28))


def test_one_pixel_counts_where_a_window_over_another_covers_it_too():
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 10, 12] = 200
    whole = 200 * weights()[10, 12] / 2  # half: less the mean of two logits
    found = occlusion(Weighted(weights()), image, np.array([0]), window=5)[0]
    assert found[10, 12] == pytest.approx(whole, rel=1e-5)
    assert found[10, 13] == pytest.approx(whole * 4 / 5, rel=1e-5)
    assert found[12, 14] == pytest.approx(whole * 9 / 25, rel=1e-5)
    assert found[10, 17] == found[15, 12] == 0


def test_windows_of_one_pixel_tell_what_each_pixel_is_worth():
    images = np.random.default_rng(1).integers(0, 256, (2, 28, 28)).astype(np.uint8)
    found = occlusion(Weighted(weights()), images, np.array([0, 1]), window=1)
    expected = images * weights() / 2
    np.testing.assert_allclose(found[0], expected[0], rtol=1e-3, atol=1e-2)
    np.testing.assert_allclose(found[1], -expected[1], rtol=1e-3, atol=1e-2)


def test_scores_are_those_of_the_gradient_maps():
    from digitrec.insight.maps.score import class_score, pixels

    classifier = KerasClassifier(small_networks.sighted(), Card("sighted"))
    images, targets = small_networks.uci().validation.images[:5], np.array([1, 2, 3, 4, 5])
    expected = np.asarray(class_score(classifier.model, targets)(pixels(images)))
    np.testing.assert_allclose(scores(classifier, images, targets), expected, rtol=1e-4, atol=1e-4)


def test_a_tflite_file_is_explained(tmp_path):
    classifier = Classifier(tiny_models.write(tmp_path / "tiny.tflite", card=Card("tiny")))
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, :14, :14] = 255
    found = occlusion(classifier, image, np.array([1]))[0]
    assert not found[18:].any()
    assert not found[:, 18:].any()
    first = tiny_models.weights()[:, 0]
    assert np.sign(found[7, 7]) == np.sign(first[1] - first.mean())


def test_the_sanity_checks_hold():
    classifier = KerasClassifier(small_networks.sighted(), Card("sighted"))
    images = small_networks.uci().validation.images[:20]
    read = classifier.logits(images).argmax(axis=1)
    found = occlusion(classifier, images, read)
    other = checks.drops(classifier, images, read, checks.random_maps(20))
    assert checks.drops(classifier, images, read, found).mean() > 1.5 * other.mean()
    mixed = KerasClassifier(checks.shuffled(classifier.model), classifier.card)
    assert checks.likeness(images, found, occlusion(mixed, images, read)).mean() < 0.5


def test_no_digits_have_no_maps():
    empty = np.zeros((0, 28, 28), np.uint8)
    assert occlusion(Weighted(weights()), empty, np.zeros(0, int)).shape == (0, 28, 28)
    blank = np.zeros((1, 28, 28), np.uint8)
    assert not occlusion(Weighted(weights()), blank, np.array([0])).any()
