"""Places and numbers in words, for people."""

from collections.abc import Sequence

ROWS, COLUMNS = ("upper", "", "lower"), ("left", "", "right")
"""Thirds of a digit's box."""

NUMBERS = ("no", "one", "two", "three", "four", "five", "six")
"""Counts as people say them."""


def zone_name(row: int, column: int) -> str:
    """A ninth of the digit's box, such as "upper left", "top", "left" or "middle"."""
    if ROWS[row] and COLUMNS[column]:
        return f"{ROWS[row]} {COLUMNS[column]}"
    alone = {"upper": "top", "lower": "bottom"}
    return alone.get(ROWS[row], "") or COLUMNS[column] or "middle"


def at(zone: str) -> str:
    """Where something is, such as "at the top" or "in the middle"."""
    return f"{'in' if zone == 'middle' else 'at'} the {zone}"


def counted(number: int, noun: str) -> str:
    """Such as "no holes", "one hole", "12 holes"."""
    return f"{number_word(number)} {noun}{'' if number == 1 else 's'}"


def one(noun: str) -> str:
    """Such as "a hole" or "an end point"."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def number_word(number: int) -> str:
    """A small number as a word, a large one in figures."""
    return NUMBERS[number] if 0 <= number < len(NUMBERS) else str(number)


def a(name: str) -> str:
    """A class with its article, such as "a 7", "an 8"."""
    return f"{'an' if name[:1] in '8aeiouAEIOU' or name in ('11', '18') else 'a'} {name}"


def joined(words: Sequence[str], last: str = "and") -> str:
    """Such as "one", "one and two", "one, two and three"; nothing for none."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
