"""Why a digit was read as it was: maps, the strokes that decide, the stroke tree, in words.

>>> for line in explain(classifier, images, digits)[0].words:
...     print(line)
Looked mostly in the middle and at the upper right.
Would be a 3 (61 %) without the stroke at the left.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitrec.insight.maps.methods import OCCLUSION, maps_by
from digitrec.insight.strokes.parts import strokes
from digitrec.insight.strokes.tree import Leaf, StrokeTree
from digitrec.insight.words import a, at, joined, zone_name
from digitrec.reading import reject
from digitrec.reading.classifier import CardClassifier, softmax
from digitrec.reading.form import SIDE
from digitrec.reading.normalize import to_mnist
from digitrec.reading.reading import Digit

WINDOWS = (7, 9, 11)
"""Pixels a side of what is taken away where no stroke decides."""

MOST_TAKEN = 0.5
"""Of the ink: without more than that it is another digit for certain, which says nothing."""

LIKELY = 0.5
"""Probability from which it would be another digit."""

MOSTLY = 0.5
"""Of what speaks for the digit: the places that together have so much are named."""

MOST_PLACES = 3
"""Named, at most: what is everywhere is nowhere."""

Image = NDArray[np.uint8]


@dataclass(frozen=True)
class Without:
    """What a digit would be with a part taken away.

    Attributes:
        part: (28, 28) bool, the pixels.
        stroke: whether it is a stroke, or whatever ink is there.
        where: the ninth of the digit that its middle is in, such as "lower left".
        digit: the name of the class that it would be.
        probability: of that class.
    """

    part: NDArray[np.bool_]
    stroke: bool
    where: str
    digit: str
    probability: float

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        named = {"digit": self.digit, "probability": round(self.probability, 6)}
        return {**named, "stroke": self.stroke, "where": self.where}


@dataclass(frozen=True)
class Explanation:
    """Why one digit was read as it was.

    Attributes:
        image: (28, 28), as the network sees it.
        digit: what was read.
        target: the name of the class that the maps speak of.
        maps: (28, 28) each, by the name of their method.
        reasons: why the reading is not "ok"; none where it is.
        places: where it looked mostly; none where that is everywhere.
        without: the smallest part without which it would be another digit; None: there is none.
        leaf: what the stroke tree says; None without a tree.
        by_strokes: the name of the class that it says.
    """

    image: Image
    digit: Digit
    target: str
    maps: Mapping[str, NDArray[np.float32]]
    reasons: tuple[str, ...]
    places: tuple[str, ...]
    without: Without | None
    leaf: Leaf | None = None
    by_strokes: str | None = None

    @property
    def words(self) -> list[str]:
        """What it comes to, in sentences."""
        return list(_words(self))

    def as_dict(self) -> dict[str, Any]:
        """For JSON, without the maps."""
        leaf = self.leaf
        return {
            **self.digit.as_dict(),
            "reasons": list(self.reasons),
            "looked_at": list(self.places),
            "without": self.without.as_dict() if self.without else None,
            "by_strokes": None
            if leaf is None
            else {"digit": self.by_strokes, "rule": leaf.words, "precision": leaf.precision},
            "words": self.words,
        }


def explain(
    classifier: CardClassifier,
    images: NDArray[np.uint8],
    digits: Sequence[Digit],
    methods: Sequence[str] = (OCCLUSION,),
    *,
    target: str | None = None,
    layer: str | None = None,
    tree: StrokeTree | None = None,
) -> list[Explanation]:
    """Why digits were read as they were.

    Args:
        classifier: what has read them.
        images: (N, 28, 28) uint8, in MNIST's form.
        digits: what was read, one an image.
        methods: names of maps.methods.METHODS.
        target: the name of the class that the maps speak of; None is the one that was read.
        layer: for Grad-CAM and LayerCAM; None is their own choice.
        tree: one that follows the classifier; None leaves it out.

    Raises:
        OptionError: a method that needs a Keras model, or a layer that is not there.
    """
    if not digits:
        return []
    read = np.array([classifier.classes.index(str(digit.digit)) for digit in digits], np.int64)
    targets = read if target is None else np.full_like(read, classifier.classes.index(target))
    occluded = maps_by(OCCLUSION, classifier, images, read)
    found = {
        method: occluded
        if method == OCCLUSION and target is None
        else maps_by(method, classifier, images, targets, layer)
        for method in methods
    }
    logits = classifier.logits(images)
    explained = []
    for number, (image, digit) in enumerate(zip(images, digits, strict=True)):
        leaf = tree.leaf(image) if tree else None
        explained.append(
            Explanation(
                image,
                digit,
                target or str(digit.digit),
                {method: maps[number] for method, maps in found.items()},
                reject.reasons(image, logits[number], classifier.card),
                places(image, occluded[number]),
                decisive(classifier, image),
                leaf,
                tree.classes[leaf.answer] if tree and leaf else None,
            )
        )
    return explained


def places(image: Image, speaking: NDArray[np.floating]) -> tuple[str, ...]:
    """Ninths of a digit's box that together hold MOSTLY of a map's values above 0, most first.

    None where that takes more than MOST_PLACES.
    """
    zones = _zones(image)
    shares = np.bincount(zones.ravel(), np.maximum(speaking, 0).ravel(), 9)
    ranked = np.argsort(-shares, kind="stable")
    needed = int(np.searchsorted(np.cumsum(shares[ranked]), MOSTLY * shares.sum())) + 1
    if needed > MOST_PLACES or not shares.any():
        return ()
    return tuple(zone_name(*divmod(int(zone), 3)) for zone in ranked[:needed])


def decisive(classifier: CardClassifier, image: Image) -> Without | None:
    """The smallest stroke without which a digit would be another; else the smallest window.

    What is left is brought to MNIST's form anew, as it would be read if it had been written so.
    What would then be no digit does not count.
    """
    return _smallest(classifier, image, strokes(image), True) or _smallest(
        classifier, image, _windows(image), False
    )


def _smallest(
    classifier: CardClassifier, image: Image, parts: Sequence[NDArray[np.bool_]], stroke: bool
) -> Without | None:
    ink = (image > 0).sum()
    parts = [part for part in parts if 0 < (part & (image > 0)).sum() <= MOST_TAKEN * ink]
    parts = sorted(parts, key=lambda part: int(image[part].sum()))
    left = np.stack([image, *(to_mnist(np.where(part, 0, image)) for part in parts)])
    logits = classifier.logits(left)
    shares = softmax(logits / classifier.card.temperature)
    statuses = reject.statuses(left, logits, classifier.card)
    read = shares.argmax(axis=1)
    likely = (read != read[0]) & (shares.max(axis=1) >= LIKELY)
    for number, part in enumerate(parts, 1):
        if likely[number] and statuses[number] != "not_a_digit":
            name = classifier.classes[read[number]]
            share = float(shares[number].max())
            return Without(part, stroke, _where(image, part), name, share)
    return None


def _windows(image: Image) -> list[NDArray[np.bool_]]:
    """Windows of all sizes, at every other pixel, whose ink is taken away."""
    found = []
    for side in WINDOWS:
        for top in range(0, SIDE - side + 1, 2):
            for left in range(0, SIDE - side + 1, 2):
                window = np.zeros(image.shape, bool)
                window[top : top + side, left : left + side] = True
                found.append(window & (image > 0))
    return found


def _where(image: Image, part: NDArray[np.bool_]) -> str:
    """The ninth of the digit's box that the middle of a part is in."""
    rows, columns = np.nonzero(part)
    zone = _zones(image)[round(float(rows.mean())), round(float(columns.mean()))]
    return zone_name(*divmod(int(zone), 3))


