"""Whole filters pruned: a network that is really narrower.

Which channels go together is found by following them through the network: maps that are added or
multiplied have the same channels, a depthwise convolution and a normalisation keep them, a joined
map has those of both. A channel is removed everywhere or nowhere.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from digitrec.compression.structure.rebuild import Piece, copied, rebuilt
from digitrec.compression.weights.aware import Ranged
from digitrec.errors import OptionError
from digitrec.networks.uses import Use, uses

Channels = NDArray[np.int64]
"""The number of each channel of a map (C,)."""

MAKING = (layers.Conv2D, layers.Dense)
"""Layers that make channels of their own; their subclasses count, all others keep or fix them."""

KEEPING = (
    layers.Activation, layers.ReLU, layers.LeakyReLU, layers.PReLU, layers.Dropout,
    layers.SpatialDropout2D, layers.BatchNormalization, layers.DepthwiseConv2D, layers.MaxPooling2D,
    layers.AveragePooling2D, layers.GlobalMaxPooling2D, layers.GlobalAveragePooling2D,
    layers.ActivityRegularization, layers.GaussianNoise, Ranged,
)  # fmt: skip
"""Layers whose answer has the channels that they are given."""

MERGING = (layers.Add, layers.Subtract, layers.Multiply, layers.Average, layers.Maximum)
"""Layers whose inputs have the same channels."""

LEAST = 0.1
"""Share of a layer's filters that is never removed."""


@dataclass
class Graph:
    """Which channels each layer of a network takes and makes.

    Attributes:
        taken: by a layer's id.
        made: by a layer's id.
        fixed: channels that cannot be removed.
        same: for each channel's number another's that is the same channel, or its own.
        layers: by their id.
    """

    taken: dict[int, Channels] = field(default_factory=dict)
    made: dict[int, Channels] = field(default_factory=dict)
    fixed: set[int] = field(default_factory=set)
    same: list[int] = field(default_factory=list)
    layers: dict[int, keras.layers.Layer] = field(default_factory=dict)

    def new(self, count: int) -> Channels:
        """So many channels that no other map has."""
        first = len(self.same)
        self.same.extend(range(first, first + count))
        return np.arange(first, first + count)

    def root(self, channel: int) -> int:
        """The number that stands for a channel wherever it is."""
        while self.same[channel] != channel:
            self.same[channel] = channel = self.same[self.same[channel]]
        return channel

    def roots(self, channels: Channels) -> Channels:
        """`root` of each."""
        return np.array([self.root(channel) for channel in channels.tolist()], np.int64)

    def join(self, one: Channels, other: Channels) -> None:
        """Make the channels of two maps the same."""
        for a, b in zip(one.tolist(), other.tolist(), strict=True):
            self.same[self.root(b)] = self.root(a)

    def fix(self, channels: Channels) -> None:
        """Never remove these."""
        self.fixed.update(channels.tolist())


def followed(network: keras.Model) -> Graph:
    """The channels of a network."""
    found, maps = uses(network), dict[str, Channels]()
    graph = Graph(layers={id(use.layer): use.layer for use in found})
    for use in found:
        given = [maps.setdefault(name, graph.new(1)) for name in use.inputs]
        maps[use.output] = _answer(graph, use, given)
    graph.fix(maps[found[-1].output])
    return graph


