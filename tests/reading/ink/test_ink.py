"""Ink is found whichever way round it is, and nothing is found where there is none."""

import numpy as np
import pytest

from digitrec.reading import ink
from digitrec.reading.picture import Picture


def drawn(paper: int, pen: int, height: int = 60, width: int = 40) -> np.ndarray:
    """Grey uint8: a stroke 6 pixels wide and 30 high, its top left corner at column 14, row 12."""
    grey = np.full((height, width), paper, np.uint8)
    grey[12:42, 14:20] = pen
    return grey


def picture(grey: np.ndarray) -> Picture:
    return Picture(np.repeat(grey[:, :, None], 3, axis=2).astype(np.uint8))


@pytest.mark.parametrize("polarity", ["auto", "dark"])
@pytest.mark.parametrize(("paper", "pen"), [(255, 0), (255, 200), (180, 20), (130, 100)])
def test_dark_ink(paper, pen, polarity):
    found = ink.find(picture(drawn(paper, pen)), polarity)
    assert found.notes == ("dark ink on light ground",)
    assert (found.strokes[12:42, 14:20] == 255).all()
    assert found.strokes.sum() == 255 * 30 * 6


@pytest.mark.parametrize("polarity", ["auto", "light"])
@pytest.mark.parametrize(("paper", "pen"), [(0, 255), (0, 60), (90, 250), (100, 130)])
def test_light_ink(paper, pen, polarity):
    found = ink.find(picture(drawn(paper, pen)), polarity)
    assert found.notes == ("light ink on dark ground",)
    assert (found.strokes[12:42, 14:20] == 255).all()
    assert found.strokes.sum() == 255 * 30 * 6


@pytest.mark.parametrize(("paper", "pen", "wrong"), [(255, 0, "light"), (0, 255, "dark")])
def test_a_polarity_that_is_told_is_not_doubted(paper, pen, wrong):
    assert ink.find(picture(drawn(paper, pen)), wrong).empty


def test_thick_ink_that_covers_more_than_the_paper():
    grey = np.full((60, 40), 250, np.uint8)
    grey[3:57, 3:37] = 10
    found = ink.find(picture(grey))
    assert found.notes == ("dark ink on light ground",)
    assert found.box() == (3, 3, 34, 54)


@pytest.mark.parametrize("polarity", ["auto", "dark", "light"])
@pytest.mark.parametrize("grey", [0, 128, 255])
def test_plain_pictures_are_empty(grey, polarity):
    found = ink.find(picture(np.full((30, 30), grey, np.uint8)), polarity)
    assert found.empty
    assert found.box() == (0, 0, 0, 0)
    assert found.notes == ()


@pytest.mark.parametrize(("contrast", "empty"), [(11, True), (12, False)])
def test_contrast_below_the_limit_is_no_ink(contrast, empty):
    assert ink.find(picture(drawn(200, 200 - contrast))).empty is empty


def test_faint_noise_is_no_ink():
    noise = np.random.default_rng(0).normal(200, 4, (80, 80)).clip(185, 215)
    assert ink.find(picture(noise)).empty


def test_colours_count_by_their_brightness():
    blue_on_yellow = np.full((60, 40, 3), (250, 240, 120), np.uint8)
    blue_on_yellow[12:42, 14:20] = (20, 30, 160)
    assert ink.find(Picture(blue_on_yellow)).box() == (14, 12, 6, 30)


def test_soft_edges_stay_soft():
    grey = drawn(255, 0)
    grey[12:42, 20] = 155
    found = ink.find(picture(grey))
    assert (found.strokes[12:42, 20] == 100).all()


def test_the_box_is_that_of_the_ink():
    assert ink.find(picture(drawn(255, 0))).box() == (14, 12, 6, 30)


def test_ink_at_the_edge_of_the_picture():
    grey = np.full((40, 40), 255, np.uint8)
    grey[:, 38:] = 0
    found = ink.find(picture(grey))
    assert found.box() == (38, 0, 2, 40)


@pytest.mark.parametrize(
    ("height", "width", "scale"),
    [(60, 40, 1), (1024, 1024, 1), (2048, 1000, 2), (1000, 3072, 3), (3, 4096, 4)],
)
def test_large_pictures_are_shrunk(height, width, scale):
    grey = np.full((height, width), 255, np.uint8)
    grey[:, width // 2 : width // 2 + 16] = 0
    found = ink.find(picture(grey))
    assert found.scale == scale
    assert max(found.strokes.shape) <= ink.WORKING_SIDE
    x, y, wide, high = found.box()
    assert abs(x * scale - width // 2) <= scale
    assert abs(wide * scale - 16) <= 2 * scale
    assert (y, high) == (0, found.strokes.shape[0])


@pytest.mark.parametrize(
    "shape", [(1, 1), (1, 2), (2, 1), (1, 50), (2, 2), (1, 40_000), (40_000, 1)]
)
def test_tiny_and_thin_pictures(shape):
    grey = np.full(shape, 255, np.uint8)
    grey[0, 0] = 0
    found = ink.find(picture(grey))
    assert found.strokes.ndim == 2
    assert 0 <= found.strokes.min() <= found.strokes.max() <= 255


def test_of_digit_takes_all_as_it_is():
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 10:14] = 200
    image[27, 27] = 1  # a speck that find would drop
    assert (ink.of_digit(image).strokes == image).all()
    assert (ink.of_digit(image, "light").strokes == image).all()
    assert (ink.of_digit(255 - image).strokes == image).all()
    assert (ink.of_digit(255 - image, "dark").strokes == image).all()
    assert ink.of_digit(image).box() == (10, 4, 18, 24)
    assert ink.of_digit(np.zeros((28, 28), np.uint8)).empty
