"""What is trained on beside the data set."""

import keras
import numpy as np
import pytest
import small_networks

from digitrec.errors import OptionError
from digitrec.reading.form import DIGIT_NAMES
from digitrec.training.batches import BACKGROUND_WEIGHT, Batches
from digitrec.training.metrics import AccuracyOnDigits
from digitrec.training.recipe import Recipe
from digitrec.training.supplement import supplemented

TRAIN = small_networks.uci().train.take(np.arange(200))


def test_nothing_is_added_unless_asked_for():
    assert supplemented(TRAIN, DIGIT_NAMES, Recipe()) is TRAIN


def test_shares_are_those_of_the_training_digits():
    whole = supplemented(TRAIN, DIGIT_NAMES, Recipe(drawn=0.1, background=0.25))
    assert len(whole) == 200 + 20 + 50
    np.testing.assert_array_equal(whole.images[:200], TRAIN.images)
    assert set(whole.labels[200:220]) <= set(range(10))
    assert set(whole.labels[220:]) == {10}


def test_the_seed_decides_what_is_added():
    one, same, other = (
        supplemented(TRAIN, DIGIT_NAMES, Recipe(drawn=0.1, background=0.1, seed=seed))
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one.images, same.images)
    assert not np.array_equal(one.images, other.images)


def test_other_classes_than_digits_are_refused():
    with pytest.raises(OptionError, match="expected 0 for classes other than the ten digits"):
        supplemented(TRAIN, ("cat", "dog"), Recipe(background=0.1))


def test_background_has_uniform_targets():
    whole = supplemented(TRAIN, DIGIT_NAMES, Recipe(background=0.5))
    _, targets, weights = Batches(whole, 10, 300)[0]
    np.testing.assert_array_equal(weights[:200], 1)
    np.testing.assert_allclose(weights[200:], BACKGROUND_WEIGHT)
    np.testing.assert_allclose(targets[200:], 0.1)
    np.testing.assert_array_equal(targets[:200].argmax(axis=1), TRAIN.labels)


def test_accuracy_counts_digits_only():
    targets = np.concatenate([np.eye(10), np.full((10, 10), 0.1)]).astype("float32")
    answers = np.roll(np.eye(10), 1, axis=1)
    answers[:7] = np.eye(10)[:7]
    metric = AccuracyOnDigits()
    metric.update_state(targets, np.concatenate([answers, answers]))
    assert float(metric.result()) == pytest.approx(0.7)
    assert isinstance(metric, keras.metrics.Metric)
