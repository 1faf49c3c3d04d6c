"""Every way to map what speaks for a class, by name."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digitrec.compression.keras_classifier import KerasClassifier
from digitrec.errors import OptionError
from digitrec.insight.maps.gradcam import LEAST_PLACES, grad_cam, last_maps, layer_cam
from digitrec.insight.maps.occlusion import occlusion
from digitrec.insight.maps.saliency import guided, integrated_gradients, saliency, smooth_grad
from digitrec.insight.maps.score import Map
from digitrec.reading.classifier import CardClassifier

if TYPE_CHECKING:
    import keras

BY_GRADIENTS: Mapping[str, Callable[..., Map]] = {
    "integrated-gradients": integrated_gradients,
    "smoothgrad": smooth_grad,
    "saliency": saliency,
    "guided": guided,
    "grad-cam": grad_cam,
    "layer-cam": layer_cam,
}
"""Those that need a Keras network."""

GRAD_CAM = "grad-cam"
OF_A_LAYER = (GRAD_CAM, "layer-cam")
"""Of these, those that look at one layer's maps."""

OCCLUSION = "occlusion"
METHODS = (OCCLUSION, *BY_GRADIENTS)

COARSE = 4
"""Places a side under which Grad-CAM is not shown unasked: it would tell quarters, no strokes."""


def network_of(classifier: CardClassifier) -> "keras.Model":
    """The network behind a classifier.

    Raises:
        OptionError: it is no Keras model, or a SavedModel, which keeps no layers.
    """
    network = _network(classifier)
    if network is None:
        raise OptionError(f"expected a .keras or .h5 model; received {classifier.source}")
    return network


def maps_by(
    method: str,
    classifier: CardClassifier,
    images: NDArray[np.uint8],
    targets: NDArray[np.integer],
    layer: str | None = None,
) -> Map:
    """Maps (N, 28, 28) by one of METHODS.

    Args:
        method: its name.
        classifier: what is explained.
        images: (N, 28, 28) uint8.
        targets: (N,), the number of each one's class.
        layer: for those OF_A_LAYER; None is each one's own choice.

    Raises:
        OptionError: the method needs a Keras model and this is none, or a layer that is not there.
    """
    if method == OCCLUSION:
        return occlusion(classifier, images, targets)
    options: dict[str, Any] = {"layer": layer} if method in OF_A_LAYER else {}
    return BY_GRADIENTS[method](network_of(classifier), images, targets, **options)


def that_fit(classifier: CardClassifier, layer: str | None = None) -> tuple[list[str], list[str]]:
    """Those of METHODS that show something of a classifier, and a line for those that do not.

    Where a layer is named, its maps are shown whatever they are like.
    """
    network = _network(classifier)
    if network is None:
        missing = ", ".join(BY_GRADIENTS)
        return [OCCLUSION], [f"left out: {missing}, which need the gradients of a .keras model"]
    if layer is not None:
        return [*METHODS], []
    try:
        shape = network.get_layer(last_maps(network, LEAST_PLACES)).output.shape
    except OptionError:
        missing = " and ".join(OF_A_LAYER)
        return _without(*OF_A_LAYER), [f"left out: {missing}, for there are no maps of features"]
    if min(shape[1:3]) >= COARSE:
        return [*METHODS], []
    sides = f"{shape[1]}x{shape[2]}"
    return _without(GRAD_CAM), [f"left out: {GRAD_CAM}, for the last maps have {sides} places"]


def _network(classifier: CardClassifier) -> "keras.Model | None":
    """The network with its layers, where there is one."""
    if not isinstance(classifier, KerasClassifier):
        return None
    import keras

    kept = (isinstance(one, keras.layers.TFSMLayer) for one in classifier.model.layers)
    return None if any(kept) else classifier.model


def _without(*names: str) -> list[str]:
    return [name for name in METHODS if name not in names]
