"""Maps from gradients with respect to the pixels: what more ink at each place would change.

They need a Keras network. All take digits (N, 28, 28) of 0 to 255 and the number of each one's
class, (N,), and give maps (N, 28, 28). Up to some hundred digits at once: SmoothGrad asks for 25
gradients of each, integrated gradients for 64.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digitrec.insight.maps.score import Map, class_score, pixels

if TYPE_CHECKING:
    import keras

Targets = NDArray[np.integer]

NOISE = 0.15
SAMPLES = 25
"""Of SmoothGrad: deviation of the noise, as a share of the greys, and how often it is drawn."""

STEPS = 64
"""From the baseline to the digit: the parts then sum to the whole within some per cent."""

BATCH = 256
"""Images whose gradients are asked for at once."""

CURVED = ("relu", "relu6", "leaky_relu", "elu", "selu", "gelu", "silu", "hard_silu", "softplus")
CURVED_LAYERS = ("ReLU", "LeakyReLU", "PReLU", "ELU")
"""Activations after which only what speaks for the class goes further back, when guided."""


def saliency(network: "keras.Model", images: NDArray[Any], targets: Targets) -> Map:
    """The gradient itself. Simonyan et al., "Deep Inside Convolutional Networks" (2014)."""
    return _mean_gradients(network, np.asarray(images)[None], targets)


def guided(network: "keras.Model", images: NDArray[Any], targets: Targets) -> Map:
    """Guided backpropagation: after each activation only gradients above 0 go on.

    Springenberg et al., "Striving for Simplicity" (2015). It draws edges sharply; in large networks
    nearly the same whatever they have learnt (Adebayo et al., "Sanity Checks for Saliency Maps",
    2018), which maps.checks measures.
    """
    return saliency(guided_network(network), images, targets)


def smooth_grad(network: "keras.Model", images: NDArray[Any], targets: Targets) -> Map:
    """The mean gradient of noisy copies. Smilkov et al., "SmoothGrad" (2017).

    The noise is the same for each digit and each time.
    """
    noise = np.random.default_rng(0).normal(0, NOISE * 255, (SAMPLES, 1, *np.shape(images)[1:]))
    return _mean_gradients(network, np.asarray(images)[None] + noise, targets)


def integrated_gradients(
    network: "keras.Model", images: NDArray[Any], targets: Targets, baseline: float = 0.0
) -> Map:
    """What each pixel adds to the score on the way from an even grey to the digit.

    Sundararajan, Taly, Yan, "Axiomatic Attribution for Deep Networks" (2017): the mean gradient on
    the straight way, times the way. The values of a map sum to the difference of the scores.

    Args:
        network: functional or sequential.
        images: (N, 28, 28) of 0 to 255.
        targets: (N,), the number of each one's class.
        baseline: the grey that stands for nothing; 0 is empty ground.
    """
    way = np.asarray(images, np.float32) - np.float32(baseline)
    shares = (np.arange(STEPS, dtype=np.float32) + 0.5) / STEPS
    return way * _mean_gradients(network, baseline + np.multiply.outer(shares, way), targets)


def guided_network(network: "keras.Model") -> "keras.Model":
    """A copy of a network that answers the same, and sends only gradients above 0 through."""
    from digitrec.compression.structure.rebuild import Piece, copied, rebuilt
    from digitrec.training.guided import PositiveGradients

    def gated(layer: Any) -> list[Piece]:
        gate = [Piece(PositiveGradients(), [])] if _is_curved(layer) else []
        return [*copied(layer), *gate]

    return rebuilt(network, gated)


def _is_curved(layer: Any) -> bool:
    activation = getattr(layer, "activation", None)
    return type(layer).__name__ in CURVED_LAYERS or getattr(activation, "__name__", "") in CURVED


def _mean_gradients(network: "keras.Model", variants: NDArray[Any], targets: Targets) -> Map:
    """The gradients (N, 28, 28) of digits' scores, in their mean over variants (V, N, 28, 28)."""
    from keras import ops

    from digitrec.training.gradients import input_gradients

    images = variants.reshape(-1, *variants.shape[2:])
    wanted = np.tile(targets, len(variants))
    found = [
        ops.convert_to_numpy(
            input_gradients(
                class_score(network, wanted[start : start + BATCH]),
                pixels(images[start : start + BATCH]),
            )
        )
        for start in range(0, len(images), BATCH)
    ]
    return np.concatenate(found)[..., 0].reshape(variants.shape).mean(axis=0)
