"""What all parts agree on of a digit: its image's side, its names, its ink. Loads nothing."""

from typing import Literal

SIDE = 28
"""Pixels a side of a digit in MNIST's form."""

DIGIT_NAMES = tuple("0123456789")
"""The classes of a model that reads digits, in the order of its outputs."""

DigitStatus = Literal["ok", "uncertain", "not_a_digit"]
STATUSES: tuple[DigitStatus, ...] = ("ok", "uncertain", "not_a_digit")
"""What a reading is worth; in the text are all but the last."""

Polarity = Literal["auto", "dark", "light"]
POLARITIES: tuple[Polarity, ...] = ("auto", "dark", "light")
"""Whether ink is darker or lighter than its ground; "auto" sees for itself."""
