"""Which way round ink is, how wide strokes are, and the ground under any light."""

import cv2
import numpy as np
import pytest
from drawn_pictures import (
    BLACK,
    CREAM,
    finger,
    gradient,
    guilloche,
    noise,
    on_paper,
    ruled,
    shadow,
    spot,
    table,
)
from drawn_writing import digit, writing

from digitrec.reading.ink.ground import (
    BRUSHES_A_STROKE,
    CLEARLY,
    LEAST_LIGHT,
    LEAST_OTHER,
    SMALL_SIDE,
    TINY_SIDE,
    WIDEST_STROKE,
    is_dark_ink,
    middle,
    shrunk,
    stroke_width,
    strokes_on,
    without_things,
)

LIGHTS = {
    "even": lambda x: x,
    "one side": gradient,
    "lamp": spot,
    "shadow": shadow,
    "hard shadow": lambda x: shadow(x, soft=1, light=0.4),
    "noise": lambda x: noise(x, sigma=20),
    "squared": lambda x: ruled(x, squared=True),
    "cheque": guilloche,
    "table": table,
    "finger": finger,
}


def grey(picture: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("thickness", [4, 10, 18])
def test_polarity_under_any_light(light, thickness):
    picture = LIGHTS[light](on_paper(writing("2048", thickness=thickness), paper=CREAM))
    assert is_dark_ink(grey(picture))[0]
    assert not is_dark_ink(255 - grey(picture))[0]


@pytest.mark.parametrize("thickness", [6, 12, 18])
@pytest.mark.parametrize("name", [0, 2, 3, 4, 5, 6, 7, 8, 9])
@pytest.mark.parametrize("height", [40, 300])
def test_polarity_of_a_digit_that_is_cropped_tight(name, thickness, height):
    tight = grey(on_paper(digit(name, height, thickness=thickness)))
    assert is_dark_ink(tight)[0]
    assert not is_dark_ink(255 - tight)[0]


def both_ways(more: float) -> np.ndarray:
    """Marks on grey, as much darker as lighter but for that factor."""
    picture = np.full((200, 200), 128, np.float32)
    picture[20:180:40, 20:180:40] = 128
    for y in range(20, 180, 40):
        picture[y : y + 12, 30:42] = picture[y : y + 12, 110:122] = 128 - 50 * more
        picture[y : y + 12, 70:82] = picture[y : y + 12, 150:162] = 128 + 50
    return picture


@pytest.mark.parametrize("more", [0.5, 1.1, 1.25, 1.4, 2])
def test_where_ink_hardly_stands_out_more_it_is_not_clear(more):
    dark, clear = is_dark_ink(both_ways(more))
    assert dark == (more > 1)
    assert clear == (max(more, 1 / more) > CLEARLY)


@pytest.mark.parametrize("width", [4, 9, 20, 35])
def test_stroke_width(width):
    paper = np.full((200, 200), 240, np.float32)
    paper[40:160, 90 : 90 + width] = 20
    assert width - 1 <= stroke_width(paper) <= 1.6 * width


@pytest.mark.parametrize("share", [0.8, 1.3])
def test_wider_than_the_widest_is_no_stroke(share):
    paper = np.full((200, 300), 240, np.float32)
    width = round(share * WIDEST_STROKE * 200)
    paper[10:190, 100 : 100 + width] = 20
    assert (stroke_width(paper) < 300) == (share < 1)


@pytest.mark.parametrize("contrast", [0.5 * LEAST_OTHER, 2 * LEAST_OTHER])
def test_things_from_the_border_are_left_out_when_there_is_other_ink(contrast):
    paper = np.full((200, 200), 240, np.float32)
    paper[:, :50] = 40
    paper[80:120, 100:106] = 240 - 200 * contrast
    rest = without_things(paper)
    assert ((rest[:, :50] > 230).all()) == (contrast > LEAST_OTHER)
    assert (rest[80:120, 100:106] == paper[80:120, 100:106]).all()


@pytest.mark.parametrize(
    ("light", "thickness"),
    [(light, thick) for light in ("even", "one side") for thick in (4, 10, 20, 28)]
    + [("lamp", 4), ("lamp", 10)],
)
def test_ground_is_empty_and_ink_full_in_any_light(light, thickness):
    ink = writing("6", height=160, thickness=thickness, margin=0.4)
    strokes, _ = strokes_on(grey(LIGHTS[light](on_paper(ink, pen=BLACK))))
    full = middle(strokes[ink > 0.99], 0.1)
    assert full > 120
    assert middle(strokes[ink < 0.01], 0.99) < 0.25 * full


@pytest.mark.parametrize("light", ["shadow", "hard shadow"])
def test_the_edge_of_a_shadow_is_no_ink(light):
    ink = writing("2048")
    strokes, unevenness = strokes_on(grey(LIGHTS[light](on_paper(ink))))
    assert unevenness > 80
    assert (strokes[ink < 0.01] > 0.4 * middle(strokes[ink > 0.99])).mean() < 0.003


def test_flat_ground_is_not_uneven():
    assert strokes_on(grey(on_paper(writing("2048"))))[1] < 1


@pytest.mark.parametrize("light", [0.4 * LEAST_LIGHT, 2 * LEAST_LIGHT])
def test_what_is_hardly_lit_is_not_lit_up(light):
    ink = writing("20 48", margin=1)
    picture = grey(shadow(on_paper(ink), light=light, degrees=0, soft=1)) + 0.0
    right = np.s_[:, round(0.6 * ink.shape[1]) :]
    strokes, _ = strokes_on(picture)
    gain = middle(strokes[right][ink[right] > 0.99]) / middle(strokes[ink > 0.99], 0.9)
    assert (gain > 0.9) == (light > LEAST_LIGHT)


def test_brushes_reach_across_a_crossing():
    """Where two strokes cross there is no paper nearer than a brush of BRUSHES_A_STROKE is wide."""
    paper = np.full((300, 300), 240, np.float32)
    for start in range(40, 260, 14 * BRUSHES_A_STROKE):
        paper[start : start + 12, 40:260] = paper[40:260, start : start + 12] = 20
    strokes, _ = strokes_on(paper)
    assert (strokes[paper == 20] > 150).all()


@pytest.mark.parametrize("side", [TINY_SIDE - 1, TINY_SIDE + 1])
def test_tiny_pictures_have_one_ground(side):
    picture = np.linspace(120, 240, side, dtype=np.float32) * np.ones((side, 1), np.float32)
    picture[20:40, 30:32] = 10
    strokes, _ = strokes_on(picture)
    assert (strokes[50:, 5:15].mean() < 20) == (side >= TINY_SIDE)


@pytest.mark.parametrize(("height", "width"), [(100, 200), (320, 320), (640, 640), (333, 1000)])
def test_shrunk(height, width):
    small = shrunk(np.full((height, width), 7, np.float32))
    assert max(small.shape) == min(max(height, width), SMALL_SIDE)
    assert abs(small.shape[0] / small.shape[1] - height / width) < 0.01
    assert np.allclose(small, 7)


def test_middle():
    values = np.arange(100, dtype=np.float32)[::-1]
    assert (middle(values), middle(values, 0.25), middle(values, 1)) == (50, 25, 99)
