"""The uses of a network's layers: a layer that is called several times has several."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import keras

Shape = tuple[int | None, ...]


@dataclass(frozen=True)
class Use:
    """One call of a layer.

    Attributes:
        layer: the network's own, with its weights.
        inputs: names of the tensors that it was given, which `output` of other uses has.
        output: name of the tensor that it answered with.
        shape: of the answer, the batch left out.
        again: whether the layer has been called before.
    """

    layer: keras.Layer
    inputs: tuple[str, ...]
    output: str
    shape: Shape
    again: bool


def uses(network: keras.Model) -> list[Use]:
    """The calls of a network's layers in their order; those of a network inside it in its place."""
    return list(_used(network, "", set()))


def _used(network: keras.Model, prefix: str, seen: set[int]) -> Iterator[Use]:
    for layer, given, answer in _calls(network):
        if isinstance(layer, keras.Model):
            yield from _used(layer, f"{prefix}{layer.name}/", seen)
            continue
        again = id(layer) in seen
        seen.add(id(layer))
        yield Use(
            layer,
            tuple(prefix + tensor.name for tensor in given),
            prefix + answer.name,
            tuple(answer.shape[1:]),
            again,
        )


def _calls(network: keras.Model) -> list[tuple[keras.Layer, list[Any], Any]]:
    """(layer, tensors in, tensor out) a call, found by calling a copy of the network once more."""
    found: list[tuple[keras.Layer, list[Any], Any]] = []

    def called(copy: keras.Layer, *arguments: Any, **options: Any) -> Any:
        answer = copy(*arguments, **options)
        given = [tensor for tensor in keras.tree.flatten(arguments) if hasattr(tensor, "name")]
        found.append((network.get_layer(copy.name), given, answer))
        return answer

    keras.models.clone_model(_functional(network), call_function=called)
    return found


def _functional(network: keras.Model) -> keras.Model:
    """A Sequential model as a functional one, for only these are called layer by layer."""
    if isinstance(network, keras.Sequential):
        return keras.Model(network.inputs, network.outputs, name=network.name)
    return network
