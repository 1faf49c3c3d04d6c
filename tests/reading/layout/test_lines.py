"""Reading order: lines from top to bottom, also where they slant."""

import numpy as np
import pytest

from digitrec.reading.layout.lines import SHARED_HEIGHT, in_lines
from digitrec.reading.layout.pieces import Piece


def box(x: int, y: int, width: int = 20, height: int = 40) -> Piece:
    return Piece(x, y, np.ones((height, width), bool))


def places(lines: list[list[Piece]]) -> list[list[tuple[int, int]]]:
    return [[(piece.x, piece.y) for piece in line] for line in lines]


def test_no_pieces_are_no_lines():
    assert in_lines([]) == []


def test_two_lines_in_any_order():
    pieces = [box(60, 100), box(0, 0), box(0, 104), box(30, 3), box(30, 97), box(60, 1)]
    assert places(in_lines(pieces)) == [
        [(0, 0), (30, 3), (60, 1)],
        [(0, 104), (30, 97), (60, 100)],
    ]


@pytest.mark.parametrize("degrees", [-12, -6, 6, 12])
def test_three_slanted_lines(degrees):
    """At 12 degrees ten digits fall by two of their heights: more than lines are apart."""
    slope = np.tan(np.radians(degrees))
    pieces = [
        box(30 * column, round(70 * line + slope * 30 * column) + 200)
        for column in range(10)
        for line in range(3)
    ]
    lines = in_lines(pieces)
    assert [len(line) for line in lines] == [10, 10, 10]
    assert [line[0].y for line in lines] == [200, 270, 340]


def test_a_small_digit_belongs_to_the_line_that_it_lies_in():
    (line,) = in_lines([box(0, 0), box(30, 14, 14, 15), box(60, 2)])
    assert [piece.x for piece in line] == [0, 30, 60]


@pytest.mark.parametrize(("share", "lines"), [(SHARED_HEIGHT + 0.1, 1), (SHARED_HEIGHT - 0.1, 2)])
def test_neighbours_on_a_line_share_height(share, lines):
    assert len(in_lines([box(0, 0), box(30, round(40 * (1 - share)))])) == lines
