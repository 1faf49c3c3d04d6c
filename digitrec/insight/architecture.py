"""A network as rows of what it does: each layer with what it answers and what it costs.

Normalisation, activation and dropout stand in the row of the convolution that they follow.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from digitrec.networks.cost import multiply_adds_of
from digitrec.networks.uses import Shape, Use, uses

if TYPE_CHECKING:
    import keras

FOLLOWERS = (
    "Activation", "ReLU", "PReLU", "LeakyReLU", "ELU", "Softmax", "BatchNormalization",
    "GroupNormalization", "LayerNormalization", "ActivityRegularization", "Dropout",
    "SpatialDropout2D", "AlphaDropout", "StochasticDepth",
)  # fmt: skip
"""Layers that keep the shape, and stand in the row of what they follow."""

WORDS = {
    "Add": "sum",
    "Multiply": "product",
    "Concatenate": "joined",
    "Flatten": "flattened",
    "Reshape": "reshaped",
    "Permute": "permuted",
    "Rescaling": "scaling",
    "BatchNormalization": "batch norm",
    "GroupNormalization": "group norm",
    "LayerNormalization": "layer norm",
    "ReLU": "relu",
    "Dropout": "dropout",
    "SpatialDropout2D": "spatial dropout",
    "AlphaDropout": "alpha dropout",
    "StochasticDepth": "stochastic depth",
    "ActivityRegularization": "activity penalty",
    "GlobalMaxPooling2D": "global maximum",
    "GlobalAveragePooling2D": "global average",
    "GeM": "generalised mean",
    "GatedPool": "gated maximum and average",
    "SpatialPyramid": "spatial pyramid",
    "AcrossChannels": "mean and maximum of channels",
    "ImageScaling": "scaling",
    "Shifts": "shifts",
    "MeanOfProbabilities": "mean of probabilities",
    "Dense": "dense",
    "DropConnectDense": "dense",
}
"""Classes of layers as people call them; others keep their name."""

WINDOWS = {
    "Conv2D": "convolution",
    "DropConnectConv2D": "convolution",
    "GroupedConv2D": "convolution",
    "DepthwiseConv2D": "depthwise",
    "SeparableConv2D": "separable",
    "MaxPooling2D": "maximum of",
    "AveragePooling2D": "average of",
}
"""Classes of layers that look at a window of the maps."""


@dataclass(frozen=True)
class Row:
    """One layer of a network at work, and those that follow it without a row of their own.

    Attributes:
        number: from 1, in the order of the calls.
        layers: names, such as ("conv2d", "activation").
        text: what it does, such as "convolution 3x3 /2, relu".
        shape: of the answer, the batch left out.
        parameters: of the layers; 0 where they have been counted in an earlier row.
        multiply_adds: for one digit.
        inputs: numbers of the rows whose answers it takes; 0 is the digit itself.
        same_as: number of the row that used these weights first, or None.
    """

    number: int
    layers: tuple[str, ...]
    text: str
    shape: Shape
    parameters: int
    multiply_adds: int
    inputs: tuple[int, ...]
    same_as: int | None


def rows(network: "keras.Model") -> list[Row]:
    """What a network does, in the order that it does it."""
    groups = _grouped(uses(network))
    home = {use.output: number for number, group in enumerate(groups, 1) for use in group}
    first: dict[int, int] = {}
    return [_row(number, group, home, first) for number, group in enumerate(groups, 1)]


def as_text(found: Sequence[Row]) -> str:
    """A table for a terminal, one line a row, with the sum."""
    table: list[tuple[str, ...]] = [("", "layer", "answer", "parameters", "multiply-adds")]
    for row in found:
        about = row.text + taken_from(row)
        costs = [f"{cost:,}" if cost else "" for cost in (row.parameters, row.multiply_adds)]
        table.append((str(row.number), about, sides(row.shape), *costs))
    totals = (sum(row.parameters for row in found), sum(row.multiply_adds for row in found))
    table.append(("", "in all", "", *(f"{total:,}" for total in totals)))
    return "\n".join(aligned(table, "><>>>"))


def as_dicts(found: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows for JSON."""
    return [asdict(row) for row in found]


