"""What a model has learnt and answers, each drawn into one PNG file.

What needs a network's layers raises OptionError where there are none; all raise OutputError where
the file cannot be written, and MissingExtraError without matplotlib.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from digitrec.compression.features import features_of
from digitrec.datasets.digits import Part
from digitrec.insight.evaluation import answers
from digitrec.insight.maps import embedding, layers, maximise, plots
from digitrec.insight.maps.methods import network_of
from digitrec.insight.plots import PathLike
from digitrec.reading.classifier import CardClassifier


def draw_features(
    classifier: CardClassifier, image: NDArray[np.uint8], layer: str, path: PathLike
) -> None:
    """The maps that a layer answers to a digit (28, 28)."""
    maps = layers.feature_maps(network_of(classifier), layer, image[None])
    plots.plot_features(image, maps[0], layer, path)


def draw_attention(classifier: CardClassifier, image: NDArray[np.uint8], path: PathLike) -> None:
    """What attention lets through of a digit (28, 28)."""
    plots.plot_attention(image, layers.gates(network_of(classifier), image[None]), path)


def draw_filters(classifier: CardClassifier, path: PathLike) -> None:
    """The filters of the first layer."""
    plots.plot_filters(layers.first_filters(network_of(classifier)), path)


def draw_liked(classifier: CardClassifier, layer: str | None, path: PathLike) -> None:
    """What each class would like best, or each filter of a layer."""
    network = network_of(classifier)
    if layer is None:
        liked = maximise.liked_by_classes(network, len(classifier.classes))
        plots.plot_liked(liked, classifier.classes, "class", path)
    else:
        liked = maximise.liked_by_filters(network, layer, plots.MOST_TILES)
        plots.plot_liked(liked, range(1, len(liked) + 1), f"filter of {layer}", path)


def draw_embedding(
    classifier: CardClassifier, part: Part, classes: Sequence[str], path: PathLike
) -> None:
    """Digits whose class names are `classes` as points, by what the last layer takes.

    Raises:
        ModelError: the classifier does not know one of the classes.
        DataError: there are too few digits.
    """
    said = answers(classifier, part, classes)
    values = features_of(classifier)(part.images)
    points = {way: embedding.projected(values, way) for way in embedding.WAYS}
    read = said.probabilities.argmax(axis=1)
    plots.plot_embedding(points, said.labels, read, classifier.classes, path)