def _zones(image: Image) -> NDArray[np.int64]:
    """The number (28, 28) of the ninth of the digit's box that each pixel is in, or is nearest."""
    numbers = []
    for axis in (1, 0):
        inked = np.flatnonzero(image.any(axis=axis))
        first, last = (inked[0], inked[-1]) if len(inked) else (0, SIDE - 1)
        along = 3 * (np.arange(SIDE) - first) // (last + 1 - first)
        numbers.append(np.clip(along, 0, 2))
    return 3 * numbers[0][:, None] + numbers[1][None, :]


def _words(found: Explanation) -> Iterator[str]:
    digit = found.digit
    read = a(str(digit.digit))
    if digit.status != "ok":
        why = joined(found.reasons) or "its ink was not clear at first sight"
        yield f"{digit.status.replace('_', ' ').capitalize()}: {why}."
    if found.places:
        yield f"Looked mostly at {joined([f'the {place}' for place in found.places])}."
    else:
        yield "Looked at all of it, hardly anywhere most."
    if found.without:
        part = "stroke" if found.without.stroke else "ink"
        would = f"{a(found.without.digit)} ({100 * found.without.probability:.1f} %)"
        yield f"Would be {would} without the {part} {at(found.without.where)}."
    else:
        yield f"Stays {read} whichever part is taken away."
    if found.leaf and found.by_strokes:
        agree = found.by_strokes == str(digit.digit)
        said = f"{read} as well" if agree else f"rather {a(found.by_strokes)}"
        share = f"{100 * found.leaf.precision:.0f} % of such digits are"
        yield f"By its strokes {said}: {found.leaf.words} ({share})."
    if found.target != str(digit.digit):
        yield f"The maps show what speaks for {a(found.target)}."
