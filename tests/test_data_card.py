"""The data card's tables, of digits that are made up."""

import benchmark_modules
import numpy as np
import pytest

from digitrec.datasets import Part


@pytest.fixture(scope="module")
def data_card():
    return benchmark_modules.load("data_card")


@pytest.fixture
def bars():
    """A 1, four pixels wide and upright, and a 7 that is the same."""
    images = np.zeros((2, 28, 28), np.uint8)
    images[:, 4:24, 12:16] = 255
    return {"bars": Part(images, np.array([1, 7]))}


def test_classes_are_counted(data_card, bars):
    assert data_card.counts(bars).splitlines()[2] == (
        "| bars | 0 | 1 | 0 | 0 | 0 | 0 | 0 | 1 | 0 | 0 | 2 |"
    )


def test_widths_and_slants_have_their_median_and_spread(data_card, bars):
    rows = data_card.looks(bars).splitlines()[2:]
    assert [row.split(" | ")[1] for row in rows] == ["all", "1", "7"]
    for row in rows:
        width, slant = row.removesuffix(" |").split(" | ")[2:]
        assert float(width.split(" ")[0]) == pytest.approx(4, abs=0.1)
        assert slant == "0.00 (0.00 to 0.00)"
