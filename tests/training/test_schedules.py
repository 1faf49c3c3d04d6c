"""Learning rates at steps worked out by hand."""

import keras
import pytest

from digitrec.errors import OptionError
from digitrec.training.recipe import Recipe
from digitrec.training.schedules import Course, Plateau, cosine_ends, learning_rate, plateau

STEPS = 10
"""An epoch."""


def rate(step, **knobs):
    recipe = Recipe(**{"learning_rate": 0.2, "epochs": 4, "warmup": 0.0, **knobs})
    return float(learning_rate(recipe, STEPS)(step))


@pytest.mark.parametrize(
    ("schedule", "shares"),
    [
        ("constant", {0: 1, 39: 1}),
        ("step", {0: 1, 9: 1, 10: 0.5, 19: 0.5, 20: 0.25, 39: 0.125}),
        ("exponential", {0: 1, 5: 0.5**0.5, 10: 0.5, 40: 0.0625}),
        ("cosine", {0: 1, 10: (1 + 0.5**0.5) / 2, 20: 0.5, 40: 0}),
        ("one_cycle", {0: 0.04, 6: 0.52, 12: 1, 26: 0.500002, 40: 4e-6}),
    ],
)
def test_without_warmup(schedule, shares):
    found = {step: rate(step, schedule=schedule, decay_epochs=1.0) / 0.2 for step in shares}
    assert found == pytest.approx(shares, abs=1e-6)


@pytest.mark.parametrize(("step", "share"), [(0, 0), (5, 0.5), (10, 1), (25, 0.5), (40, 0)])
def test_a_cosine_rises_for_an_epoch_and_falls_to_nothing(step, share):
    assert rate(step, warmup=1.0) == pytest.approx(0.2 * share, abs=1e-7)


def test_decay_begins_after_the_warmup():
    knobs = {"schedule": "step", "decay_epochs": 1.0, "decay": 0.1, "warmup": 2.0}
    assert rate(10, **knobs) == pytest.approx(0.1)
    assert rate(29, **knobs) == pytest.approx(0.2)
    assert rate(30, **knobs) == pytest.approx(0.02)


def test_restarts_go_back_to_the_top():
    found = [rate(step, restarts=1) / 0.2 for step in (0, 10, 19, 20, 30, 40)]
    assert found == pytest.approx([1, 0.5, 0.00615583, 1, 0.5, 0], abs=1e-6)


@pytest.mark.parametrize(
    ("knobs", "ends"),
    [
        ({"epochs": 13, "warmup": 1.0, "restarts": 3}, [4, 7, 10, 13]),
        ({"epochs": 4, "warmup": 0.0, "restarts": 1}, [2, 4]),
    ],
)
def test_the_rate_is_nothing_where_a_cosine_ends(knobs, ends):
    assert cosine_ends(Recipe(keep="snapshots", **knobs)) == ends
    for end in ends:
        assert rate(STEPS * end - 1e-3, **knobs) == pytest.approx(0, abs=1e-6)
    assert rate(STEPS * ends[0], **knobs) == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("knobs", "message"),
    [
        ({"restarts": 0}, "keep: expected the schedule cosine and restarts, .* cosine and 0"),
        ({"schedule": "step"}, "received step and 1"),
        ({"epochs": 4}, "whole epochs, then as many for each of 2 cosines; received 4 with a .* 1"),
        ({"warmup": 0.5}, "received 5 with a warm-up of 0.5"),
        ({"epochs": 1}, "received 1 with"),
    ],
)
def test_snapshots_need_cosines_that_end_with_epochs(knobs, message):
    with pytest.raises(OptionError, match=message):
        Recipe(**{"keep": "snapshots", "restarts": 1, "epochs": 5, **knobs})


def test_one_cycle_has_its_own_rise():
    assert rate(12, schedule="one_cycle", warmup=3.0) == pytest.approx(0.2)


def test_a_warmup_longer_than_the_training_is_cut():
    assert rate(9, epochs=1, warmup=5.0) == pytest.approx(0.2)


def test_a_course_is_saved_and_loaded():
    course = learning_rate(Recipe(), STEPS)
    again = Course.from_config(course.get_config())
    assert [float(again(step)) for step in (3, 77)] == [float(course(step)) for step in (3, 77)]


class Rate:
    """What a plateau lowers."""

    def __init__(self):
        self.optimizer = type("Optimizer", (), {"learning_rate": 0.2})()


def test_a_plateau_halves_the_rate_after_two_epochs_without_gain():
    assert plateau(Recipe()) == []
    [callback] = plateau(Recipe(schedule="plateau", learning_rate=0.2))
    assert isinstance(callback, Plateau)
    callback.set_model(Rate())
    seen = []
    for epoch, loss in enumerate([0.5, 0.4, 0.41, 0.42, 0.43, 0.3]):
        callback.on_epoch_end(epoch, {"val_loss": loss})
        seen.append(callback.model.optimizer.learning_rate)
    assert seen == pytest.approx([0.2, 0.2, 0.2, 0.1, 0.1, 0.1])


def test_a_plateau_forgets_nothing_when_training_begins_again():
    [callback] = plateau(Recipe(schedule="plateau"))
    callback.best, callback.wait = 0.4, 1
    callback.on_train_begin()
    assert (callback.best, callback.wait) == (0.4, 1)
    assert keras.callbacks.ReduceLROnPlateau().wait == 0
