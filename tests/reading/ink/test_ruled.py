"""Lines that a pen did not write as digits go; 1s, bars and dashes stay."""

import cv2
import numpy as np
import pytest
from drawn_pictures import BLACK, WHITE, framed, on_paper, ruled, underlined
from drawn_writing import overlap, writing

from digitrec.reading.ink.ruled import (
    ACROSS,
    CROSSED,
    LEAST_REST,
    LONG,
    LONG_FROM_EDGE_TO_EDGE,
    SHEET,
    THIN,
    TILTS,
    WHOLE,
    without_rules,
)

INK = writing("2048")


def core(picture: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) < 140


def lined(**options: float) -> np.ndarray:
    return core(ruled(on_paper(INK, paper=WHITE), colour=BLACK, **options))


@pytest.mark.parametrize("squared", [False, True])
@pytest.mark.parametrize("tilt", [0, 1.5, -2.5])
@pytest.mark.parametrize("every", [36, 60])
def test_ruled_and_squared_paper(every, tilt, squared):
    found, noted = without_rules(lined(every=every, thick=2, tilt=tilt, squared=squared))
    assert noted
    assert overlap(found, INK) > 0.8


@pytest.mark.parametrize("y", [150, 162, 185])
@pytest.mark.parametrize("thick", [2, 4])
def test_a_line_below_that_may_touch(y, thick):
    found, noted = without_rules(core(underlined(on_paper(INK), y=y, thick=thick)))
    assert noted
    assert overlap(found, INK) > 0.85


@pytest.mark.parametrize("boxes", [1, 4])
def test_frames_and_combs(boxes):
    found, noted = without_rules(core(framed(on_paper(INK), boxes=boxes)))
    assert noted
    assert overlap(found, INK) > 0.85


@pytest.mark.parametrize("text", ["1", "11", "2018", "7", "777", "4", "55", "1\n1", "0"])
@pytest.mark.parametrize("margin", [0, 0.1, 0.6])
@pytest.mark.parametrize("thickness", [4, 10, 16])
def test_writing_alone_has_no_rules(text, margin, thickness):
    ink = writing(text, margin=margin, thickness=thickness) > 0.5
    found, noted = without_rules(ink)
    assert not noted
    assert (found == ink).all()


def test_nothing_and_all():
    for mask in (np.zeros((50, 60), bool), np.ones((50, 60), bool)):
        found, noted = without_rules(mask)
        assert not noted
        assert (found == mask).all()


def hanging(length: int, height: int = 40, width: int = 400) -> np.ndarray:
    """A block that hangs on a level line of that length, and others apart from it."""
    mask = np.zeros((600, width), bool)
    start = (width - length) // 2
    mask[100:102, start : start + length] = True
    mask[100 : 100 + height, 190:206] = True
    mask[500:560, 100:140] = True
    return mask


@pytest.mark.parametrize("share", [0.8, 1.2])
def test_a_line_is_long_beside_what_hangs_on_it(share):
    height = 60
    _, noted = without_rules(hanging(round(share * LONG * height), height))
    assert noted == (share > 1)


@pytest.mark.parametrize("share", [0.8, 1.2])
def test_one_from_edge_to_edge_needs_less(share):
    height = round(400 / (share * LONG_FROM_EDGE_TO_EDGE))
    _, noted = without_rules(hanging(400, height)[:, :400])
    assert noted == (share > 1)


@pytest.mark.parametrize("share", [0.7, 1.3])
def test_a_line_goes_across_some_of_the_picture(share):
    length = round(share * ACROSS * 400)
    _, noted = without_rules(hanging(length, height=20))
    assert noted == (share > 1)


@pytest.mark.parametrize("share", [0.9, 1.04])
def test_upright_lines_of_a_frame_go_from_edge_to_edge(share):
    mask = np.zeros((200, 400), bool)
    mask[10:12] = True
    mask[100:150, 200:240] = True
    height = round(share * WHOLE * 200)
    mask[200 - height :, 60:62] = True
    found, _ = without_rules(mask)
    assert found[50:150, 60:62].any() == (share < 1)


@pytest.mark.parametrize("count", [SHEET - 1, SHEET])
def test_several_lines_make_a_sheet_however_high_the_writing_is(count):
    mask = np.zeros((300, 200), bool)
    mask[20:280, 90:100] = True
    for number in range(count):
        mask[60 + 80 * number : 62 + 80 * number] = True
    found, noted = without_rules(mask)
    assert noted == (count >= SHEET)
    assert found[20:280, 90:100].all()


@pytest.mark.parametrize("share", [0.5, 2.5])
def test_the_lines_of_a_sheet_are_thin(share):
    thick = round(share * THIN * 200)
    mask = np.zeros((300, 200), bool)
    mask[20:280, 90:130] = True
    for number in range(SHEET):
        mask[60 + 80 * number : 60 + 80 * number + thick] = True
    assert without_rules(mask)[1] == (share < 1)


@pytest.mark.parametrize("tilt", [max(TILTS), max(TILTS) + 5])
def test_a_sheet_lies_a_little_askew_at_most(tilt):
    _, noted = without_rules(lined(every=80, thick=2, tilt=tilt))
    assert noted == (tilt <= max(TILTS))


@pytest.mark.parametrize("times", [0.9, 3])
def test_what_crosses_a_line_is_higher_than_it_is_thick(times):
    thick = 6
    mask = np.zeros((300, 400), bool)
    mask[100 : 100 + thick] = True
    mask[180:260, 200:240] = True
    over = round((CROSSED * times - 1) * thick / 2) + 1
    mask[100 - over : 100 + thick + over, 60:70] = True
    found, _ = without_rules(mask)
    assert found[102, 62:68].all() == (times > 1)


@pytest.mark.parametrize("share", [0.5, 2])
def test_what_is_all_line_is_writing(share):
    mask = np.zeros((100, 400), bool)
    mask[50:54, 20:380] = True
    side = round((share * LEAST_REST * 4 * 360) ** 0.5)
    mask[10 : 10 + side, 200 : 200 + side] = True
    assert without_rules(mask)[1] == (share > 1)
