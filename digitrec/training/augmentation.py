"""Augmentation that keeps the label, as Keras layers that act on batches on the device."""

from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from digitrec.errors import expect_one_of
from digitrec.training.recipe import AUGMENTATIONS, Recipe

CENTRE = 13.5
"""The middle of 28 pixels numbered from 0."""


@keras.saving.register_keras_serializable("digitrec")
class RandomAffine(keras.Layer):
    """Turns, slants, scales and shifts each digit at random, in one resampling; never flips.

    Bilinear, with empty ground outside. Acts in training only.

    Args:
        rotation: largest turn, in degrees.
        translation: largest shift along each axis, in pixels.
        shear: largest slant, as sideways pixels a pixel of height.
        zoom: largest change of size, as a share, drawn for each axis by itself.
        seed: of the random numbers.
        portable: resample with elementary operations, which every compiler takes (XLA has no
            kernel for TensorFlow's faster operation).
    """

    def __init__(
        self,
        rotation: float = 12.0,
        translation: float = 2.5,
        shear: float = 0.2,
        zoom: float = 0.12,
        seed: int = 0,
        portable: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(dtype="float32", **options)
        self.spans = {
            "rotation": rotation,
            "translation": translation,
            "shear": shear,
            "zoom": zoom,
        }
        self.seed = seed
        self.portable = portable
        self.random = keras.random.SeedGenerator(seed)

    def call(self, images: Any, training: bool = False) -> Any:
        """(N, 28, 28, 1) in and out, the same range of values."""
        if not training:
            return images
        maps = self._maps(ops.shape(images)[0])
        if self.portable:
            return sample(images, maps)
        zero = ops.zeros_like(maps[:, :1])
        return ops.image.affine_transform(
            images,
            ops.concatenate([maps, zero, zero], axis=1),
            interpolation="bilinear",
            fill_mode="constant",
        )

    def _maps(self, count: Any) -> Any:
        """(count, 6): for each digit, where in the input a pixel of the output comes from."""
        turn = self._draw(count, np.deg2rad(self.spans["rotation"]))
        slant = self._draw(count, self.spans["shear"])
        wider = 1 + self._draw(count, self.spans["zoom"])
        taller = 1 + self._draw(count, self.spans["zoom"])
        right = self._draw(count, self.spans["translation"])
        down = self._draw(count, self.spans["translation"])
        cos, sin = ops.cos(turn), ops.sin(turn)
        xx, xy = cos * wider, (cos * slant - sin) * taller
        yx, yy = sin * wider, (sin * slant + cos) * taller
        x = CENTRE - xx * (CENTRE + right) - xy * (CENTRE + down)
        y = CENTRE - yx * (CENTRE + right) - yy * (CENTRE + down)
        return ops.stack([xx, xy, x, yx, yy, y], axis=1)

    def _draw(self, count: Any, most: float) -> Any:
        return keras.random.uniform((count,), -most, most, seed=self.random)

    def get_config(self) -> dict[str, Any]:
        # The dtype is float32 always: casting weights' precision onto pixels would blur them.
        config = super().get_config()
        config.pop("dtype", None)
        return {**config, **self.spans, "seed": self.seed, "portable": self.portable}


def sample(images: Any, maps: Any) -> Any:
    """Read images (N, 28, 28, 1) bilinearly at affine `maps` (N, 6) of the output's pixels.

    Four gathers and two interpolations, on any backend and under XLA; 0 outside the image.
    """
    rows, columns = np.meshgrid(np.arange(28.0), np.arange(28.0), indexing="ij")
    grid = np.stack([columns.ravel(), rows.ravel(), np.ones(784)]).astype("float32")
    places = ops.matmul(ops.reshape(maps, (-1, 2, 3)), grid)  # (N, 2, 784): x, y
    # A ring of ground around the image lets every place outside read 0.
    places = ops.clip(places + 1, 0.0, 28.999)
    corner = ops.floor(places)
    weight = places - corner
    padded = ops.reshape(ops.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0))), (-1, 900))
    index = ops.cast(corner[:, 1] * 30 + corner[:, 0], "int32")
    corners = [ops.take_along_axis(padded, index + step, axis=1) for step in (0, 1, 30, 31)]
    top = corners[0] + (corners[1] - corners[0]) * weight[:, 0]
    bottom = corners[2] + (corners[3] - corners[2]) * weight[:, 0]
    return ops.reshape(top + (bottom - top) * weight[:, 1], (-1, 28, 28, 1))


def layer_for(recipe: Recipe, *, portable: bool = False) -> keras.Layer | None:
    """The augmentation layer of a recipe; None when there is none, or it is not a layer."""
    if recipe.augment != "affine":
        return None
    return RandomAffine(
        recipe.rotation,
        recipe.translation,
        recipe.shear,
        recipe.zoom,
        recipe.seed,
        portable,
        name="augmentation",
    )


def augmented(images: NDArray[np.uint8], kind: str, seed: int = 0) -> NDArray[np.uint8]:
    """Digits (N, 28, 28) uint8 as the augmentation `kind` of the default recipe changes them.

    Raises:
        OptionError: there is no such kind.
    """
    recipe = Recipe(augment=expect_one_of("augmentation", kind, AUGMENTATIONS), seed=seed)
    if kind == "classic":
        from digitrec.training.classic import classic_batch, classic_generator

        changed = classic_batch(
            classic_generator(recipe), images[..., None], np.random.default_rng(seed)
        )
    elif layer := layer_for(recipe):
        changed = ops.convert_to_numpy(
            layer(ops.convert_to_tensor(images[..., None], "float32"), training=True)
        )
    else:
        changed = images[..., None].astype(np.float32)
    return np.clip(changed[..., 0] + 0.5, 0, 255).astype(np.uint8)
