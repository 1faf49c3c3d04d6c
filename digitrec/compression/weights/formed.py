"""Networks whose kernels are of certain forms while they are trained, and plain ones again."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from digitrec.compression.weights.forms import Codebook, Form, Mask

KERNELED = (keras.layers.Conv2D, keras.layers.DepthwiseConv2D, keras.layers.Dense)
"""Layers whose kernels can have a form."""

FEWEST_ZEROS = 0.05
"""Share of zeros from which on a kernel counts as pruned."""
MOST_VALUES = 64
"""Different weights up to which a larger kernel counts as clustered."""

Forms = Callable[[keras.Layer], Sequence[Form]]
"""What a layer's kernel is to be, in the order in which it becomes it; none: anything."""


class Formed(keras.layers.Wrapper):
    """A layer that works with what forms make of its kernel.

    Args:
        layer: one of KERNELED.
        forms: called one after the other.
    """

    def __init__(self, layer: keras.Layer, forms: Sequence[Form]) -> None:
        super().__init__(layer, name=layer.name)
        self.forms = list(forms)

    def build(self, input_shape: Any = None) -> None:
        super().build(input_shape)
        for form in self.forms:
            form.build(self.layer.kernel.shape)
        if any(form.replaces for form in self.forms):
            self.layer.kernel.trainable = False

    def call(self, inputs: Any) -> Any:
        # All of its variables have to be in the scope, with what an outer scope says of them.
        values = [(variable, variable.value) for variable in self.layer.variables]
        values.append((self.layer.kernel, self.formed_kernel()))
        with keras.StatelessScope(values) as scope:
            answer = self.layer(inputs)
        for variable in self.layer.non_trainable_variables:  # such as the state of its dice
            if variable is not self.layer.kernel:
                variable.assign(scope.get_current_value(variable))
        return answer

    def compute_output_shape(self, input_shape: Any) -> Any:
        return self.layer.compute_output_shape(input_shape)

    def formed_kernel(self) -> Any:
        """What the layer works with."""
        kernel = ops.convert_to_tensor(self.layer.kernel)
        for form in self.forms:
            kernel = form(kernel)
        return kernel


def formed(network: keras.Model, forms: Forms) -> keras.Model:
    """A copy of a network, with layers in it whose kernels have forms, begun at what is there.

    Args:
        network: any; the same layer may be called several times.
        forms: asked once a layer of KERNELED.
    """

    def copy(layer: keras.Layer) -> keras.Layer:
        mine = forms(layer) if isinstance(layer, KERNELED) else ()
        own = type(layer).from_config(layer.get_config())
        return Formed(own, mine) if mine else own

    made = keras.models.clone_model(network, clone_function=copy, recursive=True)
    for old, new in pairs(network, made):
        (new.layer if isinstance(new, Formed) else new).set_weights(old.get_weights())
        if isinstance(new, Formed):
            _begin(new)
    return made


def _begin(layer: Formed) -> None:
    for number, form in enumerate(layer.forms):
        kernel = layer.layer.kernel
        for before in layer.forms[:number]:
            kernel = before(kernel)
        form.begin(ops.convert_to_numpy(kernel))


def plain(network: keras.Model) -> keras.Model:
    """A copy of a formed network without forms, whose kernels are what these made of them."""

    def copy(layer: keras.Layer) -> keras.Layer:
        own = layer.layer if isinstance(layer, Formed) else layer
        return type(own).from_config(own.get_config())

    made = keras.models.clone_model(network, clone_function=copy, recursive=True)
    for old, new in pairs(network, made):
        if not isinstance(old, Formed):
            new.set_weights(old.get_weights())
            continue
        new.set_weights(old.layer.get_weights())
        new.kernel.assign(old.formed_kernel())
    return made


def pairs(one: keras.Model, other: keras.Model) -> Iterator[tuple[keras.Layer, keras.Layer]]:
    """The layers of two models that are built alike, those of models inside them too."""
    for mine, theirs in zip(one.layers, other.layers, strict=True):
        if isinstance(mine, keras.Model):
            yield from pairs(mine, theirs)
        else:
            yield mine, theirs


def kerneled(network: keras.Model) -> list[keras.Layer]:
    """The layers of KERNELED, formed or not, in their order."""
    found = [mine for mine, _ in pairs(network, network)]
    return [layer for layer in found if isinstance(layer, (*KERNELED, Formed))]


def not_zero(network: keras.Model) -> float:
    """The share of the kernels' weights that are not 0; 0 without kernels."""
    kernels = [np.asarray(layer.kernel) for layer in kerneled(network)]
    return sum(map(np.count_nonzero, kernels)) / max(1, sum(one.size for one in kernels))


def channels(layer: keras.Layer) -> tuple[int, ...]:
    """The axes of a layer's kernel along which its outputs are."""
    return (2, 3) if isinstance(layer, keras.layers.DepthwiseConv2D) else (-1,)


def as_it_is(layer: keras.Layer) -> list[Form]:
    """The forms that a kernel has already: pruned, clustered (which zeros outlive), or neither."""
    kernel = np.asarray(layer.kernel)
    others = np.unique(kernel[kernel != 0])
    if 0 < len(others) <= min(MOST_VALUES, kernel.size // 4):
        return [Codebook(len(others), channels(layer))]
    return [Mask(channels(layer))] if (kernel == 0).mean() >= FEWEST_ZEROS else []
