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
        views: images that there are of each digit at the answer: a layer whose attribute `views`
            is 9 makes nine of one, as for shifts, and one of 1/9 brings them together again.
    """

    layer: keras.Layer
    inputs: tuple[str, ...]
    output: str
    shape: Shape
    again: bool
    views: int = 1


@dataclass(frozen=True)
class _Calls:
    """The calls of the layers of one network: (layer, tensors in, tensor out) each."""

    inputs: list[Any]
    made: list[tuple[keras.Layer, list[Any], Any]]


def uses(network: keras.Model) -> list[Use]:
    """The calls of a network's layers in their order; those of a network inside it in its place."""
    return list(_used(_calls(network), {}, "", {}))


def _used(
    calls: _Calls, given: dict[int, str], prefix: str, before: dict[str, Use]
) -> Iterator[Use]:
    """The uses in a network; `given` names the tensors that come from outside, by their id.

    Those before it are known by their output, and each new one is added to them.
    """
    names = dict(given)
    for layer, into, answer in calls.made:
        inputs = tuple(names.setdefault(id(tensor), prefix + tensor.name) for tensor in into)
        if isinstance(layer, keras.Model) and getattr(layer, "inputs", None):
            inside = _calls(layer)
            outer = {id(tensor): name for tensor, name in zip(inside.inputs, inputs, strict=True)}
            found = list(_used(inside, outer, f"{prefix}{layer.name}/", before))
            yield from found
            names[id(answer)] = found[-1].output if found else inputs[0]
            continue
        names[id(answer)] = prefix + answer.name
        again = any(use.layer is layer for use in before.values())
        views = max((before[name].views for name in inputs if name in before), default=1)
        views = round(views * getattr(layer, "views", 1))
        shape = tuple(answer.shape[1:])
        before[names[id(answer)]] = Use(layer, inputs, names[id(answer)], shape, again, views)
        yield before[names[id(answer)]]


def _calls(network: keras.Model) -> _Calls:
    """Found by calling a copy of the network once more, so that it stays as it was."""
    made: list[tuple[keras.Layer, list[Any], Any]] = []

    def called(copy: keras.Layer, *arguments: Any, **options: Any) -> Any:
        answer = copy(*arguments, **options)
        given = [tensor for tensor in keras.tree.flatten(arguments) if hasattr(tensor, "name")]
        made.append((network.get_layer(copy.name), given, answer))
        return answer

    copy = keras.models.clone_model(functional(network), call_function=called)
    return _Calls(copy.inputs, made)


def functional(network: keras.Model) -> keras.Model:
    """A Sequential model as a functional one, for only these are called layer by layer."""
    if isinstance(network, keras.Sequential):
        return keras.Model(network.inputs[0], network.outputs[0], name=network.name)
    return network
