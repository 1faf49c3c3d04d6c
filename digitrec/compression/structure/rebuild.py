"""A network with other layers in the place of some."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import keras
from numpy.typing import NDArray

from digitrec.networks.uses import functional


@dataclass(frozen=True)
class Piece:
    """A new layer, not yet built, and the weights that it gets."""

    layer: keras.Layer
    weights: Sequence[NDArray[Any]]


Replace = Callable[[keras.Layer], Sequence[Piece]]
"""What stands in a layer's place: nothing, one or several pieces in turn."""


def copied(layer: keras.Layer) -> list[Piece]:
    """The layer itself once more."""
    return [Piece(type(layer).from_config(layer.get_config()), layer.get_weights())]


def rebuilt(network: keras.Model, replace: Replace) -> keras.Model:
    """A network with other layers in it, called as those in whose places they are.

    Args:
        network: with one input and one output; it stays as it is.
        replace: asked once a layer; not for networks inside it, but for their layers.
    """
    made: dict[int, list[Piece]] = {}

    def pieces(layer: keras.Layer) -> list[Piece]:
        if id(layer) not in made:
            inside = isinstance(layer, keras.Model)
            made[id(layer)] = [Piece(rebuilt(layer, replace), [])] if inside else [*replace(layer)]
        return made[id(layer)]

    # The copy is made for its graph alone: each call of one of its layers is a call of the pieces.
    whole = functional(network)
    copy = keras.models.clone_model(
        whole, call_function=lambda layer, *given, **options: _in_turn(
            pieces(whole.get_layer(layer.name)), given, options
        )
    )  # fmt: skip
    for piece in (piece for several in made.values() for piece in several):
        if piece.weights:
            piece.layer.set_weights(piece.weights)
    return copy


def _in_turn(pieces: Sequence[Piece], given: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """Only the first takes options, for nothing but it has been called with them."""
    for piece in pieces:
        given, options = (piece.layer(*given, **options),), {}
    return given[0]
