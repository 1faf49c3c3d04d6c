"""A classifier whose answers are known, measured."""

import numpy as np
import pytest

from digitrec.datasets.digits import Part
from digitrec.errors import DataError, ModelError
from digitrec.insight.evaluation import agreement, evaluate
from digitrec.reading.card import Card
from digitrec.reading.classifier import CardClassifier


class Fake(CardClassifier):
    """Reads the class whose number stands in a picture's first pixel, with an odd of e to 1."""

    def __init__(self, *classes, temperature=1.0):
        self.card = Card("fake", classes or ("a", "b", "c"), temperature=temperature)

    def _answer(self, images):
        return np.eye(len(self.classes), dtype=np.float32)[images[:, 0, 0]]


def part(answers, labels):
    images = np.zeros((len(answers), 28, 28), np.uint8)
    images[:, 0, 0] = answers
    return Part(images, np.array(labels))


def test_measures_through_the_calibrated_probabilities():
    evaluation = evaluate(Fake(temperature=0.5), part([0, 1, 2, 2], [0, 1, 2, 0]), ("a", "b", "c"))
    confidence = np.e**2 / (np.e**2 + 2)
    assert (evaluation.errors, evaluation.count) == (1, 4)
    assert evaluation.mistakes[0].confidence == pytest.approx(confidence)
    assert evaluation.ece == pytest.approx(confidence - 0.75)


def test_labels_are_matched_to_the_model_by_name():
    # To the data "c" is class 0 and "a" is class 1.
    evaluation = evaluate(Fake(), part([2, 0, 1], [0, 1, 1]), ("c", "a"))
    assert evaluation.classes == ("a", "b", "c")
    assert evaluation.errors == 1
    assert (evaluation.mistakes[0].true, evaluation.mistakes[0].predicted) == ("a", "b")


def test_a_model_that_does_not_know_the_classes_is_refused():
    with pytest.raises(ModelError, match=r"fake: .*\(a plus\).* reads a b c and not plus"):
        evaluate(Fake(), part([0], [0]), ("a", "plus"))


def test_agreement_counts_who_is_right_where_two_models_differ():
    labels = [0, 0, 1, 1, 2]
    first = evaluate(Fake(), part([0, 0, 1, 0, 0], labels), ("a", "b", "c"))
    second = evaluate(Fake(), part([0, 1, 1, 1, 0], labels), ("a", "b", "c"))
    found = agreement(first, second)
    assert found.as_dict() == {
        "share": 0.6,
        "count": 5,
        "same": 3,
        "only_first_right": 1,
        "only_second_right": 1,
    }


def test_agreement_goes_by_names():
    digits = part([0, 1], [0, 1])
    swapped = part([1, 0], [0, 1])
    first = evaluate(Fake("a", "b"), digits, ("a", "b"))
    second = evaluate(Fake("b", "a"), swapped, ("a", "b"))
    assert agreement(first, second).same == 2


def test_agreement_wants_the_same_digits():
    names = ("a", "b", "c")
    with pytest.raises(DataError, match="same digits"):
        agreement(evaluate(Fake(), part([0], [0]), names), evaluate(Fake(), part([0], [1]), names))
