"""MixUp and CutMix: two digits in one image, and their targets in the same shares."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Mixed = tuple[NDArray[Any], NDArray[np.float32], NDArray[np.float32]]


def mix(batch: Mixed, mixup: float, cutmix: float, random: np.random.Generator) -> Mixed:
    """Images (B, 28, 28, 1), targets (B, classes) and weights (B,), each mixed with another's.

    Where both are asked for, a coin decides for the whole batch.

    Args:
        batch: what is mixed.
        mixup: alpha of Beta(alpha, alpha), from which the first digit's share is drawn; 0: none.
        cutmix: the same for the share of the area.
        random: draws shares, partners and places.
    """
    if cutmix and (not mixup or random.random() < 0.5):
        return _cut(batch, cutmix, random)
    return _faded(batch, mixup, random) if mixup else batch


def _faded(batch: Mixed, alpha: float, random: np.random.Generator) -> Mixed:
    """Zhang et al., "mixup: Beyond Empirical Risk Minimization", 2018."""
    count = len(batch[0])
    shares = random.beta(alpha, alpha, count).astype(np.float32)
    partners = random.permutation(count)
    images, targets, weights = (_between(part, partners, shares) for part in batch)
    return images, targets, weights


def _cut(batch: Mixed, alpha: float, random: np.random.Generator) -> Mixed:
    """Yun et al., "CutMix: Regularization Strategy to Train Strong Classifiers", 2019."""
    images, targets, weights = batch
    count = len(images)
    partners = random.permutation(count)
    side = np.sqrt(1 - random.beta(alpha, alpha, (count, 1)))
    rows, columns = (_span(side, random.random(count), length) for length in images.shape[1:3])
    cut = rows[:, :, None] & columns[:, None, :]  # (B, 28, 28)
    mixed = np.where(cut[..., None], images[partners], images)
    shares = (1 - cut.mean(axis=(1, 2))).astype(np.float32)
    return mixed, _between(targets, partners, shares), _between(weights, partners, shares)


def _span(share: NDArray[Any], middle: NDArray[Any], length: int) -> NDArray[np.bool_]:
    """(B, length): which pixels are within a `share` (B, 1) of them around `middle` (B,)."""
    away = np.abs((np.arange(length) + 0.5) / length - middle[:, None])
    return np.asarray(away < share / 2)


def _between(
    part: NDArray[Any], partners: NDArray[np.integer], shares: NDArray[np.float32]
) -> NDArray[np.float32]:
    share = shares.reshape(-1, *[1] * (part.ndim - 1))
    return share * part + (1 - share) * part[partners]
