"""Beginning with the weights of a trained network instead of random ones.

    digitrec train --start runs/first/model.keras --data my_digits --head-epochs 2

Yosinski et al., "How transferable are features in deep neural networks?", 2014.
"""

from dataclasses import dataclass

import keras

from digitrec.errors import ModelError

HEAD = "logits"


@dataclass(frozen=True)
class Start:
    """What a training begins with.

    Attributes:
        network: a trained one, of the same layers as the one that is to be trained.
        source: what to call it in errors, such as its file.
        same_classes: whether it reads the classes that are to be learnt; if not, its logits are
            left out, and the new network keeps its own, random ones.
    """

    network: keras.Model
    source: str
    same_classes: bool


def begin_with(start: Start, network: keras.Model) -> None:
    """Give a network the weights, and the statistics of batch normalisation, of a trained one.

    Layers go together in their order, and must have the same names, without the numbers that Keras
    counts them by, and weights of the same shapes.

    Raises:
        ModelError: they have not.
    """
    own, found = _weighted(network), _weighted(start.network)
    pairs = [
        (mine, theirs)
        for mine, theirs in zip(own, found, strict=False)
        if mine.name != HEAD or start.same_classes
    ]
    different = [(mine, theirs) for mine, theirs in pairs if _form(mine) != _form(theirs)]
    if different:
        wanted, received = map(_form, different[0])
        raise ModelError(
            f"{start.source}: expected the layers of {network.name} as the recipe makes it, such "
            f"as {wanted}; received {received}"
        )
    if len(own) != len(found):
        raise ModelError(
            f"{start.source}: expected the {len(own)} layers with weights of {network.name}; "
            f"received {len(found)}"
        )
    for mine, theirs in pairs:
        mine.set_weights(theirs.get_weights())


def _weighted(network: keras.Model) -> list[keras.Layer]:
    return [layer for layer in network.layers if layer.weights]


def _form(layer: keras.Layer) -> str:
    """The layer's name without Keras's number, and the shapes of its weights."""
    name = layer.name.rstrip("0123456789").removesuffix("_")
    shapes = " ".join("x".join(map(str, weight.shape)) for weight in layer.weights)
    return f"{name} of {shapes}"
