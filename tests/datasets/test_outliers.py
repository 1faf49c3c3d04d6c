"""What is no digit, and no training has drawn from."""

import numpy as np
import small_networks

from digitrec.datasets import background, fonts, outliers
from digitrec.datasets.background import of_kind
from digitrec.datasets.digits import Part
from digitrec.reading.normalize import to_mnist

DIGITS = small_networks.uci().train


def test_every_kind_is_drawn_and_differs():
    found = outliers.outliers(DIGITS, count=20)
    assert list(found) == [*outliers.NEW, *outliers.TAUGHT]
    for name, images in found.items():
        assert (images.shape, images.dtype) == ((20, 28, 28), np.uint8), name
        assert len(np.unique(images.reshape(20, -1), axis=0)) > 10, name


def test_they_are_the_same_every_time():
    one, again = (outliers.outliers(DIGITS, count=5) for _ in range(2))
    for name, images in one.items():
        np.testing.assert_array_equal(images, again[name])


def test_new_kinds_are_none_that_are_taught():
    assert set(outliers.NEW.values()).isdisjoint(background.KINDS)
    assert set(outliers.TAUGHT.values()) <= set(background.KINDS)
    taught = {*fonts.LATIN, *"".join(fonts.SCRIPTS)}
    assert taught.isdisjoint("".join(fonts.FOREIGN))


def test_letters_of_other_scripts_are_in_the_font():
    """A font draws a box for what it has not; no two boxes differ."""
    from fontTools.ttLib import TTFont

    (path, *_) = fonts._files(fonts.ALL_SCRIPTS)
    known = TTFont(path).getBestCmap()
    assert all(ord(letter) in known for script in fonts.FOREIGN for letter in script)


def test_only_digits_that_are_none_in_a_mirror_are_mirrored():
    threes, zeros = (DIGITS.take(np.flatnonzero(DIGITS.labels == name)[:9]) for name in (3, 0))
    both = Part(
        np.concatenate([zeros.images, threes.images]), np.concatenate([zeros.labels, threes.labels])
    )
    mirrored = {to_mnist(three[:, ::-1]).tobytes() for three in threes.images}
    images = of_kind(outliers.mirrored_digit, 50, both)
    assert {image.tobytes() for image in images} == mirrored
