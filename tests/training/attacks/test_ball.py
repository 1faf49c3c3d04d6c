import keras
import numpy as np
import pytest

from digitrec.errors import OptionError
from digitrec.training.attacks.ball import Ball

MIDDLE = np.full((3, 28, 28, 1), 128, np.float32)


def lengths(differences):
    return np.sqrt(np.square(differences).sum(axis=(1, 2, 3)))


def test_no_pixel_is_farther_than_epsilon():
    ball = Ball("inf", 0.1)
    far = np.asarray(ball.project(MIDDLE + 100, MIDDLE))
    np.testing.assert_allclose(far, 128 + 25.5, rtol=1e-6)


def test_a_difference_is_shortened_to_epsilon_and_keeps_its_direction():
    far = MIDDLE + np.random.default_rng(0).normal(0, 50, MIDDLE.shape).astype(np.float32)
    near = np.asarray(Ball("2", 1.0).project(far, MIDDLE))
    np.testing.assert_allclose(lengths(near - MIDDLE), 255, rtol=1e-5)
    cosines = ((near - MIDDLE) * (far - MIDDLE)).sum(axis=(1, 2, 3))
    np.testing.assert_allclose(cosines, 255 * lengths(far - MIDDLE), rtol=1e-4)


@pytest.mark.parametrize("norm", ["inf", "2"])
def test_what_is_inside_stays_as_it_is(norm):
    inside = MIDDLE + 0.01
    np.testing.assert_allclose(np.asarray(Ball(norm, 0.3).project(inside, MIDDLE)), inside)


@pytest.mark.parametrize("norm", ["inf", "2"])
def test_pixels_stay_pixels(norm):
    white = np.full_like(MIDDLE, 255)
    assert np.asarray(Ball(norm, 0.3).project(white + 1000, white)).max() == 255
    assert np.asarray(Ball(norm, 0.3).project(0 * white - 1000, 0 * white)).min() == 0


@pytest.mark.parametrize("norm", ["inf", "2"])
def test_starts_are_in_the_ball_and_not_all_alike(norm):
    ball = Ball(norm, 0.2)
    dice = keras.random.SeedGenerator(0)
    first, second = (np.asarray(ball.start(MIDDLE, dice)) for _ in range(2))
    np.testing.assert_allclose(np.asarray(ball.project(first, MIDDLE)), first, rtol=1e-5)
    assert abs(first - second).max() > 1
    assert abs(first[0] - first[1]).max() > 1


def test_a_ball_of_twice_the_size():
    assert Ball("2", 0.2).times(2).radius == pytest.approx(0.4 * 255)


@pytest.mark.parametrize(("norm", "epsilon"), [("3", 0.3), ("inf", 0), ("inf", -1.0)])
def test_what_is_no_ball(norm, epsilon):
    with pytest.raises(OptionError, match="expected"):
        Ball(norm, epsilon)


def test_the_direction_of_tiny_gradients_counts_as_well():
    gradients = np.full_like(MIDDLE, 1e-30)
    there = np.asarray(Ball("2", 1.0).ascend(MIDDLE, gradients, 0.5))
    np.testing.assert_allclose(lengths(there - MIDDLE), 255 / 2, rtol=1e-4)
