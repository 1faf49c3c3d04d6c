"""What is no digit: all kinds, no blank letters, nothing that looks like a digit by its making."""

import numpy as np
import pytest
import small_networks

from digitrec.datasets import background as backgrounds
from digitrec.datasets import fonts
from digitrec.datasets.digits import Part

DIGITS = small_networks.uci().train


def test_background_is_seeded_and_in_the_form_of_digits():
    one, same, other = (backgrounds.background(60, DIGITS, seed) for seed in (1, 1, 2))
    assert (one.shape, one.dtype) == ((60, 28, 28), np.uint8)
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("kind", backgrounds.KINDS)
def test_every_kind_makes_images_that_differ(kind):
    images = backgrounds.of_kind(kind, 40, DIGITS)
    assert len(np.unique(images.reshape(40, -1), axis=0)) > 30
    inked = images.max(axis=(1, 2)) > 0
    assert inked.mean() > 0.9


def test_no_letter_is_blank():
    images = backgrounds.of_kind(backgrounds.letter, 300, DIGITS)
    assert (images.max(axis=(1, 2)) == 255).all()


def test_letters_that_may_be_read_as_digits_are_left_out():
    assert not set(fonts.LATIN) & set("BIOQSZbgilo0123456789")
    assert not any(set(script) & set("0123456789ОоЗзБбЭэΟοσ") for script in fonts.SCRIPTS)


def test_a_fragment_is_a_part_of_one_digit():
    ring = np.zeros((28, 28), np.uint8)
    ring[4:24, 4:24] = 255
    ring[7:21, 7:21] = 0
    zeros = Part(np.stack([ring]), np.zeros(1, np.int64))
    for image in backgrounds.of_kind(backgrounds.fragment, 30, zeros):
        rows, columns = (np.flatnonzero((image > 64).any(axis=axis)) for axis in (1, 0))
        sides = sorted([len(rows), len(columns)])
        assert sides[0] <= 0.65 * sides[1]


def test_a_digit_without_halves_of_its_own_is_not_cut():
    ones = DIGITS.take(np.flatnonzero(DIGITS.labels == 1))
    both = Part(
        np.concatenate([ones.images, np.full((1, 28, 28), 255, np.uint8)]),
        np.append(ones.labels, 0),
    )
    fragments = backgrounds.of_kind(backgrounds.fragment, 10, both)
    assert all(((image == 0) | (image == 255)).mean() > 0.9 for image in fragments)


def test_a_pair_is_wider_than_high_and_a_stack_higher_than_wide():
    def proportions(kind):
        images = backgrounds.of_kind(kind, 60, DIGITS) > 64
        widths, heights = images.any(axis=1).sum(axis=1), images.any(axis=2).sum(axis=1)
        return np.median(widths / heights)

    assert proportions(backgrounds.pair) > 1.05
    assert proportions(backgrounds.stacked) < 0.8
