"""What is no writing: frames, tables, fingers and strips along the edges."""

import cv2
import numpy as np
import pytest
from drawn_writing import writing

from digitrec.reading.layout import things
from digitrec.reading.layout.pieces import Piece, connected
from digitrec.reading.layout.things import without_things


def block(x: int, y: int, width: int, height: int) -> Piece:
    return Piece(x, y, np.ones((height, width), bool))


def on(shape: tuple[int, int], *blocks: Piece) -> list[Piece]:
    """The connected pieces of a field with these blocks."""
    field = np.zeros(shape, bool)
    for piece in blocks:
        field[piece.y : piece.bottom, piece.x : piece.right] |= piece.mask
    return connected(field)


def written(text: str, **how: float) -> list[Piece]:
    return connected(writing(text, **how) > 0.5, 20)


def shape_of(text: str, **how: float) -> tuple[int, int]:
    height, width = writing(text, **how).shape
    return height, width


def test_a_frame_goes_and_a_0_around_something_stays():
    field = np.zeros((200, 300), np.uint8)
    cv2.rectangle(field, (20, 20), (280, 180), 1, 4)
    field[60:140, 140:150] = 1
    (left,) = without_things(connected(field.astype(bool)), field.shape)
    assert (left.x, left.width) == (140, 10)
    round_one = np.zeros((200, 300), np.uint8)
    cv2.ellipse(round_one, (150, 100), (60, 80), 0, 0, 360, 1, 8)
    round_one[70:130, 145:155] = 1
    assert len(without_things(connected(round_one.astype(bool)), round_one.shape)) == 2


def test_a_table_and_a_finger_at_the_edges_go():
    digits = [block(100 + 60 * number, 100, 10, 80) for number in range(4)]
    table, finger = block(0, 0, 30, 400), block(300, 340, 50, 60)
    left = without_things(on((400, 500), *digits, table, finger), (400, 500))
    assert len(left) == 4


@pytest.mark.parametrize(("strips", "kept"), [((80,), 5), ((60, 70), 4), ((150,), 4)])
def test_strips_along_an_edge_go_and_a_1_that_is_cropped_tight_stays(strips, kept):
    digits = [block(100 + 60 * number, 100, 10, 80) for number in range(4)]
    y, blocks = 20, []
    for length in strips:
        blocks.append(block(0, y, 6, length))
        y += length + 20
    left = without_things(on((400, 500), *digits, *blocks), (400, 500))
    assert len(left) == kept


@pytest.mark.parametrize("text", ["1", "123", "7", "471"])
def test_digits_cropped_tight_are_all_kept(text):
    count = len(written(text))
    tight = written(text, margin=0)
    assert len(without_things(tight, shape_of(text, margin=0))) == count == len(text)


def test_a_dash_away_from_the_edges_does_not_make_digits_at_the_edge_a_table():
    """Digits cut off by the lower edge, and a dash that is whole."""
    digits = [block(20 + 60 * number, 60, 10, 60) for number in range(4)]
    dash = block(300, 80, 90, 6)
    assert len(without_things(on((120, 500), *digits, dash), (120, 500))) == 5


def test_everything_is_kept_when_hardly_anything_lies_inside():
    field = on((100, 100), block(0, 0, 12, 100), block(60, 50, 3, 3))
    assert len(without_things(field, (100, 100))) == 2
    assert things.INNER_ENOUGH > 9 / 1200
