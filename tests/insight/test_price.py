"""What a model costs those who run it."""

import json

import keras
import numpy as np
import small_networks
import tiny_models

from digitrec.compression.keras_classifier import KerasClassifier
from digitrec.insight.price import Price, price
from digitrec.reading.card import Card
from digitrec.reading.classifier import Classifier

IMAGES = np.zeros((3, 28, 28), np.uint8)


def test_a_file_is_weighed_and_timed(tmp_path):
    path = tiny_models.write(tmp_path / "tiny.tflite", card=Card("tiny"))
    found = price(path, Classifier(path), IMAGES)
    assert (found.bytes, found.parameters, found.multiply_adds) == (path.stat().st_size, 40, 40)
    assert 0 < found.start_up < 60
    assert set(found.microseconds) == {1, 256}
    assert 0 < found.microseconds[256] < found.microseconds[1] < 1e6
    assert json.loads(json.dumps(found.as_dict()))["microseconds"].keys() == {"1", "256"}


def test_what_wants_time_can_be_left_out(tmp_path):
    path = tiny_models.write(tmp_path / "tiny.tflite", card=Card("tiny"))
    found = price(path, Classifier(path), IMAGES, timed=False)
    assert found == Price(path.stat().st_size, 40, 40, None, {})


def test_a_file_without_a_card_is_not_started_alone(tmp_path):
    path = tiny_models.write(tmp_path / "bare.tflite")
    found = price(path, Classifier(path, input_scale="pixels"), IMAGES)
    assert found.start_up is None
    assert found.microseconds[1] > 0


def test_a_keras_model_is_counted_by_its_layers(tmp_path):
    network = small_networks.linear()
    network.save(tmp_path / "linear.keras")
    classifier = KerasClassifier(network, Card("linear"))
    found = price(tmp_path / "linear.keras", classifier, IMAGES, timed=False)
    assert (found.parameters, found.multiply_adds) == (7850, 7840)


def test_a_folder_weighs_as_much_as_what_is_in_it(tmp_path):
    network = keras.Sequential(
        [keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(2)]
    )
    (tmp_path / "served/variables").mkdir(parents=True)
    (tmp_path / "served/saved_model.pb").write_bytes(b"1234")
    (tmp_path / "served/variables/data").write_bytes(b"56")
    classifier = KerasClassifier(network, Card("served", classes=("0", "1")))
    found = price(tmp_path / "served", classifier, IMAGES, timed=False)
    assert (found.bytes, found.parameters, found.multiply_adds) == (6, 1570, None)
