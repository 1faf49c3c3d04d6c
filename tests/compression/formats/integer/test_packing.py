import numpy as np
import pytest

from digitrec.compression.formats.integer.packing import pack, unpack

random = np.random.default_rng(0)


def of(values, count=2000, zeros=0.0):
    weights = random.choice(np.asarray(values, np.int8), count)
    weights[random.random(count) < zeros] = 0
    return weights


CASES = {
    "any": (of(range(-128, 128)), 2000),
    "15 levels": (of(range(-7, 8)), 1000 + 15),
    "16 shared": (of(random.choice(256, 16, replace=False) - 128), 1000 + 16),
    "ternary": (of([-9, 0, 9]), 250 + 167 + 2),
    "binary": (of([-9, 9]), 250 + 2),
    "9 of 10 pruned": (of(range(1, 128), zeros=0.9), 250 + 206),
    "9 of 10 pruned, 2 bits": (of([-60, -20, 20, 60], zeros=0.9), 250 + 52 + 4),
    "all zero": (np.zeros(2000, np.int8), 250),
    "one value": (np.full(2000, 5, np.int8), 250 + 1),
}


@pytest.mark.parametrize("name", CASES)
def test_weights_come_back_from_the_fewest_bytes(name):
    weights, about = CASES[name]
    packed = pack(weights)
    np.testing.assert_array_equal(unpack(packed, weights.size), weights)
    assert abs(packed.bytes - about) <= 0.1 * about


def test_four_weights_of_two_bits_are_a_byte():
    packed = pack(np.array([-5, 1, 3, 3] * 10, np.int8))
    assert packed.bits == 2
    assert packed.mask is None
    assert packed.table.tolist() == [-5, 1, 3]
    assert packed.stream[0] == 0b10_10_01_00


def test_a_weight_of_two_is_in_the_stream_where_the_mask_has_a_bit():
    packed = pack(np.array([0, 0, 0, 7, 0, 0, 0, 9] * 10, np.int8))
    assert packed.mask.tolist() == [0b1000_1000] * 10
    assert packed.table.tolist() == [7, 9]
    assert packed.stream.tolist() == [0b1010_1010, 0b1010_1010, 0b1010]


def test_shapes_are_taken_in_their_order():
    weights = of(range(-128, 128)).reshape(10, 2, 10, 10)
    np.testing.assert_array_equal(unpack(pack(weights), 2000).reshape(weights.shape), weights)
