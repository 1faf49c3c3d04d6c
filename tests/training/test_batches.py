"""Batches: the order, the targets, and the classic augmentation."""

import time
from types import SimpleNamespace

import numpy as np
import pytest

from digitrec.datasets.digits import Part
from digitrec.errors import OptionError
from digitrec.training import callbacks
from digitrec.training.batches import (
    BACKGROUND_WEIGHT,
    Batches,
    balanced,
    emphasised,
    fed,
    training_batches,
)
from digitrec.training.callbacks import Feeding
from digitrec.training.checkpoint import Progress
from digitrec.training.classic import classic_generator
from digitrec.training.recipe import Recipe


@pytest.fixture
def part():
    """Twenty-five images, each filled with its own number."""
    images = np.repeat(np.arange(25, dtype=np.uint8), 784).reshape(25, 28, 28)
    return Part(images, np.arange(25) % 10)


def _order(batches):
    return [int(image[0, 0, 0]) for number in range(len(batches)) for image in batches[number][0]]


def test_keeps_the_order_without_a_seed(part):
    batches = Batches(part, 10, 10)
    assert [len(batches[number][0]) for number in range(len(batches))] == [10, 10, 5]
    assert _order(batches) == list(range(25))


def test_shuffles_anew_each_epoch_as_seed_and_epoch_say(part):
    recipe = Recipe(batch_size=10, seed=1)
    first, second = training_batches(part, 10, recipe), training_batches(part, 10, recipe)
    opening = _order(first)
    assert sorted(opening) == list(range(25))
    assert opening == _order(second)
    assert opening != _order(training_batches(part, 10, recipe.changed(seed=2)))
    first.begin(1)
    assert sorted(_order(first)) == list(range(25))
    assert _order(first) != opening
    first.begin(7)
    second.begin(7)
    assert _order(first) == _order(second)


def test_tensorflow_is_fed_the_same_batches_without_a_tuner(part):
    """Which would make the end of an epoch wait."""
    batches = training_batches(part, 10, Recipe(batch_size=10, seed=1))
    feed = fed(batches)
    assert feed.cardinality() == 3
    assert not feed.options().autotune.enabled
    for epoch in (0, 1):
        batches.begin(epoch)
        for number, arrays in enumerate(feed):
            for found, expected in zip(arrays, batches[number], strict=True):
                np.testing.assert_array_equal(found, expected)


def test_mixes_all_but_the_last_epochs_if_these_are_to_be_clean(part):
    recipe = Recipe(batch_size=25, mixup=0.5, epochs=3, clean_epochs=1)
    batches = training_batches(part, 10, recipe)
    for epoch, mixed in enumerate([True, True, False]):
        batches.begin(epoch)
        assert ((batches[0][1] > 0) & (batches[0][1] < 1)).any() == mixed


def test_a_share_is_corrupted_as_seed_epoch_and_number_say(part):
    """So a training that is gone on with sees what it would have seen."""
    recipe = Recipe(batch_size=10, corrupted=0.6, epochs=3, clean_epochs=1)
    batches, resumed = training_batches(part, 10, recipe), training_batches(part, 10, recipe)
    plain = training_batches(part, 10, recipe.changed(corrupted=0.0))
    shares = []
    for epoch in (0, 1, 2):
        for one in (batches, plain, resumed):
            one.begin(epoch)
        changed = []
        for number in (2, 0, 1):  # in whatever order
            images, targets, _ = batches[number]
            before, labels, _ = plain[number]
            np.testing.assert_array_equal(images, resumed[number][0])
            np.testing.assert_array_equal(targets, labels)
            changed.append((images != before).any(axis=(1, 2, 3)))
        shares.append(np.concatenate(changed).mean())
    assert 0.3 < shares[0] < 0.9
    assert 0.3 < shares[1] < 0.9
    assert shares[2] == 0


