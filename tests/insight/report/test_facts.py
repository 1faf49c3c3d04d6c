"""Everything of a model, measured in one go."""

import json
from dataclasses import replace

import numpy as np
import pytest

from digitrec import datasets
from digitrec.insight.evaluation import evaluate
from digitrec.insight.metrics import measure
from digitrec.insight.report.facts import Asked, gather
from digitrec.insight.report.groups import Served
from digitrec.insight.trust.coverage import Costs, cheapest_limit
from digitrec.reading.classifier import Classifier, shipped_model


def test_the_figures_are_those_of_evaluate(facts):
    digits = datasets.load("uci")
    found = evaluate(Classifier(), digits.test, digits.classes)
    assert facts.evaluation.errors == found.errors
    assert facts.calibration.ece == found.ece
    assert facts.evaluation.as_dict() == found.as_dict()


def test_the_cheapest_limit_is_validations(facts):
    digits = datasets.load("uci")
    before = Classifier().probabilities(digits.validation.images)
    right = before.argmax(axis=1) == digits.validation.labels
    assert facts.selection.cheapest.limit == cheapest_limit(Costs(), before.max(axis=1), right)


def test_what_is_no_digit_is_told_from_digits_by_each_score(facts):
    assert {kind.name for kind in facts.kinds} >= {"letters of other scripts", "letters of fonts"}
    for kind in facts.kinds:
        assert set(kind.parted) == {"energy", "confidence", "prototypes", "tree", "limits"}
        assert kind.parted["energy"].auroc > 0.9
        assert kind.count == 50


def test_moved_and_corrupted_digits_are_read_worse_the_more_they_are(facts, small):
    moved = facts.changed.moved
    assert moved.count == 20
    assert moved.by_distance()[0] > 0.9 > moved.by_distance()[8]
    assert moved.at("scale", 1.0) > moved.at("scale", 0.5)
    first, *_, last = facts.changed.by_severity
    assert first > last
    assert facts.as_dict()["changed"]["corrupted"]["accuracy"] == facts.changed.corrupted.accuracy
    assert small[0].changed is None


def test_other_digits_than_mnists_have_no_disputed_labels(facts):
    assert facts.dispute is None
    assert facts.as_dict()["disputed"] is None


def test_each_class_is_counted(facts):
    found = facts.evaluation
    assert sum(one.count for one in facts.served) == found.count
    assert sum(one.right for one in facts.served) == found.count - found.errors


@pytest.mark.parametrize(("wrong", "worse"), [(2, ()), (12, ("9",))])
def test_a_class_that_is_read_worse_than_luck_allows_is_named(wrong, worse, facts):
    """A hundred digits of each class, of the nines so many read as fours."""
    labels = np.repeat(np.arange(10), 100)
    read = labels.copy()
    read[900 : 900 + wrong] = 4
    evaluation = measure(np.eye(10)[read], labels, facts.card.classes)
    assert replace(facts, evaluation=evaluation).worse_served == worse


def test_groups_have_names_counts_and_those_that_are_read_worse(facts):
    by_width, by_slant, by_style, by_form = facts.groups.values()
    for some in (by_width, by_slant):
        assert sum(one.count for one in some) == facts.evaluation.count
        assert sum(one.right for one in some) == facts.evaluation.count - facts.evaluation.errors
    assert "7 with a stroke through it" in {one.name for one in by_style}
    assert {"European 1", "Crossed 7"} < {one.name for one in by_form}
    bad = replace(facts, groups={"hand": (Served("left", 50, 100), Served("right", 99, 100))})
    assert bad.worse_groups == ("left",)


def test_attacks_without_gradients_are_tried_on_any_model(facts, small):
    assert [one.attack.kind for one in facts.attacked] == ["square", "moves"]
    for told, one in zip(facts.as_dict()["attacked"], facts.attacked, strict=True):
        assert one.count == 10
        assert told["attacked"]["errors"] == one.errors >= one.clean_errors
    assert small[0].attacked == ()


def test_one_digit_alone_is_no_reason(facts):
    labels = np.append(np.arange(99) % 9, 9)
    read = np.where(labels == 9, 4, labels)
    evaluation = measure(np.eye(10)[read], labels, facts.card.classes)
    assert replace(facts, evaluation=evaluation).worse_served == ()


def test_without_all_ten_digits_nothing_is_said_of_what_is_none(small):
    good, _ = small
    assert len(np.unique(good.answers.labels)) < 10
    assert good.kinds is None


def test_everything_is_json(facts, small):
    for one in (facts, *small):
        told = json.loads(json.dumps(one.as_dict(), allow_nan=False))
        assert told["evaluation"]["errors"] == one.evaluation.errors
        assert set(told["selection"]["at_coverage"]) >= {"1", "0.98"}


@pytest.mark.parametrize(("part", "words"), [("train", "trained on"), ("validation", "flatter")])
def test_other_parts_come_with_a_warning(part, words, small):
    path = small[0].path
    digits = datasets.load(path.parent / "digits.npz")
    found = gather(path, Classifier(path), digits, Asked(part, timed=False, changed=0))
    assert any(words in note for note in found.notes)


@pytest.mark.slow
@pytest.mark.mnist
def test_of_mnists_test_the_disputed_are_left_out(mnist):
    found = gather(shipped_model(), Classifier(), mnist, Asked(timed=False, changed=0))
    assert found.dispute.count == 9985
    assert found.dispute.errors + len(found.dispute.misread) == found.evaluation.errors
    assert found.dispute.accuracy > found.evaluation.accuracy
    assert found.calibration.ece <= 0.003
