import linear_model
import numpy as np
import pytest

from digitrec.training.attacks.ball import Ball
from digitrec.training.attacks.descent import BY_GOAL, cross_entropy, fgsm, margin, pgd

NETWORK = linear_model.network()
DIGITS = linear_model.digits()
BEFORE = linear_model.leads(NETWORK, DIGITS.images, DIGITS.labels)


def radius_for_half(norm):
    """At which half of the digits can be taken."""
    return float(np.median(BEFORE)) / linear_model.most_taken(NETWORK, 1.0, norm)


def after(found):
    return linear_model.leads(NETWORK, found, DIGITS.labels)


@pytest.mark.parametrize("norm", ["inf", "2"])
@pytest.mark.parametrize("goal", BY_GOAL)
def test_a_linear_model_loses_what_it_can_lose_and_not_more(norm, goal):
    radius = radius_for_half(norm)
    found = pgd(NETWORK, DIGITS, Ball(norm, radius / 255), steps=40, goal=goal)
    most = linear_model.most_taken(NETWORK, radius, norm)
    worst = BEFORE - most
    assert (after(found) >= worst - 1e-3).all()
    clear = abs(worst) > 0.02 * most
    np.testing.assert_array_equal((after(found) < 0)[clear], (worst < 0)[clear])
    stays = worst > 0  # and so was attacked to the end
    np.testing.assert_allclose(after(found)[stays], worst[stays], atol=0.02 * most)


@pytest.mark.parametrize("norm", ["inf", "2"])
def test_one_step_is_enough_for_a_linear_model(norm):
    radius = radius_for_half(norm)
    found = fgsm(NETWORK, DIGITS, Ball(norm, radius / 255))
    worst = BEFORE - linear_model.most_taken(NETWORK, radius, norm)
    np.testing.assert_allclose(after(found), worst, atol=1e-3)


def test_images_stay_in_the_ball_and_are_pixels():
    ball = Ball("inf", 0.3)
    found = pgd(NETWORK, DIGITS, ball, steps=3)
    assert abs(found[..., 0] - DIGITS.images).max() <= 0.3 * 255 + 1e-4
    assert found.min() >= 0
    assert found.max() <= 255


def test_restarts_never_give_back_what_was_misread():
    told = []
    pgd(NETWORK, DIGITS, Ball("inf", radius_for_half("inf") / 255), steps=2, restarts=4,
        tell=lambda restart, left: told.append((restart, left)))  # fmt: skip
    assert [restart for restart, _ in told] == [1, 2, 3, 4]
    left = [count for _, count in told]
    assert left == sorted(left, reverse=True)


def test_the_same_seed_is_the_same_attack():
    first, again, other = (
        pgd(NETWORK, DIGITS, Ball("2", 0.1), steps=1, seed=seed) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_what_grows_by_hand():
    targets, logits = np.eye(3, dtype=np.float32)[[0]], np.array([[2.0, 1.0, -1.0]], np.float32)
    assert np.asarray(margin(targets, logits)) == pytest.approx([-1.0])
    chance = np.exp(2) / np.exp([2, 1, -1]).sum()
    assert np.asarray(cross_entropy(targets, logits)) == pytest.approx([-np.log(chance)])
