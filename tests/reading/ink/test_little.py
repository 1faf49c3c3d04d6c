"""Little writing on a large sheet is found and looked at alone; what is not little is not."""

import cv2
import numpy as np
import pytest
from drawn_pictures import (
    CREAM,
    gradient,
    inverted,
    jpeg,
    noise,
    on_paper,
    ruled,
    spot,
    stray,
    texture,
)
from drawn_writing import overlap, placed, writing

from digitrec.reading import ink
from digitrec.reading.ink import little
from digitrec.reading.picture import Picture

SHEET = (1000, 750)
LIGHTS = {
    "even": lambda x: x,
    "one side": gradient,
    "spot": spot,
    "grain": noise,
    "paper": texture,
    "JPEG": jpeg,
    "a board": inverted,
}


def sheet(text: str, height: int, x: int = 300, y: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """A page with a line of writing so high, and the coverage of its ink."""
    cover = placed(writing(text, height=height, margin=0), SHEET, x, y)
    return on_paper(cover, paper=CREAM), cover


def grey(picture: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)


@pytest.mark.parametrize("height", [16, 25, 50])
@pytest.mark.parametrize("text", ["7", "2048", "6042759318"])
@pytest.mark.parametrize("light", LIGHTS)
def test_the_writing_is_in_the_region_with_ground_around_it(light, text, height):
    picture, cover = sheet(text, height, x=100)
    region = little.written(grey(LIGHTS[light](picture)))
    assert region is not None
    around = np.ones(SHEET, bool)
    around[region] = False
    assert not cover[around].any()
    assert cover[region].size < 16 * max(len(text), 2) * max(height, 20) ** 2


@pytest.mark.parametrize("height", [16, 25, 50])
@pytest.mark.parametrize("light", LIGHTS)
def test_little_writing_is_found_whole_and_nothing_else(light, height):
    picture, cover = sheet("2048", height)
    found = ink.find(Picture(LIGHTS[light](picture)))
    assert found.core.shape == cover.shape
    assert overlap(found.core, cover) > 0.6
    count, _ = cv2.connectedComponents(found.core.astype(np.uint8), connectivity=8)
    assert count == 1 + 4


@pytest.mark.parametrize("polarity", ["dark", "light"])
def test_polarity_that_is_given_is_kept(polarity):
    picture, cover = sheet("2048", 25)
    shown = picture if polarity == "dark" else inverted(picture)
    assert overlap(ink.find(Picture(shown), polarity).core, cover) > 0.6


@pytest.mark.parametrize("light", ["even", "one side", "grain"])
def test_numbers_in_several_places(light):
    both = np.maximum(sheet("7", 25, x=80, y=80)[1], sheet("50", 25, x=600, y=850)[1])
    found = ink.find(Picture(LIGHTS[light](on_paper(both, paper=CREAM))))
    assert overlap(found.core, both) > 0.5


def test_specks_beside_a_thick_digit_are_not_the_writing():
    thick = placed(writing("5", height=700, thickness=22, margin=0), SHEET, 100, 150)
    picture = stray(on_paper(thick, paper=CREAM), count=6)
    assert little.written(grey(picture)) is None
    assert overlap(ink.find(Picture(picture)).core, thick) > 0.8


@pytest.mark.parametrize("height", [100, 250, 450])
@pytest.mark.parametrize("thickness", [6, 10, 15, 22])
@pytest.mark.parametrize("light", ["even", "one side"])
def test_no_part_of_a_digit_is_left_out(height, thickness, light):
    for name in "0123456789":
        digit = writing(name, height=height, thickness=thickness, margin=0)
        cover = placed(digit, SHEET, 100, 300)
        region = little.written(grey(LIGHTS[light](on_paper(cover))))
        if region is not None:
            assert (cover[region] > 0.5).sum() == (cover > 0.5).sum()


@pytest.mark.parametrize("sigma", [0, 4, 12])
def test_an_empty_sheet_has_no_writing(sigma):
    picture = noise(on_paper(np.zeros(SHEET, np.float32), paper=CREAM), sigma=sigma)
    assert little.written(grey(picture)) is None


def test_writing_on_ruled_paper_is_left_to_what_removes_the_lines():
    assert little.written(grey(ruled(sheet("2048", 40)[0], every=60))) is None


def test_a_small_picture_has_no_little_writing():
    cover = placed(writing("7", height=12, margin=0), (100, 100), 40, 40)
    assert little.written(grey(on_paper(cover))) is None
