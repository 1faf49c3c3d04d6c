"""Calibration errors computed with pen and paper."""

import math

import numpy as np
import pytest

from digitrec.insight.metrics import measure
from digitrec.insight.trust.calibration import (
    adaptive_calibration_error,
    brier_score,
    calibration,
    classwise_calibration_error,
    luck,
    reliability,
)


def sure_of(confidences, right):
    """Probabilities of two classes and labels: so sure of class 0, and whether that is right."""
    confidences = np.array(confidences)
    labels = np.where(right, 0, 1)
    return np.stack([confidences, 1 - confidences], axis=1), labels


def test_adaptive_bins_hold_as_many_digits_each():
    probabilities, labels = sure_of([0.9, 0.55, 1.0, 0.65], [True, False, True, True])
    # 0.55 and 0.65 against one of two right; 0.9 and 1.0 against two of two.
    assert adaptive_calibration_error(probabilities, labels, bins=2) == pytest.approx(
        (2 * abs(0.6 - 0.5) + 2 * abs(0.95 - 1)) / 4
    )


def test_adaptive_bins_keep_equal_confidences_together():
    probabilities, labels = sure_of([0.75] * 4, [True, True, True, False])
    assert adaptive_calibration_error(probabilities, labels, bins=4) == pytest.approx(0)


def test_adaptive_bins_may_be_more_than_digits():
    probabilities, labels = sure_of([0.9, 0.6], [True, True])
    assert adaptive_calibration_error(probabilities, labels) == pytest.approx((0.1 + 0.4) / 2)


def test_classwise_error_looks_at_every_probability():
    probabilities, labels = np.array([[0.8, 0.2], [0.4, 0.6]]), np.array([0, 0])
    assert classwise_calibration_error(probabilities, labels) == pytest.approx(0.4)


def test_brier_score_is_the_squared_distance_from_the_truth():
    probabilities, labels = np.array([[0.8, 0.2], [0.4, 0.6]]), np.array([0, 0])
    assert brier_score(probabilities, labels) == pytest.approx((2 * 0.04 + 2 * 0.36) / 2)
    assert brier_score(np.eye(3), np.arange(3)) == 0
    assert brier_score(np.eye(3), np.array([1, 2, 0])) == 2


def test_luck_of_one_bin_is_that_of_throwing_coins():
    found = luck(np.full(10_000, 0.5), draws=2000)
    assert found.mean == pytest.approx(math.sqrt(2 / math.pi * 0.25 / 10_000), rel=0.05)
    assert found.most == pytest.approx(1.96 * math.sqrt(0.25 / 10_000), rel=0.08)


def test_who_is_always_sure_has_no_luck():
    found = luck(np.ones(100))
    assert (found.mean, found.most) == (0, 0)


def test_a_model_that_is_right_as_often_as_it_says_is_told_from_one_that_is_not():
    random = np.random.default_rng(0)
    confidences = random.uniform(0.5, 1, 5000)
    honest = measure(*sure_of(confidences, random.random(5000) < confidences), ("a", "b"))
    boasting = measure(*sure_of(confidences, random.random(5000) < confidences - 0.1), ("a", "b"))
    assert calibration(honest).is_luck
    found = calibration(boasting)
    assert not found.is_luck
    assert found.ece == pytest.approx(0.1, abs=0.02)
    assert found.adaptive == pytest.approx(0.1, abs=0.02)
    assert found.confidence == pytest.approx(confidences.mean())


def test_bins_of_the_reliability_diagram():
    first, last = reliability(np.array([0.31, 0.35, 0.99]), np.array([True, False, True]), bins=10)
    assert (first.count, first.confidence, first.accuracy) == (2, pytest.approx(0.33), 0.5)
    assert (last.count, last.accuracy) == (1, 1)
    assert first.interval[0] < 0.5 < first.interval[1]