def _answer(graph: Graph, use: Use, given: Sequence[Channels]) -> Channels:
    """The channels of what a layer answers; the graph learns what it takes and makes."""
    layer, count = use.layer, int(use.shape[-1] or 1)
    if isinstance(layer, MAKING) and not isinstance(layer, layers.DepthwiseConv2D):
        return _made(graph, layer, given[0], count)
    if isinstance(layer, MERGING) and len({one.size for one in given}) == 1:
        for other in given[1:]:
            graph.join(given[0], other)
        return given[0]
    if isinstance(layer, layers.Concatenate) and layer.axis in (-1, len(use.shape)):
        return np.concatenate(given)
    if isinstance(layer, layers.Flatten | layers.Reshape) and count % given[0].size == 0:
        if isinstance(layer, layers.Flatten) or len(use.shape) == 1:
            return np.tile(given[0], count // given[0].size)
        if count == given[0].size:
            return given[0]
    if isinstance(layer, KEEPING) and len(given) == 1 and given[0].size == count:
        graph.taken.setdefault(id(layer), given[0])
        graph.join(graph.taken[id(layer)], given[0])
        return given[0]
    for one in given:
        graph.fix(one)
    answer = graph.new(count)
    graph.fix(answer)
    return answer


def _made(graph: Graph, layer: keras.layers.Layer, given: Channels, count: int) -> Channels:
    """The channels of a convolution or dense layer: of its own, the same each time it is called."""
    if id(layer) in graph.made:
        graph.join(graph.taken[id(layer)], given)
        return graph.made[id(layer)]
    graph.taken[id(layer)], graph.made[id(layer)] = given, graph.new(count)
    if getattr(layer, "groups", 1) > 1:
        graph.fix(given)
        graph.fix(graph.made[id(layer)])
    return graph.made[id(layer)]


Scores = Callable[[keras.layers.Layer], NDArray[np.floating]]
"""How important each filter of a convolution or dense layer is."""


def narrowed(network: keras.Model, share: float, scores: Scores) -> keras.Model:
    """A copy without the least important filters, each of which is gone wherever it was.

    Args:
        network: any; channels that cannot be followed stay, such as those of grouped convolutions.
        share: of all filters that can be removed, 0 to 1; a tenth of each layer's is kept.
        scores: of a layer's filters; they are compared relative to the layer's mean.

    Raises:
        OptionError: there is nothing in it that can be removed.
    """
    graph = followed(network)
    gone = _gone(graph, share, scores)

    def replace(layer: keras.layers.Layer) -> list[Piece]:
        return _narrow(layer, graph, gone) if id(layer) in graph.taken else copied(layer)

    return rebuilt(network, replace)


def _gone(graph: Graph, share: float, scores: Scores) -> set[int]:
    """The channels to remove, by their roots."""
    fixed = set(graph.roots(np.array(sorted(graph.fixed))).tolist())
    of_root: dict[int, float] = {}
    kept: set[int] = set()
    for key, channels in graph.made.items():
        roots = graph.roots(channels)
        if fixed.issuperset(roots.tolist()):
            continue
        found = scores(graph.layers[key])
        relative = found / max(float(found.mean()), 1e-30)
        best = np.argsort(-relative)[: max(1, round(LEAST * len(roots)))]
        kept.update(roots[best].tolist())
        for root, score in zip(roots.tolist(), relative.tolist(), strict=True):
            of_root[root] = max(of_root.get(root, 0.0), score)
    free = sorted((score, root) for root, score in of_root.items() if root not in fixed)
    if not free:
        raise OptionError("filters: expected a network with filters to remove; received none")
    chosen = [root for _, root in free[: round(share * len(free))]]
    return set(chosen) - kept


def _narrow(layer: keras.layers.Layer, graph: Graph, gone: set[int]) -> list[Piece]:
    """A layer without the channels that are gone."""
    taken = _stay(graph, graph.taken[id(layer)], gone)
    config = layer.get_config()
    if id(layer) not in graph.made:
        return [Piece(type(layer).from_config(config), _thinned(layer, taken))]
    made = _stay(graph, graph.made[id(layer)], gone)
    size = "units" if "units" in config else "filters"
    kernel, *bias = layer.get_weights()
    weights = [kernel[..., taken, :][..., made], *(one[made] for one in bias)]
    return [Piece(type(layer).from_config({**config, size: len(made)}), weights)]


def _stay(graph: Graph, channels: Channels, gone: set[int]) -> NDArray[np.intp]:
    """Where the channels are that stay."""
    return np.flatnonzero([root not in gone for root in graph.roots(channels).tolist()])


def _thinned(layer: keras.layers.Layer, stay: NDArray[np.intp]) -> list[NDArray[Any]]:
    """The weights of a layer that keeps its channels, for those that stay."""
    axis = -2 if isinstance(layer, layers.DepthwiseConv2D) else -1
    weights = []
    for number, values in enumerate(layer.get_weights()):
        along = axis if number == 0 else -1
        # A number alone, such as the end of a range, is of all channels.
        weights.append(np.take(values, stay, axis=along) if values.ndim else values)
    return weights
