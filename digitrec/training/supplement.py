"""What is trained on beside the data set: digits drawn by a program, and what is no digit."""

import numpy as np

from digitrec.datasets import background, drawn
from digitrec.datasets.digits import Part
from digitrec.errors import OptionError
from digitrec.reading.form import DIGIT_NAMES
from digitrec.training.recipe import Recipe


def supplemented(train: Part, classes: tuple[str, ...], recipe: Recipe) -> Part:
    """The training digits, then the recipe's shares of drawn digits and of background.

    Background has the label len(classes), for which Batches have uniform targets.

    Raises:
        OptionError: the classes are not the ten digits, and there is something to be added.
        MissingExtraError: the fonts for letters are not installed.
    """
    counts = [round(share * len(train)) for share in (recipe.drawn, recipe.background)]
    if not any(counts):
        return train
    if classes != DIGIT_NAMES:
        raise OptionError("drawn, background: expected 0 for classes other than the ten digits")
    written = drawn.digits(counts[0], recipe.seed)
    nothing = background.background(counts[1], train, recipe.seed)
    images = np.concatenate([train.images, written.images, nothing])
    no_class = np.full(counts[1], len(classes), np.int64)
    return Part(images, np.concatenate([train.labels, written.labels, no_class]))
