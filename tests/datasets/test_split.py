import hashlib
from collections import Counter

import numpy as np
import pytest

from digitrec.datasets import Digits, Part, everything
from digitrec.datasets.split import (
    cut,
    cut_in_three,
    folded,
    folds,
    in_three,
    some,
    tenth,
    validation_count,
    with_validation,
)
from digitrec.errors import DataError

UNEVEN = np.repeat(np.arange(10), [7, 120, 33, 1, 64, 90, 15, 250, 11, 9])


@pytest.mark.parametrize("count", [1, 5, 60, 300, 599])
def test_each_class_gives_its_share_to_within_one(count):
    labels = np.random.default_rng(1).permutation(UNEVEN)
    kept, taken = cut(labels, count)
    assert len(taken) == count
    assert sorted([*kept, *taken]) == list(range(600))
    given = Counter(labels[taken].tolist())
    for number, size in Counter(labels.tolist()).items():
        assert abs(given[number] - size * count / 600) < 1


def test_a_cut_keeps_the_order_and_depends_on_the_seed_alone():
    kept, taken = cut(UNEVEN, 60)
    assert (np.diff(kept) > 0).all()
    assert (np.diff(taken) > 0).all()
    assert np.array_equal(taken, cut(UNEVEN, 60)[1])
    assert not np.array_equal(taken, cut(UNEVEN, 60, seed=1)[1])


@pytest.mark.mnist
def test_mnists_cut_is_the_one_that_shipped_models_were_chosen_on(mnist):
    digest = hashlib.sha256(mnist.validation.images.tobytes()).hexdigest()
    assert digest == "c4a10bc222c7ebf38da952a80a0bb3931afd4effe83e0f2204b47bf6f7d4b099"


def test_the_three_parts_share_no_digit():
    places = cut_in_three(UNEVEN, validation=60, test=60)
    assert [len(places[name]) for name in ("train", "validation", "test")] == [480, 60, 60]
    assert len(set(np.concatenate(list(places.values())).tolist())) == 600


def test_cutting_everything_off_is_refused():
    with pytest.raises(DataError, match="at least 11 digits, to set 10 aside; received 10"):
        cut(np.arange(10), 10)


def test_five_thousand_are_held_back_or_a_tenth():
    assert [validation_count(count) for count in (60_000, 50_000, 1_000, 7)] == [5000, 5000, 100, 1]
    assert [tenth(count) for count in (1, 26, 100)] == [1, 3, 10]


def part(count):
    images = np.arange(count, dtype=np.uint8)[:, None, None].repeat(28, 1).repeat(28, 2)
    return Part(images, np.arange(count) % 10)


def test_train_and_validation_are_cut_from_what_is_read_once():
    reads = []

    def read():
        reads.append(1)
        return part(200)

    digits = Digits("some", with_validation(read, "some"))
    assert not reads
    assert (len(digits.train), len(digits.validation)) == (180, 20)
    assert np.bincount(digits.validation.labels).tolist() == [2] * 10
    assert len(reads) == 1


def test_too_few_to_cut_are_refused_by_their_name():
    digits = Digits("some", with_validation(lambda: part(1), "one.npz"))
    with pytest.raises(DataError, match=r"^one\.npz: expected at least 2 digits"):
        _ = digits.train


def test_everything_is_train_and_validation_and_not_the_test():
    digits = Digits("some", in_three(part(200), 20, 40))
    whole = everything(digits)
    assert len(whole) == 160
    assert not set(whole.images[:, 0, 0]) & set(digits.test.images[:, 0, 0])
    assert (whole.images[:, 0, 0] % 10 == whole.labels).all()


def test_some_gives_each_class_its_share_or_all_there_is():
    assert np.bincount(some(part(200), 50).labels).tolist() == [5] * 10
    assert len(some(part(20), 50)) == 20


@pytest.mark.parametrize("count", [2, 5, 7])
def test_folds_share_the_digits_and_each_class_out_to_within_one(count):
    labels = np.random.default_rng(1).permutation(UNEVEN)
    parts = folds(labels, count)
    assert sorted(np.concatenate(parts).tolist()) == list(range(600))
    assert np.ptp([len(places) for places in parts]) <= 1
    shares = np.array([np.bincount(labels[places], minlength=10) for places in parts])
    assert np.ptp(shares, axis=0).max() <= 1
    assert all((np.diff(places) > 0).all() for places in parts)


def test_folds_are_the_same_on_every_machine():
    """Facts: they must not change, or figures of before could not be compared."""
    parts = folds(np.arange(12) % 2, 3)
    assert [places.tolist() for places in parts] == [[4, 5, 8, 11], [1, 2, 6, 7], [0, 3, 9, 10]]
    assert not np.array_equal(parts[0], folds(np.arange(12) % 2, 3, seed=1)[0])


def test_too_few_digits_for_the_folds_are_refused():
    with pytest.raises(DataError, match="at least 6 digits, a part each; received 5"):
        folds(np.arange(5), 6)


def test_each_fold_validates_on_its_part_and_leaves_the_test_alone():
    digits = Digits("some", in_three(part(200), 20, 40))
    whole = sorted(everything(digits).images[:, 0, 0])
    validated = []
    for number in range(4):
        fold = folded(digits, 4, number)
        assert (len(fold.train), len(fold.validation)) == (120, 40)
        trained, held_back = (set(one.images[:, 0, 0]) for one in (fold.train, fold.validation))
        assert not trained & held_back
        np.testing.assert_array_equal(fold.test.images, digits.test.images)
        assert (fold.validation.images[:, 0, 0] % 10 == fold.validation.labels).all()
        validated += fold.validation.images[:, 0, 0].tolist()
    assert sorted(validated) == whole
    assert len(digits.train) == 140
