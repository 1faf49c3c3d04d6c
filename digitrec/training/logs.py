"""Logs for TensorBoard, on request."""

from pathlib import Path

import keras

from digitrec.errors import needs_extra


def tensorboard(folder: Path) -> list[keras.callbacks.Callback]:
    """The callback that writes losses and accuracies an epoch for `tensorboard --logdir folder`.

    Raises:
        MissingExtraError: TensorBoard is not installed.
    """
    with needs_extra("tensorboard"):
        import tensorboard  # noqa: F401  (without which Keras fails late)
    return [keras.callbacks.TensorBoard(folder)]
