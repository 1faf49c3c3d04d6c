"""Digits as points: alike to the network is near each other."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitrec.errors import DataError, needs_extra

FEWEST = 10
"""Digits of which a map can be made: t-SNE looks at neighbours."""

PERPLEXITY = 30.0
"""Neighbours that t-SNE keeps near, as its authors have it; fewer where there are few digits."""

Points = NDArray[np.float32]
"""(N, 2)."""


def projected(values: NDArray[np.floating], way: str) -> Points:
    """Points (N, 2) for features (N, F), by one of WAYS.

    Raises:
        DataError: there are fewer than FEWEST.
        MissingExtraError: scikit-learn is not installed.
    """
    if len(values) < FEWEST:
        raise DataError(f"expected at least {FEWEST} digits for a map; received {len(values)}")
    with needs_extra("train"):
        return np.asarray(WAYS[way](values), np.float32)


def _pca(values: NDArray[np.floating]) -> Any:
    """Principal components: the two directions in which the features vary most."""
    from sklearn.decomposition import PCA

    return PCA(2, random_state=0).fit_transform(values)


def _tsne(values: NDArray[np.floating]) -> Any:
    """Van der Maaten and Hinton, "Visualizing Data using t-SNE" (2008): near stays near.

    How far groups are from each other, and how large they are, means nothing.
    """
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    near = min(PERPLEXITY, (len(values) - 1) / 3)
    # Several threads wait busily for each other: beside other work six times as long as one alone.
    with threadpool_limits(1):
        return TSNE(2, perplexity=near, init="pca", random_state=0).fit_transform(values)


WAYS: Mapping[str, Callable[[NDArray[np.floating]], Any]] = {"PCA": _pca, "t-SNE": _tsne}
