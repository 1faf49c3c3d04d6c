import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema

from digitrec.compression.formats.integer.graph import Tensor
from digitrec.compression.formats.integer.scales import limits, multiplier, scaling
from digitrec.errors import ModelError

TO_SIX = schema.ActivationFunctionType.RELU6


def tensor(scale, zero):
    return Tensor(0, (1,), np.int8, np.array([scale]), zero, None)


@pytest.mark.parametrize(
    ("ratio", "number", "shift"), [(0.5, 2**30, 31), (0.75, 3 * 2**29, 31), (1.0, 2**30, 30)]
)
def test_a_ratio_is_a_number_of_31_bits_and_a_shift(ratio, number, shift):
    assert multiplier(ratio) == (number, shift)


@pytest.mark.parametrize("ratio", [1e-12, 1e-6, 0.1, 0.999999999999, 3.7, 1e6])
def test_it_is_the_ratio_as_near_as_31_bits_can(ratio):
    number, shift = multiplier(ratio)
    assert 0 < number < 2**31
    assert number / 2**shift == pytest.approx(ratio, rel=1e-6)


def test_a_scale_that_grows_too_much_is_refused():
    with pytest.raises(ModelError, match="grows by 1e\\+10"):
        multiplier(1e10)


def test_relu6_is_a_limit_of_eight_bits():
    assert limits(tensor(0.05, -128), TO_SIX) == {"lowest": -128, "highest": -8}
    assert limits(tensor(0.02, -128), TO_SIX) == {"lowest": -128, "highest": 127}


def test_an_activation_that_c_has_not_is_refused():
    with pytest.raises(ModelError, match="activation"):
        limits(tensor(1, 0), schema.ActivationFunctionType.SIGN_BIT)


def test_each_channel_has_its_ratio_or_all_have_one():
    assert scaling(np.array([0.5]))["per_channel"] is False
    several = scaling(np.array([0.5, 0.25]))
    assert several["per_channel"] is True
    assert several["multipliers"].tolist() == [2**30, 2**30]
    assert several["shifts"].tolist() == [31, 32]
