"""The features are what the last layer makes the logits of."""

import keras
import numpy as np
import pytest
import small_networks
import tiny_models
from keras import layers
from tiny_models import Tiny

from digitrec.compression.features import features_of
from digitrec.compression.formats import cost
from digitrec.compression.keras_classifier import KerasClassifier, open_classifier
from digitrec.networks.cost import multiply_adds
from digitrec.reading.card import Card
from digitrec.reading.classifier import Classifier, shipped_model

IMAGES = np.random.default_rng(0).integers(0, 256, (5, 28, 28), dtype=np.uint8)


def test_of_keras_they_are_what_the_last_dense_layer_takes():
    network = small_networks.pooled()
    found = features_of(KerasClassifier(network, Card("pooled")))(IMAGES)
    assert found.shape == (5, 16)
    kernel, bias = network.layers[-1].get_weights()
    logits = network.predict_on_batch(IMAGES[..., None].astype(np.float32))
    np.testing.assert_allclose(found @ kernel + bias, logits, rtol=1e-4, atol=1e-4)


def test_of_keras_without_a_last_dense_layer_they_are_the_logits():
    network = keras.Sequential(
        [keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(10), layers.ReLU()]
    )
    classifier = KerasClassifier(network, Card("rectified"))
    np.testing.assert_array_equal(features_of(classifier)(IMAGES), classifier.logits(IMAGES))


@pytest.mark.parametrize("kind", ["float32", "int8"])
def test_of_a_tflite_file_they_are_the_means_of_its_quarters(kind, tmp_path):
    path = tiny_models.write(tmp_path / "tiny.tflite", Tiny(kind, resizable=False), Card("tiny"))
    quarters = IMAGES.reshape(-1, 2, 14, 2, 14).mean(axis=(2, 4)).reshape(-1, 4)
    np.testing.assert_allclose(features_of(Classifier(path))(IMAGES), quarters, atol=1)


def test_of_a_tflite_file_whose_last_layer_takes_maps_they_are_the_logits(tmp_path):
    classifier = Classifier(tiny_models.write(tmp_path / "tiny.tflite", card=Card("tiny")))
    np.testing.assert_array_equal(features_of(classifier)(IMAGES), classifier.logits(IMAGES))


def test_the_shipped_files_features_come_before_its_logits():
    classifier = Classifier(shipped_model())
    found = features_of(classifier)(IMAGES)
    assert found.shape == (5, 160)
    again = features_of(open_classifier(shipped_model()))(IMAGES)
    np.testing.assert_array_equal(found, again)


def test_a_file_costs_the_multiplications_of_its_network():
    network = open_classifier(shipped_model().with_suffix(".keras")).model
    assert cost.multiply_adds(shipped_model().read_bytes()) == multiply_adds(network)
