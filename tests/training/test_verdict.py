"""The verdict on courses as they really look."""

import math

import pytest

from digitrec.training.recipe import Recipe
from digitrec.training.verdict import judge

RECIPE = Recipe(augment="none", epochs=20, learning_rate=0.006)
GUESS = math.log(10)
GOOD = {
    "loss": [0.6, 0.2, 0.1, 0.05],
    "accuracy": [0.85, 0.95, 0.98, 0.99],
    "val_loss": [0.3, 0.12, 0.06, 0.05],
    "val_accuracy": [0.93, 0.97, 0.986, 0.988],
}


@pytest.mark.parametrize(
    ("changes", "words", "flag"),
    [
        ({}, "a good fit", None),
        (
            {"val_loss": [0.3, 0.1, 0.15, 0.2], "accuracy": [0.9, 0.98, 0.995, 1.0]},
            "over-fitted",
            "--augment full",
        ),
        (
            {
                "accuracy": [0.4, 0.5, 0.6, 0.65],
                "val_accuracy": [0.4, 0.5, 0.6, 0.65],
                "val_loss": [1.8, 1.5, 1.3, 1.2],
                "loss": [2.0, 1.6, 1.4, 1.3],
            },
            "under-fitted",
            "--epochs 40",
        ),
        (
            {"val_accuracy": [0.9, 0.95, 0.96, 0.98]},
            "not finished",
            "--epochs 40",
        ),
        (
            {"loss": [0.5, 0.3, 0.9, 1.5], "accuracy": [0.9, 0.92, 0.7, 0.5]},
            "the rate is too high",
            "--learning-rate 0.0006",
        ),
        (
            {
                "loss": [9.0, 4.0, 2.5, 2.4],
                "accuracy": [0.1] * 4,
                "val_accuracy": [0.1] * 4,
                "val_loss": [3.0] * 4,
            },
            "the rate is too high",
            "--learning-rate 0.0006",
        ),
        (
            {
                "loss": [2.6, 2.58, 2.57, 2.56],
                "accuracy": [0.1] * 4,
                "val_accuracy": [0.1] * 4,
                "val_loss": [2.6] * 4,
            },
            "the rate is too low",
            "--learning-rate 0.06",
        ),
        (
            {
                "loss": [2.6, 2.5, 2.4, GUESS],
                "accuracy": [0.1] * 4,
                "val_accuracy": [0.1] * 4,
                "val_loss": [2.6] * 4,
            },
            "the labels look shuffled, or",
            "digitrec data show",
        ),
        (
            {
                "loss": [GUESS] * 4,
                "accuracy": [0.11] * 4,
                "val_accuracy": [0.1] * 4,
                "val_loss": [GUESS] * 4,
            },
            "the labels look shuffled, or",
            "digitrec data show",
        ),
        (
            {
                "loss": [2.3, 2.0, 1.2, 0.6],
                "accuracy": [0.11, 0.3, 0.6, 0.8],
                "val_accuracy": [0.1] * 4,
                "val_loss": [2.3, 2.6, 3.1, 4.0],
            },
            "the labels look shuffled: training digits are learnt by heart",
            "digitrec data show",
        ),
    ],
)
def test_judges(changes, words, flag):
    verdict = judge({**GOOD, **changes}, 10, RECIPE)
    assert verdict.words.startswith(words)
    assert verdict.flag == flag
    assert str(verdict).endswith(flag or verdict.words)


def test_two_classes_half_right_are_guessed_and_nine_tenths_are_not():
    good = {**GOOD, "accuracy": [0.8, 0.9, 0.95, 0.96], "val_accuracy": [0.8, 0.9, 0.95, 0.95]}
    assert judge(good, 2, Recipe()).words.startswith("a good fit")
    guessed = {**GOOD, "accuracy": [0.5] * 4, "val_accuracy": [0.52] * 4, "loss": [0.69] * 4}
    assert judge(guessed, 2, Recipe()).words.startswith("the labels look shuffled")


def test_a_short_course_accuses_nobody():
    course = {"loss": [2.2], "accuracy": [0.3], "val_loss": [3.0], "val_accuracy": [0.1]}
    verdict = judge(course, 10, Recipe(epochs=1))
    assert verdict.words.startswith("too short to judge")
    assert verdict.flag == "--epochs 2"


def test_over_fitted_despite_dropout_asks_for_weight_decay():
    course = {**GOOD, "val_loss": [0.3, 0.1, 0.15, 0.2]}
    assert judge(course, 10, Recipe(dropout=0.5)).flag == "--weight-decay 0.04"


def test_over_fitted_despite_augmentation_asks_for_dropout():
    course = {**GOOD, "val_loss": [0.3, 0.1, 0.15, 0.2]}
    assert judge(course, 10, Recipe()).flag == "--dropout 0.5"
