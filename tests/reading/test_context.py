"""A rejected digit in a number is uncertain; alone, low, or among others like it, it stays out."""

import pytest

from digitrec import Digit
from digitrec.reading.context import AS_TALL, among_digits

STATUSES = {"o": "ok", "u": "uncertain", "x": "not_a_digit"}


def row(signs: str, line: int = 0, heights: tuple[int, ...] = ()) -> list[Digit]:
    """Digits of these statuses, 50 pixels high or as high as it says."""
    sides = heights or (50,) * len(signs)
    return [
        Digit(7, 0.5, STATUSES[sign], line, (40 * number, 10, 30, height), (0.1,) * 10)
        for number, (sign, height) in enumerate(zip(signs, sides, strict=True))
    ]


def signs(digits: list[Digit]) -> str:
    return "".join(digit.status[0].replace("n", "x") for digit in digits)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("oxo", "ouo"),
        ("oox", "oou"),
        ("xooox", "uooou"),
        ("uoxo", "uouo"),
        ("x", "x"),
        ("ox", "ox"),
        ("oxx", "oxx"),
        ("ooxx", "ooxx"),
        ("uux", "uux"),
        ("", ""),
    ],
)
def test_more_digits_than_doubts_and_two_at_least(before, after):
    assert signs(among_digits(row(before))) == after


@pytest.mark.parametrize(("height", "after"), [(50 * AS_TALL, "oou"), (50 * AS_TALL - 1, "oox")])
def test_as_tall_as_a_digit(height, after):
    assert signs(among_digits(row("oox", heights=(48, 50, int(height))))) == after


def test_each_line_by_itself():
    assert signs(among_digits([*row("ooo"), *row("x", line=1)])) == "ooox"


def test_nothing_else_of_a_digit_changes():
    (_, _, before), (_, _, after) = row("oox"), among_digits(row("oox"))
    assert (after.box, after.confidence, after.digit) == (before.box, before.confidence, 7)
