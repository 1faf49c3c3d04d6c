import numpy as np

from digitrec.compression.formats.integer.layout import ALIGNMENT, Need, places


def test_a_chain_needs_its_two_largest_neighbours():
    needs = {0: Need(100, 0, 1), 1: Need(60, 1, 2), 2: Need(40, 2, 3), 3: Need(10, 3, 4)}
    where, memory = places(needs)
    assert memory == 160
    assert where[0] == 0


def test_maps_that_are_needed_together_do_not_touch_and_begin_at_words():
    random = np.random.default_rng(0)
    for _ in range(50):
        needs = {
            number: Need(int(random.integers(1, 100)), first, first + int(random.integers(0, 5)))
            for number, first in enumerate(random.integers(0, 10, 12).tolist())
        }
        where, memory = places(needs)
        for one, need in needs.items():
            assert where[one] % ALIGNMENT == 0
            assert where[one] + need.bytes <= memory
            for other in set(needs) - {one}:
                apart = where[one] >= where[other] + needs[other].bytes
                assert (
                    apart
                    or where[other] >= where[one] + need.bytes
                    or not need.beside(needs[other])
                )


def test_nothing_needs_nothing():
    assert places({}) == ({}, 0)
