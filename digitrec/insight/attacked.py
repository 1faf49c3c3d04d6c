"""What is left of a model's accuracy when digits are changed so that it misreads them."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digitrec.compression.keras_classifier import KerasClassifier
from digitrec.datasets.digits import Part
from digitrec.errors import DataError, ModelError
from digitrec.insight.metrics import wilson_interval
from digitrec.insight.plots import GREY, ORANGE, PathLike, figure_of, save
from digitrec.reading.classifier import CardClassifier
from digitrec.training.attacks.attack import Attack

if TYPE_CHECKING:
    import keras

Tell = Callable[[int, int], None]
"""Called with how far an attack is, and how many digits are still read rightly."""

SHOWN = 12
"""Digits on the picture."""


@dataclass(frozen=True, eq=False)
class Attacked:
    """Digits before and after an attack.

    Attributes:
        attack: what was done.
        count: digits.
        clean_errors: of them that are misread as they are.
        errors: of them that are misread after the attack, or were before.
        seconds: that it took.
        images: (N, 28, 28) of 0 to 255, the digits as the attack left them.
        before: (N,), as what each was read before.
        after: (N,), as what each was read then.
        labels: (N,), what each is.
    """

    attack: Attack
    count: int
    clean_errors: int
    errors: int
    seconds: float
    images: NDArray[Any]
    before: NDArray[np.int64]
    after: NDArray[np.int64]
    labels: NDArray[np.int64]

    @property
    def fooled(self) -> list[int]:
        """The places of the digits that were read rightly and then not."""
        return np.flatnonzero((self.before == self.labels) & (self.after != self.labels)).tolist()

    @property
    def clean_accuracy(self) -> float:
        """Share of the digits read rightly, 0 to 1."""
        return 1 - self.clean_errors / self.count

    @property
    def accuracy(self) -> float:
        """Share read rightly both before and after, 0 to 1."""
        return 1 - self.errors / self.count

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of `accuracy`."""
        return wilson_interval(self.count - self.errors, self.count)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "attack": self.attack.as_dict(),
            "count": self.count,
            "clean": {"accuracy": self.clean_accuracy, "errors": self.clean_errors},
            "attacked": {
                "accuracy": self.accuracy,
                "errors": self.errors,
                "interval": list(self.interval),
            },
            "seconds": round(self.seconds, 1),
        }


def attacked(
    classifier: CardClassifier, part: Part, attack: Attack, tell: Tell = lambda _, __: None
) -> Attacked:
    """Attack a model and measure what is left.

    Args:
        classifier: the model; "fgsm" and "pgd" need a Keras model that gives logits.
        part: digits and their labels, as numbers of the classifier's classes.
        attack: what to do.
        tell: see Tell.

    Raises:
        DataError: there are no digits.
        ModelError: the attack needs gradients, and the model has none.
    """
    if not len(part):
        raise DataError("expected digits to attack; received none")
    begun = time.perf_counter()
    images = WAYS[attack.kind](classifier, part, attack, tell)
    seconds = time.perf_counter() - begun
    before, after = classifier.logits(part.images).argmax(axis=1), _readings(classifier, images)
    clean, wrong = before != part.labels, after != part.labels
    count, lost = int(clean.sum()), int((clean | wrong).sum())
    return Attacked(attack, len(part), count, lost, seconds, images, before, after, part.labels)


def _by_fgsm(classifier: CardClassifier, part: Part, attack: Attack, _: Tell) -> NDArray[Any]:
    network = _network(classifier, attack)
    from digitrec.training.attacks.ball import Ball
    from digitrec.training.attacks.descent import fgsm

    return fgsm(network, part, Ball(attack.norm, attack.epsilon))[..., 0]


def _by_pgd(classifier: CardClassifier, part: Part, attack: Attack, tell: Tell) -> NDArray[Any]:
    network = _network(classifier, attack)
    from digitrec.training.attacks.ball import Ball
    from digitrec.training.attacks.descent import pgd

    found = pgd(
        network,
        part,
        Ball(attack.norm, attack.epsilon),
        steps=attack.steps,
        restarts=attack.restarts,
        goal=attack.goal,
        seed=attack.seed,
        tell=tell,
    )
    return found[..., 0]


def _by_squares(classifier: CardClassifier, part: Part, attack: Attack, tell: Tell) -> NDArray[Any]:
    from digitrec.training.attacks.square import square

    return square(
        classifier.logits,
        part,
        attack.epsilon,
        queries=attack.queries,
        seed=attack.seed,
        tell=tell,
    )


def _by_moves(classifier: CardClassifier, part: Part, attack: Attack, tell: Tell) -> NDArray[Any]:
    from digitrec.training.attacks.moves import moves

    return moves(classifier.logits, part, attack.degrees, attack.pixels, tell=tell)


WAYS: Mapping[str, Callable[[CardClassifier, Part, Attack, Tell], NDArray[Any]]] = {
    "fgsm": _by_fgsm,
    "pgd": _by_pgd,
    "square": _by_squares,
    "moves": _by_moves,
}
"""By the name of the attack: what leaves images (N, 28, 28)."""


def _network(classifier: CardClassifier, attack: Attack) -> "keras.Model":
    if not isinstance(classifier, KerasClassifier) or classifier.card.output != "logits":
        raise ModelError(
            f"{classifier.source}: expected a Keras model that gives logits, for the gradients of "
            f"{attack.kind}; square and moves take any"
        )
    return classifier.model


def _readings(classifier: CardClassifier, images: NDArray[Any]) -> NDArray[np.int64]:
    """What each is read as: as it is where it is not of whole numbers, for Keras takes it so."""
    if isinstance(classifier, KerasClassifier):
        pixels = images[..., None].astype(np.float32)
        return classifier.model.predict(pixels, verbose=0).argmax(axis=1)
    return classifier.logits(images).argmax(axis=1)


def plot_attacked(part: Part, found: Attacked, classes: tuple[str, ...], path: PathLike) -> None:
    """Draw some digits that were read rightly and then not: before, after, and the difference.

    Raises:
        OutputError: `path` cannot be written.
        MissingExtraError: matplotlib is not installed.
    """
    fooled = found.fooled[:SHOWN]
    figure = figure_of(1.1 * max(len(fooled), 4), 3.9 if len(fooled) else 0.6)
    figure.suptitle(
        f"{found.attack.kind}: {found.accuracy:.1%} of {found.count:,} digits still read rightly"
    )
    for column, place in enumerate(fooled):
        image, changed = part.images[place].astype(float), found.images[place].astype(float)
        rows = (
            (image, "gray_r", (0, 255), f"read {classes[found.before[place]]}", GREY),
            (changed, "gray_r", (0, 255), f"read {classes[found.after[place]]}", ORANGE),
            (changed - image, "RdBu_r", (-128, 128), "change", GREY),
        )
        for row, (shown, colours, (low, high), title, colour) in enumerate(rows):
            axes = figure.add_subplot(3, len(fooled), row * len(fooled) + column + 1)
            axes.imshow(shown, colours, vmin=low, vmax=high)
            axes.set_title(title, color=colour, fontsize=9)
            axes.set_axis_off()
    save(figure, path)
