"""The tiny networks: what they weigh, and that their units use the same weights."""

import keras
import numpy as np
import pytest

from digitrec import networks
from digitrec.networks.cost import multiply_adds
from digitrec.networks.tiny import Stage, tiny
from digitrec.networks.uses import uses

TINY = [name for name in networks.NAMES if name.startswith("tiny_")]


@pytest.mark.parametrize("name", TINY)
def test_a_tiny_network_keeps_within_its_name(name):
    network = networks.build(name)
    budget = int(name.removeprefix("tiny_"))
    assert 0.98 * budget < network.count_params() <= budget
    again = [use for use in uses(network) if use.again and use.layer.weights]
    assert len(again) >= 3  # kernels that are used several times are the point


def test_the_goals_are_four():
    assert TINY == ["tiny_690", "tiny_3500", "tiny_5500", "tiny_10000"]


def test_units_cost_each_time_and_weigh_once():
    once, thrice = (tiny("tiny", [Stage(8, 1, units)]) for units in (1, 3))
    assert once.count_params() == thrice.count_params()
    unit = 14 * 14 * (8 * 9 + 8 * 8)
    assert multiply_adds(thrice) - multiply_adds(once) == 2 * unit


def test_looks_are_used_in_turn():
    network = tiny("tiny", [Stage(8, 2, 4)])
    kinds = keras.layers.DepthwiseConv2D
    looks = [use.layer.name for use in uses(network) if isinstance(use.layer, kinds)]
    assert looks[:2] == looks[2:]
    assert len(set(looks)) == 2


def test_a_stage_of_as_many_filters_goes_on_with_the_same_mix():
    same = tiny("tiny", [Stage(8, 1, 1), Stage(8, 1, 1)])
    one = tiny("tiny", [Stage(8, 1, 1)])
    assert same.count_params() - one.count_params() == 8 * 9


def test_a_stage_without_looks_of_its_own_takes_those_before():
    again = tiny("tiny", [Stage(8, 1, 1), Stage(8, 0, 1)])
    assert again.count_params() == tiny("tiny", [Stage(8, 1, 1)]).count_params()


def test_units_begin_small_so_that_maps_do_not_grow():
    network = networks.build("tiny_690")
    mix = next(use.layer for use in uses(network) if getattr(use.layer, "kernel_size", 0) == (1, 1))
    assert np.std(mix.kernel) == pytest.approx(0.1 * (2 / 15) ** 0.5, rel=0.2)
    pixels = np.random.default_rng(0).integers(0, 256, (50, 28, 28, 1)).astype("float32")
    assert np.abs(network(pixels)).max() < 20
