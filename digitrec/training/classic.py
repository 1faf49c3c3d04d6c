"""The classic way to augment: TensorFlow's ImageDataGenerator, one image at a time on the CPU.

Kept because so many tutorials use it, and as the peer that RandomAffine is measured against. One
of the places that know the backend: the class exists in TensorFlow only, and needs SciPy.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitrec.errors import needs_extra
from digitrec.reading.form import SIDE
from digitrec.training.recipe import Recipe


def classic_generator(recipe: Recipe) -> Any:
    """An ImageDataGenerator that turns, shifts, shears and zooms; it never flips a digit.

    Raises:
        MissingExtraError: TensorFlow or SciPy is not installed.
    """
    with needs_extra("train"):
        import scipy.ndimage  # noqa: F401  (ImageDataGenerator fails late without it)
        from tensorflow.keras.preprocessing.image import ImageDataGenerator
    return ImageDataGenerator(
        rotation_range=recipe.rotation,
        # As a share: a number of pixels from 1 would be drawn from whole pixels only.
        width_shift_range=recipe.translation / SIDE,
        height_shift_range=recipe.translation / SIDE,
        shear_range=np.rad2deg(np.arctan(recipe.shear)),
        zoom_range=recipe.zoom,
        fill_mode="constant",
        cval=0.0,
    )


def classic_batch(
    generator: Any, images: NDArray[np.uint8], random: np.random.Generator
) -> NDArray[np.float32]:
    """Images (N, 28, 28, 1) each changed at random, as float32 of the same range.

    Every image gets a seed of its own: ImageDataGenerator draws from numpy's global state.
    """
    seeds = random.integers(2**31, size=len(images))
    changed = [
        generator.random_transform(image.astype(np.float32), seed=int(seed))
        for image, seed in zip(images, seeds, strict=True)
    ]
    return np.stack(changed)
