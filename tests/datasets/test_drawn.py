"""Drawn digits: in MNIST's form, of all classes and forms, read by the shipped model."""

import numpy as np
import pytest

from digitrec.datasets import drawn, pen
from digitrec.reading.classifier import Classifier


def test_digits_are_in_the_form_of_mnist():
    part = drawn.digits(200, seed=1)
    assert (part.images.shape, part.images.dtype) == ((200, 28, 28), np.uint8)
    assert set(part.labels) == set(range(10))
    assert (part.images.max(axis=(1, 2)) > 250).all()
    rows, columns = part.images.any(axis=2), part.images.any(axis=1)
    sides = np.maximum(rows.sum(axis=1), columns.sum(axis=1))
    assert (sides == 20).all()


def test_the_seed_decides_and_no_two_are_alike():
    one, same, other = (drawn.digits(50, seed).images for seed in (3, 3, 4))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)
    assert len(np.unique(one.reshape(50, -1), axis=0)) == 50


@pytest.mark.parametrize("form", [form for forms in drawn.FORMS for form in dict.fromkeys(forms)])
def test_the_shipped_model_reads_every_form(form):
    part = drawn.of_form(form, 100, seed=5)
    answers = Classifier().probabilities(part.images).argmax(axis=1)
    assert (answers == part.labels).mean() >= 0.95


def test_a_crossed_seven_has_more_ink_in_its_middle_than_a_plain_one():
    plain, crossed = (
        drawn.of_form(form, 200).images[:, 10:18].mean()
        for form in (drawn.plain_seven, drawn.crossed_seven)
    )
    assert crossed > 1.3 * plain


def test_a_european_one_begins_lower_than_a_flagged_one():
    def lowest_on_the_left(form):
        images = drawn.of_form(form, 200).images > 64
        places = [np.argwhere(image.T)[:3, 1].mean() for image in images]
        return np.mean(places)

    assert lowest_on_the_left(drawn.european_one) > lowest_on_the_left(drawn.flagged_one) + 1.5


def test_two_points_are_a_line_and_more_are_a_curve_through_all():
    line = np.array([[0, 0], [1, 1]], np.float32)
    np.testing.assert_array_equal(pen.through(line), line)
    points = np.array([[0, 0], [0.5, 1], [1, 0], [0.2, 0.3]], np.float32)
    np.testing.assert_allclose(pen.through(points)[:: pen.STEPS], points, atol=1e-6)


def test_one_writer_slants_all_that_is_drawn_alike():
    """The slant is the slope of the ink's columns against its rows: a leaning line's is below 0."""
    upright, leaning = (np.array([[1, 0], [-slant, 1]], np.float32) for slant in (0.0, 0.4))
    line = [[(0.5, 0.0), (0.5, 1.0)]]
    for seed in range(5):
        slopes = []
        for writer in (upright, leaning):
            image = pen.drawn(line, np.random.default_rng(seed), writer)
            rows, columns = np.nonzero(image > 127)
            slopes.append(np.polyfit(rows, columns, 1)[0])
        assert abs(slopes[0]) < 0.1
        assert slopes[1] == pytest.approx(-0.4, abs=0.1)
