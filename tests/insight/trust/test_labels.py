"""Wrong labels are planted, and found."""

import numpy as np
import pytest

from digitrec.insight.metrics import measure
from digitrec.insight.trust import labels as noise
from digitrec.reading.classifier import Classifier

LABELS = np.array([0, 0, 0, 1, 1])
OF_CLASS_0 = np.array([0.9, 0.8, 0.1, 0.2, 0.3])
PROBABILITIES = np.stack([OF_CLASS_0, 1 - OF_CLASS_0], axis=1)
"""A class is counted from its mean on: 0 from 0.6, 1 from 0.75."""


def test_digits_are_counted_to_the_class_that_reaches_its_mean():
    assert noise.confident_classes(PROBABILITIES, LABELS).tolist() == [0, 0, 1, 1, -1]
    assert noise.confident_joint(PROBABILITIES, LABELS).tolist() == [[2, 1], [0, 1]]


def test_off_the_diagonal_a_label_is_probably_wrong():
    (found,) = noise.doubts(PROBABILITIES, LABELS, ("zero", "one"))
    assert (found.index, found.label, found.suggested, found.confident) == (2, "zero", "one", True)
    assert found.margin == pytest.approx(0.1 - 0.9)


def test_of_several_classes_the_likeliest_counts():
    probabilities = np.array([[0.5, 0.3, 0.2], [0.4, 0.35, 0.25], [0.1, 0.6, 0.3]])
    # Class 2 never occurs, so nothing is counted to it, however likely.
    assert noise.confident_classes(probabilities, np.array([0, 0, 1])).tolist() == [0, -1, 1]


def test_what_is_read_otherwise_comes_after_what_is_probably_wrong():
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.05, 0.95], [0.45, 0.55], [0.1, 0.9]])
    found = noise.doubts(probabilities, np.array([0, 0, 0, 0, 1]), ("a", "b"))
    assert [(doubt.index, doubt.confident) for doubt in found] == [(2, True), (3, False)]


def test_planted_labels_are_found_among_soft_answers():
    random = np.random.default_rng(0)
    truth = random.integers(0, 10, 2000)
    probabilities = random.dirichlet(np.ones(10), 2000) * 0.2 + 0.8 * np.eye(10)[truth]
    planted = np.sort(random.choice(2000, 40, replace=False))
    labels = truth.copy()
    labels[planted] = (truth[planted] + 1 + random.integers(0, 9, 40)) % 10
    found = noise.doubts(probabilities, labels, tuple("0123456789"))
    assert sorted(doubt.index for doubt in found) == planted.tolist()
    assert all(doubt.suggested == str(truth[doubt.index]) for doubt in found)


@pytest.mark.mnist
def test_labels_planted_in_mnist_are_found_by_the_shipped_model(mnist):
    random = np.random.default_rng(0)
    part = mnist.validation.take(np.arange(3000))
    planted = random.choice(3000, 30, replace=False)
    labels = part.labels.copy()
    labels[planted] = (labels[planted] + 1 + random.integers(0, 9, 30)) % 10
    found = noise.doubts(Classifier().probabilities(part.images), labels, tuple("0123456789"))
    probably = [doubt.index for doubt in found if doubt.confident]
    assert len(set(probably) & set(planted.tolist())) >= 27
    assert len(probably) <= 40


def test_the_disputed_are_counted_apart():
    classes = tuple("0123456789")
    truth = np.arange(10_000) % 10
    read = truth.copy()
    for index in (947, 1901, 5, 6, 7):
        read[index] = (read[index] + 1) % 10
    found = noise.dispute(measure(np.eye(10)[read], truth, classes))
    assert found.misread == (947, 1901)
    assert (found.errors, found.count) == (3, 9985)
    assert found.accuracy == pytest.approx(1 - 3 / 9985)
    assert found.interval[0] < found.accuracy < found.interval[1]


def test_fifteen_labels_are_disputed():
    assert len(set(noise.DISPUTED)) == 15
    assert list(noise.DISPUTED) == sorted(noise.DISPUTED)
    assert max(noise.DISPUTED) < 10_000
