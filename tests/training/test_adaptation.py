"""Heads fitted anew: prototypes by hand, what strength does, a cross-validation that is honest."""

import numpy as np
import pytest
import small_networks

from digitrec.datasets.digits import Digits
from digitrec.errors import DataError, ModelError, OptionError
from digitrec.training import adaptation, heads
from digitrec.training.adaptation import adapt, chosen_strength, cross_validated_errors
from digitrec.training.heads import Head, Seen, prototypes, refitted

AROUND = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
"""Deviations with the covariance 1/2 in each direction, and none between them."""


def clusters(*centres, each=1):
    """Features around a centre a class."""
    features = [np.add(centre, AROUND) for centre in centres for _ in range(each)]
    labels = np.repeat(np.arange(len(centres)), 4 * each)
    return Seen(np.concatenate(features), labels)


KNOWN = clusters((0, 0), (4, 0))
OWN = Seen(np.array([[0.0, 8.0]] * 3), np.array([1, 1, 1]))


def test_prototypes_are_the_known_means_moved_towards_the_own(monkeypatch):
    """Three own digits, each counting as a third of a known mean, come half of the way."""
    monkeypatch.setattr(heads, "RIDGE", 0.0)
    head = prototypes(KNOWN, OWN, 2, strength=1 / 3)
    centres = np.array([[0.0, 0.0], [2.0, 4.0]])  # of (4, 0) and (0, 8)
    np.testing.assert_allclose(head.kernel, centres.T / 0.5)
    np.testing.assert_allclose(head.bias, -(centres**2).sum(axis=1) / 2 / 0.5)


def test_a_prototype_head_reads_the_nearest_class():
    head = prototypes(clusters((0, 0), (4, 0), (0, 6)), clusters((0, 0)), 3, strength=0.1)
    places = np.array([[1.9, 0.1], [2.1, 0.1], [0.2, 2.9], [0.2, 3.1]])
    assert head.logits(places).argmax(axis=1).tolist() == [0, 1, 0, 2]


def test_the_cross_entropy_is_that_of_the_softmax():
    logits = np.array([[1.0, 2.0, 0.5], [700.0, -700.0, 0.0]])
    shares = np.exp(logits[0]) / np.exp(logits[0]).sum()
    expected = [-np.log(shares[2]), 1400.0]
    np.testing.assert_allclose(heads.cross_entropy(logits, np.array([2, 1])), expected)


OLD = Head(np.array([[-1.0, 1.0], [0.0, 0.0]]), np.array([2.0, -2.0]))  # x = 2 parts the classes


def test_a_weak_refit_leaves_the_head_and_a_strong_one_reads_the_own_digits():
    own = Seen(np.array([[1.0, 6.0], [1.5, 7.0]]), np.array([1, 1]))
    assert OLD.errors(own) == 2
    weak, strong = (refitted(OLD, KNOWN, own, strength) for strength in (1e-6, 100.0))
    np.testing.assert_allclose(weak.kernel, OLD.kernel, atol=1e-4)
    assert (strong.errors(own), strong.errors(KNOWN)) == (0, 0)


def test_a_refit_is_at_the_least_of_its_loss():
    """Neither a larger nor a smaller change has less."""
    own = Seen(np.array([[1.0, 6.0]]), np.array([1]))
    found, strength = refitted(OLD, KNOWN, own, 1.0), 1.0
    deviation = KNOWN.features.std(axis=0) + 1e-6

    def loss(share):
        kernel = share * (found.kernel - OLD.kernel)
        bias = share * (found.bias - OLD.bias)
        head = Head(OLD.kernel + kernel, OLD.bias + bias)
        change = ((kernel * deviation[:, None]) ** 2).sum() + (bias**2).sum()
        return head.losses(KNOWN).mean() + head.losses(own).mean() + change / (2 * strength)

    assert loss(1.0) < min(loss(0.9), loss(1.1))


def test_the_strength_is_that_of_the_least_loss_on_digits_not_seen():
    """Own digits where a head that moves far is right, and one that stays is wrong."""
    rng = np.random.default_rng(0)
    own = Seen(rng.normal((1, 6), 0.1, (8, 2)), np.ones(8, np.int64))

    def fit(chosen, strength):
        return refitted(OLD, KNOWN, chosen, strength)

    assert chosen_strength(own, fit, (1e-6, 10.0), 4) == 10.0
    assert cross_validated_errors(own, fit, (1e-6, 10.0)) == 0


def test_a_digit_is_never_read_by_a_head_that_saw_it():
    """Heads that know their digits by heart, and guess at others, gain nothing."""
    own = Seen(np.arange(12.0)[:, None], np.tile([0, 1], 6))

    class Parrot(Head):
        def __init__(self, chosen):
            self.known = dict(zip(chosen.features[:, 0], chosen.labels, strict=True))

        def logits(self, features):
            return np.array([np.eye(2)[self.known.get(place, 0)] for place in features[:, 0]])

    assert cross_validated_errors(own, lambda chosen, _: Parrot(chosen), (1.0,)) == 6


@pytest.fixture(scope="module")
def digits():
    uci = small_networks.uci()
    parts = {"train": uci.train.take(np.arange(300)), "validation": uci.validation}
    return Digits("some", {name: lambda part=part: part for name, part in parts.items()})


def own(count=20):
    """Digits 0 to 3 of UCI's test part, for a few own ones."""
    test = small_networks.uci().test
    chosen = [np.flatnonzero(test.labels == digit)[: count // 4] for digit in range(4)]
    return test.take(np.concatenate(chosen))


@pytest.mark.parametrize("head", ["logits", "prototypes"])
def test_figures_are_those_of_the_network_with_its_new_head(digits, head):
    network = small_networks.with_features()

    def errors(part):
        found = network.predict_on_batch(part.images[..., None].astype("float32"))
        return int((found.argmax(axis=1) != part.labels).sum())

    before = errors(own()), errors(digits.validation)
    adapted = adapt(network, own(), digits, head)
    adaptation.put_in(network, adapted.head)
    assert (adapted.own_errors[0], adapted.validation_errors[0]) == before
    assert adapted.validation_errors[1] == errors(digits.validation)
    assert adapted.strength in adaptation.STRENGTHS[head]


def adapted(own_errors=(9, 3), validation_errors=(20, 22)):
    head = Head(np.zeros((2, 2)), np.zeros(2))
    return adaptation.Adapted(head, 1.0, 200, own_errors, 5000, validation_errors)


def test_what_is_lost_is_held_against_what_may_be():
    adapted().check(most_lost=2)
    with pytest.raises(ModelError, match=r"at most 1 more misses of 5,000.* 22 instead of 20"):
        adapted().check(most_lost=1)
    with pytest.raises(ModelError, match=r"no more misses of 200 own digits; .* 10 instead of 9"):
        adapted(own_errors=(9, 10)).check(most_lost=2)


def test_one_digit_of_a_class_is_too_few(digits):
    with pytest.raises(DataError, match=r"two or more own digits .* received one of 0, 1, 2, 3"):
        adapt(small_networks.with_features(), own(4), digits)


def test_another_head_is_refused(digits):
    with pytest.raises(OptionError, match="head: expected one of logits, prototypes"):
        adapt(small_networks.with_features(), own(), digits, "logit")
    with pytest.raises(ModelError, match=r"ends in a Dense layer of logits .* in Dense"):
        adapt(small_networks.linear(activation="tanh"), own(), digits)
