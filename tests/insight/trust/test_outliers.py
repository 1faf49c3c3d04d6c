"""Scores of what is no digit: areas by counting pairs, distances in known clouds."""

import numpy as np
import pytest

from digitrec.insight.trust import outliers
from digitrec.insight.trust.outliers import Seen
from digitrec.reading.card import Card

CARD = Card("small", classes=("0", "1"), temperature=2.0, uncertain_below=0.9)


def test_auroc_counts_the_pairs_in_order():
    # 2 is above 1 and level with 2; 4 is above all three.
    assert outliers.auroc(np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0])) == pytest.approx(4.5 / 6)


def test_a_score_may_be_without_end():
    digits, others = np.array([1.0, 2.0]), np.array([np.inf, 3.0])
    assert outliers.auroc(digits, others) == 1
    assert outliers.fpr_at(0.95, digits, others) == 0


def test_false_positives_where_95_of_100_digits_pass():
    digits, others = np.arange(1.0, 101), np.array([10.0, 95.0, 95.5, 200.0])
    assert outliers.fpr_at(0.95, digits, others) == 0.5


def test_scores_by_pen_and_paper():
    logits = np.array([[4.0, 0.0], [0.0, 0.0]])
    seen = Seen(np.zeros((2, 28, 28), np.uint8), logits, logits, CARD)
    scores = outliers.scorers(np.random.default_rng(0).normal(size=(20, 2)), np.arange(20) % 2)
    np.testing.assert_allclose(
        scores["confidence"](seen), [1 - 1 / (1 + np.exp(-2)), 1 / 2], rtol=1e-9
    )
    # The mean of each row is taken off: 2, -2 over the temperature 2 is 1, -1.
    sums = [np.exp(1) + np.exp(-1), 2]
    np.testing.assert_allclose(scores["energy"](seen), -2 * np.log(sums))
    np.testing.assert_allclose(scores["limits"](seen), scores["energy"](seen))


def test_ink_unlike_any_digits_is_above_all_energies():
    card = Card("small", classes=("0", "1"), reject_above={"fill": 0.6})
    images = np.zeros((2, 28, 28), np.uint8)
    images[0, 4:24, 4:24] = 255
    seen = Seen(images, np.array([[9.0, 0.0], [0.1, 0.0]]), np.zeros((2, 2)), card)
    scores = outliers.scorers(np.random.default_rng(0).normal(size=(20, 2)), np.arange(20) % 2)
    assert scores["limits"](seen)[0] == np.inf
    assert np.isfinite(scores["limits"](seen)[1])


def clouds(count=4000):
    """Two classes apart in the first direction; in the third no two digits differ."""
    random = np.random.default_rng(0)
    labels = np.arange(count) % 2
    features = random.normal(size=(count, 3)) * [1, 2, 0]
    features[:, 0] += 20.0 * labels
    return features, labels


def test_distance_to_the_nearest_prototype_is_mahalanobis():
    features, labels = clouds()
    known = outliers.prototypes(features[:, :2], labels)
    far = known.distances(np.array([[0.0, 0.0], [3.0, 0.0], [20.0, 4.0], [10.0, 0.0]]))
    np.testing.assert_allclose(far, [0, 9, 4, 100], atol=0.1, rtol=0.1)


def test_a_direction_in_which_no_digit_differs_does_not_break_the_distance():
    features, labels = clouds()
    seen = Seen(np.zeros((1, 28, 28), np.uint8), np.zeros((1, 2)), features, CARD)
    assert np.isfinite(outliers.farther(features, labels)(seen)).all()


def test_between_the_classes_is_farther_than_in_them():
    features, labels = clouds()
    score = outliers.farther(features[:, :2], labels)

    def of(points):
        return score(Seen(np.zeros((0, 28, 28), np.uint8), np.zeros((0, 2)), points, CARD))

    assert of(np.array([[10.0, 0.0]])).min() > of(features[:, :2]).max()


def test_a_kind_is_compared_by_every_score_and_by_the_cards_limits():
    digits = Seen(
        np.zeros((3, 28, 28), np.uint8), np.eye(2)[[0, 1, 0]] * 20, np.eye(2)[[0, 1, 0]], CARD
    )
    noise = Seen(
        np.zeros((4, 28, 28), np.uint8),
        np.eye(2)[[0] * 4] * [[20], [1], [1], [1]],
        np.zeros((4, 2)),
        CARD,
    )
    scores = {"confidence": lambda seen: 1 - seen.probabilities.max(axis=1)}
    (kind,) = outliers.compare(digits, {"noise": noise}, scores)
    assert (kind.name, kind.count, kind.read) == ("noise", 4, 0.25)
    assert kind.parted["confidence"].auroc == pytest.approx((3 + 3 + 3 + 1.5) / 12)
    assert kind.parted["confidence"].fpr95 == 0.25
