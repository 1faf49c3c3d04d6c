"""The losses against values worked out by hand."""

import numpy as np
import pytest

from digitrec.training.losses import loss
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
