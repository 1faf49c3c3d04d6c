"""Signals on networks small enough to be worked out by hand."""

import keras
import numpy as np
import pytest
import small_networks
from keras import layers

from digitrec.datasets import Part
from digitrec.errors import DataError
from digitrec.insight.signals import gradients, signals


def two_units() -> keras.Model:
    """The mean pixel times 1 and times -1, through a ReLU, to two logits."""
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.GlobalAveragePooling2D(name="mean"),
            layers.Dense(2, use_bias=False, name="signed"),
            layers.ReLU(name="rectified"),
            layers.Dense(2, use_bias=False, name="logits"),
        ]
    )
    model.set_weights([np.array([[1.0, -1.0]]), np.array([[1.0, 0.0], [0.0, 1.0]])])
    return model


def grey(*levels: int, labels: tuple[int, ...]) -> Part:
    images = np.stack([np.full((28, 28), level, np.uint8) for level in levels])
    return Part(images, np.array(labels))


@pytest.fixture(scope="module")
def found():
    """Of digits of grey 1 and 3, which are answered 1, -1 and 3, -3; rectified 1, 0 and 3, 0."""
    return {one.layer: one for one in signals(two_units(), grey(1, 3, labels=(0, 1)))}


def test_means_and_deviations_are_those_of_the_answers(found):
    assert found["mean"].mean == pytest.approx(2)
    assert found["mean"].deviation == pytest.approx(1)
    assert found["signed"].mean == pytest.approx(0)
    assert found["signed"].deviation == pytest.approx(np.sqrt(5))
    assert found["rectified"].mean == pytest.approx(1)


def test_a_unit_is_dead_that_answers_no_digit(found):
    assert found["rectified"].dead == 0.5
    assert found["signed"].dead == 0


def test_a_filter_that_answers_at_one_place_of_one_digit_lives():
    images = np.zeros((2, 28, 28), np.uint8)
    images[1, 27, 27] = 1
    model = keras.Sequential(
        [keras.Input((28, 28, 1)), layers.ReLU(name="there"), layers.Flatten(), layers.Dense(2)]
    )
    first, second = Part(images[:1], np.array([0])), Part(images, np.array([0, 1]))
    assert signals(model, first)[0].dead == 1
    assert signals(model, second)[0].dead == 0


def test_gradients_are_those_of_the_mean_cross_entropy(found):
    """With logits (x, 0) the slope of a row of the last kernel is the mean of (p - target) x."""
    shares = 1 / (1 + np.exp([-1.0, -3.0]))
    slope = np.mean([(shares[0] - 1) * 1, shares[1] * 3])
    assert found["logits"].gradient_norm == pytest.approx(np.sqrt(2) * abs(slope), rel=1e-5)
    # Elements (slope, -slope, 0, 0): their mean is 0.
    assert found["logits"].gradient_deviation == pytest.approx(abs(slope) / np.sqrt(2), rel=1e-5)
    assert found["signed"].gradient_norm == pytest.approx(abs(slope), rel=1e-5)
    assert found["rectified"].gradient_norm is None


def test_a_network_stays_as_it_was():
    model = small_networks.pooled()
    before = model.get_weights()
    found = signals(model, small_networks.uci().train.take(np.arange(8)))
    assert len(found) == len(model.layers)
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_weights_of_zero_send_no_gradient_back():
    model = two_units()
    model.set_weights([np.zeros((1, 2)), np.zeros((2, 2))])
    part = grey(1, 3, labels=(0, 1))
    assert not any(slope.any() for slope in gradients(model, part).values())
    assert [one.dead for one in signals(model, part)] == [0, 1, 1, 1]


def test_no_digits_are_an_error():
    with pytest.raises(DataError, match="received none"):
        signals(two_units(), grey(1, labels=(0,)).take(np.arange(0)))
