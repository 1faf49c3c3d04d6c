"""What the scripts about maps, strokes and invariance make of what they measure."""

import sys
from importlib import import_module
from pathlib import Path

import benchmark_modules
import numpy as np
import pytest

from digitrec.insight.invariance import CHANGES, REACH, STEP, Invariance
from digitrec.insight.strokes.tree import Leaf, StrokeTree
from digitrec.insight.strokes.wording import Condition
from digitrec.reading.card import Card


@pytest.fixture(scope="module")
def invariance():
    return benchmark_modules.load("invariance")


def measured(accuracy):
    side = 2 * REACH // STEP + 1
    curves = {
        name: {float(value): accuracy for value in values}
        for name, (_, values, _) in CHANGES.items()
    }
    return Invariance(100, np.full((side, side), accuracy), curves)


def test_what_the_table_shows_has_been_measured(invariance):
    text = invariance.rows_of({"one": measured(0.5), "other": measured(0.995)})
    first, second = text.splitlines()[2:]
    assert first == f"| one {'| 50.0 ' * len(invariance.SHOWN)}|"
    assert second == f"| other {'| 99.5 ' * len(invariance.SHOWN)}|"


def test_the_mean_is_over_the_seeds_of_a_variant(invariance):
    name = next(iter(invariance.VARIANTS["pooling"]))
    rows = [
        {"variant": name, "seed": seed, "invariance": measured(accuracy).as_dict()}
        for seed, accuracy in enumerate((0.5, 1.0))
    ]
    found = invariance.means([*rows, {"variant": name, "failed": "nan"}], "pooling")
    assert list(found) == [name]
    assert found[name].at("scale", 1.0) == 0.75
    assert (found[name].shifts == 0.75).all()


def test_variants_differ_from_each_other(invariance):
    for variants in invariance.VARIANTS.values():
        assert len(set(variants.values())) == len(variants)


def test_mistakes_are_looked_for_where_tree_and_network_differ():
    from digitrec.datasets import Part

    script = benchmark_modules.load("disagreement")

    class Always:
        card = Card("always")

        def logits(self, images):
            return np.tile(np.eye(10)[0], (len(images), 1))

    part = Part(np.zeros((4, 28, 28), np.uint8), np.array([0, 0, 1, 1]))
    found = script.mistakes(Always(), part, np.array([0.0, 0.9, 0.9, 0.1]))
    said = script.in_words(found)
    assert "disagrees with the network on 50.0 %" in said
    assert "1 of the network's 2 mistakes" in said


def test_rules_are_a_table_of_what_stands_for_enough_digits(monkeypatch):
    folder = Path(__file__).parents[1] / "models"
    monkeypatch.setattr(sys, "path", [str(folder), str(benchmark_modules.FOLDER), *sys.path])
    script = import_module("strokes")
    hole, none = Condition("holes", 1), Condition("holes", None, 0)
    leaves = (
        Leaf((0.9, 0.1), 60, (hole,), 0.91),
        Leaf((0.0, 1.0), 39, (none,), 1.0),
        Leaf((1.0, 0.0), 0, (), 0.5),
    )
    facts = {"digits": 100, "leaves": 3, "fidelity": 0.917, "accuracy": 0.9}
    text = script.rules(StrokeTree(("0", "1"), leaves, facts=facts))
    assert "answers as the network does to 91.7 %" in text
    assert text.splitlines()[-2:] == [
        "| **0** | a hole | 60.0 % | 91 % |",
        "| **1** | no holes | 39.0 % | 100 % |",
    ]
