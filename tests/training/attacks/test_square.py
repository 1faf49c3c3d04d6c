import linear_model
import numpy as np
import pytest

from digitrec.training.attacks.square import lead, side, square

NETWORK = linear_model.network()
DIGITS = linear_model.digits()


def answers(images):
    return linear_model.logits(NETWORK, images)


def test_it_takes_most_of_what_a_linear_model_can_lose_and_not_more():
    radius = 3
    before = linear_model.leads(NETWORK, DIGITS.images, DIGITS.labels)
    most = linear_model.most_taken(NETWORK, radius, "inf")
    found = square(answers, DIGITS, radius / 255 + 1e-6, queries=400)
    taken = before - linear_model.leads(NETWORK, found, DIGITS.labels)
    assert (taken <= most + 1e-3).all()
    stays = before - taken > 0
    assert (taken[stays] > 0.3 * most).all()
    assert (taken > 0).mean() > 0.9


def test_no_pixel_is_farther_than_epsilon():
    found = square(answers, DIGITS, 0.1, queries=20)
    assert found.dtype == np.uint8
    assert abs(found.astype(int) - DIGITS.images).max() == 25


def test_the_same_seed_is_the_same_attack():
    first, again, other = (
        square(answers, DIGITS, 0.01, queries=20, seed=seed) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_it_asks_no_more_often_than_it_may():
    asked = []

    def counted(images):
        asked.append(len(images))
        return answers(images)

    square(counted, DIGITS, 1 / 255, queries=30)
    assert len(asked) <= 30


def test_squares_become_smaller():
    sides = [side(query, 10_000) for query in (1, 11, 51, 201, 1001, 2001, 4001, 6001, 8001)]
    assert sides == sorted(sides, reverse=True)
    assert sides[0] == round(np.sqrt(0.8) * 28)
    assert side(500, 5_000) == side(1_000, 10_000)


def test_leads_by_hand():
    assert lead(np.array([[2.0, 1.0, -1.0], [2.0, 1.0, -1.0]]), np.array([0, 2])) == pytest.approx(
        [1.0, -3.0]
    )
