"""What was done before networks: nearest neighbours of pixels, and an SVM on gradients' directions.

Both are scikit-learn's; they are rows beside the networks' learning curves.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from digitrec.datasets import Part
from digitrec.datasets.digits import Images

NEIGHBOURS = 3
ORIENTATIONS, CELL, BLOCK = 9, 7, 2
"""Directions, pixels a cell, and cells a block whose strength is made equal."""

PENALTY = 10.0
FEW = 50
"""Digits up to which one neighbour decides: of so few no class has three that are near."""


def nearest(train: Part, scored: Part) -> int:
    """Misses of the vote of the three nearest training digits, by the distance of their pixels."""
    from sklearn.neighbors import KNeighborsClassifier

    model = KNeighborsClassifier(NEIGHBOURS if len(train) > FEW else 1, algorithm="brute")
    model.fit(_flat(train.images), train.labels)
    return int((model.predict(_flat(scored.images)) != scored.labels).sum())


def hog_and_svm(train: Part, scored: Part) -> int:
    """Misses of a support vector machine on histograms of oriented gradients.

    Dalal and Triggs, "Histograms of Oriented Gradients for Human Detection" (2005); the machine has
    a Gaussian kernel.
    """
    from sklearn.svm import SVC

    model = SVC(C=PENALTY, gamma="scale")
    model.fit(directions(train.images), train.labels)
    return int((model.predict(directions(scored.images)) != scored.labels).sum())


def directions(images: Images) -> NDArray[np.float32]:
    """(N, 324): histograms of the gradients' directions of digits (N, 28, 28)."""
    from skimage.feature import hog

    return np.stack(
        [
            hog(
                image,
                orientations=ORIENTATIONS,
                pixels_per_cell=(CELL, CELL),
                cells_per_block=(BLOCK, BLOCK),
            ).astype(np.float32)
            for image in images
        ]
    )


METHODS: Mapping[str, Callable[[Part, Part], int]] = {
    "k-NN on pixels": nearest,
    "HOG + SVM": hog_and_svm,
}


def _flat(images: Images) -> NDArray[np.float32]:
    return np.asarray(images, np.float32).reshape(len(images), -1) / 255
