"""A digit's ink comes to where MNIST has it, to the pixel."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from digitrec import Reader
from digitrec.reading import normalize
from digitrec.reading.classifier import Classifier
from digitrec.reading.normalize import near_mnist_width, stages, stroke_width, to_mnist


def centre_of_mass(image: np.ndarray) -> tuple[float, float]:
    mass = image.sum(dtype=float)
    places = np.arange(28)
    return (
        float((image.sum(axis=1, dtype=float) * places).sum() / mass),
        float((image.sum(axis=0, dtype=float) * places).sum() / mass),
    )


def sides(image: np.ndarray) -> tuple[int, int]:
    """Height and width of the ink."""
    rows, columns = np.nonzero(image)
    return int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1


def strokes(seed: int, height: int, width: int) -> np.ndarray:
    """Random soft blobs that reach all four edges."""
    random = np.random.default_rng(seed)
    ink = random.uniform(0, 255, (height, width)) * (random.random((height, width)) < 0.3)
    ink[0, width // 3] = ink[-1, width // 2] = ink[height // 2, 0] = ink[height // 3, -1] = 255
    return ink.astype(np.float32)


@pytest.mark.mnist
def test_digits_of_mnist_come_back_as_they_are(mnist):
    """MNIST's own scaling left a brightest pixel of 254 in some, which becomes 255: one grey."""
    digits = mnist.train.images[:2000]
    greys = np.array([np.abs(to_mnist(digit).astype(int) - digit).max() for digit in digits])
    fill_the_box = np.array([max(sides(digit)) == 20 for digit in digits])
    assert fill_the_box.mean() > 0.998
    assert (greys[fill_the_box] <= 1).all()
    assert (greys[fill_the_box & (digits.max(axis=(1, 2)) == 255)] == 0).all()


@pytest.mark.mnist
def test_digits_of_mnist_come_back_from_anywhere_at_twice_their_size(mnist):
    """Those whose shorter side is even; others come to lie half a pixel beside it."""
    even = [digit for digit in mnist.train.images[:300] if not sum(sides(digit)) % 2]
    assert len(even) > 100
    for number, digit in enumerate(even):
        large = np.zeros((300, 200), np.uint8)
        row, column = number % 240, number % 140
        large[row : row + 56, column : column + 56] = digit.repeat(2, axis=0).repeat(2, axis=1)
        assert np.abs(to_mnist(large).astype(int) - digit).max() <= 1


@pytest.mark.parametrize(
    "shape", [(1, 1), (5, 3), (19, 7), (20, 20), (21, 20), (33, 70), (400, 90)]
)
def test_size_and_centre_are_those_of_mnist(shape):
    image = to_mnist(strokes(0, *shape))
    assert image.shape == (28, 28)
    assert image.dtype == np.uint8
    assert image.max() == 255
    assert max(sides(image)) == 20
    assert all(13.5 <= place <= 14.5 for place in centre_of_mass(image))


@pytest.mark.parametrize("side", [1, 4, 10, 20, 40, 100, 333])
def test_a_square_fills_the_box(side):
    image = to_mnist(np.full((side, side), 7, np.uint8))
    assert (image[5:25, 5:25] == 255).all()
    assert image.sum() == 255 * 400


def test_an_upright_line_stands_in_the_middle():
    image = to_mnist(np.full((100, 10), 200, np.uint8))
    assert (image[5:25, 14:16] == 255).all()
    assert image.sum() == 255 * 40


def test_a_lying_line_lies_in_the_middle():
    image = to_mnist(np.full((10, 100), 200, np.uint8))
    assert (image[14:16, 5:25] == 255).all()
    assert image.sum() == 255 * 40


def test_edges_are_weighted_by_area():
    stripes = np.zeros((40, 40), np.uint8)
    stripes[::2] = 100  # each pixel of the box covers one row with ink and one without
    stripes[0:2] = 100
    image = to_mnist(stripes)
    assert (image[5, 5:25] == 255).all()
    assert set(np.unique(image[6:25, 5:25])) <= {127, 128}


def test_small_digits_are_doubled_by_copies_before_they_shrink():
    """5 pixels a side are doubled twice, to 20: each becomes a block of 4x4, all or nothing."""
    cross = np.zeros((5, 5), np.uint8)
    cross[2] = cross[:, 2] = 255
    image = to_mnist(cross)
    assert set(np.unique(image)) == {0, 255}
    assert (image == 255).sum() == 9 * 16


def test_the_stages_lead_from_the_ink_to_the_digit():
    ink = np.zeros((30, 40), np.uint8)
    ink[5:12, 20:23] = 100  # 7 high, 3 wide
    found = dict(stages(ink))
    shapes = {name: image.shape for name, image in found.items()}
    assert shapes == {
        "cropped": (7, 3),
        "square": (7, 7),
        "doubled": (28, 28),
        "box": (20, 20),
        "centred": (28, 28),
    }
    assert found["cropped"].min() == 100
    assert found["square"][:, 2:5].min() == 100
    assert found["square"].sum() == 2100
    assert found["doubled"].sum() == 16 * 2100
    assert found["box"].max() == 255
    assert found["centred"].tolist() == to_mnist(ink).tolist()


def test_without_ink_there_are_no_stages():
    assert not list(stages(np.zeros((5, 5))))


