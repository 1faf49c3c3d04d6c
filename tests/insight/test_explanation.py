"""Why a digit is read as it is: places, strokes that decide, words, the sheet."""

from dataclasses import replace

import drawn_digits
import numpy as np
import pytest
from PIL import Image

from digitrec import Reader
from digitrec.insight import explanation, explanation_sheet
from digitrec.insight.explanation import Explanation, Without, decisive, explain, places
from digitrec.insight.strokes.tree import Leaf, StrokeTree
from digitrec.insight.strokes.wording import Condition
from digitrec.reading.card import Card
from digitrec.reading.classifier import CardClassifier
from digitrec.reading.normalize import to_mnist
from digitrec.reading.placing import fields
from digitrec.reading.reading import Digit


class Holes(CardClassifier):
    """0 where the ink's box has an empty middle, 1 where not, as surely as can be."""

    card = Card("holes", ("0", "1"))
    source = "holes"

    def _answer(self, images):
        empty = (images[:, 12:16, 12:16].max(axis=(1, 2)) < 64).astype(np.float32)
        return 20 * np.stack([empty, 1 - empty], axis=1)


def ring():
    return to_mnist(255 - np.asarray(drawn_digits.draw(0, size=200)))


def digit(name="0", status="ok"):
    return Digit(int(name), 1.0, status, 0, (0, 0, 20, 20), (1.0, 0.0))


def test_places_are_ninths_of_the_ink_that_hold_half_of_what_speaks():
    image = np.zeros((28, 28), np.uint8)
    image[4:25, 4:25] = 255  # ninths of 7x7
    speaking = np.zeros((28, 28))
    speaking[5, 5] = 6
    speaking[14, 14] = 3
    speaking[20, 20] = 3
    speaking[10, 22] = -50
    assert places(image, speaking) == ("upper left",)
    speaking[5, 5] = 5
    assert places(image, speaking) == ("upper left", "middle")
    assert places(image, np.ones((28, 28))) == ()
    assert places(image, np.zeros((28, 28))) == ()
    assert places(np.zeros_like(image), speaking) == places(image, speaking)


def test_a_stroke_that_decides_is_found():
    """A ring with a bar in its middle, without which its middle would be empty."""
    image = ring()
    columns = np.flatnonzero(image.any(axis=0))
    image[13:15, columns[0] : columns[-1] + 1] = 255
    found = decisive(Holes(), image)
    assert found is not None
    assert found.stroke
    assert (found.digit, found.where) == ("0", "middle")
    assert found.probability == pytest.approx(1)
    assert found.part[13:15, 12:16].any()


def test_where_no_part_decides_there_is_none():
    class Sure(Holes):
        def _answer(self, images):
            return np.tile(np.array([[20, 0]], np.float32), (len(images), 1))

    assert decisive(Sure(), ring()) is None


def test_what_would_be_no_digit_does_not_count():
    image = ring()
    columns = np.flatnonzero(image.any(axis=0))
    image[13:15, columns[0] : columns[-1] + 1] = 255

    class Refusing(Holes):
        card = replace(Holes.card, reject_energy=-1000.0)

    assert decisive(Refusing(), image) is None


def test_what_is_said_can_be_tried_with_the_picture():
    """The shipped model reads the picture with the stroke taken out as the words have it."""
    picture = np.asarray(drawn_digits.draw(8, size=280))
    reader = Reader(single=True)
    seen = reader.see(picture)
    (one,) = explain(reader.classifier, seen.images, seen.reading.digits)
    assert one.without is not None
    ((x, y, side),) = fields(seen)
    rows, columns = np.mgrid[: picture.shape[0], : picture.shape[1]]
    down = ((rows - y) * 28 / side).astype(int).clip(0, 27)
    right = ((columns - x) * 28 / side).astype(int).clip(0, 27)
    erased = np.where(one.without.part[down, right], 255, picture).astype(np.uint8)
    assert reader.read(erased).text == one.without.digit != "8"


