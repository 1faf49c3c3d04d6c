"""Groups of digits by how they are written: the right digits, and counted rightly."""

import numpy as np
import pytest

from digitrec.datasets import drawn
from digitrec.insight.evaluation import Answers
from digitrec.insight.report import groups


def said(part, wrong=()):
    """Answers that are right save at some places."""
    read = part.labels.copy()
    read[list(wrong)] = (read[list(wrong)] + 1) % 10
    probabilities = np.eye(10)[read]
    return Answers(part.images, part.labels, probabilities, probabilities)


def test_tenths_have_their_borders_in_their_names_and_miss_nobody():
    values = np.arange(100.0)
    right = values != 99
    low, middle, high = groups.by_tenths(values, right, ("to {:.1f}", "between", "from {:.1f}"))
    assert (low.name, low.right, low.count) == ("to 9.9", 10, 10)
    assert (middle.right, middle.count) == (80, 80)
    assert (high.name, high.right, high.count) == ("from 89.1", 9, 10)


def test_where_all_are_alike_there_is_one_group():
    (only,) = groups.by_tenths(
        np.ones(5), np.ones(5, bool), ("to {:.1f}", "between", "from {:.1f}")
    )
    assert (only.name, only.count) == ("between", 5)


@pytest.mark.parametrize(
    ("form", "name", "least"),
    [
        (drawn.crossed_seven, "7 with a stroke through it", 10),
        (drawn.footed_one, "1 with an upstroke or a foot", 20),
        (drawn.closed_four, "4 closed at the top", 36),
    ],
)
def test_a_style_is_told_by_its_strokes(form, name, least):
    """Not all are: a cross that hardly stands out is none to who counts end points."""
    part = drawn.of_form(form, 40, seed=3)
    found = {one.name: one for one in groups.by_style(said(part, wrong=[0]))}
    assert found[name].count >= least
    assert set(found) <= {name, "any, in pieces"}


@pytest.mark.parametrize(
    "form", [drawn.plain_seven, drawn.ticked_seven, drawn.wavy_seven, drawn.plain_one]
)
def test_plain_forms_have_no_style(form):
    assert groups.by_style(said(drawn.of_form(form, 40, seed=3))) == ()


def test_the_worse_are_those_that_luck_does_not_explain():
    served = (groups.Served("a", 90, 100), groups.Served("b", 98, 100), groups.Served("c", 1, 1))
    assert groups.worse(served, 0.99) == ("a",)
