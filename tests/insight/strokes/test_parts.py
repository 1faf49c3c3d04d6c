"""A digit's strokes apart."""

import drawn_digits
import numpy as np
import pytest

from digitrec.insight.strokes.parts import strokes
from digitrec.reading.normalize import to_mnist


def digit(number):
    return to_mnist(255 - np.asarray(drawn_digits.draw(number, size=280)))


@pytest.mark.parametrize(("number", "count"), [(0, 1), (1, 1), (2, 1), (7, 1), (8, 2), (9, 2)])
def test_strokes_go_from_an_end_or_a_crossing_to_the_next(number, count):
    assert len(strokes(digit(number))) == count


@pytest.mark.parametrize("number", range(10))
def test_each_pixel_with_ink_is_in_one_stroke(number):
    image = digit(number)
    whole = np.sum(strokes(image), axis=0)
    np.testing.assert_array_equal(whole, image > 0)


def test_the_loops_of_an_eight_lie_above_each_other():
    upper, lower = sorted(strokes(digit(8)), key=lambda part: np.nonzero(part)[0].mean())
    assert np.nonzero(upper)[0].max() <= 15
    assert np.nonzero(lower)[0].min() >= 11


def test_no_ink_has_no_strokes_and_a_dot_is_one():
    image = np.zeros((28, 28), np.uint8)
    assert strokes(image) == []
    image[14, 14] = 255
    assert len(strokes(image)) == 1
