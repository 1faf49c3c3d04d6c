"""Findings in words: the right ones, for the right figures."""

from dataclasses import replace

import pytest

from digitrec.insight.report import words
from digitrec.insight.report.groups import Served
from digitrec.insight.trust.calibration import Luck
from digitrec.insight.trust.coverage import Costs, Point
from digitrec.insight.trust.labels import Dispute, Doubt
from digitrec.insight.trust.mcnemar import paired


def test_accuracy_with_and_without_disputed_labels(facts):
    plain = words.accuracy(facts).text
    assert f"{facts.evaluation.errors} misses of 400 (95 % interval " in plain
    found = replace(facts, dispute=Dispute((947,), 20, 9985))
    assert words.accuracy(found).text == (
        f"{plain} Of the 9,985 whose label nobody disputes: 99.80 %, 20 misses."
    )


@pytest.mark.parametrize(
    ("ece", "most", "confidence", "beginning", "mark"),
    [
        (0.002, 0.003, 0.9, "Is right as often as it says", "good"),
        (0.02, 0.003, 1.0, "Is too sure", "mind"),
        (0.02, 0.003, 0.5, "Is too timid", "mind"),
    ],
)
def test_calibration_beside_luck(ece, most, confidence, beginning, mark, facts):
    calibration = replace(
        facts.calibration, ece=ece, luck=Luck(most / 2, most), confidence=confidence
    )
    sentence = words.calibration(replace(facts, calibration=calibration))
    assert sentence.text.startswith(beginning)
    assert sentence.mark == mark


def with_selection(facts, **changed):
    return replace(facts, selection=replace(facts.selection, **changed))


def test_what_it_dares_to_answer(facts):
    point = Point(0.93, answered=9800, wrong=5, count=10_000)
    found = with_selection(facts, at_coverage={0.98: point})
    assert words.daring(found).text == (
        "99.95 % right on the 98.0 % it dares to answer, from a confidence of 0.930 on."
    )


@pytest.mark.parametrize(
    ("limit", "answered", "wrong", "words_of_it"),
    [
        (0.95, 90, 1, "from a confidence of 0.950 on costs 1.1 a digit instead of 3."),
        (0.99995, 90, 1, "from a confidence of 0.999950 on costs"),
        (0.0, 100, 3, "answering every digit is cheapest: 3 a digit."),
        (float("inf"), 0, 0, "answering none is cheapest: 1 a digit."),
    ],
)
def test_what_silence_saves(limit, answered, wrong, words_of_it, facts):
    found = with_selection(
        facts,
        costs=Costs(100, 1),
        cheapest=Point(limit, answered, wrong, 100),
        everything=Point(0.0, 100, 3, 100),
    )
    assert words_of_it in words.costs(found).text


def test_of_what_was_taught_and_what_was_not(facts):
    taught = words.doubt_of_others(facts, facts.kinds).text
    assert "never shown" in taught
    assert "taught to doubt" in taught
    bare = words.doubt_of_others(replace(facts, recipe={}), facts.kinds).text
    assert bare.startswith("Of what is no digit it takes")


def test_labels(facts):
    doubt = Doubt(3, "1", "7", -0.9, confident=True)
    unsure = replace(doubt, confident=False)
    assert words.labels(replace(facts, doubts=(doubt, unsure))).text == "1 label is probably wrong."
    assert words.labels(replace(facts, doubts=(doubt, doubt))).text.startswith("2 labels are")
    assert words.labels(replace(facts, doubts=(unsure,))).text.startswith("Finds no label")


def test_ways_of_writing(facts):
    plain = replace(facts, groups={"hand": (Served("left", 400, 400),)})
    assert words.groups(plain).mark == "good"
    worse = replace(facts, groups={"hand": (Served("left", 50, 100),)})
    assert words.groups(worse).text == "Read worse than all: left."


def test_two_models(small):
    good, turned = small
    for one, other, begins, mark in (
        (good, turned, "turned.tflite is worse: ", "mind"),
        (turned, good, "good.tflite is better: ", "good"),
        (good, good, "No difference beyond luck: ", "good"),
    ):
        pair = paired(one.evaluation, other.evaluation)
        sentence = words.comparison(one, other, pair, 0.05)
        assert sentence.text.startswith(begins)
        assert sentence.mark == mark
