"""Images a second of our augmentations beside ImageDataGenerator's, and their share of a step.

    python benchmarks/augmentation.py [--write]

Everything is timed in turn, in one run: medians of five rounds and the ratios' range. The share is
what a step of the recipe takes longer with the augmentation than without. --write puts the table
into docs/training.md.
"""

import argparse
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median

import numpy as np

from digitrec.training.quiet import quiet

with quiet():
    import tensorflow as tf

sys.path.insert(0, str(Path(__file__).parent))

from common import ROOT, put_between_marks
from step import step

from digitrec.training.augmentation import layers_for
from digitrec.training.classic import classic_generator
from digitrec.training.presets import PRESETS
from digitrec.training.recipe import Recipe

PAGE = ROOT / "docs" / "training.md"
BATCH = 1000
ROUNDS = 5
SECONDS = 2.0
LAYERS = ("affine", "full")
STEPPED = ("default", "best")
"""Presets whose steps are timed with augmentation and without."""

Rates = Mapping[str, Sequence[float]]


def main() -> None:
    """Time all in turn; print the table."""
    own = argparse.ArgumentParser(description="Augmentation beside ImageDataGenerator.")
    own.add_argument("--write", action="store_true", help="put the table into docs/training.md")
    write = own.parse_args().write
    digits = np.random.default_rng(0).integers(0, 256, (BATCH, 28, 28, 1)).astype(np.float32)
    ways = {"classic": classic(digits), **{name: ours(name, digits) for name in LAYERS}}
    rates = in_turn(ways, BATCH)
    steps = {
        (name, augment): step(PRESETS[name].changed(augment=augment))
        for name in STEPPED
        for augment in ("none", "full")
    }
    stepped = in_turn({" ".join(key): once for key, once in steps.items()}, 1)
    text = table(rates, stepped)
    print(text)
    if write:
        put_between_marks("augmentation", text, PAGE)


def classic(digits: np.ndarray) -> Callable[[], object]:
    """One batch through ImageDataGenerator.flow, as its documentation shows."""
    flow = classic_generator(Recipe()).flow(digits, batch_size=BATCH, shuffle=False)
    return lambda: np.asarray(next(flow)).sum()


def ours(augment: str, digits: np.ndarray) -> Callable[[], object]:
    """One batch through our layers, as a compiled step runs them."""
    layers = layers_for(Recipe(augment=augment))

    @tf.function
    def changed(images: tf.Tensor) -> tf.Tensor:
        for layer in layers:
            images = layer(images, training=True)
        return images

    batch = tf.constant(digits)
    return lambda: changed(batch).numpy()


def in_turn(ways: Mapping[str, Callable[[], object]], count: int) -> dict[str, list[float]]:
    """By name, `count` times the calls a second, one number a round."""
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, once in ways.items():
            rates[name].append(count * calls_a_second(once))
    return rates


def calls_a_second(once: Callable[[], object]) -> float:
    """How many calls end in some seconds, the first not counted."""
    once()
    begun, calls = time.perf_counter(), 0
    while (passed := time.perf_counter() - begun) < SECONDS:
        once()
        calls += 1
    return calls / passed


def table(rates: Rates, stepped: Rates) -> str:
    """Images a second with their ratios, then the share of a step, in Markdown."""
    lines = ["| augmentation | images a second | times ImageDataGenerator |", "|---|---|---|"]
    lines.append(f"| `classic`, ImageDataGenerator | {median(rates['classic']):,.0f} | 1 |")
    for name in LAYERS:
        ratios = [mine / its for mine, its in zip(rates[name], rates["classic"], strict=True)]
        lines.append(f"| `{name}` | {median(rates[name]):,.0f} | {_range(ratios, '.1f')} |")
    lines += ["", "| preset | share of a step that `full` takes |", "|---|---|"]
    for name in STEPPED:
        pairs = zip(stepped[f"{name} none"], stepped[f"{name} full"], strict=True)
        shares = [1 - full / none for none, full in pairs]
        lines.append(f"| `{name}` | {_range(shares, '.0%')} |")
    return "\n".join(lines)


def _range(values: Sequence[float], form: str) -> str:
    return f"{median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


if __name__ == "__main__":
    main()
