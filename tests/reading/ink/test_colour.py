"""Ink is told from paper by colour where both are as bright as each other, and only there."""

import numpy as np
import pytest
from drawn_pictures import BLUE, WHITE, gradient, jpeg, noise, on_paper, shadow
from drawn_writing import writing

from digitrec.reading.ink.colour import COLOUR_OVER_GREY, LEAST_COLOUR, grey_of

INK = writing("2048", height=60)
EQUALLY_BRIGHT = (
    ((200, 120, 120), (60, 165, 150)),
    ((60, 150, 70), (190, 30, 40)),
    ((220, 140, 60), (110, 130, 250)),
)


def contrast(grey: np.ndarray) -> float:
    """Grey levels by which ink is darker than the paper right beside it, on the average."""
    paper = INK < 0.01
    return float(grey[paper].mean() - grey[INK > 0.99].mean())


@pytest.mark.parametrize(("paper", "pen"), EQUALLY_BRIGHT)
@pytest.mark.parametrize("light", [lambda x: x, gradient, shadow, noise, jpeg])
def test_equally_bright_colours(paper, pen, light):
    grey, coloured = grey_of(light(on_paper(INK, paper=paper, pen=pen)))
    assert coloured
    assert contrast(grey) > 20


@pytest.mark.parametrize(
    ("paper", "pen"),
    [
        (WHITE, BLUE),
        ((250, 225, 120), (25, 25, 28)),
        ((30, 80, 50), WHITE),
        (WHITE, (160, 160, 160)),
    ],
)
@pytest.mark.parametrize("light", [lambda x: x, gradient, shadow, jpeg])
def test_brightness_is_enough_where_it_differs(paper, pen, light):
    assert not grey_of(light(on_paper(INK, paper=paper, pen=pen)))[1]


def test_greys_are_pillows_greys():
    picture = np.zeros((40, 40, 3), np.uint8)
    picture[:] = (30, 200, 90)
    grey, coloured = grey_of(picture)
    assert not coloured
    assert np.allclose(grey, round(0.299 * 30 + 0.587 * 200 + 0.114 * 90), atol=1)


@pytest.mark.parametrize("over", [0.5, 2])
def test_colour_must_differ_much_more_than_grey(over):
    """Lab's a is 30 apart; the greys by less than half of it, or more."""
    apart = round(30 / (COLOUR_OVER_GREY * over))
    picture = on_paper(INK, paper=(190, 110, 110), pen=(123 - apart, 138 - apart, 138 - apart))
    assert grey_of(picture)[1] == (over > 1)


@pytest.mark.parametrize("apart", [2, 25])
def test_a_tinge_is_no_colour(apart):
    """Both are as bright as grey 150; Lab's a and b differ by about two levels for one of apart."""
    paper, pen = (150 + 2 * apart, 150 - apart, 150), (150 - 2 * apart, 150 + apart, 150)
    assert grey_of(on_paper(INK, paper=paper, pen=pen))[1] == (2 * apart > LEAST_COLOUR)