def test_ink_that_is_far_off_its_centre_stays_whole():
    """A heavy end pulls the box over the edge: what leaves the image is empty, never ink."""
    ink = np.zeros((200, 200), np.uint8)
    ink[:, 195:] = 255
    ink[95:105, :] = 20
    image = to_mnist(ink)
    assert centre_of_mass(image)[1] > 14.5
    assert np.flatnonzero(image.any(axis=0)).tolist() == list(range(20))


@pytest.mark.parametrize("shape", [(0, 0), (1, 1), (28, 28), (300, 5)])
def test_no_ink_gives_an_empty_image(shape):
    image = to_mnist(np.zeros(shape, np.uint8))
    assert image.shape == (28, 28)
    assert image.dtype == np.uint8
    assert not image.any()


def test_the_ink_that_is_given_stays_as_it_was():
    ink = strokes(1, 50, 40)
    before = ink.copy()
    to_mnist(ink)
    assert (ink == before).all()


def bar(width: int, height: int = 120) -> np.ndarray:
    """An upright bar of full ink in a field with room around it."""
    field = np.zeros((height + 80, width + 120), np.uint8)
    field[40 : 40 + height, 60 : 60 + width] = 255
    return field


@pytest.mark.parametrize("width", [3, 6, 12, 24])
def test_the_width_of_a_stroke_is_measured(width):
    # The ends of a bar are near its edge too, so wide ones seem a little narrower.
    assert stroke_width(bar(width, 400)) == pytest.approx(width, rel=0.08, abs=0.1)


def test_nothing_has_no_width():
    assert stroke_width(np.zeros((9, 9), np.uint8)) == 0


@pytest.mark.parametrize("width", [2, 4, 6])
def test_thin_strokes_become_as_wide_as_mnist_has_them(width):
    found = stroke_width(near_mnist_width(bar(width)))
    assert found / 120 == pytest.approx(normalize.THIN, abs=0.015)


@pytest.mark.parametrize("width", [48, 56])
def test_thick_strokes_become_as_narrow_as_mnist_has_them(width):
    ring = np.zeros((200, 200), np.uint8)
    ring[20:180, 20:180] = 255
    ring[20 + width : 180 - width, 20 + width : 180 - width] = 0
    narrow = near_mnist_width(ring)
    assert stroke_width(ring) / 160 > normalize.THICK
    assert stroke_width(narrow) / max(sides(narrow)) < stroke_width(ring) / 160


@pytest.mark.parametrize("width", [12, 20, 28])
def test_strokes_like_those_of_mnist_stay(width):
    field = bar(width)
    np.testing.assert_array_equal(near_mnist_width(field), field[40:160, 60 : 60 + width])


def test_a_digit_too_small_to_be_measured_stays():
    field = bar(1, normalize.LEAST_SIDE - 1)
    np.testing.assert_array_equal(near_mnist_width(field), field)


@pytest.mark.mnist
def test_nearly_all_digits_of_mnist_keep_their_strokes(mnist):
    large = [
        cv2.resize(digit, (224, 224), interpolation=cv2.INTER_CUBIC)
        for digit in mnist.train.images[:500]
    ]
    changed = [near_mnist_width(digit).sum() != digit.sum(dtype=float) for digit in large]
    assert np.mean(changed) <= 0.04


WAYS = [(2, False, 30, None), (3.7, True, 5, 60), (4, True, 40, None), (1.3, False, 12, 90)]
"""Factor of enlargement, whether inverted, pixels of padding, quality of a JPEG or None for PNG."""


@pytest.mark.mnist
@pytest.mark.parametrize("way", WAYS[1:2])
def test_digits_of_mnist_are_read_as_well_from_pictures(mnist, way):
    assert abs(lost_in_pictures(mnist, 250, *way)) <= 1


@pytest.mark.slow
@pytest.mark.mnist
@pytest.mark.parametrize("way", WAYS)
def test_accuracy_from_pictures_is_within_a_tenth_of_a_point(mnist, way):
    assert abs(lost_in_pictures(mnist, 3000, *way)) <= 3


def lost_in_pictures(mnist, count, factor, inverted, pad, quality) -> int:
    """How many more digits are misread from pictures, than as MNIST has them."""
    digits = mnist.validation.take(np.arange(count))
    classifier = Classifier()
    raw = classifier.probabilities(digits.images).argmax(axis=1) == digits.labels
    pictures = (saved(digit, factor, inverted, pad, quality) for digit in digits.images)
    readings = Reader(classifier, single=True).read_all(pictures)
    right = [
        bool(reading.digits) and reading.digits[0].digit == label
        for reading, label in zip(readings, digits.labels, strict=True)
    ]
    return int(raw.sum()) - sum(right)


def saved(digit, factor, inverted, pad, quality) -> bytes:
    side = round(28 * factor)
    large = cv2.resize(digit, (side, side), interpolation=cv2.INTER_CUBIC)
    padded = np.pad(large, ((pad, 2 * pad), (3 * pad, pad)))
    image = Image.fromarray(255 - padded if inverted else padded)
    file = io.BytesIO()
    image.save(file, "PNG") if quality is None else image.save(file, "JPEG", quality=quality)
    return file.getvalue()
