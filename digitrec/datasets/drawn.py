"""Digits that a program draws as people of several countries write them.

MNIST is American. Elsewhere a 1 has a long upstroke and sometimes a foot, a 7 is crossed, a 4 is
open, a 9 stands on a straight leg: forms that MNIST hardly has, and whose 1s a network trained on
it reads as 7s. The forms are described by the points that a pen goes through; `pen.drawn` makes
each drawing another one. No picture of anybody's is needed.
"""

from collections.abc import Callable, Sequence

import numpy as np

from digitrec.datasets.digits import Part
from digitrec.datasets.pen import Stroke, drawn
from digitrec.reading.form import SIDE

Strokes = Sequence[Stroke]
Form = Callable[[np.random.Generator], Strokes]
"""Draws the strokes of one digit, whose proportions it varies itself."""


def digits(count: int, seed: int = 0) -> Part:
    """So many drawn digits, all classes and all their forms alike.

    Returns:
        Images (count, 28, 28) uint8 in MNIST's form, and labels.
    """
    random = np.random.default_rng(seed)
    labels = random.integers(0, len(FORMS), count)
    images = np.zeros((count, SIDE, SIDE), np.uint8)
    for number, label in enumerate(labels):
        forms = FORMS[label]
        images[number] = drawn(forms[random.integers(len(forms))](random), random)
    return Part(images, labels.astype(np.int64))


def of_form(form: Form, count: int, seed: int = 0) -> Part:
    """So many drawings of one of the FORMS, to look at or to measure it apart."""
    random = np.random.default_rng(seed)
    (label,) = [digit for digit, forms in enumerate(FORMS) if form in forms]
    images = np.stack([drawn(form(random), random) for _ in range(count)])
    return Part(images, np.full(count, label, np.int64))


def plain_zero(random: np.random.Generator) -> Strokes:
    """An ellipse that begins anywhere in its upper half and closes, or nearly."""
    return [_ring(0.5, 0.5, 0.45, 0.5, random.uniform(-140, -20), random.uniform(340, 390))]


def plain_one(random: np.random.Generator) -> Strokes:
    """A line."""
    return [[(0.5, 0.0), (0.5 + random.uniform(-0.1, 0.1), 1.0)]]


def flagged_one(random: np.random.Generator) -> Strokes:
    """A line with a short upstroke before it."""
    back, down = random.uniform(0.1, 0.3), random.uniform(0.1, 0.3)
    return [[(0.6 - back, down), (0.6, 0.0)], [(0.6, 0.0), (0.6, 1.0)]]


def european_one(random: np.random.Generator) -> Strokes:
    """A line with a long upstroke, up to as long as itself."""
    back, down = random.uniform(0.3, 0.65), random.uniform(0.35, 0.8)
    return [[(0.7 - back, down), (0.7, 0.0)], [(0.7, 0.0), (0.7, 1.0)]]


def curved_one(random: np.random.Generator) -> Strokes:
    """A long upstroke in a bow."""
    back, down = random.uniform(0.3, 0.6), random.uniform(0.3, 0.6)
    bow = (0.7 - back / 2, down * random.uniform(0.55, 0.85))
    return [[(0.7 - back, down), bow, (0.7, 0.0)], [(0.7, 0.0), (0.7, 1.0)]]


def footed_one(random: np.random.Generator) -> Strokes:
    """An upstroke, a line, and a foot under it."""
    left, right = random.uniform(0.15, 0.3), random.uniform(0.15, 0.3)
    foot: Stroke = [(0.6 - left, 1.0), (0.6 + right, 1.0)]
    upstroke = european_one if random.random() < 0.5 else flagged_one
    return [*upstroke(random), foot]


def round_two(random: np.random.Generator) -> Strokes:
    """A bow and a straight foot."""
    start = random.uniform(0.1, 0.35)
    return [
        [(0.08, start), (0.25, 0.03), (0.6, 0.0), (0.85, 0.25), (0.6, 0.6), (0.05, 0.97)],
        [(0.05, 0.97), (0.95, 0.97)],
    ]


def looped_two(random: np.random.Generator) -> Strokes:
    """A bow that ends in a loop, and a tail."""
    loop = random.uniform(0.7, 0.85)
    return [
        [
            *[(0.1, 0.25), (0.35, 0.0), (0.75, 0.1), (0.75, 0.4), (0.4, 0.8), (0.12, 0.95)],
            *[(0.08, loop + 0.05), (0.25, loop), (0.6, 0.95), (0.95, 0.9)],
        ]
    ]


def round_three(random: np.random.Generator) -> Strokes:
    """Two bows."""
    waist = random.uniform(0.3, 0.5)
    return [
        [(0.08, 0.15), (0.4, 0.0), (0.8, 0.12), (0.75, 0.36), (waist, 0.46)],
        [(waist, 0.46), (0.8, 0.56), (0.88, 0.8), (0.5, 1.0), (0.06, 0.9)],
    ]


def flat_three(random: np.random.Generator) -> Strokes:
    """A straight top, a slope, and one bow."""
    waist = random.uniform(0.3, 0.5)
    return [
        [(0.1, 0.0), (0.85, 0.0)],
        [(0.85, 0.0), (waist, 0.4)],
        [(waist, 0.4), (0.8, 0.5), (0.88, 0.75), (0.5, 1.0), (0.08, 0.9)],
    ]


def open_four(random: np.random.Generator) -> Strokes:
    """An angle, and a line that crosses its bar."""
    top, bar = random.uniform(0.0, 0.35), random.uniform(0.5, 0.75)
    stem, left = random.uniform(0.6, 0.8), random.uniform(0.05, 0.35)
    return [
        [(left, 0.0), (0.08, bar)],
        [(0.08, bar), (0.98, bar)],
        [(stem, top), (stem - random.uniform(0, 0.1), 1.0)],
    ]


