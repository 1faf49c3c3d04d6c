"""The shipped model on the UCI digits, measured once, and two models on a handful of digits."""

from functools import partial

import numpy as np
import pytest
import tiny_models

from digitrec import datasets
from digitrec.datasets.outliers import outliers
from digitrec.insight.report import facts as measured
from digitrec.insight.report.facts import Asked, gather
from digitrec.reading.card import Card
from digitrec.reading.classifier import Classifier, shipped_model

CLASSES = tuple("0123456789")


@pytest.fixture(scope="session", autouse=True)
def few_outliers():
    """Of each kind as many as take little time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measured, "outliers", partial(outliers, count=50))
        yield


@pytest.fixture(scope="session")
def facts(few_outliers):
    path = shipped_model()
    return gather(
        path, Classifier(path), datasets.load("uci"), Asked(timed=False, changed=20, attacked=10)
    )


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """Two models on 40 digits: the first reads all but two rightly, the second none."""
    folder = tmp_path_factory.mktemp("small")
    images = np.random.default_rng(0).integers(0, 256, (40, 28, 28), dtype=np.uint8)
    images[:, :14] = images[:, :14] // np.arange(1, 41)[:, None, None]
    labels = tiny_models.logits(images).argmax(axis=1)
    wrong = np.where(np.arange(40) < 2, (labels + 1) % 10, labels)
    np.savez(folder / "digits.npz", x_train=images, y_train=labels, x_test=images, y_test=wrong)
    digits = datasets.load(folder / "digits.npz")
    turned = (*CLASSES[5:], *CLASSES[:5])
    models = []
    for name, classes in (("good", CLASSES), ("turned", turned)):
        path = tiny_models.write(folder / f"{name}.tflite", card=Card(name, classes=classes))
        models.append(
            gather(path, Classifier(path), digits, Asked(timed=False, changed=0, attacked=0))
        )
    return models
