"""Layers as two thinner ones in turn, by singular value decomposition."""

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from digitrec.compression.structure.rebuild import Piece, copied, rebuilt

Matrix = NDArray[np.floating]


def factorised(network: keras.Model, energy: float) -> keras.Model:
    """A copy of a network whose layers of low rank are two in turn, where that saves weights.

    A dense layer becomes one to so many units and one from these (Denton et al., "Exploiting
    Linear Structure Within Convolutional Networks", 2014). A convolution becomes, whichever is
    smaller, a column and a row (Jaderberg, Vedaldi, Zisserman, "Speeding up Convolutional Neural
    Networks with Low Rank Expansions", 2014) or fewer filters and a 1x1 convolution (Zhang et al.,
    "Accelerating Very Deep Convolutional Networks", 2015). The rank is the lowest that keeps so
    much of the squared singular values.

    Args:
        network: any; grouped, dilated and depthwise convolutions stay whole.
        energy: share of the sum of squared singular values that is kept, 0 to 1.
    """

    def replace(layer: keras.Layer) -> list[Piece]:
        tried = [pieces for pieces in _ways(layer, energy) if _size(pieces) < _size(copied(layer))]
        return min(tried, key=_size, default=copied(layer))

    return rebuilt(network, replace)


def _size(pieces: list[Piece]) -> int:
    return sum(weights.size for piece in pieces for weights in piece.weights)


def _ways(layer: keras.Layer, energy: float) -> list[list[Piece]]:
    if isinstance(layer, keras.layers.Dense):
        return [_dense(layer, energy)]
    plain = isinstance(layer, keras.layers.Conv2D) and layer.groups == 1
    if not plain or layer.dilation_rate != (1, 1):
        return []
    return [_fewer_filters(layer, energy), _column_and_row(layer, energy)]


def _dense(layer: keras.Layer, energy: float) -> list[Piece]:
    first, second = split(np.asarray(layer.kernel), energy)
    config = layer.get_config()
    return [
        _piece(layer, {"units": first.shape[1]}, [first]),
        Piece(type(layer).from_config(config), [second, *_bias(layer)]),
    ]


def _fewer_filters(layer: keras.Layer, energy: float) -> list[Piece]:
    kernel = np.asarray(layer.kernel)
    first, second = split(kernel.reshape(-1, kernel.shape[-1]), energy)
    rank = first.shape[1]
    last = {**layer.get_config(), "kernel_size": (1, 1), "strides": (1, 1)}
    return [
        _piece(layer, {"filters": rank}, [first.reshape(*kernel.shape[:3], rank)]),
        Piece(type(layer).from_config(last), [second[None, None], *_bias(layer)]),
    ]


def _column_and_row(layer: keras.Layer, energy: float) -> list[Piece]:
    kernel = np.asarray(layer.kernel)
    height, width, maps, filters = kernel.shape
    as_matrix = kernel.transpose(0, 2, 1, 3).reshape(height * maps, width * filters)
    first, second = split(as_matrix, energy)
    rank, (down, across) = first.shape[1], layer.strides
    column = first.reshape(height, 1, maps, rank)
    row = second.reshape(rank, 1, width, filters).transpose(1, 2, 0, 3)
    last = {**layer.get_config(), "kernel_size": (1, width), "strides": (1, across)}
    thin = {"filters": rank, "kernel_size": (height, 1), "strides": (down, 1)}
    return [
        _piece(layer, thin, [column]),
        Piece(type(layer).from_config(last), [row, *_bias(layer)]),
    ]


def _piece(layer: keras.Layer, changes: dict[str, Any], weights: list[Matrix]) -> Piece:
    """The first of two layers: linear, without a bias."""
    linear = {"activation": "linear", "use_bias": False, "name": f"{layer.name}_thin"}
    return Piece(type(layer).from_config({**layer.get_config(), **linear, **changes}), weights)


def _bias(layer: keras.Layer) -> list[Matrix]:
    return [np.asarray(layer.bias)] if layer.use_bias else []


def split(matrix: Matrix, energy: float) -> tuple[Matrix, Matrix]:
    """Two matrices (M, rank) and (rank, N) whose product is near to one (M, N).

    Args:
        matrix: any.
        energy: share of the squared singular values that is kept, which says the rank.
    """
    left, values, right = np.linalg.svd(matrix, full_matrices=False)
    kept = np.cumsum(values**2) / max(float((values**2).sum()), 1e-30)
    rank = min(int(np.searchsorted(kept, energy)) + 1, len(values))
    roots = np.sqrt(values[:rank])
    return left[:, :rank] * roots, roots[:, None] * right[:rank]
