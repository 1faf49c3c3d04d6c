"""Lines one pixel wide, of shapes whose ends and meetings are known."""

import cv2
import numpy as np
import pytest
from skimage.morphology import skeletonize

from digitrec.insight.strokes import skeleton


def drawn(*strokes, width=5, side=60):
    """Bool (side, side) with lines through points (x, y)."""
    field = np.zeros((side, side), np.uint8)
    for stroke in strokes:
        cv2.polylines(field, [np.array(stroke, np.int32)], False, 1, width)
    return field.astype(bool)


LINE = [(10, 10), (45, 50)]
CROSS = ([(10, 30), (50, 30)], [(30, 10), (30, 50)])


def ring():
    field = np.zeros((60, 60), np.uint8)
    cv2.circle(field, (30, 30), 18, 1, 5)
    return field.astype(bool)


def test_a_line_has_two_ends_and_no_meeting():
    lines = skeleton.thinned(drawn(LINE))
    assert skeleton.ends(lines).sum() == 2
    assert not skeleton.meetings(lines).any()
    rows, columns = np.nonzero(skeleton.ends(lines))
    assert abs(np.sort(rows) - (10, 50)).max() <= 4
    assert abs(np.sort(columns) - (10, 45)).max() <= 4


def test_a_ring_has_no_ends():
    lines = skeleton.thinned(ring())
    assert not skeleton.ends(lines).any()
    assert not skeleton.meetings(lines).any()
    assert np.unique(skeleton.parts(lines)).tolist() == [0, 1]


def test_a_cross_has_four_ends_one_meeting_and_four_parts():
    lines = skeleton.pruned(skeleton.thinned(drawn(*CROSS)), 4)
    assert skeleton.ends(lines).sum() == 4
    assert skeleton.count(skeleton.meetings(lines), 4) == 1
    assert skeleton.parts(lines).max() == 4


def test_thinning_keeps_pieces_and_holes():
    shape = drawn(LINE) | np.roll(ring(), 5, axis=1)
    lines = skeleton.thinned(shape)
    for mask, neighbours in ((shape, 8), (~shape, 4)):
        thin = lines if neighbours == 8 else ~lines
        counts = [
            cv2.connectedComponents(one.astype(np.uint8), connectivity=neighbours)[0]
            for one in (mask, thin)
        ]
        assert counts[0] == counts[1]
    assert lines.sum() < shape.sum() / 3
    assert not (lines & ~shape).any()


def test_thinning_is_near_that_of_a_library():
    """Two algorithms choose other pixels, but next to each other."""
    shape = drawn(*CROSS, LINE)
    theirs = skeletonize(shape)
    near = cv2.dilate(theirs.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    lines = skeleton.thinned(shape)
    assert (lines & near).sum() >= 0.95 * lines.sum()
    assert lines.sum() == pytest.approx(theirs.sum(), rel=0.15)


def test_a_short_branch_is_pruned_and_a_long_one_is_not():
    lines = drawn([(10, 30), (50, 30)], [(30, 30), (30, 27)], width=1)
    assert skeleton.ends(lines).sum() == 3
    kept = skeleton.pruned(lines, 5)
    assert skeleton.ends(kept).sum() == 2
    assert kept[30, 10]
    assert kept[30, 50]
    assert not kept[27, 30]
    long = drawn([(10, 30), (50, 30)], [(30, 30), (30, 10)], width=1)
    np.testing.assert_array_equal(skeleton.pruned(long, 5), long)


def test_a_short_line_that_is_no_branch_stays():
    lines = drawn([(10, 10), (13, 10)], [(20, 50), (50, 50)], width=1)
    np.testing.assert_array_equal(skeleton.pruned(lines, 5), lines)


def test_codes_are_the_neighbours_clockwise_from_above():
    lines = np.zeros((3, 3), bool)
    lines[0, 1] = lines[1, 2] = True
    assert skeleton.codes(lines)[1, 1] == 0b101
    assert skeleton.codes(lines)[0, 1] == 1 << 3
    assert skeleton.codes(np.ones((3, 3), bool))[0, 0] == 0b11100


def test_an_empty_field_has_nothing():
    empty = np.zeros((10, 10), bool)
    assert not skeleton.thinned(empty).any()
    assert skeleton.count(empty) == 0
    assert skeleton.parts(empty).max() == 0
