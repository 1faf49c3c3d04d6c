import subprocess
import sys

import numpy as np
import pytest
import small_networks
import tiny_models

from digitrec.compression.keras_classifier import KerasClassifier, open_classifier
from digitrec.errors import ModelError
from digitrec.reading.card import Card
from digitrec.reading.classifier import Classifier, softmax


def test_it_reads_as_the_model_does_in_batches_of_any_size():
    model = small_networks.reader()
    part = small_networks.uci().train
    classifier = KerasClassifier(model, Card("reader", temperature=2.0))
    images = part.images[:300]  # more than one batch
    expected = model.predict_on_batch(images[..., None].astype("float32"))
    np.testing.assert_allclose(classifier.logits(images), expected, atol=1e-4)
    np.testing.assert_allclose(classifier.probabilities(images), softmax(expected / 2), atol=1e-5)
    assert classifier.classes == tuple("0123456789")
    assert (classifier.probabilities(images).argmax(axis=1) == part.labels[:300]).mean() > 0.9


def test_no_images_give_no_probabilities():
    classifier = KerasClassifier(small_networks.linear(), Card("linear"))
    assert classifier.probabilities(np.zeros((0, 28, 28), np.uint8)).shape == (0, 10)


def test_images_of_another_shape_are_refused():
    with pytest.raises(ModelError, match=r"expected images \(N, 28, 28\)"):
        KerasClassifier(small_networks.linear(), Card("linear")).logits(
            np.zeros((2, 32, 32), np.uint8)
        )


def test_a_keras_file_opens_with_keras(tmp_path):
    path = small_networks.save(small_networks.reader(), tmp_path / "m.keras", Card("reader"))
    classifier = open_classifier(path)
    assert isinstance(classifier, KerasClassifier)
    assert classifier.card.name == "reader"


def test_a_tflite_file_opens_without_keras(tmp_path):
    path = tiny_models.write(tmp_path / "tiny.tflite", card=Card("tiny"))
    assert isinstance(open_classifier(path), Classifier)
    program = (
        "import sys\n"
        "from digitrec.compression.keras_classifier import open_classifier\n"
        "open_classifier(sys.argv[1])\n"
        "print(sorted({'keras', 'tensorflow'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, path], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_a_model_that_gives_no_numbers_is_named_by_its_file(tmp_path):
    model = small_networks.linear()
    model.set_weights([np.full_like(values, np.nan) for values in model.get_weights()])
    path = small_networks.save(model, tmp_path / "nan.keras", Card("linear"))
    with pytest.raises(ModelError, match=r"nan\.keras: expected numbers; received NaN"):
        open_classifier(path).logits(np.zeros((1, 28, 28), np.uint8))