def test_classic_takes_corrupted_digits_and_mixes_them(part):
    recipe = Recipe(batch_size=25, corrupted=1.0, augment="classic", mixup=0.5)
    first, second = (training_batches(part, 10, recipe)[0] for _ in "ab")
    assert first[0].shape == (25, 28, 28, 1)
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_batch_says_when_it_was_ready(part):
    batches = training_batches(part, 10, Recipe(batch_size=10))
    batches.begin(2)
    before = time.monotonic()
    batches[1]
    first = batches.ready[2, 1]
    assert before <= first <= time.monotonic()
    batches[1]
    assert batches.ready == {(2, 1): first}


def test_the_time_that_steps_wait_for_batches_is_added_up(part, monkeypatch):
    """The first batch was ready before its step, the second 3 s after, the third half a second."""
    batches = training_batches(part, 10, Recipe(batch_size=10))
    progress = Progress()
    feeding = Feeding(batches, progress)
    feeding.on_epoch_begin(4)
    assert batches.epoch == 4
    clock = iter([10.0, 20.0, 30.0])
    monkeypatch.setattr(callbacks, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    batches.ready = {(4, 0): 9.0, (4, 1): 23.0, (4, 2): 30.5, (4, 3): 99.0}
    for number in range(3):
        feeding.on_train_batch_begin(number)
    feeding.on_epoch_end(4)
    assert progress.waited_for_data == pytest.approx(3.5)


def test_balanced_classes_weigh_alike(part):
    """Of 3 digits of class 0 and 1 of class 1, the one counts as much as the three."""
    few = Part(part.images[:5], np.array([0, 0, 1, 0, 2]))
    np.testing.assert_allclose(balanced(few.labels, 2), [2 / 3, 2])
    recipe = Recipe(batch_size=5, class_weights="balanced")
    _, targets, weights = training_batches(few, 2, recipe)[0]
    found = {tuple(target): weight for target, weight in zip(targets, weights, strict=True)}
    assert found == pytest.approx({(1, 0): 2 / 3, (0, 1): 2, (0.5, 0.5): BACKGROUND_WEIGHT})


def test_emphasised_classes_count_double(part):
    """Also where classes weigh alike: 2/3 each of three, 2 of one, times two."""
    few = Part(part.images[:5], np.array([0, 0, 1, 0, 2]))
    recipe = Recipe(batch_size=5, class_weights="balanced", emphasis="b")
    batches = training_batches(few, 2, recipe, emphasised(recipe, ("a", "b")))
    assert sorted(batches[0][2].tolist()) == pytest.approx([BACKGROUND_WEIGHT, *[2 / 3] * 3, 4])


def test_classes_are_emphasised_by_their_names():
    assert emphasised(Recipe(), ("a", "b")) == []
    assert emphasised(Recipe(emphasis="9, 4"), tuple("0123456789")) == [9, 4]
    with pytest.raises(OptionError, match="emphasis: expected one of a, b; received 4"):
        emphasised(Recipe(emphasis="b,4"), ("a", "b"))


def test_images_keep_their_targets(part):
    images, targets, weights = training_batches(part, 10, Recipe(batch_size=25, seed=3))[0]
    assert images.shape == (25, 28, 28, 1)
    assert targets.shape == (25, 10)
    assert targets.sum() == 25
    assert weights.tolist() == [1] * 25
    np.testing.assert_array_equal(targets.argmax(axis=1), images[:, 0, 0, 0] % 10)


def test_classic_changes_the_images_and_repeats(part):
    first, second = (training_batches(part, 10, Recipe(augment="classic")) for _ in "ab")
    images, targets, _ = first[0]
    assert images.dtype == np.float32
    np.testing.assert_array_equal(images, second[0][0])
    plain, same, _ = training_batches(part, 10, Recipe(augment="affine"))[0]
    np.testing.assert_array_equal(targets, same)
    assert not np.array_equal(images, plain)


def test_classic_shifts_by_parts_of_a_pixel_up_to_the_largest():
    generator = classic_generator(Recipe(translation=2.5))
    drawn = [generator.get_random_transform((28, 28, 1), seed) for seed in range(200)]
    shifts = np.array([[one["tx"], one["ty"]] for one in drawn])
    assert np.abs(shifts).max() <= 2.5
    assert np.abs(shifts).max() > 2.3
    assert len(np.unique(shifts)) > 300
