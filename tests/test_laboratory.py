"""What the laboratory's experiments are made of: their digits, widths and hands; no training."""

import benchmark_modules
import keras
import numpy as np
import pytest
import small_networks
from keras import layers

from digitrec.datasets import Part
from digitrec.datasets.digits import Digits
from digitrec.insight.signals import signals
from digitrec.training.recipe import Recipe


@pytest.fixture(scope="module")
def short_runs():
    return benchmark_modules.load("short_runs")


@pytest.fixture(scope="module")
def controls():
    return benchmark_modules.load("controls")


@pytest.fixture(scope="module")
def ground(short_runs):
    """The UCI digits in MNIST's place."""
    digits = small_networks.uci()
    return short_runs.Ground(digits, digits.part("test"))


@pytest.fixture
def as_mnist(short_runs, monkeypatch):
    """55,000 empty images in the place of MNIST's training digits, each with its number in it."""
    numbers = np.arange(55_000)
    images = np.zeros((len(numbers), 28, 28), np.uint8)
    images[:, 0, 0], images[:, 0, 1] = numbers % 256, numbers // 256
    part = Part(images, numbers % 10)
    digits = Digits("mnist", {"train": lambda: part, "validation": lambda: part.take(numbers[:50])})
    monkeypatch.setattr(short_runs.datasets, "load", lambda _: digits)
    for cut in (short_runs.from_training, short_runs.for_validation):
        cut.cache_clear()
    yield
    for cut in (short_runs.from_training, short_runs.for_validation):
        cut.cache_clear()


def numbers_of(part):
    return set((part.images[:, 0, 0] + 256 * part.images[:, 0, 1].astype(int)).tolist())


def test_no_digit_is_learnt_and_scored(short_runs, as_mnist):
    found = short_runs.from_training(3_000)
    train, steering = found.digits.train, found.digits.validation
    parts = [numbers_of(part) for part in (train, steering, found.scored)]
    assert [len(part) for part in parts] == [3_000, 500, 10_000]
    assert len(set.union(*parts)) == 13_500
    assert (np.bincount(train.labels) == 300).all()


def test_fewer_digits_are_scored_on_the_same(short_runs, as_mnist):
    few, many = short_runs.from_training(1_000), short_runs.from_training(2_000)
    assert numbers_of(few.scored) == numbers_of(many.scored)
    assert numbers_of(few.digits.train) < numbers_of(many.digits.train)


def test_misses_are_counted(short_runs, ground):
    reader = small_networks.reader()
    read = reader.predict(ground.scored.images[..., None], verbose=0).argmax(axis=1)
    row = short_runs.scored(reader, ground.scored)
    assert row["misses"] == (read != ground.scored.labels).sum() < 60
    assert row["count"] == 400
    assert row["parameters"] == 7850
    assert row["multiply_adds"] == 7840


def test_what_does_not_build_says_why(short_runs, ground):
    recipe = Recipe(network="lenet5", normalization="batch")
    assert "normalization" in short_runs.measured(recipe, ground)["broken"]


def test_a_loss_that_is_no_number_is_a_result(short_runs, ground, monkeypatch):
    def fit(*_, **__):
        raise short_runs.TrainingError("the loss is nan at step 1:\ntry a lower --learning-rate")

    monkeypatch.setattr(short_runs, "fit", fit)
    told = "the loss is nan at step 1: try a lower --learning-rate"
    assert short_runs.measured(Recipe(), ground) == {"failed": told}


def test_shifted_digits_lose_what_leaves_the_picture(controls):
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 5, 26], image[0, 26, 3] = 1, 2
    right, down = controls.shifted(Part(image, np.array([4])), 3)
    assert np.argwhere(right.images[0]).tolist() == [[26, 6]]
    assert np.argwhere(down.images[0]).tolist() == [[8, 26]]
    assert right.labels == down.labels == [4]


def test_the_width_is_found_at_which_both_cost_as_much(controls):
    width = controls.width_for(Recipe(), 2_500, cost=lambda one: round(10_000 * one.width**2))
    assert width == pytest.approx(0.5, rel=0.02)


def test_digits_of_each_class_are_taken_by_seed():
    of_each = benchmark_modules.load("curves").of_each
    train = small_networks.uci().train
    one, same, other = (of_each(train, 2, seed) for seed in (0, 0, 1))
    assert one.labels.tolist() == [*range(10), *range(10)]
    np.testing.assert_array_equal(one.images, same.images)
    assert not np.array_equal(one.images, other.images)


def test_classical_methods_read_most_digits():
    classical = benchmark_modules.load("classical")
    digits = small_networks.uci()
    train = digits.train.take(np.arange(300))
    for method in classical.METHODS.values():
        assert method(train, digits.validation) < 30
    assert classical.directions(train.images[:2]).shape == (2, 324)


def test_an_activation_is_found_behind_its_normalisation():
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(2, 3),
            layers.BatchNormalization(),
            layers.ReLU(name="rectified"),
            layers.GlobalMaxPooling2D(),
            layers.Dense(10),
        ]
    )
    found = signals(model, small_networks.uci().train.take(np.arange(8)))
    assert benchmark_modules.load("flow").activated(*found[:2], found).layer == "rectified"


def test_pairs_of_digits_are_ranked_whichever_was_read():
    helped = benchmark_modules.load("helped")
    rows = [{"pairs": {"4-9": 3, "3-5": 1}}, {"pairs": {"3-5": 1, "4-9": 2}}, {"failed": "nan"}]
    assert helped.ranked(rows) == ["4-9", "3-5"]


def test_a_hand_draws_each_digit_its_own_way():
    adapting = benchmark_modules.load("adapting")
    hand = adapting.drawn_hand(3)
    samples, others = adapting.parted(hand)
    assert np.bincount(samples.labels).tolist() == [2] * 10
    assert len(samples) + len(others) == len(hand) == adapting.DRAWN_DIGITS
    np.testing.assert_array_equal(hand.images, adapting.drawn_hand(3).images)


def test_uci_digits_are_in_the_order_in_which_they_were_written(monkeypatch):
    """Each writer wrote 0 to 9 several times over: so the set begins."""
    adapting = benchmark_modules.load("adapting")
    digits = small_networks.uci()
    monkeypatch.setattr(adapting.datasets, "load", lambda _: digits)
    assert adapting.uci_in_order().labels[:20].tolist() == [*range(10), *range(10)]
    assert len(adapting.uci_hand(5)) == adapting.STRETCH


def test_hands_are_written_as_pictures_that_folders_are_read_from(tmp_path):
    from digitrec import datasets

    adapting = benchmark_modules.load("adapting")
    part = adapting.drawn_hand(0).take(np.arange(40))
    adapting.write(part, tmp_path)
    digits = datasets.load(tmp_path)
    read = np.concatenate([digits.part(name).images for name in digits.readers])
    assert len(read) == 40
    assert digits.classes == tuple("0123456789")
    assert abs(read.mean() - part.images.mean()) < 5
