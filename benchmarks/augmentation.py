"""Images a second of our augmentation beside ImageDataGenerator's, in turn, in one run.

    python benchmarks/augmentation.py

prints the median of five rounds of each and the ratio; expect more than 10 on two cores.
"""

import time
from collections.abc import Callable
from statistics import median

import numpy as np

from digitrec.training.quiet import quiet

with quiet():
    import tensorflow as tf

from digitrec.training.augmentation import layers_for
from digitrec.training.classic import classic_generator
from digitrec.training.recipe import Recipe

BATCH = 1000
ROUNDS = 5
SECONDS = 2.0


def main() -> None:
    """Time both in turn and print the table."""
    digits = np.random.default_rng(0).integers(0, 256, (BATCH, 28, 28, 1)).astype(np.float32)
    ways = {"ImageDataGenerator": classic(digits), "RandomAffine": affine(digits)}
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, once in ways.items():
            rates[name].append(images_a_second(once))
    for name, found in rates.items():
        print(f"{name:20} {median(found):9,.0f} images/s")
    ratios = [ours / theirs for theirs, ours in zip(*rates.values(), strict=True)]
    print(f"ratio                {median(ratios):9.1f} ({min(ratios):.1f} to {max(ratios):.1f})")


def classic(digits: np.ndarray) -> Callable[[], None]:
    """One batch through ImageDataGenerator.flow, as its documentation shows."""
    flow = classic_generator(Recipe()).flow(digits, batch_size=BATCH, shuffle=False)
    return lambda: np.asarray(next(flow)).sum()


def affine(digits: np.ndarray) -> Callable[[], None]:
    """One batch through our layer, as a compiled step runs it."""
    (layer,) = layers_for(Recipe())
    step = tf.function(lambda images: layer(images, training=True))
    batch = tf.constant(digits)
    return lambda: step(batch).numpy()


def images_a_second(once: Callable[[], None]) -> float:
    """How many images go through in some seconds, the first batch not counted."""
    once()
    begun, batches = time.perf_counter(), 0
    while (passed := time.perf_counter() - begun) < SECONDS:
        once()
        batches += 1
    return batches * BATCH / passed


if __name__ == "__main__":
    main()
