"""Augmentation of a digit's looks: the pen's width, the focus, the ink, its paper."""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

FULL_INK = 255.0


class Change(keras.Layer):
    """What layers of augmentation share: float32, random numbers of their own, training only."""

    def __init__(self, spans: dict[str, float], seed: int, **options: Any) -> None:
        super().__init__(dtype="float32", **options)
        self.spans = spans
        self.seed = seed
        self.random = keras.random.SeedGenerator(seed)

    def call(self, images: Any, training: bool = False) -> Any:
        """(N, 28, 28, 1) of 0 to 255, in and out."""
        return self.changed(images) if training else images

    def changed(self, images: Any) -> Any:
        """The images, each changed at random."""
        raise NotImplementedError

    def draw(self, images: Any, low: float, high: float) -> Any:
        """A number an image, (N, 1, 1, 1)."""
        return keras.random.uniform((ops.shape(images)[0], 1, 1, 1), low, high, seed=self.random)

    def sometimes(self, images: Any, share: float) -> Any:
        """1 for so many of the images, else 0, (N, 1, 1, 1)."""
        return ops.cast(self.draw(images, 0.0, 1.0) < share, "float32")

    def some(self, images: Any, share: float, change: Callable[[Any], Any]) -> Any:
        """The images, of which `change` was given a share, drawn at random, and no others.

        What a change costs, it costs for these alone; the share is exact, to a whole image.
        """
        order = ops.argsort(self.draw(images, 0.0, 1.0)[:, 0, 0, 0])
        shuffled = ops.take(images, order, axis=0)
        count = part_of(ops.shape(images)[0], share)
        mixed = ops.concatenate([change(shuffled[:count]), shuffled[count:]])
        return ops.take(mixed, ops.argsort(order), axis=0)

    def get_config(self) -> dict[str, Any]:
        # The dtype is float32 always: casting weights' precision onto pixels would blur them.
        config = super().get_config()
        config.pop("dtype", None)
        return {**config, **self.spans, "seed": self.seed}


def part_of(count: Any, share: float) -> Any:
    """So large a share of a count, rounded; a plain number where the count is one."""
    if isinstance(count, int):
        return int(share * count + 0.5)
    return ops.cast(share * ops.cast(count, "float32") + 0.5, "int32")


@keras.saving.register_keras_serializable("digitrec")
class RandomPen(Change):
    """Makes strokes thinner or thicker, by up to a pixel on each side, and blurs them.

    Args:
        thickness: largest change, as a share of that pixel; a quarter of the images become
            thicker, and a quarter thinner.
        blur: largest share that a box of 3x3 pixels takes of a pixel; of half of the images.
        seed: of the random numbers.
    """

    def __init__(
        self, thickness: float = 0.7, blur: float = 1.0, seed: int = 0, **options: Any
    ) -> None:
        super().__init__({"thickness": thickness, "blur": blur}, seed, **options)

    def changed(self, images: Any) -> Any:
        images = self.some(images, 0.25, self._thicker)
        images = self.some(images, 0.25, self._thinner)
        return self.some(images, 0.5, self._blurred)

    def _thicker(self, images: Any) -> Any:
        amount = self.draw(images, 0.0, self.spans["thickness"])
        return images + amount * (ops.max_pool(images, 3, 1, "same") - images)

    def _thinner(self, images: Any) -> Any:
        amount = self.draw(images, 0.0, self.spans["thickness"])
        return images - amount * (images + ops.max_pool(-images, 3, 1, "same"))

    def _blurred(self, images: Any) -> Any:
        share = self.draw(images, 0.0, self.spans["blur"])
        return images + share * (ops.average_pool(images, 3, 1, "same") - images)


@keras.saving.register_keras_serializable("digitrec")
class RandomLine(Change):
    """Puts a straight line through some of the digits: of ink, as of ruled paper, or without any.

    Args:
        lines: share of the images that get a line; half of these lines are gaps in the ink.
        seed: of the random numbers.
    """

    def __init__(self, lines: float = 0.15, seed: int = 0, **options: Any) -> None:
        super().__init__({"lines": lines}, seed, **options)

    def changed(self, images: Any) -> Any:
        return self.some(images, self.spans["lines"], self._lined)

    def _lined(self, images: Any) -> Any:
        line = self._line(images)
        inked = self.sometimes(images, 0.5)
        grey = inked * self.draw(images, 0.3 * FULL_INK, FULL_INK)
        return ops.where(inked > 0, ops.maximum(images, line * grey), images * (1 - line))

    def _line(self, images: Any) -> Any:
        """1 on a line of 1 to 2.5 pixels' width at any angle near the middle, (N, 28, 28, 1)."""
        turn = self.draw(images, 0.0, np.pi)
        shift, half = self.draw(images, -10.0, 10.0), self.draw(images, 0.5, 1.25)
        across = np.arange(28.0, dtype="float32") - 13.5
        x, y = across[None, None, :, None], across[None, :, None, None]
        distance = ops.abs(ops.cos(turn) * x + ops.sin(turn) * y - shift)
        return ops.clip(half + 0.5 - distance, 0.0, 1.0)


