"""McNemar's exact test on tables whose p-value is a sum of binomial coefficients."""

import numpy as np
import pytest

from digitrec.errors import DataError
from digitrec.insight.metrics import measure
from digitrec.insight.trust.mcnemar import exact_p, paired

CLASSES = ("a", "b")


@pytest.mark.parametrize(
    ("only_first", "only_second", "p"),
    [
        (0, 0, 1),
        (3, 3, 1),
        (5, 0, 2 / 32),
        (0, 6, 2 / 64),
        (9, 1, 2 * (1 + 10) / 1024),
        (8, 2, 2 * (1 + 10 + 45) / 1024),
    ],
)
def test_p_values(only_first, only_second, p):
    assert exact_p(only_first, only_second) == pytest.approx(p)


def model(wrong, count=40):
    """A model that reads so many of the digits, all of class a, as b."""
    read = np.zeros(count, np.int64)
    read[list(wrong)] = 1
    return measure(np.eye(2)[read], np.zeros(count, np.int64), CLASSES)


def test_a_model_is_worse_when_it_misses_more_by_more_than_luck():
    found = paired(model([0]), model(range(1, 10)))
    assert (found.agreement.only_first_right, found.agreement.only_second_right) == (9, 1)
    assert found.more_misses == 8
    assert found.p == pytest.approx(0.021484375)
    assert found.is_worse()
    assert not found.is_worse(level=0.01)
    told = found.as_dict(level=0.01)
    assert (told["more_misses"], told["worse"], told["level"]) == (8, False, 0.01)


def test_a_better_model_is_not_worse_however_sure():
    found = paired(model(range(1, 20)), model([]))
    assert found.p < 0.001
    assert not found.is_worse()


def test_models_that_miss_the_same_digits_are_alike():
    found = paired(model([3, 4]), model([3, 4]))
    assert (found.p, found.more_misses, found.is_worse()) == (1, 0, False)


def test_other_digits_cannot_be_compared():
    with pytest.raises(DataError, match="same digits"):
        paired(model([]), model([], count=30))
