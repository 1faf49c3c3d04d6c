"""How well scores tell digits from what is none.

A score is the higher, the less a digit looks like one. The digits that a model is measured on and
images of no digit are parted by each.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitrec.datasets.digits import Images, Labels
from digitrec.errors import needs_extra
from digitrec.insight.strokes.tree import disagreement
from digitrec.reading.card import Card
from digitrec.reading.classifier import energies, softmax
from digitrec.reading.reject import is_odd, statuses

ACCEPTED = 0.95
"""Share of the digits that the false positive rate lets through."""

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)

LEAST_SPREAD = 1e-9
"""Of the features in any direction, where a network gives the same for all digits."""

Score = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Seen:
    """Images, and what a model makes of them.

    Attributes:
        images: (N, 28, 28).
        logits: (N, C).
        features: (N, D), what the last dense layer takes.
        card: the model's.
        strokes: (N, F), features of the strokes; None: found when they are asked for.
    """

    images: Images
    logits: NDArray[np.floating]
    features: NDArray[np.floating]
    card: Card
    strokes: NDArray[np.float32] | None = None

    @property
    def probabilities(self) -> Score:
        """Calibrated, (N, C)."""
        return softmax(self.logits / self.card.temperature)


Scorer = Callable[[Seen], Score]
"""Gives each image its score, (N,)."""


@dataclass(frozen=True)
class Parted:
    """How well a score tells digits from images of one kind.

    Attributes:
        auroc: how likely an image of no digit has the higher score than a digit, 0.5 to 1; below
            0.5 it is the other way round.
        fpr95: share of these images that are taken for digits when 95 % of the digits are.
    """

    auroc: float
    fpr95: float


@dataclass(frozen=True)
class Kind:
    """One kind of images of no digit.

    Attributes:
        name: what people call it.
        count: images.
        read: share of them that the card's limits let pass as digits, with the status `ok`.
        parted: by the name of the score.
        energies: their QUANTILES, for a picture of how far they are from digits.
    """

    name: str
    count: int
    read: float
    parted: Mapping[str, Parted]
    energies: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class Prototypes:
    """What groups of digits have in common.

    Attributes:
        means: of the features of each group, (G, D).
        root: matrix (D, D) that makes the features of a group vary alike in all directions.
    """

    means: NDArray[np.float64]
    root: NDArray[np.float64]

    def distances(self, features: NDArray[np.floating]) -> Score:
        """The squared Mahalanobis distance (N,) to the nearest mean."""
        apart = (features @ self.root)[:, None] - self.means @ self.root
        return (apart**2).sum(axis=2).min(axis=1)


def prototypes(features: NDArray[np.floating], labels: Labels) -> Prototypes:
    """The means of the classes and one covariance for all, shrunk as Ledoit and Wolf do (2004).

    Args:
        features: (N, D) of digits that the model was not trained on.
        labels: (N,), the group of each.

    Raises:
        MissingExtraError: scikit-learn is not installed.
    """
    with needs_extra("train"):
        from sklearn.covariance import LedoitWolf
    classes, which = np.unique(labels, return_inverse=True)
    means = np.stack([features[labels == name].mean(axis=0) for name in classes]).astype(np.float64)
    fitted = LedoitWolf(assume_centered=True).fit(features - means[which])
    spread, directions = np.linalg.eigh(fitted.covariance_)
    return Prototypes(means, directions / np.sqrt(np.maximum(spread, LEAST_SPREAD)))


def scorers(features: NDArray[np.floating], labels: Labels) -> dict[str, Scorer]:
    """Every score by its name; whoever has another puts it beside these.

    energy: Liu et al. 2020. confidence: what is missing to 1 (Hendrycks and Gimpel 2017).
    prototypes: see `farther`. tree: how little the shipped tree of strokes agrees, for models of
    the ten digits. limits: the reader's, the energy, and before all the ink.

    Args:
        features: (N, D) of digits that the model was not trained on.
        labels: (N,) their classes.
    """
    return {
        "energy": _energy,
        "confidence": lambda seen: 1 - seen.probabilities.max(axis=1),
        "prototypes": farther(features, labels),
        "tree": lambda seen: disagreement(seen.images, seen.probabilities, strokes=seen.strokes),
        "limits": _limits,
    }


def farther(features: NDArray[np.floating], labels: Labels) -> Scorer:
    """How much farther than from all digits something is from the nearest class.

    The Mahalanobis distance (Lee et al. 2018) relative to that of all digits together (Ren et al.,
    "A Simple Fix to Mahalanobis Distance for Improving Near-OOD Detection", 2021): without that,
    directions in which no two digits differ outweigh the others.
    """
    classes, whole = prototypes(features, labels), prototypes(features, np.zeros_like(labels))
    return lambda seen: classes.distances(seen.features) - whole.distances(seen.features)


def compare(digits: Seen, kinds: Mapping[str, Seen], scores: Mapping[str, Scorer]) -> list[Kind]:
    """How well each score tells the digits from each kind of no digit."""
    usual = {name: score(digits) for name, score in scores.items()}
    return [
        Kind(
            name,
            len(seen.images),
            statuses(seen.images, seen.logits, seen.card).count("ok") / len(seen.images),
            {by: parted(usual[by], score(seen)) for by, score in scores.items()},
            quantiles(_energy(seen)),
        )
        for name, seen in kinds.items()
    ]


def quantiles(scores: Score) -> tuple[float, ...]:
    """The QUANTILES of scores (N,)."""
    return tuple(np.quantile(scores, QUANTILES).tolist())


def parted(digits: Score, others: Score) -> Parted:
    """Digits' scores (N,) against those of what is no digit (M,)."""
    return Parted(auroc(digits, others), fpr_at(ACCEPTED, digits, others))


def auroc(digits: Score, others: Score) -> float:
    """The area under the ROC curve: how likely one of the others has the higher score."""
    with needs_extra("train"):
        from sklearn.metrics import roc_auc_score
    truth = np.repeat([False, True], [len(digits), len(others)])
    return float(roc_auc_score(truth, _finite(np.concatenate([digits, others]))))


def fpr_at(accepted: float, digits: Score, others: Score) -> float:
    """The share of the others that pass where at least a share of the digits does."""
    limit = np.quantile(digits, accepted, method="inverted_cdf")
    return float((others <= limit).mean())


def _finite(scores: Score) -> Score:
    """The same order in numbers that scikit-learn takes."""
    return np.unique(scores, return_inverse=True)[1].astype(np.float64)


def _energy(seen: Seen) -> Score:
    return energies(seen.logits, seen.card.temperature)


def _limits(seen: Seen) -> Score:
    """The energy; above all of it where a measure of the ink is beyond its limit."""
    odd = [is_odd(image, seen.card) for image in seen.images]
    return np.where(odd, np.inf, _energy(seen))
