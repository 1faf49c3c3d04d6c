"""Every cause of a network that does not learn is seen as its page says."""

import re

import benchmark_modules
import pytest

from digitrec import datasets
from digitrec.train import parser


@pytest.fixture(scope="module")
def not_learning():
    return benchmark_modules.load("not_learning")


def test_what_the_table_shows_can_be_typed(not_learning):
    for flags in not_learning.FLAGS.values():
        parser().parse_args([*not_learning.BASE.split(), *flags.split()])


def test_a_table_of_what_was_seen(not_learning):
    history = {"accuracy": [0.1, 0.52], "val_accuracy": [0.2, 0.625]}
    seen = {
        "too short": not_learning.Seen(history, "not finished; try --epochs 12"),
        "dead ReLUs": not_learning.Seen({}, "the loss is nan"),
    }
    rows = not_learning.flags_table(seen).splitlines()[2:]
    assert rows == [
        "| **too short** `--epochs 1` | 10 52 % | 62.5% | not finished; try `--epochs 12` |",
        "| **dead ReLUs** `--optimizer sgd` `--learning-rate 1` |  |  | the loss is nan |",
    ]


def test_only_training_labels_are_shuffled(not_learning):
    digits = datasets.load("uci")
    wrong = not_learning.with_shuffled_labels(digits)
    assert (wrong.train.images == digits.train.images).all()
    assert 0.05 < (wrong.train.labels == digits.train.labels).mean() < 0.15
    assert (wrong.validation.labels == digits.validation.labels).all()


SYMPTOMS = {
    "too high a rate": "the rate is too high",
    "too low a rate": "the rate is too low",
    "weights of zero": "the labels look shuffled, or",
    "dead ReLUs": "the labels look shuffled, or",
    "sigmoids all the way": "the labels look shuffled, or",
    # Rounding decides, and it differs between processors, whether all units die before it is nan.
    "pixels of 0 to 255": ("the loss is nan", "the rate is too high"),
    "shuffled labels": "the labels look shuffled, or",
}
WORSE = {"too much dropout": 0.9, "too few digits": 0.7, "too short": 0.95}


@pytest.mark.slow
def test_each_cause_has_its_symptom(not_learning):
    digits = datasets.load("uci")
    seen = {name: not_learning.by_flags(name, digits) for name in not_learning.FLAGS}
    assert seen["nothing is wrong"].accuracy > 0.96
    assert set(seen) == {"nothing is wrong", *SYMPTOMS, *WORSE}
    for name, verdict in SYMPTOMS.items():
        assert seen[name].accuracy < 0.2, name
        assert seen[name].verdict.startswith(verdict), name
    for name, less in WORSE.items():
        assert 0.2 < seen[name].accuracy < less, name
    dead = re.findall(r"(\d+)% \|$", not_learning.dead_table(seen, digits.validation), re.MULTILINE)
    assert dead[-1] == "100"


@pytest.mark.slow
def test_each_mistake_in_a_loop_of_ones_own_costs(not_learning):
    digits = datasets.load("uci")
    right, *wrong = [not_learning.by_loop(name, digits).accuracy for name in not_learning.LOOPS]
    assert right > 0.94
    # How many logits a ReLU kills differs from processor to processor; each costs 10 %.
    assert max(wrong) < right - 0.05
