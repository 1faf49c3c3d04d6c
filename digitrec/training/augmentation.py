"""Augmentation of a digit's shape, as a Keras layer that acts on batches on the device."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from digitrec.errors import expect_one_of
from digitrec.training.looks import (
    Change,
    RandomErasing,
    RandomLine,
    RandomLooks,
    RandomPaper,
    RandomPen,
)
from digitrec.training.recipe import AUGMENTATIONS, Recipe

CENTRE = 13.5
"""The middle of 28 pixels numbered from 0."""

CONTROLS = 4
"""Points a side of the grid that an elastic deformation is drawn at."""


@keras.saving.register_keras_serializable("digitrec")
class RandomAffine(Change):
    """Turns, slants, scales, shifts and bends each digit at random, in one resampling.

    Bilinear, with empty ground outside; never flips. Acts in training only.

    Args:
        rotation: largest turn, in degrees.
        translation: largest shift along each axis, in pixels.
        shear: largest slant, as sideways pixels a pixel of height.
        zoom: largest change of size, as a share, drawn for each axis by itself.
        elastic: standard deviation of the shifts, in pixels, that are drawn at a grid of 4x4
            points and interpolated between them (Simard et al. 2003, "Best Practices for
            Convolutional Neural Networks Applied to Visual Document Analysis", coarser).
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
        elastic: float = 0.0,
        seed: int = 0,
        portable: bool = False,
        **options: Any,
    ) -> None:
        spans = {
            "rotation": rotation,
            "translation": translation,
            "shear": shear,
            "zoom": zoom,
            "elastic": elastic,
        }
        super().__init__(spans, seed, **options)
        self.portable = portable

    def changed(self, images: Any) -> Any:
        """(N, 28, 28, 1) in and out, the same range of values."""
        count = ops.shape(images)[0]
        maps = self._maps(count)
        if self.spans["elastic"]:
            return sample(images, maps, self._bends(count))
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

    def _bends(self, count: Any) -> Any:
        """(count, 2, 784): by how much more each pixel of the output comes from elsewhere."""
        spread = self.spans["elastic"]
        shifts = keras.random.normal((count, 2, CONTROLS**2), stddev=spread, seed=self.random)
        return ops.matmul(shifts, _between_controls())

    def _draw(self, count: Any, most: float) -> Any:
        return keras.random.uniform((count,), -most, most, seed=self.random)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "portable": self.portable}


def sample(images: Any, maps: Any, bends: Any = None) -> Any:
    """Read images (N, 28, 28, 1) bilinearly where pixels of the output come from.

    That is at affine `maps` (N, 6) of their places, plus `bends` (N, 2, 784) if given; 0 outside
    the image. One gather of four neighbours each, on any backend and under XLA.
    """
    rows, columns = np.meshgrid(np.arange(28.0), np.arange(28.0), indexing="ij")
    grid = np.stack([columns.ravel(), rows.ravel(), np.ones(784)]).astype("float32")
    places = ops.matmul(ops.reshape(maps, (-1, 2, 3)), grid)  # (N, 2, 784): x, y
    if bends is not None:
        places = places + bends
    # A ring of ground around the image lets every place outside read 0.
    places = ops.clip(places + 1, 0.0, 28.999)
    corner = ops.floor(places)
    weight = places - corner
    padded = ops.pad(images[..., 0], ((0, 0), (1, 1), (1, 1)))
    corners = [padded[:, y : y + 29, x : x + 29] for y in (0, 1) for x in (0, 1)]
    neighbours = ops.reshape(ops.stack(corners, axis=-1), (-1, 4))
    first = ops.reshape(ops.arange(ops.shape(images)[0]) * 841, (-1, 1))
    found = ops.take(
        neighbours, ops.cast(corner[:, 1] * 29 + corner[:, 0], "int32") + first, axis=0
    )
    top = found[..., 0] + (found[..., 1] - found[..., 0]) * weight[:, 0]
    bottom = found[..., 2] + (found[..., 3] - found[..., 2]) * weight[:, 0]
    return ops.reshape(top + (bottom - top) * weight[:, 1], (-1, 28, 28, 1))


def _between_controls() -> NDArray[np.float32]:
    """(16, 784): how much each control point counts at each pixel, by Catmull and Rom's splines."""
    places = np.linspace(0, CONTROLS - 1, 28)
    start = np.minimum(places.astype(int), CONTROLS - 2)
    t = places - start
    weights = 0.5 * np.stack(
        [
            -t + 2 * t**2 - t**3,
            2 - 5 * t**2 + 3 * t**3,
            t + 4 * t**2 - 3 * t**3,
            -(t**2) + t**3,
        ]
    )
    along = np.zeros((CONTROLS, 28))
    for step, weight in enumerate(weights):
        np.add.at(along, (np.clip(start + step - 1, 0, CONTROLS - 1), np.arange(28)), weight)
    return np.einsum("iy,jx->ijyx", along, along).reshape(CONTROLS**2, 784).astype(np.float32)


def layers_for(recipe: Recipe, *, portable: bool = False) -> list[keras.Layer]:
    """The augmentation layers of a recipe; none when there is none, or it is no layer's work."""
    if recipe.augment not in ("affine", "full"):
        return []
    full = recipe.augment == "full"
    spans = (recipe.rotation, recipe.translation, recipe.shear, recipe.zoom)
    elastic = recipe.elastic if full else 0.0
    shape = RandomAffine(*spans, elastic, recipe.seed, portable, name="shape")
    if not full:
        return [shape]
    erasing = [RandomErasing(recipe.erasing, recipe.seed, name="erasing")] if recipe.erasing else []
    first: list[Change] = []
    if recipe.wilder:
        turn, shift, slant, size = (span * recipe.wilder for span in spans)
        again = recipe.seed + 1
        first = [RandomAffine(turn, shift, slant, size, 0.0, again, portable, name="wilder")]
    return [shape, *erasing, _looks(recipe, first)]


def _looks(recipe: Recipe, first: Sequence[Change]) -> keras.Layer:
    looks = [
        *first,
        RandomPen(recipe.thickness, recipe.blur, recipe.seed, name="pen"),
        RandomLine(recipe.lines, recipe.seed, name="line"),
        RandomPaper(recipe.contrast, recipe.ground, recipe.noise, recipe.seed, name="paper"),
    ]
    return RandomLooks(looks, recipe.looks, recipe.seed, name="looks")


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
    else:
        changed = ops.convert_to_tensor(images[..., None], "float32")
        for layer in layers_for(recipe):
            changed = layer(changed, training=True)
        changed = ops.convert_to_numpy(changed)
    return np.clip(changed[..., 0] + 0.5, 0, 255).astype(np.uint8)
