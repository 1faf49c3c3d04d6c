import numpy as np
import pytest

from digitrec.reading.classifier import softmax
from digitrec.training.calibration import (
    expected_calibration_error,
    fit_temperature,
    reject_threshold,
)


@pytest.fixture(scope="module")
def calibrated():
    """Logits (20000, 10), and labels drawn with exactly the probabilities that they state."""
    chance = np.random.default_rng(3)
    logits = chance.normal(0, 2, (20_000, 10))
    chosen = (softmax(logits).cumsum(axis=1) < chance.random((20_000, 1))).sum(axis=1)
    return logits, np.minimum(chosen, 9)


def test_calibrated_logits_need_no_temperature(calibrated):
    assert fit_temperature(*calibrated) == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("times", [0.2, 3.0, 10.0])
def test_logits_that_are_too_sure_by_a_factor_get_that_factor_as_temperature(calibrated, times):
    logits, labels = calibrated
    plain = fit_temperature(logits, labels)
    assert fit_temperature(logits * times, labels) == pytest.approx(plain * times, rel=1e-6)


def test_the_temperature_is_where_the_loss_is_least(calibrated):
    logits, labels = calibrated

    def loss(temperature):
        return -np.log(softmax(4 * logits / temperature)[np.arange(len(labels)), labels]).mean()

    best = fit_temperature(4 * logits, labels)
    assert loss(best) < min(loss(best * 0.97), loss(best * 1.03), loss(1.0))


def test_a_set_without_a_mistake_does_not_make_the_network_certain():
    labels = np.arange(10).repeat(20)
    logits = 5.0 * np.eye(10)[labels]
    probabilities = softmax(logits / fit_temperature(logits, labels))
    # One digit more of an unknown class: 200 right of 201, and a tenth of the last.
    assert probabilities.max(axis=1) == pytest.approx(200.1 / 201, abs=1e-4)


def test_logits_that_know_nothing_become_even_odds():
    chance = np.random.default_rng(4)
    logits, labels = chance.normal(0, 5, (5_000, 10)), chance.integers(0, 10, 5_000)
    assert softmax(logits / fit_temperature(logits, labels)).max() < 0.2


def test_calibration_error_is_the_gap_between_confidence_and_accuracy():
    probabilities = np.tile([0.8, 0.2], (10, 1))
    labels = np.array([0] * 6 + [1] * 4)
    assert expected_calibration_error(probabilities, labels) == pytest.approx(0.2)
    assert expected_calibration_error(probabilities, np.array([0] * 8 + [1] * 2)) == pytest.approx(
        0
    )


def test_calibration_error_weighs_bins_by_their_digits_and_takes_gaps_either_way():
    sure, unsure = np.tile([1.0, 0.0], (30, 1)), np.tile([0.6, 0.4], (10, 1))
    labels = np.array([0] * 27 + [1] * 3 + [0] * 10)
    error = expected_calibration_error(np.concatenate([sure, unsure]), labels)
    assert error == pytest.approx(0.75 * 0.1 + 0.25 * 0.4)


def test_calibrated_probabilities_have_a_small_error_and_sharpened_ones_a_large_one(calibrated):
    logits, labels = calibrated
    assert expected_calibration_error(softmax(logits), labels) < 0.01
    assert expected_calibration_error(softmax(3 * logits), labels) > 0.1


@pytest.mark.parametrize("share", [0.0, 0.01, 0.1, 0.5, 1.0])
def test_at_most_the_share_of_right_readings_falls_under_the_threshold(calibrated, share):
    logits, labels = calibrated
    probabilities = softmax(logits)
    confidence = probabilities.max(axis=1)[probabilities.argmax(axis=1) == labels]
    threshold = reject_threshold(probabilities, labels, share)
    assert share - 1e-3 < (confidence < threshold).mean() <= share


def test_a_reader_that_is_never_right_gets_no_threshold():
    assert reject_threshold(np.tile([0.9, 0.1], (5, 1)), np.ones(5, int)) == 0
