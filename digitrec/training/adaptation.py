"""A trained network adapted to one's own hand: its head fitted anew to a few own digits.

All but the last layer stays as it is, so that this takes seconds, and what the network knows of
other hands is hardly touched: validation says whether it is.
"""

from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np

from digitrec.datasets.digits import Digits, Part
from digitrec.datasets.split import folds, some
from digitrec.errors import DataError, ModelError, expect_one_of
from digitrec.training.heads import HEADS, Array, Head, Seen, prototypes, refitted

KNOWN = 1_000
"""Training digits that the own ones are mixed with."""

STRENGTHS = {"logits": (0.1, 1.0, 10.0), "prototypes": (0.005, 0.02, 0.08)}
"""From what changes next to nothing to what reads the own digits best."""

FOLDS = 5
INNER_FOLDS = 2
BATCH = 500

Fit = Callable[[Seen, float], Head]
"""From own digits and a strength to a head."""


@dataclass(frozen=True)
class Adapted:
    """What came of an adaptation.

    Attributes:
        head: the last layer to put in place of the old one.
        strength: that cross-validation on the own digits chose; see training.heads.
        own: digits to adapt to.
        own_errors: of them misread before, and after by heads that did not see them.
        validation: digits of validation.
        validation_errors: of them misread before and after.
    """

    head: Head
    strength: float
    own: int
    own_errors: tuple[int, int]
    validation: int
    validation_errors: tuple[int, int]

    def check(self, most_lost: int) -> None:
        """Raise ModelError when it is not worth having: one line that says why."""
        before, after = self.validation_errors
        if after > before + most_lost:
            raise ModelError(
                f"expected at most {most_lost} more misses of {self.validation:,} validation "
                f"digits; there would be {after} instead of {before}, so nothing is written"
            )
        before, after = self.own_errors
        if after > before:
            raise ModelError(
                f"expected no more misses of {self.own} own digits; there would be {after} "
                f"instead of {before}, so nothing is written"
            )


def adapt(network: keras.Model, own: Part, digits: Digits, head: str = "logits") -> Adapted:
    """Fit a network's head to own digits, and measure what that is worth.

    The strength is chosen by cross-validation on the own digits. What they gain is measured by
    another around it: a digit is read by a head of which neither weights nor strength saw it
    (Stone, "Cross-Validatory Choice and Assessment of Statistical Predictions", 1974).

    Args:
        network: (N, 28, 28, 1) of 0 to 255 in, logits of a Dense layer out.
        own: at least two digits of each class that it has.
        digits: those that the network was trained and chosen on; the test part is not read.
        head: "logits": the layer refitted; "prototypes": the nearest class mean.

    Raises:
        OptionError: there is no such head.
        ModelError: the network does not end in a Dense layer of logits.
        DataError: there is one own digit of a class alone.
    """
    expect_one_of("head", head, HEADS)
    _expect_several(own, digits.classes)
    old = head_of(network)
    known = seen(network, some(digits.train, KNOWN))
    mine, validation = seen(network, own), seen(network, digits.validation)

    def fit(chosen: Seen, strength: float) -> Head:
        if head == "logits":
            return refitted(old, known, chosen, strength)
        return prototypes(known, chosen, len(digits.classes), strength)

    strength = chosen_strength(mine, fit, STRENGTHS[head], FOLDS)
    new = fit(mine, strength)
    return Adapted(
        new,
        strength,
        len(mine),
        (old.errors(mine), cross_validated_errors(mine, fit, STRENGTHS[head])),
        len(validation),
        (old.errors(validation), new.errors(validation)),
    )


def chosen_strength(own: Seen, fit: Fit, strengths: tuple[float, ...], count: int) -> float:
    """The strength at which own digits that a head did not see have the least loss."""

    def loss(strength: float) -> float:
        return sum(
            float(fit(rest, strength).losses(held_back).sum())
            for rest, held_back in _halves(own, count)
        )

    return min(strengths, key=loss)


def cross_validated_errors(own: Seen, fit: Fit, strengths: tuple[float, ...]) -> int:
    """Misses of own digits by heads of which neither weights nor strength saw them."""
    return sum(
        fit(rest, chosen_strength(rest, fit, strengths, INNER_FOLDS)).errors(held_back)
        for rest, held_back in _halves(own, FOLDS)
    )


def head_of(network: keras.Model) -> Head:
    """A network's last layer. Raises ModelError when that is not a Dense layer of logits."""
    last = network.layers[-1]
    linear = getattr(last, "activation", None) in (None, keras.activations.linear)
    if not (isinstance(last, keras.layers.Dense) and linear and last.use_bias):
        raise ModelError(
            f"{network.name}: expected a network that ends in a Dense layer of logits with a bias; "
            f"received one that ends in {type(last).__name__}"
        )
    kernel, bias = (np.asarray(weight, np.float64) for weight in last.get_weights())
    return Head(kernel, bias)


def put_in(network: keras.Model, head: Head) -> None:
    """Give a network another head."""
    network.layers[-1].set_weights([head.kernel, head.bias])


def seen(network: keras.Model, part: Part) -> Seen:
    """Digits as a network's last layer sees them."""
    trunk = keras.Model(network.inputs, network.layers[-1].input)
    batches = range(0, len(part), BATCH)
    features: list[Array] = [
        np.asarray(trunk.predict_on_batch(_pixels(part, start)), np.float64) for start in batches
    ]
    return Seen(np.concatenate(features), part.labels)


def _pixels(part: Part, start: int) -> Array:
    return np.asarray(part.images[start : start + BATCH, ..., None], np.float32)


def _halves(own: Seen, count: int) -> list[tuple[Seen, Seen]]:
    """What a head is fitted to and what it is measured on, as often as there are parts."""
    return [
        (own.take(np.delete(np.arange(len(own)), part)), own.take(part))
        for part in folds(own.labels, min(count, len(own)))
    ]


def _expect_several(own: Part, classes: tuple[str, ...]) -> None:
    counts = np.bincount(own.labels, minlength=len(classes))
    if single := [name for name, count in zip(classes, counts, strict=True) if count == 1]:
        raise DataError(
            f"expected two or more own digits of a class, better twenty; "
            f"received one of {', '.join(single)}"
        )
