"""The tables of benchmarks/corruptions.py: what was measured of which model, and what was not."""

import benchmark_modules
import numpy as np
import pytest

from digitrec.datasets import Part
from digitrec.datasets.corruptions import KINDS
from digitrec.reading.reading import Reading


@pytest.fixture(scope="module")
def corruptions():
    return benchmark_modules.load("corruptions")


def row(**changed):
    """Of 100 digits each severity misses ten more than the one before; MNIST-C has two kinds."""
    return {
        "test": 1,
        "count": 100,
        "ours": {kind: [10, 20, 30, 40, 50] for kind in KINDS},
        "mnist_c": {"fog": 5, "zigzag": 10},
        "mnist_c_count": {"fog": 50, "zigzag": 50},
        "single": {"fog": 0, "zigzag": 10},
        **changed,
    }


def lines(text):
    return {line.split(" | ")[0].strip("| "): line for line in text.splitlines() if "|" in line}


def test_shares_are_of_the_digits_and_means_over_the_kinds(corruptions):
    found = lines(corruptions.tables({"shipped": row(), "trained": row(test=0)}))
    assert found["clean test digits"] == "| clean test digits | 99.0 % | 100.0 % |"
    assert found["ours, severity 3"] == "| ours, severity 3 | 70.0 % | 70.0 % |"
    assert found["MNIST-C, network alone"].startswith("| MNIST-C, network alone | 85.0 % |")
    assert found["MNIST-C, `predict --single`"].split(" | ")[1] == "90.0 %"
    assert found["spatter"] == "| spatter | 90.0 % | 50.0 % | 90.0 % | 50.0 % |"
    assert found["zigzag"] == "| zigzag | 80.0 % | 80.0 % | 80.0 % | 80.0 % |"


def test_what_was_not_measured_says_so(corruptions):
    found = lines(corruptions.tables({"shipped": row()}))
    assert found["clean test digits"] == "| clean test digits | 99.0 % | not yet measured |"


def test_a_picture_that_is_not_read_is_a_miss(corruptions):
    class Reads:
        def read_all(self, images):
            return [Reading("1"), Reading(""), Reading("2")]

    part = Part(np.zeros((3, 28, 28), np.uint8), np.array([1, 1, 3]))
    assert corruptions.misses(Reads(), part) == 2
