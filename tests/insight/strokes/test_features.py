"""Stroke features of digits whose strokes are known."""

import drawn_digits
import numpy as np
import pytest
from PIL import Image

from digitrec.insight.strokes.features import NAMES, features, upright
from digitrec.reading.normalize import to_mnist


def mnist(picture: Image.Image) -> np.ndarray:
    return to_mnist(255 - np.asarray(picture))


def of(image: np.ndarray) -> dict[str, float]:
    return dict(zip(NAMES, features(image[None])[0].tolist(), strict=True))


@pytest.fixture(scope="module")
def found():
    """The features of each drawn digit."""
    return [of(mnist(drawn_digits.draw(digit, size=280))) for digit in range(10)]


@pytest.mark.parametrize(
    ("digit", "holes", "above", "below", "ends"),
    [
        (0, 1, None, None, 0),
        (1, 0, 0, 0, 2),
        (2, 0, 0, 0, 2),
        (3, 0, 0, 0, 3),
        (5, 0, 0, 0, 2),
        (6, 1, 0, 1, 1),
        (7, 0, 0, 0, 2),
        (8, 2, 1, 1, 0),
        (9, 1, 1, 0, 1),
    ],
)
def test_holes_and_end_points(found, digit, holes, above, below, ends):
    assert found[digit]["holes"] == holes
    assert found[digit]["ends"] == ends
    assert found[digit]["pieces"] == 1
    if above is not None:
        assert (found[digit]["holes_above"], found[digit]["holes_below"]) == (above, below)


def test_end_points_are_where_a_pen_begins_and_ends(found):
    assert found[2]["ends_upper_left"] == found[2]["ends_lower_right"] == 1
    assert found[7]["ends_upper_left"] == 1
    assert found[7]["ends_upper_right"] == 0
    assert found[6]["ends_lower_left"] == found[6]["ends_lower_right"] == 0


def test_a_four_crosses_and_a_one_does_not(found):
    assert found[4]["crossings"] == 1
    assert found[4]["ends"] == 3  # what is beyond the upright stroke is as short as it is wide
    assert found[1]["crossings"] == found[7]["crossings"] == 0


def test_openings(found):
    sides = {
        digit: {
            name.removeprefix("open_")
            for name, value in found[digit].items()
            if name.startswith("open_") and value
        }
        for digit in (2, 3, 4, 5, 6, 9)
    }
    assert sides[2] == {"to_the_left_above", "to_the_left_below", "to_the_right_below"}
    assert sides[3] >= {"to_the_left_above", "to_the_left_below"}
    assert "at_the_top" in sides[4]
    assert sides[5] == {"to_the_right_above", "to_the_left_below"}
    assert "to_the_right_above" in sides[6]
    assert sides[9] >= {"to_the_left_below"}
    assert not any("open_" in name and value for name, value in found[0].items())


def test_ink_and_aspect(found):
    assert found[1]["aspect"] < 0.3 < found[0]["aspect"]
    assert found[0]["ink_middle"] == 0
    assert found[8]["ink_middle"] == 1
    assert found[7]["ink_lower_right"] == 0
    assert found[2]["ink_lower_right"] == found[2]["ink_lower_left"] == 1


def test_features_are_those_of_the_digit_set_upright():
    straight = mnist(drawn_digits.draw(1, size=280))
    leaning = np.stack([np.roll(row, round(0.4 * (13.5 - y))) for y, row in enumerate(straight)])
    assert of(straight)["slant"] == pytest.approx(0, abs=0.02)
    assert of(leaning)["slant"] == pytest.approx(0.4, abs=0.03)
    assert of(leaning)["aspect"] == pytest.approx(of(straight)["aspect"], abs=0.06)
    assert upright(leaning, 0.0).shape[1] > 2 * upright(leaning, 0.4).shape[1]


def test_a_broken_digit_has_pieces_and_a_speck_is_none():
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 8:11] = image[4:24, 18:21] = 255
    assert of(image)["pieces"] == 2
    image[14, 14] = 255
    assert of(image)["pieces"] == 2


def test_what_has_no_ink_has_no_features():
    images = np.zeros((2, 28, 28), np.uint8)
    assert not features(images).any()
    assert features(images[:0]).shape == (0, len(NAMES))


@pytest.mark.parametrize("kind", ["noise", "full", "dot", "line"])
def test_whatever_ink_there_is_has_features(kind):
    image = np.zeros((28, 28), np.uint8)
    if kind == "noise":
        image = np.random.default_rng(0).integers(0, 256, (28, 28)).astype(np.uint8)
    elif kind == "full":
        image[:] = 255
    elif kind == "dot":
        image[14, 14] = 255
    else:
        image[14] = 255
    assert np.isfinite(features(image[None])).all()
