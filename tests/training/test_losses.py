"""The losses against values worked out by hand."""

import numpy as np
import pytest

from digitrec.training.losses import hardest, loss
from digitrec.training.recipe import Recipe

LOGITS = np.log([[0.8, 0.2], [0.3, 0.7]]).astype(np.float32)
TARGETS = np.array([[1, 0], [1, 0]], np.float32)


def of(**knobs):
    return float(loss(Recipe(**{"label_smoothing": 0.0, **knobs}))(TARGETS, LOGITS))


def test_cross_entropy():
    assert of() == pytest.approx(-(np.log(0.8) + np.log(0.3)) / 2, rel=1e-5)


def test_smoothing_moves_a_share_of_the_target_to_all_classes():
    right, wrong = np.log([0.8, 0.3]), np.log([0.2, 0.7])
    expected = -(0.9 * right + 0.1 * wrong).mean()
    assert of(label_smoothing=0.2) == pytest.approx(expected, rel=1e-5)


def test_focal_counts_sure_digits_less():
    expected = -(0.2**2 * np.log(0.8) + 0.7**2 * np.log(0.3)) / 2
    assert of(loss="focal", focal_gamma=2.0) == pytest.approx(expected, rel=1e-4)


def test_focal_without_gamma_is_cross_entropy():
    assert of(loss="focal", focal_gamma=0.0) == pytest.approx(of(), rel=1e-5)


FOUR = np.log([[0.9, 0.1], [0.2, 0.8], [0.5, 0.5], [0.6, 0.4]]).astype(np.float32)
"""Of the first class 0.9 is the easiest, then 0.6, 0.5, 0.2."""


@pytest.mark.parametrize(
    ("easy", "weights"),
    [
        (0.0, [1, 1, 1, 1]),
        (0.25, [0, 4 / 3, 4 / 3, 4 / 3]),
        (0.5, [0, 2, 2, 0]),
        (0.9, [0, 4, 0, 0]),  # one always counts
    ],
)
def test_the_easiest_digits_do_not_count(easy, weights):
    targets = np.array([[1, 0]] * 4, np.float32)
    assert np.asarray(hardest(targets, FOUR, easy)) == pytest.approx(weights)


def test_what_a_soft_target_leaves_in_any_case_does_not_make_a_digit_hard():
    """Background answered as it should be costs log 2, more than a digit at 0.6; it is easier."""
    targets = np.array([[0.5, 0.5], [1, 0]], np.float32)
    logits = np.log([[0.5, 0.5], [0.6, 0.4]]).astype(np.float32)
    assert np.asarray(hardest(targets, logits, 0.5)) == pytest.approx([0, 2])


def test_digits_alike_are_dropped_to_the_number_asked_for():
    found = np.asarray(hardest(np.eye(2, dtype="float32")[[0] * 4], np.zeros((4, 2)), 0.5))
    assert sorted(found) == pytest.approx([0, 0, 2, 2])
