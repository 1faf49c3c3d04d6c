"""Places and numbers in words."""

import pytest

from digitrec.insight.words import a, at, counted, joined, one, zone_name


def test_zones_are_named_as_people_say_it():
    named = [[zone_name(row, column) for column in range(3)] for row in range(3)]
    assert named == [
        ["upper left", "top", "upper right"],
        ["left", "middle", "right"],
        ["lower left", "bottom", "lower right"],
    ]
    assert (at("top"), at("middle")) == ("at the top", "in the middle")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (counted(0, "hole"), "no holes"),
        (counted(1, "end point"), "one end point"),
        (counted(12, "hole"), "12 holes"),
        (one("hole"), "a hole"),
        (one("end point"), "an end point"),
        (a("7"), "a 7"),
        (a("8"), "an 8"),
        (a("cat"), "a cat"),
        (a("apple"), "an apple"),
        (joined([]), ""),
        (joined(["one"]), "one"),
        (joined(["one", "two"], "or"), "one or two"),
        (joined(["one", "two", "three"]), "one, two and three"),
    ],
)
def test_words_fit(said, expected):
    assert said == expected
