"""Rules in words."""

import pytest

from digitrec.insight.strokes.wording import Condition, in_words


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ([Condition("holes", 2, 2), Condition("ends", None, 0)], "two holes, no end points"),
        ([Condition("holes", 1)], "a hole"),
        ([Condition("ends", 1)], "an end point"),
        ([Condition("ends", 2)], "two end points or more"),
        ([Condition("ends", None, 2)], "at most two end points"),
        ([Condition("ends", 1, 3)], "one to three end points"),
        ([Condition("holes", 1, 1)], "one hole"),
        ([Condition("holes_above", None, 0)], "no holes in the upper half"),
        ([Condition("aspect", None, 0.39)], "narrow (at most 39 % of its height)"),
        ([Condition("aspect", 0.39)], "wide (at least 39 % of its height)"),
        ([Condition("aspect", 0.39, 0.6)], "wide (39 to 60 % of its height)"),
        ([Condition("open_to_the_left_above", 1)], "open to the left above"),
        ([Condition("open_at_the_top", None, 0)], "not open at the top"),
        ([Condition("ink_middle", None, 0)], "no ink in the middle"),
        (
            [Condition("ink_lower_left", 1), Condition("ink_lower_right", 1)],
            "ink at the lower left and at the lower right",
        ),
        (
            [Condition(f"ends_{corner}", None, 0) for corner in ("upper_left", "lower_left")],
            "no end points at the upper left or at the lower left",
        ),
        ([], "anything else"),
    ],
)
def test_a_rule_is_said_as_people_would(rule, words):
    assert in_words(rule) == words
