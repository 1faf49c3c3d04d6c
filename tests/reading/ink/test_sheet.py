"""A sheet is told from the table it lies on, and nothing else is taken for one."""

import cv2
import drawn_pictures as drawn
import numpy as np
import pytest
from drawn_pictures import BLACK, CREAM, WHITE, on_paper
from drawn_writing import writing

from digitrec.reading.ink import sheet


def grey(picture: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)


def lying(room: float = 0.2, level: int = 50, thickness: float = 10) -> np.ndarray:
    """A sheet of paper 250 with 2048 on it, on a table of that grey."""
    paper = on_paper(writing("2048", thickness=thickness), paper=WHITE, pen=BLACK)
    return grey(drawn.on_table(paper, room=room, colour=(level, level, level)))


def test_what_is_beside_the_sheet_becomes_as_bright_as_it():
    found, was = sheet.alone(lying())
    assert was
    assert (found[:40] == 250).all()
    assert (found[:, :90] == 250).all()
    assert ((found < 100).sum()) == pytest.approx((grey(on_paper(writing("2048"))) < 100).sum())


@pytest.mark.parametrize(
    ("sides", "is_sheet"), [(("left",), False), (("left", "top"), True), (("left", "right"), True)]
)
def test_a_table_on_two_sides_at_least(sides, is_sheet):
    picture = on_paper(writing("2048"))
    for side in sides:
        picture = drawn.table(picture, side=side, share=0.08)
    assert sheet.alone(grey(picture))[1] is is_sheet


@pytest.mark.parametrize("degrees", [-10, 5, 20])
def test_a_sheet_that_lies_askew(degrees):
    picture = lying(room=0.5)
    height, width = picture.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    turned = cv2.warpAffine(picture, turn, (width, height), borderValue=50)
    found, was = sheet.alone(turned)
    assert was
    assert (found[:20] == found[0, 0]).all()


def test_a_light_table_below_a_dark_sheet():
    found, was = sheet.alone(255 - lying())
    assert was
    assert (found[:40] == 5).all()


@pytest.mark.parametrize(
    ("room", "is_sheet"), [(0.02, True), (0.2, True), (0.45, True), (0.8, False)]
)
def test_a_sheet_fills_a_good_part_of_the_picture(room, is_sheet):
    assert sheet.alone(lying(room))[1] is is_sheet


@pytest.mark.parametrize(
    "picture",
    [
        on_paper(writing("2048"), paper=CREAM),
        on_paper(writing("0", thickness=30, margin=0.1)),
        drawn.gradient(on_paper(writing("2048"))),
        drawn.spot(on_paper(writing("2048"))),
        drawn.striped(on_paper(writing("2048"))),
        drawn.ruled(on_paper(writing("35\n71"))),
        drawn.underlined(on_paper(writing("2048", margin=0.2)), y=124),
    ],
    ids=["paper", "a thick 0", "gradient", "lamp", "band", "ruled", "underlined"],
)
@pytest.mark.parametrize("light", [False, True])
def test_no_sheet(picture, light):
    seen = grey(255 - picture if light else picture)
    found, was = sheet.alone(seen)
    assert not was
    assert found is seen


@pytest.mark.parametrize("light", [0.3, 0.5, 0.7])
def test_half_a_shadow_is_no_table_for_there_is_writing_in_it(light):
    assert not sheet.alone(grey(drawn.shadow(on_paper(writing("2048")), light=light, soft=1)))[1]


def test_a_thick_1_is_no_sheet_for_nothing_is_written_on_it():
    bar = np.full((200, 120), 250, np.float32)
    bar[20:180, 35:85] = 30
    assert not sheet.alone(bar)[1]
    assert not sheet.alone(255 - bar)[1]


@pytest.mark.parametrize(("blur", "is_sheet"), [(1, True), (25, False)])
def test_a_sheet_has_a_sharp_edge(blur, is_sheet):
    soft = lying(room=0.3)
    height, width = soft.shape
    mask = np.zeros_like(soft)
    mask[int(height * 0.19) : int(height * 0.81), int(width * 0.19) : int(width * 0.81)] = 1
    paper = np.where((soft < 60) & (mask > 0), 30, 250).astype(np.float32)
    light = 0.2 + 0.8 * cv2.GaussianBlur(mask, (0, 0), blur)
    assert sheet.alone(paper * light)[1] is is_sheet


def test_tiny_pictures_have_no_room_for_a_table():
    small = cv2.resize(lying(), (60, 28), interpolation=cv2.INTER_AREA)
    assert not sheet.alone(small)[1]


def test_plain_pictures():
    for level in (0, 128, 255):
        assert not sheet.alone(np.full((100, 100), level, np.float32))[1]
