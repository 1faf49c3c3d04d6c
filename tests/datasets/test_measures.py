"""Thickness and slant of figures whose measures anyone can work out."""

import keras
import numpy as np
import pytest

from digitrec.datasets import measures

CORNER = 2 - 2**0.5
"""By which the edge of a figure with one lower right corner is shorter than its sides."""


def picture(*places, grey=255):
    image = np.zeros((1, 28, 28), np.float32)
    for rows, columns in places:
        image[0, rows, columns] = grey
    return image


def bar(height, width, grey=255):
    return picture((slice(2, 2 + height), slice(3, 3 + width)), grey=grey)


def leaning(step):
    """A line 3 wide and 20 tall, each row `step` further to the left than the one above."""
    image = np.zeros((1, 28, 28), np.float32)
    for row in range(20):
        start = round(12 - step * (row - 9.5))
        image[0, 4 + row, start : start + 3] = 255
    return image


@pytest.mark.parametrize(("height", "width"), [(20, 4), (4, 20), (20, 2), (24, 1)])
def test_a_bar_is_as_thick_as_its_shorter_side(height, width):
    edge, area = 2 * (height + width) - CORNER, height * width
    expected = (edge - np.sqrt(edge**2 - 16 * area)) / 4
    (found,) = measures.thickness(bar(height, width))
    assert found == pytest.approx(expected, rel=1e-5)
    assert found == pytest.approx(min(height, width), rel=0.06)


def test_a_ring_is_as_thick_as_its_stroke():
    ring = bar(20, 20)
    ring[0, 5:19, 6:20] = 0  # 3 wide: 20 x 20 less 14 x 14
    assert measures.thickness(ring)[0] == pytest.approx(3, rel=0.1)


def test_half_of_the_ink_at_the_edge_counts_half():
    soft = bar(20, 4)
    soft[0, 2:22, 7] = measures.GROUND + (measures.FULL - measures.GROUND) / 2
    thick, thicker, thickest = (
        measures.thickness(image)[0] for image in (bar(20, 4), soft, bar(20, 5))
    )
    assert thicker == pytest.approx((thick + thickest) / 2, rel=0.02)


def test_paler_ink_and_noisy_ground_do_not_matter():
    noise = np.random.default_rng(0).uniform(0, measures.GROUND, (1, 28, 28))
    shown = np.maximum(bar(20, 4, grey=200), noise)
    assert measures.thickness(shown) == pytest.approx(measures.thickness(bar(20, 4)))


@pytest.mark.parametrize("step", [1.0, -1.0, 0.0, 0.5, -0.25])
def test_slant_is_sideways_pixels_a_pixel_of_height(step):
    assert measures.slant(leaning(step))[0] == pytest.approx(step, abs=0.01)


@pytest.mark.parametrize("image", [picture(), bar(1, 20), np.full((1, 28, 28), 255.0)])
def test_what_has_no_form_has_no_slant(image):
    assert measures.slant(image)[0] == pytest.approx(0, abs=1e-4)


def test_an_empty_picture_has_no_strokes():
    assert measures.thickness(picture())[0] == 0


@pytest.mark.parametrize("measure", [measures.thickness, measures.slant])
def test_keras_computes_the_same(measure):
    images = np.concatenate([bar(20, 4), leaning(0.5), picture()])
    np.testing.assert_allclose(measure(images, keras.ops), measure(images), atol=1e-4)


@pytest.mark.mnist
def test_mnists_digits_are_about_two_and_a_half_pixels_thick_and_lean_a_little(mnist):
    images = mnist.train.images[:5000].astype("float32")
    assert measures.thickness(images).mean() == pytest.approx(2.53, abs=0.05)
    assert measures.thickness(images).std() == pytest.approx(0.71, abs=0.05)
    assert measures.slant(images).mean() == pytest.approx(0.13, abs=0.02)
    assert measures.slant(images).std() == pytest.approx(0.28, abs=0.02)