@keras.saving.register_keras_serializable("digitrec")
class RandomPaper(Change):
    """Pales the ink, and puts uneven grey ground and grain under some of the digits.

    Args:
        contrast: largest share of the ink that is lost, of half of the images.
        ground: largest grey of the ground, as a share of full ink; its corners differ. Of a
            quarter of the images.
        noise: largest standard deviation of the grain, as a share of full ink; of a quarter.
        seed: of the random numbers.
    """

    def __init__(
        self,
        contrast: float = 0.5,
        ground: float = 0.3,
        noise: float = 0.1,
        seed: int = 0,
        **options: Any,
    ) -> None:
        super().__init__({"contrast": contrast, "ground": ground, "noise": noise}, seed, **options)

    def changed(self, images: Any) -> Any:
        lost = self.draw(images, 0.0, self.spans["contrast"]) * self.sometimes(images, 0.5)
        images = images * (1 - lost)
        images = self.some(images, 0.25, self._grounded)
        return self.some(images, 0.25, self._grained)

    def _grounded(self, images: Any) -> Any:
        """On grey that goes evenly from each corner to the others."""
        corners = keras.random.uniform((ops.shape(images)[0], 2, 2, 1), seed=self.random)
        slope = ops.reshape(ops.linspace(0.0, 1.0, 28), (1, 28, 1, 1))
        rows = corners[:, :1] * (1 - slope) + corners[:, 1:] * slope  # (N, 28, 2, 1)
        slope = ops.reshape(slope, (1, 1, 28, 1))
        field = self.spans["ground"] * (rows[:, :, :1] * (1 - slope) + rows[:, :, 1:] * slope)
        return FULL_INK * field + images * (1 - field)

    def _grained(self, images: Any) -> Any:
        strength = self.draw(images, 0.0, self.spans["noise"])
        grain = keras.random.normal(ops.shape(images), stddev=FULL_INK, seed=self.random)
        return ops.clip(images + strength * grain, 0.0, FULL_INK)


@keras.saving.register_keras_serializable("digitrec")
class RandomErasing(Change):
    """Erases a rectangle of some of the digits, ink and all.

    Zhong et al., "Random Erasing Data Augmentation", 2020; here each side is a fifth to a half of
    the image's.

    Args:
        erasing: share of the images that lose a rectangle.
        seed: of the random numbers.
    """

    def __init__(self, erasing: float = 0.1, seed: int = 0, **options: Any) -> None:
        super().__init__({"erasing": erasing}, seed, **options)

    def changed(self, images: Any) -> Any:
        return self.some(images, self.spans["erasing"], self._erased)

    def _erased(self, images: Any) -> Any:
        places = ops.reshape(ops.arange(28, dtype="float32"), (1, 28, 1, 1))
        rows = self._span(images, places)
        columns = self._span(images, ops.transpose(places, (0, 2, 1, 3)))
        return images * (1 - rows * columns)

    def _span(self, images: Any, places: Any) -> Any:
        """1 at places within a random stretch of them."""
        half = self.draw(images, 0.1 * 28, 0.25 * 28)
        distance = ops.abs(places - self.draw(images, 0.0, 27.0))
        return ops.cast(distance < half, "float32")


@keras.saving.register_keras_serializable("digitrec")
class RandomLooks(Change):
    """Changes the looks of a share of the images; the others keep their own.

    Args:
        looks: layers that change them, one after the other; one of them may change shapes as well.
        share: of the images that are changed. Were it all, hardly any would look as digits do that
            are clean already, and those would be read worse.
        seed: of the random numbers.
    """

    def __init__(
        self, looks: Sequence[Change], share: float = 0.5, seed: int = 0, **options: Any
    ) -> None:
        super().__init__({"share": share}, seed, **options)
        self.looks = looks

    def build(self, shape: Any) -> None:
        """Build each of the looks."""
        for look in self.looks:
            look.build(shape)

    def changed(self, images: Any) -> Any:
        return self.some(images, self.spans["share"], self._changed_by_all)

    def _changed_by_all(self, images: Any) -> Any:
        for look in self.looks:
            images = look.changed(images)
        return images

    def get_config(self) -> dict[str, Any]:
        looks = [keras.saving.serialize_keras_object(look) for look in self.looks]
        return {**super().get_config(), "looks": looks}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "RandomLooks":
        looks = [keras.saving.deserialize_keras_object(look) for look in config["looks"]]
        return cls(**{**config, "looks": looks})
