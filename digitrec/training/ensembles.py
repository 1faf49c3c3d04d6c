"""Several networks as one: the mean of their probabilities, also over shifts of each digit."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from digitrec.reading.form import SIDE
from digitrec.training.checkpoint import Weights

Shift = tuple[int, int]

SHIFTED: Mapping[int, tuple[Shift, ...]] = {
    1: ((0, 0),),
    5: ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1)),
    9: tuple((down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)),
}
"""By their number, the shifts (down, right) in pixels that an answer is the mean over."""


def combined(
    members: Sequence[keras.Model], weights: Sequence[float] | None = None, shifts: int = 1
) -> keras.Model:
    """One network that answers with the mean of what several answer.

    Its logits are the logarithm of the weighted mean of the members' softmax over all the shifts
    of a digit (Hansen and Salamon, "Neural Network Ensembles", 1990; Krizhevsky et al. 2012 for
    the mean over crops of an image). The members' layers and weights become its own.

    Args:
        members: networks that take pixels (N, 28, 28, 1) of 0 to 255 and give logits (N, classes).
        weights: one a member, above 0, of any sum; None: all alike.
        shifts: a key of SHIFTED.

    Returns:
        A network of the same shapes.
    """
    digits = keras.Input((SIDE, SIDE, 1), name="image")
    seen = digits if shifts == 1 else Shifts(SHIFTED[shifts], name="shifts")(digits)
    answers = [
        keras.Model(member.inputs[0], member.outputs[0], name=f"member_{number}")(seen)
        for number, member in enumerate(members)
    ]
    mean = MeanOfProbabilities(weights or [1.0] * len(members), shifts, name="mean")
    return keras.Model(digits, mean(answers), name="ensemble")


def of_snapshots(network: keras.Model, snapshots: Weights) -> keras.Model:
    """The ensemble of one network with the weights of several moments of its training.

    Huang et al., "Snapshot Ensembles: Train 1, Get M for Free", 2017.

    Args:
        network: computes in float32; its own weights are left alone.
        snapshots: its weights, those of all moments one after another.
    """
    size = len(network.weights)
    members = [keras.models.clone_model(network) for _ in range(len(snapshots) // size)]
    for number, member in enumerate(members):
        member.set_weights(snapshots[number * size : (number + 1) * size])
    return combined(members)


@keras.saving.register_keras_serializable("digitrec")
class Shifts(keras.Layer):
    """Images (N, H, W, C) to (shifts * N, H, W, C): all of them at the first shift, then the next.

    Args:
        shifts: pixels down and to the right, -1 to 1; where nothing is moved to, there is ground.
    """

    def __init__(self, shifts: Sequence[Shift], **options: Any) -> None:
        super().__init__(**options)
        self.shifts = [tuple(shift) for shift in shifts]
        self.views = len(self.shifts)

    def call(self, images: Any) -> Any:
        _, height, width, _ = images.shape
        padded = ops.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)))
        return ops.concatenate(
            [
                padded[:, 1 - down : 1 - down + height, 1 - right : 1 - right + width]
                for down, right in self.shifts
            ]
        )

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "shifts": self.shifts}


@keras.saving.register_keras_serializable("digitrec")
class MeanOfProbabilities(keras.Layer):
    """Logits of several networks to the logarithm of the weighted mean of their softmax.

    Nothing on the way is so small or so large that 8 bits could not hold it.

    Args:
        weights: one a network, above 0; they are brought to the sum 1.
        shifts: how many answers of a network follow each other: it gives (shifts * N, classes).
    """

    def __init__(self, weights: Sequence[float], shifts: int = 1, **options: Any) -> None:
        super().__init__(**options)
        self.weights_of_members, self.shifts = list(weights), shifts
        self.views = 1 / shifts

    def call(self, answers: Sequence[Any]) -> Any:
        """A list of (shifts * N, classes) to (N, classes)."""
        count = len(self.weights_of_members) * self.shifts
        shares = np.repeat(self.weights_of_members, self.shifts)[:, None, None]
        shares = (shares / shares.sum()).astype("float32")
        logits = ops.stack(answers)
        logits = ops.reshape(logits, (count, -1, logits.shape[-1]))  # (count, N, classes)
        logarithms = logits - _log_sum_exp(logits, axis=-1)
        return _log_sum_exp(logarithms + np.log(shares), axis=0)[0]

    def compute_output_shape(self, shapes: Sequence[Any]) -> tuple[Any, ...]:
        """Said, since JAX cannot divide a batch of unknown size by the shifts."""
        return None, shapes[0][-1]

    def get_config(self) -> dict[str, Any]:
        own = {"weights": self.weights_of_members, "shifts": self.shifts}
        return {**super().get_config(), **own}


def _log_sum_exp(values: Any, axis: int) -> Any:
    """Keras's own looks for infinities, with operations that TFLite does not have."""
    highest = ops.max(values, axis=axis, keepdims=True)
    return highest + ops.log(ops.sum(ops.exp(values - highest), axis=axis, keepdims=True))
