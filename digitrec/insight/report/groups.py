"""How well digits are read by how they are written: by stroke, by slant, by form.

Who wrote a digit is mostly not known. What is known is how it looks, and hands differ by that:
some press hard, some lean, some cross their sevens.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitrec.datasets import drawn, measures
from digitrec.errors import needs_extra
from digitrec.insight.evaluation import Answers
from digitrec.insight.metrics import wilson_interval
from digitrec.insight.strokes.features import NAMES
from digitrec.reading.classifier import CardClassifier
from digitrec.reading.form import DIGIT_NAMES

SURE = 0.05
"""How likely it may be that a group is said to be served worse and is not, over all groups."""

TENTHS = (0.1, 0.9)
"""Up to where strokes are thin or lean to the left, and from where thick or to the right."""

WIDTHS = ("thinnest tenth, under {:.2f}", "neither thin nor thick", "thickest tenth, over {:.2f}")
SLANTS = (
    *("tenth most to the left, under {:.2f}", "rather upright"),
    "tenth most to the right, over {:.2f}",
)

DRAWINGS, SEED = 200, 2000
"""Of each European form, and a seed that no training here draws from."""

WIDE = 0.4
"""Share of its height from which an upright 1 is more than a line."""

Mask = NDArray[np.bool_]
Measure = Callable[[str], NDArray[np.float32]]
"""Gives a feature of all digits, (N,), by its name."""


@dataclass(frozen=True)
class Served:
    """How well the digits of one group are read: their count, and how many of them rightly."""

    name: str
    right: int
    count: int

    @property
    def accuracy(self) -> float:
        """Share read rightly, 0 to 1."""
        return self.right / self.count

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the accuracy."""
        return wilson_interval(self.right, self.count)


STYLES: Mapping[str, tuple[str, Callable[[Measure], Mask]]] = {
    "0, not closed": ("0", lambda of: of("holes") == 0),
    "1 with an upstroke or a foot": ("1", lambda of: (of("aspect") > WIDE) & (of("pieces") == 1)),
    "2 with a loop": ("2", lambda of: of("holes") > 0),
    "4 closed at the top": ("4", lambda of: of("holes") > 0),
    "6 or 9, not closed": ("69", lambda of: of("holes") == 0),
    "7 with a stroke through it": ("7", lambda of: of("ends") > 3),
    "8, a ring not closed": ("8", lambda of: of("holes") < 2),
    "any, in pieces": ("0123456789", lambda of: of("pieces") > 1),
}
"""By the name of a style: the digits that it is of, and what tells it, by strokes.features; some of
them are missed, such as sevens whose cross hardly stands out, but hardly any other is taken."""


def groups(classifier: CardClassifier, said: Answers) -> dict[str, tuple[Served, ...]]:
    """How well each group is read, by what tells the groups apart; none is empty.

    Args:
        classifier: a model; when it reads the ten digits, their styles and European forms that a
            program draws are looked at as well.
        said: what it says of digits in MNIST's form.
    """
    images = said.images.astype(np.float32)
    width, slant = measures.thickness(images), measures.slant(images)
    found = {
        "stroke width, pixels": by_tenths(width, said.right, WIDTHS),
        "slant, sideways a pixel of height": by_tenths(slant, said.right, SLANTS),
    }
    if classifier.classes == DIGIT_NAMES:
        found["style"] = by_style(said)
        found["European forms, drawn by a program"] = by_form(classifier)
    return {told: some for told, some in found.items() if some}


def by_tenths(
    values: NDArray[np.floating], right: Mask, names: tuple[str, str, str]
) -> tuple[Served, ...]:
    """The lowest tenth by a measure (N,), those between, and the highest tenth.

    Args:
        values: the measure.
        right: (N,), which digits are read rightly.
        names: of the three; the measure's border is written in the first and the last.
    """
    low, high = np.quantile(values, TENTHS)
    under, over = values < low, values > high
    lowest, middle, highest = names
    parts = {lowest.format(low): under, middle: ~under & ~over, highest.format(high): over}
    return _counted(parts, right)


def by_style(said: Answers) -> tuple[Served, ...]:
    """Each of the STYLES that occurs."""
    digits = np.array(DIGIT_NAMES)[said.labels]
    parts = {
        name: np.isin(digits, list(of)) & tells(lambda name: said.strokes[:, NAMES.index(name)])
        for name, (of, tells) in STYLES.items()
    }
    return _counted(parts, said.right)


def by_form(classifier: CardClassifier) -> tuple[Served, ...]:
    """The forms that MNIST hardly has, such as a `European 1`, of a model of the ten digits."""
    found = []
    for form in drawn.EUROPEAN:
        part = drawn.of_form(form, DRAWINGS, SEED)
        right = classifier.logits(part.images).argmax(axis=1) == part.labels
        kind = form.__name__.partition("_")[0].capitalize()
        found.append(Served(f"{kind} {part.labels[0]}", int(right.sum()), len(part)))
    return tuple(found)


def worse(served: Sequence[Served], usual: float) -> tuple[str, ...]:
    """Names of the groups that are read rightly less often than `usual`, 0 to 1, not by luck.

    By the exact binomial test, at SURE by the number of groups (Bonferroni).

    Raises:
        MissingExtraError: SciPy is not installed.
    """
    with needs_extra("train"):
        from scipy.stats import binom
    return tuple(
        one.name for one in served if binom.cdf(one.right, one.count, usual) < SURE / len(served)
    )


def _counted(parts: Mapping[str, Mask], right: Mask) -> tuple[Served, ...]:
    return tuple(
        Served(name, int(right[part].sum()), int(part.sum()))
        for name, part in parts.items()
        if part.any()
    )
