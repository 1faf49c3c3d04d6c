"""The report that people read."""

import numpy as np

from digitrec.insight import text
from digitrec.insight.evaluation import Agreement
from digitrec.insight.metrics import measure


def test_columns_stand_under_their_heads():
    read = np.array([0, 1, 1, 1])
    report = text.report(measure(np.eye(2)[read], np.array([0, 0, 1, 1]), ("a", "longer")))
    lines = report.splitlines()
    head = next(line for line in lines if line.startswith("true"))
    row = next(line for line in lines if line.startswith("a  "))
    assert row.split() == ["a", "100.00", "50.00", "66.67", "2", "1", "1"]
    for name, figure in (("F1 %", "66.67"), ("recall %", "50.00"), ("digits", "2  ")):
        assert head.index(name) + len(name) == row.index(figure) + len(figure.strip())
    assert row.endswith("1      1")
    assert head.endswith("a longer")
    assert "most often confused  a as longer: 1" in report
    assert "confusable pairs     a-longer: 1" in report


def test_nothing_is_confused_by_a_perfect_model():
    report = text.report(measure(np.eye(3), np.arange(3), ("x", "y", "z")))
    assert "0 misses of 3" in report
    assert "confused" not in report


def test_the_matrix_of_many_classes_is_left_out():
    names = tuple(f"class {number}" for number in range(30))
    report = text.report(measure(np.eye(30), np.arange(30), names))
    assert "read as" not in report
    assert max(map(len, report.splitlines())) < 80


def test_one_miss_is_singular():
    evaluation = measure(np.eye(2)[[1, 1]], np.array([0, 1]), ("a", "b"))
    assert text.misses(evaluation) == "1 miss of 2"


def test_agreement_line():
    line = text.agreement_line(Agreement(1000, 990, 7, 2))
    assert line.startswith("99.00 % of 1,000 digits read alike")
    assert line.endswith("only this one right: 7, only the other: 2")