def sides(shape: Shape) -> str:
    """Such as `14 x 14 x 32`."""
    return " x ".join("?" if side is None else str(side) for side in shape)


def taken_from(row: Row) -> str:
    """What is to be said of a row's inputs, where they are not the row before, and its weights."""
    said = f" (weights of {row.same_as})" if row.same_as else ""
    usual = row.inputs == (row.number - 1,) or not row.inputs
    return said if usual else f"{said} <- {', '.join(map(str, row.inputs))}"


def aligned(table: Sequence[tuple[str, ...]], sides: str) -> list[str]:
    """Lines of columns; `sides` has "<" or ">" for each, the side that its cells begin at."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(
            f"{cell:{side}{width}}" for cell, side, width in zip(line, sides, widths, strict=True)
        ).rstrip()
        for line in table
    ]


def _grouped(calls: Sequence[Use]) -> list[list[Use]]:
    """Each call that has a row, with the calls that stand in it."""
    takers = Counter(name for use in calls for name in use.inputs)
    groups: list[list[Use]] = []
    ends: dict[str, list[Use]] = {}
    for use in calls:
        group = ends.pop(use.inputs[0], None) if _follows(use, takers) else None
        if group is None:
            group = []
            groups.append(group)
        group.append(use)
        ends[use.output] = group
    return groups


def _follows(use: Use, takers: Counter[str]) -> bool:
    """Whether it has no row of its own: it alone takes one answer, and keeps its shape."""
    return (
        type(use.layer).__name__ in FOLLOWERS
        and len(use.inputs) == 1
        and takers[use.inputs[0]] == 1
    )


def _row(number: int, group: Sequence[Use], home: dict[str, int], first: dict[int, int]) -> Row:
    weighted = [use for use in group if use.layer.weights]
    before = [first[id(use.layer)] for use in weighted if use.again]
    for use in weighted:
        first.setdefault(id(use.layer), number)
    return Row(
        number,
        tuple(use.layer.name for use in group),
        ", ".join(phrase(use.layer) for use in group),
        group[-1].shape,
        sum(use.layer.count_params() for use in weighted if not use.again),
        sum(multiply_adds_of(use) for use in group),
        tuple(sorted({home.get(name, 0) for name in group[0].inputs})),
        before[0] if before else None,
    )


def phrase(layer: "keras.Layer") -> str:
    """What a layer does, such as `convolution 3x3 /2 valid`."""
    kind = type(layer).__name__
    if kind == "Activation":
        return _called(layer.activation)
    said = _window(layer, WINDOWS[kind]) if kind in WINDOWS else WORDS.get(kind, kind)
    own = _called(layer.activation) if hasattr(layer, "activation") else said
    return said if own in ("linear", said) else f"{said}, {own}"


def _window(layer: Any, said: str) -> str:
    size, strides = (getattr(layer, "kernel_size", None) or layer.pool_size), layer.strides
    words = [said, "x".join(map(str, size))]
    if strides != (1, 1):
        words.append("/" + "x".join(map(str, strides if len(set(strides)) > 1 else strides[:1])))
    if hasattr(layer, "kernel_size") and layer.padding == "valid" and max(size) > 1:
        words.append("valid")
    if getattr(layer, "groups", 1) > 1:
        words.append(f"in {layer.groups} groups")
    if getattr(layer, "dilation_rate", (1, 1)) != (1, 1):
        words.append(f"dilated {layer.dilation_rate[0]}")
    return " ".join(words)


def _called(activation: Callable[..., Any]) -> str:
    name: str = getattr(activation, "__name__", type(activation).__name__)
    return name.replace("_", " ")
