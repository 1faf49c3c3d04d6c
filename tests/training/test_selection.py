"""Which networks an ensemble takes, on answers small enough to be added up by hand."""

import math

import numpy as np
import pytest

from digitrec.training.selection import choose

LABELS = np.array([0, 0, 1, 1])


def answers(*of_class_1):
    """Probabilities of two classes, from those of class 1."""
    ones = np.array(of_class_1)
    return np.stack([1 - ones, ones], axis=-1)


THREE = np.stack(
    [
        answers(0.1, 0.1, 0.4, 0.9),  # misses the third digit by little
        answers(0.2, 0.8, 0.9, 0.9),  # misses the second
        answers(0.9, 0.9, 0.1, 0.1),  # misses all
    ]
)


def test_networks_that_err_on_different_digits_are_combined():
    """The mean for class 1 is 0.15, 0.45, 0.65, 0.9, which reads all four rightly."""
    choice = choose(THREE, LABELS)
    assert choice.counts == (1, 1, 0)
    assert choice.weights == (0.5, 0.5, 0.0)
    assert choice.errors == 0
    assert choice.loss == pytest.approx(
        -(math.log(0.85) + math.log(0.55) + math.log(0.65) + math.log(0.9)) / 4
    )


def test_log_loss_breaks_a_tie():
    """Both miss nothing; the second is surer."""
    tied = np.stack([answers(0.3, 0.3, 0.7, 0.7), answers(0.1, 0.1, 0.9, 0.9)])
    assert choose(tied, LABELS).counts == (0, 1)


def test_as_often_as_validation_asks_for_it():
    """With twice the weight of the first the third digit's mean is 0.567, the second's 0.333."""
    choice = choose(THREE, LABELS, repeated=True)
    plain = choose(THREE, LABELS)
    assert choice.errors == 0
    assert choice.loss < plain.loss
    assert sum(choice.counts) > 2
    assert sum(choice.weights) == pytest.approx(1)


def test_at_most_so_many():
    assert choose(THREE, LABELS, most=1).counts in {(1, 0, 0), (0, 1, 0)}
    repeated = choose(THREE, LABELS, most=1, repeated=True)
    assert sum(count > 0 for count in repeated.counts) == 1


def test_every_network_alike_or_weighted():
    assert choose(THREE, LABELS, every=True).counts == (1, 1, 1)
    weighted = choose(THREE, LABELS, every=True, repeated=True)
    assert min(weighted.counts) == 1
    assert weighted.errors == 0
