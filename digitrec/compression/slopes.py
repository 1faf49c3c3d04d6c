"""Gradients of the loss over training digits: how much each weight matters to first order."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops
from numpy.typing import NDArray

from digitrec.datasets.digits import Part

DIGITS = 2_000
BATCH = 200


def slopes(network: keras.Model, variables: Sequence[Any], train: Part) -> list[NDArray[Any]]:
    """The gradient of the mean cross-entropy for each of the variables.

    Args:
        network: pixels in, logits out.
        variables: of it.
        train: its first DIGITS are looked at.
    """
    part = train.take(np.arange(min(DIGITS, len(train))))
    sums = [np.zeros(variable.shape) for variable in variables]
    for start in range(0, len(part), BATCH):
        found = _slopes(
            network, variables, part.take(np.arange(start, min(start + BATCH, len(part))))
        )
        sums = [total + np.asarray(one) for total, one in zip(sums, found, strict=True)]
    return [total / len(part) for total in sums]


def _slopes(network: keras.Model, variables: Sequence[Any], part: Part) -> list[Any]:
    with tf.GradientTape() as tape:
        logits = network(part.images[..., None].astype(np.float32), training=False)
        losses = ops.sparse_categorical_crossentropy(part.labels, logits, from_logits=True)
        loss = ops.sum(losses)
    return tape.gradient(loss, [variable.value for variable in variables])
