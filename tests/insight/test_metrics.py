"""Figures computed with pen and paper."""

import json
import math

import numpy as np
import pytest

from digitrec.errors import DataError, ModelError
from digitrec.insight.metrics import (
    Mistake,
    Pair,
    confusable_pairs,
    frequent_confusions,
    measure,
    wilson_interval,
)

CLASSES = ("0", "1", "2")
LABELS = np.array([0, 0, 0, 1, 1, 2])
PROBABILITIES = np.array(
    [
        [0.8, 0.1, 0.1],
        [0.6, 0.2, 0.2],
        [0.3, 0.5, 0.2],  # a 0 read as 1
        [0.1, 0.8, 0.1],
        [0.0, 1.0, 0.0],
        [0.9, 0.0, 0.1],  # a 2 read as 0
    ]
)


@pytest.fixture(scope="module")
def evaluation():
    return measure(PROBABILITIES, LABELS, CLASSES)


def test_counts_misses(evaluation):
    assert (evaluation.errors, evaluation.count) == (2, 6)
    assert evaluation.accuracy == pytest.approx(4 / 6)


def test_loss_is_the_mean_cross_entropy(evaluation):
    of_the_true_class = (0.8, 0.6, 0.3, 0.8, 1.0, 0.1)
    assert evaluation.loss == pytest.approx(-sum(map(math.log, of_the_true_class)) / 6)


def test_confusion_has_the_true_class_in_rows(evaluation):
    assert evaluation.confusion.tolist() == [[2, 1, 0], [0, 2, 0], [1, 0, 0]]


def test_scores_of_each_class(evaluation):
    scores = [(found.precision, found.recall, found.f1) for found in evaluation.per_class]
    assert scores == [
        pytest.approx((2 / 3, 2 / 3, 2 / 3)),
        pytest.approx((2 / 3, 1, 0.8)),
        (0, 0, 0),
    ]
    assert [found.support for found in evaluation.per_class] == [3, 2, 1]


def test_means_of_the_scores(evaluation):
    assert evaluation.macro.recall == pytest.approx((2 / 3 + 1 + 0) / 3)
    assert evaluation.macro.f1 == pytest.approx((2 / 3 + 0.8) / 3)
    assert evaluation.weighted.f1 == pytest.approx((3 * 2 / 3 + 2 * 0.8) / 6)
    assert evaluation.weighted.recall == pytest.approx(evaluation.accuracy)
    assert evaluation.macro.support == 6


def test_calibration_error_is_the_gap_between_confidence_and_accuracy(evaluation):
    # Bins with one digit each but 0.8, where both digits are right.
    gaps = (2 * 0.2, 0.4, 0.5, 0.0, 0.9)
    assert evaluation.ece == pytest.approx(sum(gaps) / 6)


def test_mistakes_come_surest_first(evaluation):
    assert evaluation.mistakes == (Mistake(5, "2", "0", 0.9), Mistake(2, "0", "1", 0.5))


def test_frequent_confusions_leave_out_what_is_right():
    labels = np.array([0, 0, 0, 1, 1])
    read = np.eye(2)[[1, 1, 0, 1, 0]]
    found = frequent_confusions(measure(read, labels, ("cat", "dog")))
    assert [(one.true, one.predicted, one.count) for one in found] == [
        ("cat", "dog", 2),
        ("dog", "cat", 1),
    ]


def test_pairs_are_counted_both_ways_and_ranked():
    """Two 4 as 9 and three 9 as 4; four 0 as 1; a 4 as 1, and a 9 that is right."""
    labels = np.array([4, 4, 9, 9, 9, 0, 0, 0, 0, 4, 9])
    read = np.eye(10)[[9, 9, 4, 4, 4, 1, 1, 1, 1, 1, 9]]
    found = confusable_pairs(measure(read, labels, tuple("0123456789")))
    assert found == [
        Pair(("4", "9"), 5, (2, 3)),
        Pair(("0", "1"), 4, (4, 0)),
        Pair(("1", "4"), 1, (0, 1)),
    ]


def test_no_confusions_without_mistakes():
    evaluation = measure(np.eye(3), np.arange(3), CLASSES)
    assert confusable_pairs(evaluation) == []
    assert frequent_confusions(evaluation) == []
    assert evaluation.mistakes == ()
    assert evaluation.as_dict()["worst"] == []


def test_means_leave_out_classes_that_do_not_occur():
    evaluation = measure(np.eye(3)[[0, 1]], np.array([0, 1]), CLASSES)
    assert (evaluation.macro.f1, evaluation.weighted.f1) == (1, 1)
    assert evaluation.per_class[2].support == 0


@pytest.mark.parametrize(
    ("right", "count", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0),
    ],
)
def test_wilson_interval(right, count, low, high):
    """Of R. G. Newcombe, "Two-sided confidence intervals for the single proportion", 1998."""
    assert wilson_interval(right, count) == pytest.approx((low, high), abs=6e-5)


def test_dictionary_is_json_in_the_form_of_metrics_json(evaluation):
    read = json.loads(json.dumps(evaluation.as_dict(worst=1)))
    assert list(read)[:4] == ["accuracy", "errors", "count", "loss"]
    assert read["per_class"]["1"]["recall"] == 1
    assert read["confusion"][0] == [2, 1, 0]
    assert read["pairs"] == [
        {"classes": ["0", "1"], "count": 1, "each_way": [1, 0]},
        {"classes": ["0", "2"], "count": 1, "each_way": [0, 1]},
    ]
    assert read["worst"] == [{"index": 5, "true": "2", "predicted": "0", "confidence": 0.9}]


@pytest.mark.parametrize(
    ("probabilities", "labels", "error", "words"),
    [
        (np.zeros((0, 3)), [], DataError, "expected digits"),
        (np.eye(3), [0, 1, 3], DataError, "labels from 0 to 2; received 0 to 3"),
        (np.eye(3), [0, 1], ModelError, r"\(2, 3\); received \(3, 3\)"),
        (np.full((1, 3), np.nan), [0], ModelError, "NaN"),
    ],
)
def test_what_does_not_fit_is_refused(probabilities, labels, error, words):
    with pytest.raises(error, match=words):
        measure(probabilities, np.array(labels, np.int64), CLASSES)