def rounded_four(random: np.random.Generator) -> Strokes:
    """Open, its left side a bow, as a u with a tail."""
    bar = random.uniform(0.45, 0.6)
    return [
        [(0.12, 0.0), (0.08, bar - 0.12), (0.25, bar), (0.75, bar - 0.08)],
        [(0.78, 0.0), (0.72, 1.0)],
    ]


def closed_four(random: np.random.Generator) -> Strokes:
    """A triangle on a line."""
    bar = random.uniform(0.55, 0.75)
    return [
        [(0.7, 0.0), (0.05, bar)],
        [(0.05, bar), (0.98, bar)],
        [(0.7, 0.0), (0.68, 1.0)],
    ]


def barred_five(random: np.random.Generator) -> Strokes:
    """A bow below an angle; the bar comes last and may not touch."""
    loose = random.uniform(-0.06, 0.06)
    return [
        [(0.25, 0.02), (0.18, 0.42)],
        [(0.18, 0.42), (0.55, 0.36), (0.88, 0.6), (0.75, 0.92), (0.35, 1.0), (0.05, 0.88)],
        [(0.25, loose), (0.9, loose)],
    ]


def plain_six(random: np.random.Generator) -> Strokes:
    """A bow that ends in a loop."""
    return [
        [
            *[(random.uniform(0.6, 0.9), 0.02), (0.35, 0.2), (0.1, 0.6), (0.25, 0.95)],
            *[(0.65, 0.98), (0.88, 0.75), (0.65, 0.52), (0.3, 0.6), (0.14, 0.75)],
        ]
    ]


def plain_seven(random: np.random.Generator) -> Strokes:
    """A bar and a slope."""
    foot, fall = random.uniform(0.2, 0.5), random.uniform(-0.08, 0.08)
    return [[(0.05, fall), (0.95, 0.0)], [(0.95, 0.0), (foot, 1.0)]]


def ticked_seven(random: np.random.Generator) -> Strokes:
    """A bar that begins with a small tick."""
    return [[(0.08, random.uniform(0.1, 0.25)), (0.05, 0.0)], *plain_seven(random)]


def wavy_seven(random: np.random.Generator) -> Strokes:
    """A bar in a wave, and a slope in a bow."""
    foot = random.uniform(0.2, 0.45)
    return [
        [(0.05, 0.15), (0.2, 0.0), (0.6, 0.1), (0.95, 0.02)],
        [(0.95, 0.02), (foot + 0.2, 0.45), (foot, 1.0)],
    ]


def crossed_seven(random: np.random.Generator) -> Strokes:
    """Any of the others, with a stroke through the slope."""
    forms = (plain_seven, ticked_seven, wavy_seven)
    height, rise = random.uniform(0.4, 0.6), random.uniform(-0.05, 0.12)
    left, right = random.uniform(0.15, 0.35), random.uniform(0.7, 0.95)
    cross: Stroke = [(left, height + rise), (right, height - rise)]
    return [*forms[random.integers(len(forms))](random), cross]


def plain_eight(random: np.random.Generator) -> Strokes:
    """One stroke that crosses itself, and closes or nearly."""
    end = random.uniform(0.65, 0.85)
    return [
        [
            *[(0.75, 0.1), (0.4, 0.0), (0.18, 0.2), (0.5, 0.46), (0.85, 0.75), (0.5, 1.0)],
            *[(0.15, 0.75), (0.5, 0.48), (0.82, 0.22), (end, 0.06)],
        ]
    ]


def ringed_eight(random: np.random.Generator) -> Strokes:
    """A ring on a ring, which is the smaller or not."""
    return [
        _ring(0.5, 0.25, random.uniform(0.28, 0.42), 0.25, 90, 370),
        _ring(0.5, 0.75, 0.42, 0.25, -90, 370),
    ]


def straight_nine(random: np.random.Generator) -> Strokes:
    """A ring on a straight leg."""
    foot = random.uniform(0.55, 0.95)
    return [_ring(0.5, 0.27, 0.36, 0.27, 0, 350), [(0.86, 0.1), (foot, 1.0)]]


def bowed_nine(random: np.random.Generator) -> Strokes:
    """A ring whose leg ends in a bow to the left."""
    return [
        _ring(0.5, 0.27, 0.36, 0.27, 0, 350),
        [(0.86, 0.15), (0.84, 0.6), (0.6, 0.97), (0.15, random.uniform(0.82, 0.98))],
    ]


def _ring(x: float, y: float, wide: float, high: float, start: float, degrees: float) -> Stroke:
    """Points of an ellipse from an angle on, clockwise from the right."""
    angles = np.deg2rad(start + np.linspace(0, degrees, 13))
    return [(x + wide * np.cos(angle), y + high * np.sin(angle)) for angle in angles]


FORMS: tuple[tuple[Form, ...], ...] = (
    (plain_zero,),
    (plain_one, flagged_one, european_one, curved_one, footed_one),
    (round_two, looped_two),
    (round_three, flat_three),
    (open_four, rounded_four, closed_four),
    (barred_five,),
    (plain_six,),
    (plain_seven, ticked_seven, wavy_seven, crossed_seven, crossed_seven),
    (plain_eight, ringed_eight),
    (straight_nine, bowed_nine),
)
"""How each digit is written."""

EUROPEAN: tuple[Form, ...] = (
    *(european_one, curved_one, footed_one),
    *(crossed_seven, open_four, rounded_four, straight_nine),
)
"""The forms that MNIST hardly has."""
