import numpy as np
import pytest

from digitrec.reading.classifier import energies, softmax
from digitrec.training.calibration import (
    DOUBTED,
    REJECTED,
    Limits,
    expected_calibration_error,
    fit_limits,
    fit_temperature,
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


def test_limits_doubt_and_reject_at_most_their_shares_of_the_right_readings(calibrated):
    logits, labels = calibrated
    limits = fit_limits(logits, labels, 1.0)
    right = logits[logits.argmax(axis=1) == labels]
    confidence, energy = softmax(right).max(axis=1), energies(right, 1.0)
    rejected = energy > limits.reject_energy
    doubted = (confidence < limits.uncertain_below) | (energy > limits.uncertain_energy) | rejected
    assert REJECTED - 1e-3 < rejected.mean() <= REJECTED
    assert DOUBTED - 2e-3 < doubted.mean() <= DOUBTED


def test_limits_tell_noise_from_digits():
    random = np.random.default_rng(0)
    labels = random.integers(0, 10, 1000)
    logits = 9.0 * np.eye(10)[labels] + random.normal(0, 0.5, (1000, 10))
    limits = fit_limits(logits, labels, 1.0)
    noise = random.normal(0, 0.5, (1000, 10))
    assert (energies(noise, 1.0) > limits.reject_energy).mean() == 1


def test_a_reader_that_is_never_right_gets_no_limits():
    limits = fit_limits(np.tile([2.0, 0.0], (5, 1)), np.ones(5, int), 1.0)
    assert limits == Limits(0.0, None, None)
