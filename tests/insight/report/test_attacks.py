"""What a report tries, on a model with gradients and on none at all."""

import linear_model
import pytest

from digitrec.compression.keras_classifier import KerasClassifier
from digitrec.insight.report import attacks
from digitrec.reading.card import Card


def test_a_keras_model_is_attacked_by_its_gradients_too():
    network = linear_model.network()
    classifier = KerasClassifier(network, Card("linear", classes=("0", "1")))
    by_gradient, by_squares, by_moves = attacks.measure(classifier, linear_model.digits(20), 8)
    assert [one.attack.kind for one in (by_gradient, by_squares, by_moves)] == [
        "pgd", "square", "moves",
    ]  # fmt: skip
    assert by_gradient.count == 8
    assert len(by_gradient.fooled) == by_gradient.errors - by_gradient.clean_errors == 8


def test_nothing_is_attacked_when_none_is_asked_for():
    assert attacks.measure(None, linear_model.digits(4), 0) == ()


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        (attacks.PGD, "PGD: 20 steps along the gradient, pixels changed by up to 0.1"),
        (attacks.SQUARE, "square: 500 tries, pixels changed by up to 0.2"),
        (attacks.MOVES, "turned by up to 30° and shifted by up to 3 pixels"),
    ],
)
def test_what_is_done_in_words(attack, said):
    assert attacks.in_words(attack) == said
