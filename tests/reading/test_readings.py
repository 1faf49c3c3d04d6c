"""What is kept of many readings, counted by hand."""

import numpy as np
import pytest

from digitrec.errors import DataError, ModelError
from digitrec.reading.readings import Readings
from digitrec.reading.reference import STEPS, Reference

STATUSES = {"ok": 3, "uncertain": 1, "not_a_digit": 1}
RISING = tuple(np.linspace(0.5, 1, STEPS + 1).tolist())


def test_what_was_no_digit_is_counted_but_not_read():
    readings = Readings(
        ["7", "1", "7", "0", "7"],
        ["ok", "ok", "uncertain", "not_a_digit", "ok"],
        [0.9, 0.8, 0.3, 0.1, 1.0],
    )
    assert readings.read() == ["7", "1", "7", "7"]
    reference = readings.reference(("0", "1", "7"))
    assert reference.statuses == STATUSES
    assert reference.digits == {"0": 0, "1": 1, "7": 3}
    assert (reference.found, reference.read) == (5, 4)


def test_quantiles_are_confidences_that_occurred():
    """Of 1 to 200 thousandths a hundredth is two: the share k is not exceeded by 2k thousandths."""
    values = np.arange(1, 201) / 1000
    rows = ["1"] * 200
    found = Readings(rows, ["ok"] * 200, values[::-1]).reference("1").confidence
    np.testing.assert_allclose(found, [0.001, *np.arange(2, 201, 2) / 1000])


def test_confidences_are_as_logs_have_them():
    readings = Readings(["1", "1"], ["ok", "ok"], [0.99999951, 0.123456789])
    assert readings.confidence_of_read().tolist() == [1.0, 0.123457]


@pytest.mark.parametrize(("digits", "statuses"), [([], []), (["1"], ["not_a_digit"])])
def test_without_a_digit_there_is_no_reference(digits, statuses):
    readings = Readings(digits, statuses, [0.5] * len(digits))
    assert readings.confidence_of_read().shape == (0,)
    with pytest.raises(DataError, match="expected digits that were read"):
        readings.reference(("1", "2"))


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"statuses": {"ok": -1}}, "statuses: expected counts"),
        ({"digits": {"1": 0.5}}, "digits: expected counts"),
        ({"digits": ["1"]}, "digits: expected counts"),
        ({"confidence": (0.5, 0.9)}, "expected 101 rising numbers from 0 to 1"),
        ({"confidence": RISING[::-1]}, "rising"),
        ({"confidence": (*RISING[1:], 1.5)}, "from 0 to 1"),
        ({"confidence": None}, "received None"),
        ({"confidence": ("a",) * 101}, "numbers"),
    ],
)
def test_a_broken_reference_is_refused(changed, complaint):
    whole = {"statuses": STATUSES, "digits": {"1": 4}, "confidence": RISING}
    Reference(**whole)
    with pytest.raises(ModelError, match=complaint):
        Reference(**whole | changed)
