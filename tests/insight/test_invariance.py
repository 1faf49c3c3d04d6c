"""Digits that are moved, turned, scaled and thickened, and how well they are read."""

import json

import numpy as np
import pytest
from PIL import Image

from digitrec.datasets import Part
from digitrec.errors import DataError
from digitrec.insight import invariance
from digitrec.insight.invariance import scaled, shifted, thickened, turned
from digitrec.reading.card import Card
from digitrec.reading.classifier import CardClassifier


def bar():
    """An upright bar of 20x4, in the middle."""
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 4:24, 12:16] = 255
    return image


def extent(images):
    rows, columns = np.nonzero(images[0] > 127)
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def centre(images):
    rows, columns = np.mgrid[:28, :28]
    weights = images[0].astype(float)
    return np.average(rows, weights=weights), np.average(columns, weights=weights)


class Where(CardClassifier):
    """Class 0 while there is ink in the pixel in the middle, else class 1."""

    card = Card("where", ("there", "gone"))
    source = "where"

    def _answer(self, images):
        inked = images[:, 14, 14].astype(np.float32)
        return np.stack([inked, np.full(len(images), 127, np.float32)], axis=1)


def test_a_shift_moves_by_whole_pixels_and_loses_what_leaves():
    down, right = centre(shifted(bar(), 3, -2))
    assert (down, right) == (13.5 - 2, 13.5 + 3)
    assert shifted(bar(), 0, 8).sum() == bar().sum() * 16 / 20
    np.testing.assert_array_equal(shifted(bar(), 0, 0), bar())


def test_a_quarter_turn_lays_a_bar_down():
    assert extent(turned(bar(), 90)) == (4, 20)
    assert centre(turned(bar(), 90)) == pytest.approx((13.5, 13.5), abs=0.1)


def test_a_turn_is_clockwise():
    dot = np.zeros((1, 28, 28), np.uint8)
    dot[0, 3:6, 13:15] = 255  # at twelve o'clock
    down, right = centre(turned(dot, 90))
    assert right > 20
    assert down == pytest.approx(13.5, abs=0.5)


@pytest.mark.parametrize(("factor", "size"), [(0.5, (10, 2)), (1.2, (24, 5)), (1.0, (20, 4))])
def test_sizes(factor, size):
    assert extent(scaled(bar(), factor)) == pytest.approx(size, abs=1)
    assert centre(scaled(bar(), factor)) == pytest.approx((13.5, 13.5), abs=0.1)


@pytest.mark.parametrize(
    ("pixels", "width"), [(-1.5, 2.5), (-1.0, 3.0), (0.0, 4), (1.0, 5), (2.5, 6.5)]
)
def test_strokes_are_wider_by_so_many_pixels(pixels, width):
    across = thickened(bar(), pixels)[0, 14].astype(float).sum() / 255
    assert across == pytest.approx(width, abs=0.3)


def test_accuracy_is_the_share_that_is_read_rightly():
    images = np.concatenate([bar(), bar()])
    found = invariance.measure(Where(), Part(images, np.array([0, 0])))
    middle = len(found.shifts) // 2
    assert found.count == 2
    assert found.shifts[middle].tolist() == [0, 0, 0, 0, 1, 1, 0, 0, 0]  # none, and 2 to the right
    assert found.shifts[:, middle].tolist() == [1] * 9
    assert found.by_distance() == {0: 1, 2: 0.75, 4: 0.5, 6: 0.5, 8: 0.5}
    assert found.at("rotation", 60) == 1
    assert found.at("scale", 0.5) == 1
    assert found.at("thickness", -1.0) == 1


def test_half_of_the_digits_right_is_half():
    found = invariance.measure(Where(), Part(np.concatenate([bar(), bar()]), np.array([0, 1])))
    assert found.at("scale", 1.0) == 0.5


def test_json_holds_all_of_it():
    found = invariance.measure(Where(), Part(bar(), np.array([0])))
    again = invariance.Invariance.of(json.loads(json.dumps(found.as_dict())))
    np.testing.assert_array_equal(again.shifts, found.shifts)
    assert again.curves == found.curves


def test_what_was_not_measured_is_said():
    found = invariance.measure(Where(), Part(bar(), np.array([0])))
    with pytest.raises(DataError, match="rotation: expected one of -60, -50"):
        found.at("rotation", 45)
    with pytest.raises(DataError, match="received none"):
        invariance.measure(Where(), Part(bar()[:0], np.array([], int)))


def test_one_model_or_several_are_drawn(tmp_path):
    found = invariance.measure(Where(), Part(bar(), np.array([0])))
    invariance.plot({"one": found}, tmp_path / "one.png")
    invariance.plot({"one": found, "other": found}, tmp_path / "two.png")
    for name in ("one.png", "two.png"):
        with Image.open(tmp_path / name) as picture:
            assert picture.format == "PNG"
            assert min(picture.size) > 500