@pytest.mark.parametrize(
    ("without", "said"),
    [
        (None, "Stays a 0 whichever part is taken away."),
        (
            Without(np.ones((28, 28), bool), True, "lower left", "8", 0.612),
            "Would be an 8 (61.2 %) without the stroke at the lower left.",
        ),
        (
            Without(np.ones((28, 28), bool), False, "middle", "1", 1.0),
            "Would be a 1 (100.0 %) without the ink in the middle.",
        ),
    ],
)
def test_words(without, said):
    leaf = Leaf((0.9, 0.1), 10, (Condition("holes", 1), Condition("ends", None, 0)), 0.87)
    found = Explanation(ring(), digit(), "0", {}, (), ("top", "middle"), without, leaf, "0")
    assert found.words == [
        "Looked mostly at the top and the middle.",
        said,
        "By its strokes a 0 as well: a hole, no end points (87 % of such digits are).",
    ]


def test_words_of_doubt_and_of_another_class():
    leaf = Leaf((0.1, 0.9), 10, (Condition("holes", None, 0),), 0.87)
    reasons = ("the confidence is under 69 %",)
    doubted = digit("0", "uncertain")
    found = Explanation(ring(), doubted, "1", {}, reasons, (), None, leaf, "1")
    assert found.words == [
        "Uncertain: the confidence is under 69 %.",
        "Looked at all of it, hardly anywhere most.",
        "Stays a 0 whichever part is taken away.",
        "By its strokes rather a 1: no holes (87 % of such digits are).",
        "The maps show what speaks for a 1.",
    ]
    assert replace(found, reasons=()).words[0] == (
        "Uncertain: its ink was not clear at first sight."
    )


def test_an_explanation_is_of_its_classifier_and_its_tree():
    tree = StrokeTree(("0", "1"), (Leaf((0.0, 1.0), 1, (), 1.0),))
    (one,) = explain(Holes(), ring()[None], [digit()], tree=tree, target="1")
    assert one.target == one.by_strokes == "1"
    assert one.maps["occlusion"].shape == (28, 28)
    assert one.without is None or one.without.digit == "1"
    (plain,) = explain(Holes(), ring()[None], [digit()])
    assert (plain.target, plain.leaf, plain.by_strokes) == ("0", None, None)
    np.testing.assert_allclose(plain.maps["occlusion"], -one.maps["occlusion"], atol=1e-5)
    assert explain(Holes(), ring()[None][:0], []) == []


def test_json_has_no_maps():
    (one,) = explain(Holes(), ring()[None], [digit()])
    found = one.as_dict()
    assert found["digit"] == 0
    assert found["by_strokes"] is None
    assert set(found) >= {"looked_at", "without", "reasons", "words", "probabilities"}


def test_a_map_is_orange_for_and_blue_against_and_nothing_where_nothing_is():
    values = np.zeros((28, 28), np.float32)
    values[:10], values[18:] = 1, -1
    drawn = np.asarray(explanation_sheet.overlaid(np.full((56, 56, 3), 200, np.uint8), values))
    red, _, blue = np.moveaxis(drawn.astype(int), -1, 0)
    assert (red > blue + 100)[5:15].all()
    assert (blue > red + 100)[45:].all()
    assert (drawn[26:30] == 200).all()


def test_a_square_of_a_picture_goes_on_beyond_its_edges():
    pixels = np.zeros((40, 40, 3), np.uint8)
    pixels[:, 20:] = 200
    part = explanation_sheet.part_of(pixels, (20.0, -10.0, 40.0), 80)
    assert part.shape == (80, 80, 3)
    assert (part[:, 4:] == 200).all()


def test_the_sheet_has_a_row_for_each_digit():
    reader = Reader()
    seen = reader.see(
        255
        - np.hstack(
            [
                np.zeros((120, 10)),
                *(255 - np.asarray(drawn_digits.draw(number, size=120)) for number in (3, 5)),
            ]
        ).astype(np.uint8)
    )
    assert seen.reading.text == "35"
    explained = explain(reader.classifier, seen.images, seen.reading.digits)
    both = explanation_sheet.sheet(seen, explained, [0, 1], fields(seen), ["a note"])
    one = explanation_sheet.sheet(seen, explained[1:], [1], fields(seen))
    none = explanation_sheet.sheet(seen, [], [], fields(seen))
    assert both.width == one.width == none.width
    assert both.height - one.height > 200 < one.height - none.height
    assert isinstance(both, Image.Image)


def test_windows_hold_ink_alone():
    windows = explanation._windows(ring())
    assert all(((ring() > 0) | ~window).all() for window in windows)
