"""What each step of `digitrec compress` changes in a network before it is trained on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import keras

from digitrec.compression.structure import importance
from digitrec.compression.structure.factorise import factorised
from digitrec.compression.structure.filters import Scores, narrowed
from digitrec.compression.structure.folding import folded
from digitrec.compression.weights import pruning
from digitrec.compression.weights.aware import ranged
from digitrec.compression.weights.binary import signed, with_signs
from digitrec.compression.weights.formed import Forms, as_it_is, channels, formed, kerneled
from digitrec.compression.weights.forms import Codebook, Form, Grid
from digitrec.datasets.digits import Part
from digitrec.training.recipe import Recipe

LOW_BITS = 4
"""Under so many bits the first and the last layer keep EDGE_BITS."""
EDGE_BITS = 8


@dataclass(frozen=True)
class Start:
    """What a step begins with.

    Attributes:
        network: what there is; plain, in float32.
        value: the step's number, or name.
        recipe: how it will be trained.
        train: the training digits.
        per_channel: whether the file will have a scale for each channel of weights.
    """

    network: keras.Model
    value: Any
    recipe: Recipe
    train: Part
    per_channel: bool = True


@dataclass(frozen=True)
class Change:
    """What a step makes of it, to be trained.

    Attributes:
        network: None: the recipe's, untrained.
        watchers: Keras's callbacks of the training.
    """

    network: keras.Model | None
    watchers: Sequence[keras.callbacks.Callback] = field(default_factory=list)


def prune(start: Start) -> Change:
    """Weights by magnitude; see pruning.magnitude."""
    return _pruned(start, pruning.magnitude)


def prune_gradient(start: Start) -> Change:
    """Weights by what the loss would lose; see pruning.gradient."""
    return _pruned(start, lambda network: pruning.gradient(network, start.train))


def _pruned(start: Start, by: pruning.Importance) -> Change:
    network = pruning.maskable(start.network)
    epochs = start.recipe.epochs
    return Change(network, [pruning.GradualPruning(network, start.value, epochs, by)])


def filters(start: Start) -> Change:
    """Whole filters by the size of their weights."""
    return _narrowed(start, importance.by_sizes())


def filters_norm(start: Start) -> Change:
    """Whole filters by the gain of batch normalisation."""
    return _narrowed(start, importance.by_norms(start.network))


def filters_gradient(start: Start) -> Change:
    """Whole filters by what the loss would lose."""
    return _narrowed(start, importance.by_gradients(start.network, start.train))


def _narrowed(start: Start, scores: Scores) -> Change:
    return Change(formed(narrowed(start.network, start.value, scores), as_it_is))


def factorise(start: Start) -> Change:
    """Layers as two thinner ones; see factorise.factorised."""
    return Change(factorised(start.network, start.value))


def fold(start: Start) -> Change:
    """Batch normalisation into convolutions; nothing is to be learnt by that."""
    return Change(folded(start.network))


def cluster(start: Start) -> Change:
    """So many different weights a layer; what is pruned stays it."""
    return Change(formed(start.network, lambda layer: [Codebook(start.value, channels(layer))]))


def aware(start: Start) -> Change:
    """Weights of so many bits and maps of 8; what is pruned or clustered stays it."""
    return _gridded(start, start.value)


def ternary(start: Start) -> Change:
    """Weights of -1, 0 and 1 times a step a channel."""
    return _gridded(start, 2)


def binary(start: Start) -> Change:
    """Weights of -1 and 1 times a size a channel."""
    return Change(formed(ranged(start.network), with_signs(start.network)))


def xnor(start: Start) -> Change:
    """Weights and activations of -1 and 1."""
    return Change(signed(start.network))


def _gridded(start: Start, bits: int) -> Change:
    # Normalisation has a factor a channel, which would be in the weights of the file.
    network = start.network if start.per_channel else folded(start.network)
    return Change(formed(ranged(network), _grids(network, bits, start.per_channel)))


def _grids(network: keras.Model, bits: int, per_channel: bool) -> Forms:
    names = [layer.name for layer in kerneled(network)]
    edges = {names[0], names[-1]} if bits < LOW_BITS else set()

    def forms(layer: keras.Layer) -> list[Form]:
        own = EDGE_BITS if layer.name in edges else bits
        already = as_it_is(layer)
        shared = any(isinstance(form, Codebook) for form in already)
        # With a step a channel, values that all channels share would be others in each.
        one = shared or not per_channel
        return [*already, Grid(own, () if one else channels(layer))]

    return forms


CHANGES: Mapping[str, Callable[[Start], Change]] = {
    "distill": lambda _: Change(None),
    "train": lambda start: Change(formed(start.network, as_it_is)),
    "prune": prune,
    "prune-gradient": prune_gradient,
    "filters": filters,
    "filters-norm": filters_norm,
    "filters-gradient": filters_gradient,
    "factorise": factorise,
    "fold": fold,
    "cluster": cluster,
    "aware": aware,
    "ternary": ternary,
    "binary": binary,
    "xnor": xnor,
}
"""By the names of steps.KINDS."""
