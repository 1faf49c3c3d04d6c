"""How far a digit may turn before it is another: what limits --rotation.

Sixes and nines drawn by the project's own pen, turned by so many degrees and read by the shipped
model.
"""

from dataclasses import fields

import cv2
import numpy as np
import pytest

from digitrec.datasets import drawn
from digitrec.reading.classifier import Classifier
from digitrec.training.presets import PRESETS
from digitrec.training.recipe import Recipe

OTHER = {6: 9, 9: 6}


@pytest.fixture(scope="module")
def classifier():
    return Classifier()


def shares(classifier, digit, angle):
    """Shares read as the digit itself, and as what it is upside down."""
    part = drawn.digits(2000, seed=3)
    turn = cv2.getRotationMatrix2D((13.5, 13.5), angle, 1.0)
    images = part.images[part.labels == digit]
    turned = np.stack([cv2.warpAffine(image, turn, (28, 28)) for image in images])
    read = classifier.probabilities(turned).argmax(axis=1)
    return (read == digit).mean(), (read == OTHER[digit]).mean()


@pytest.mark.parametrize("digit", OTHER)
def test_upside_down_it_is_the_other(classifier, digit):
    own, other = shares(classifier, digit, 180)
    assert other > 0.8
    assert own < 0.05


@pytest.mark.parametrize("digit", OTHER)
@pytest.mark.parametrize("sign", [-1, 1])
def test_within_the_recipes_turns_it_keeps_its_label(classifier, digit, sign):
    farthest = max(recipe.rotation for recipe in PRESETS.values())
    own, other = shares(classifier, digit, sign * farthest)
    assert own > 0.98
    assert other == 0


@pytest.mark.parametrize("digit", OTHER)
@pytest.mark.parametrize("sign", [-1, 1])
def test_the_largest_turn_allowed_makes_no_six_a_nine(classifier, digit, sign):
    [rotation] = [item for item in fields(Recipe) if item.name == "rotation"]
    assert shares(classifier, digit, sign * rotation.metadata["high"])[1] < 0.02
