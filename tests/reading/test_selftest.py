"""A card's digits tell a model that gives what it gave from one that does not."""

from dataclasses import replace

import numpy as np
import pytest

from digitrec.errors import ModelError
from digitrec.reading import selftest

CLASSES = ("a", "b", "c")


@pytest.fixture(scope="module")
def images():
    return np.random.default_rng(0).integers(0, 256, (5, 28, 28), dtype=np.uint8)


LABELS = np.array([0, 2, 0, 1, 2])
LOGITS = np.array([[1, 5, 2], [0, 1, 7], [9, 1, 1], [1, 8, 1], [0, 0, 3]], np.float32)


@pytest.fixture
def kept(images):
    return selftest.of(images, LABELS, LOGITS, CLASSES)


def test_the_first_of_each_class_that_is_read_rightly_is_kept(kept, images):
    """The first of all is an a that is read as b."""
    assert (kept.classes, kept.logits) == (["a", "b", "c"], [9, 8, 7])
    assert (kept.digits() == images[[2, 3, 1]]).all()


def test_of_nothing_read_rightly_nothing_is_kept(images):
    assert selftest.of(images, (LABELS + 1) % 3, np.eye(3)[LABELS], CLASSES) is None


def test_of_many_classes_ten_are_kept(images):
    many = np.zeros((40, 28, 28), np.uint8)
    kept = selftest.of(many, np.arange(40), np.eye(40), [f"class {n}" for n in range(40)])
    assert len(kept.digits()) == selftest.MOST


@pytest.mark.parametrize("added", [0, 0.4, -0.4])
def test_another_processor_may_round_otherwise(kept, added):
    kept.expect(LOGITS[[2, 3, 1]] + added, CLASSES, "model")


def test_another_answer_is_a_fault(kept):
    with pytest.raises(ModelError, match=r"read a b c off .*; received b b b"):
        kept.expect(np.eye(3)[[1, 1, 1]], CLASSES, "model")
    with pytest.raises(ModelError, match="one differs by 2"):
        kept.expect(LOGITS[[2, 3, 1]] + [[0], [0], [2]], CLASSES, "model")


@pytest.mark.parametrize(
    "changed", [{"images": "?"}, {"images": "AAAA"}, {"logits": [1]}, {"classes": []}]
)
def test_a_broken_one_is_refused(kept, changed):
    with pytest.raises(ModelError, match="selftest: expected"):
        replace(kept, **changed)
