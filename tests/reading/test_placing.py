"""Where each digit's 28x28 lies on the picture: what is shown there must be the digit again."""

import cv2
import drawn_digits
import numpy as np
import pytest
from drawn_pictures import CREAM, on_paper, scaled
from drawn_writing import writing

from digitrec import Reader
from digitrec.reading.normalize import field, near_mnist_width, to_mnist
from digitrec.reading.placing import fields


def shown(ink, place):
    """What of the ink (height, width) lies in a field, as (28, 28)."""
    x, y, side = place
    step = side / 28
    soft = cv2.GaussianBlur(np.asarray(ink, np.float32), (0, 0), max(0.4 * step, 0.1))
    middle = (step - 1) / 2
    where = np.array([[step, 0, x + middle], [0, step, y + middle]], np.float32)
    return cv2.warpAffine(soft, where, (28, 28), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)


def alike(first, second):
    return np.corrcoef(np.ravel(first), np.ravel(second))[0, 1]


@pytest.mark.parametrize("digit", range(10))
@pytest.mark.parametrize(("size", "thickness"), [(60, 8), (300, 8), (500, 2), (500, 24)])
def test_the_field_shows_what_the_28x28_shows(digit, size, thickness):
    """Strokes that are far too thin or thick are changed on the way, so less is alike there."""
    ink = 255 - np.asarray(drawn_digits.draw(digit, size=size, thickness=thickness), np.float32)
    image = to_mnist(near_mnist_width(ink))
    assert alike(shown(ink, field(ink)), image) > (0.97 if thickness == 8 else 0.7)


def test_a_pixel_off_would_be_noticed():
    ink = 255 - np.asarray(drawn_digits.draw(5, size=300), np.float32)
    image = to_mnist(near_mnist_width(ink))
    x, y, side = field(ink)
    right = alike(shown(ink, (x, y, side)), image)
    assert right > alike(shown(ink, (x + side / 28, y, side)), image)
    assert right > alike(shown(ink, (x, y, side * 1.05)), image)


def test_digits_lie_where_they_were_written():
    picture = on_paper(writing("2048"), paper=CREAM)
    seen = Reader().see(picture)
    grey = 255 - cv2.cvtColor(seen.picture.pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
    ink = np.maximum(grey - np.median(grey), 0)
    assert seen.reading.text == "2048"
    for place, image in zip(fields(seen), seen.images, strict=True):
        assert alike(shown(ink, place), image) > 0.8


def test_fields_are_in_pixels_of_the_picture_as_opened():
    """A large picture is shrunk for its ink."""
    small = on_paper(writing("7"))
    large = scaled(small, 4)
    sides = [fields(Reader(single=True).see(one))[0][2] for one in (small, large)]
    assert sides[1] == pytest.approx(4 * sides[0], rel=0.1)


def test_no_ink_has_no_field():
    assert field(np.zeros((40, 30), np.float32)) == (0.0, 0.0, 40.0)
    assert fields(Reader().see(np.full((60, 60), 255, np.uint8))) == []
