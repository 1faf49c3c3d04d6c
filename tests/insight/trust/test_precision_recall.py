"""Precision and recall at every limit."""

import numpy as np
import pytest

from digitrec.insight.metrics import measure
from digitrec.insight.trust.precision_recall import curves


def test_average_precision_of_a_ranking():
    """Of class a the first and third in order: precision 1 at half the recall, then 2/3."""
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.1, 0.9]])
    first, second = curves(measure(probabilities, np.array([0, 1, 0, 1]), ("a", "b")))
    assert (first.name, second.name) == ("a", "b")
    assert first.average == pytest.approx((1 + 2 / 3) / 2)
    assert second.average == pytest.approx((1 + 2 / 3) / 2)
    assert (first.recall[0], first.recall[-1], first.precision[-1]) == (1, 0, 1)


def test_classes_that_do_not_occur_have_no_curve():
    found = curves(measure(np.eye(3)[[0, 1]], np.array([0, 1]), ("a", "b", "c")))
    assert [(curve.name, curve.average) for curve in found] == [("a", 1), ("b", 1)]
