"""Ground of several parts: each has its own polarity, and strokes at the border are none."""

import cv2
import numpy as np
import pytest
from drawn_pictures import gradient, on_paper, shadow, striped, table
from drawn_writing import digit, placed, writing

from digitrec.reading.ink.parts import LEAST_PART, LEAST_SIDE, PARTED, STRAIGHT, evened


def grey(picture: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)


def tiny(name: int, side: int = 28) -> np.ndarray:
    """A digit as MNIST has it: light on dark, (side, side) float32."""
    ink = digit(name, side * 5 // 7, thickness=12)
    return 255 * placed(ink, (side, side), (side - ink.shape[1]) // 2, side // 7)


def banded(light: np.ndarray, width: int) -> np.ndarray:
    """With a band of other polarity on the left and on the right."""
    picture = light.copy()
    picture[:, :width] = 255 - picture[:, :width]
    picture[:, -width:] = 255 - picture[:, -width:]
    return picture


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("name", range(10))
def test_bands_of_other_polarity_in_a_tiny_picture(name, turned):
    light = tiny(name)
    picture = banded(light, 7)
    found = evened(np.ascontiguousarray(picture.T) if turned else picture)
    assert found is not None
    upright = 255 - (found[0].T if turned else found[0])
    beside = np.r_[0:5, 9:19, 23:28]  # a pixel or two of ink that end on an edge may be lost
    wrong = np.abs(upright - light) > 100
    assert not wrong[:, beside].any()
    assert wrong.mean() < 0.01
    assert found[1] is False


@pytest.mark.parametrize("left", [0.3, 0.4])
def test_a_dark_band_in_a_large_picture(left):
    ink = writing("2048")
    found = evened(grey(striped(on_paper(ink), left=left, right=0.75)))
    assert found is not None
    edges = np.zeros(ink.shape, bool)
    for place in (left, 0.75):
        column = round(place * ink.shape[1])
        edges[:, column - 6 : column + 6] = True
    wrong = (found[0] < 128) != (ink > 0.5)
    assert wrong[~edges].mean() < 0.002


def test_an_empty_table_beside_the_sheet_is_made_paper():
    ink = writing("2048", margin=2)
    found = evened(grey(table(on_paper(ink), share=0.3)))
    assert found is not None
    assert found[1] is True
    columns = round(0.3 * ink.shape[1])
    assert (found[0][:, : columns - 4] > 200).all()
    assert (((found[0] < 128) != (ink > 0.5))[:, columns + 4 :]).mean() < 0.001


def test_a_slanting_edge():
    ink = writing("2048", margin=2)
    height, width = ink.shape
    y, x = np.mgrid[:height, :width]
    desk = x < 0.36 * width - 0.15 * y
    found = evened(np.where(desk, 40, grey(on_paper(ink))).astype(np.float32))
    assert found is not None
    near = cv2.dilate(desk.astype(np.uint8), np.ones((15, 15), np.uint8)) > 0
    assert (((found[0] < 128) != (ink > 0.5))[~near]).mean() < 0.001
    assert found[0][:, :20].min() > 200


@pytest.mark.parametrize("light", [lambda x: x, gradient, shadow])
def test_one_ground_under_any_light_is_left_alone(light):
    assert evened(grey(light(on_paper(writing("2048"))))) is None


@pytest.mark.parametrize("thickness", [6, 12, 20])
@pytest.mark.parametrize("name", range(10))
def test_a_digit_that_is_cropped_tight_is_no_part(name, thickness):
    tight = grey(on_paper(digit(name, 120, thickness=thickness)))
    assert evened(tight) is None
    assert evened(cv2.resize(tight, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)) is None


@pytest.mark.parametrize("share", [0.6, 1])
def test_least_part(share):
    picture = banded(tiny(2, 56), round(share * LEAST_PART * 56))
    assert (evened(picture) is not None) == (share >= 1)


@pytest.mark.parametrize("side", [LEAST_SIDE - 6, LEAST_SIDE + 1])
def test_least_side(side):
    picture = banded(tiny(2, side), -(-side // 4))
    assert (evened(picture) is not None) == (side >= LEAST_SIDE)


@pytest.mark.parametrize("step", [0.5 * PARTED, 1.5 * PARTED])
def test_parts_differ_by_much_of_the_contrast(step):
    picture = np.full((120, 200), 250, np.float32)
    picture[:, :80] = 250 * (1 - step)
    picture[40:90, 140:148] = 0
    assert (evened(picture) is not None) == (step > PARTED)


@pytest.mark.parametrize("waves", [0, 14])
def test_edges_are_straight(waves):
    """A bulge in the edge leaves less than STRAIGHT of it on the line between its ends."""
    y, x = np.mgrid[:120, :200]
    desk = x < 80 + waves * np.sin(np.pi * y / 119)
    picture = np.where(desk, 20, 240).astype(np.float32)
    picture[40:90, 150:158] = 20
    on_line = (np.abs(waves * np.sin(np.pi * np.arange(120) / 119)) < 2).mean()
    assert (evened(picture) is not None) == (on_line >= STRAIGHT)


def test_parts_without_ink_are_no_ground():
    halves = np.full((100, 100), 250, np.float32)
    halves[:, :50] = 10
    assert evened(halves) is None
