"""What digits and gradients become on their way through a network, layer by layer.

Accuracy says that a network learns badly; the spread of its answers, of its gradients and its dead
units say where. Keras alone, so that it measures on TensorFlow and on JAX.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digitrec.datasets.digits import Part
from digitrec.errors import DataError, needs_extra

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Signal:
    """What one layer answers to a batch of digits, and how it would be changed by it.

    Attributes:
        layer: its name.
        mean: of all that it answers.
        deviation: of the same; how far it is from the layer before tells whether the signal
            fades or grows (Glorot and Bengio, "Understanding the difficulty of training deep
            feedforward neural networks", 2010).
        dead: share of its units that answer 0 to every digit, 0 to 1; a convolution's unit is a
            filter, at all places. A ReLU's unit that is dead to all digits never learns again.
        gradient_norm: Euclidean norm of the loss's gradient with respect to its kernel; None for a
            layer that has none.
        gradient_deviation: deviation of that gradient's elements; None as well.
    """

    layer: str
    mean: float
    deviation: float
    dead: float
    gradient_norm: float | None = None
    gradient_deviation: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def signals(network: "keras.Model", part: Part) -> list[Signal]:
    """One signal a layer, in the network's order, its input left out; the network stays as it is.

    The layers act as they do in training: dropout drops, batch normalisation takes the batch's own
    statistics. The loss is the cross-entropy of the labels, in its mean over the digits.

    Args:
        network: functional or sequential; takes pixels (N, 28, 28, 1) of 0 to 255, gives logits.
        part: the batch; some hundred digits say enough.

    Raises:
        DataError: there are no digits.
        MissingExtraError: Keras is not installed.
    """
    if not len(part):
        raise DataError("expected digits to send through the network; received none")
    with needs_extra("train"):
        import keras
    layers = [one for one in network.layers if not isinstance(one, keras.layers.InputLayer)]
    before = network.get_weights()
    try:
        answers = _answers(network, layers, part)
        slopes = gradients(network, part)
    finally:
        network.set_weights(before)
    return [_signal(layer, answer, slopes) for layer, answer in zip(layers, answers, strict=True)]


def gradients(network: "keras.Model", part: Part) -> dict[str, NDArray[np.float32]]:
    """The gradient of the mean cross-entropy with respect to each trained weight, by its path.

    Keras has no gradient that every backend knows. But every backend hands gradients to an
    optimiser: this one writes them down and changes nothing. Statistics of batch normalisation
    move, as in any step of training.
    """
    import keras

    optimizer = _recorder()
    trained = keras.Model(network.inputs[0], network.outputs[0])
    trained.compile(
        optimizer,
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        run_eagerly=True,  # one step: traced for each network, TensorFlow would warn of it
    )
    trained.train_on_batch(_pixels(part), part.labels)
    return {
        weight.path: keras.ops.convert_to_numpy(gradient)
        for weight, gradient in zip(trained.trainable_variables, optimizer.seen, strict=True)
    }


def _recorder() -> Any:
    """An optimiser that keeps the gradients in `seen`, and leaves the weights alone."""
    import keras

    class Recorder(keras.optimizers.Optimizer):  # type: ignore[misc]  # of Any, for mypy
        def build(self, variables: Sequence[Any]) -> None:
            super().build(variables)
            self.seen = self.add_optimizer_variables(variables, "gradient")

        def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
            self.assign(self.seen[self._get_variable_index(variable)], gradient)

    return Recorder(learning_rate=1.0)


def _answers(
    network: "keras.Model", layers: Sequence[Any], part: Part
) -> list[NDArray[np.float32]]:
    """What each layer answers in training, digits first."""
    import keras

    probe = keras.Model(network.inputs[0], [layer.output for layer in layers])
    answers = probe(_pixels(part), training=True)
    given = answers if isinstance(answers, list | tuple) else [answers]
    return [np.asarray(keras.ops.convert_to_numpy(one), np.float32) for one in given]


def _signal(
    layer: Any, answer: NDArray[np.float32], slopes: dict[str, NDArray[np.float32]]
) -> Signal:
    silent = ~answer.any(axis=tuple(range(answer.ndim - 1)))
    kernel = getattr(layer, "kernel", None)
    slope = None if kernel is None else slopes.get(kernel.path)
    return Signal(
        layer.name,
        float(answer.mean()),
        float(answer.std()),
        float(silent.mean()),
        None if slope is None else float(np.linalg.norm(slope)),
        None if slope is None else float(slope.std()),
    )


def _pixels(part: Part) -> NDArray[np.float32]:
    return np.asarray(part.images, np.float32)[..., None]
