"""What stands among digits is likelier to be a digit than the same ink would be alone."""

from collections.abc import Sequence
from dataclasses import replace

from digitrec.reading.reading import Digit

FEWEST = 2
"""Digits of a line that are beyond doubt, at least, and more than there are doubts about."""

AS_TALL = 0.6
"""Of their middle height: a dash, a dot or an equals sign is lower."""


def among_digits(digits: Sequence[Digit]) -> list[Digit]:
    """The digits, of which those that were rejected are uncertain where they stand in a number.

    A number that lacks a digit is worse than one with a doubtful digit in it.
    """
    rows = {digit.line: [other for other in digits if other.line == digit.line] for digit in digits}
    return [
        replace(digit, status="uncertain") if _is_one_of(digit, rows[digit.line]) else digit
        for digit in digits
    ]


def _is_one_of(digit: Digit, row: Sequence[Digit]) -> bool:
    heights = sorted(other.box[3] for other in row if other.status == "ok")
    rejected = sum(other.status == "not_a_digit" for other in row)
    if digit.status != "not_a_digit" or len(heights) < max(FEWEST, rejected + 1):
        return False
    return digit.box[3] >= AS_TALL * heights[len(heights) // 2]
