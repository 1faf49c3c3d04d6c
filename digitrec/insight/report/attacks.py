"""What a report tries to fool a model with: little, so that it takes seconds.

`digitrec attack` tries harder; what is left here is more than what is left of that.
"""

from collections.abc import Iterator

from digitrec.compression.keras_classifier import KerasClassifier
from digitrec.datasets.digits import Part
from digitrec.datasets.split import some
from digitrec.insight.attacked import Attacked, attacked
from digitrec.reading.classifier import CardClassifier
from digitrec.training.attacks.attack import Attack

PGD = Attack("pgd", epsilon=0.1, steps=20)
SQUARE = Attack("square", epsilon=0.2, queries=500)
MOVES = Attack("moves", degrees=30, pixels=3)
"""A change by 0.1 is hardly seen, one by 0.2 does not hide a digit."""


def measure(classifier: CardClassifier, part: Part, count: int) -> tuple[Attacked, ...]:
    """What is left of some of the digits after each attack that a model can be given.

    Args:
        classifier: a model.
        part: digits, with the numbers of the classifier's classes as labels.
        count: of them; 0 attacks nothing.
    """
    if not count:
        return ()
    digits = some(part, count)
    return tuple(attacked(classifier, digits, attack) for attack in _that_fit(classifier))


def in_words(attack: Attack) -> str:
    """What is done, such as `PGD: 20 steps along the gradient, pixels by up to 0.1`."""
    if attack.kind == "moves":
        return f"turned by up to {attack.degrees:g}° and shifted by up to {attack.pixels:g} pixels"
    pixels = f"pixels changed by up to {attack.epsilon:g}"
    if attack.kind == "square":
        return f"square: {attack.queries:,} tries, {pixels}"
    return f"PGD: {attack.steps} steps along the gradient, {pixels}"


def _that_fit(classifier: CardClassifier) -> Iterator[Attack]:
    if isinstance(classifier, KerasClassifier) and classifier.card.output == "logits":
        yield PGD
    yield from (SQUARE, MOVES)
