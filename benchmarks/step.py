"""What a step of training spends its time on: milliseconds with and without each part.

    python benchmarks/step.py [--write]

All in turn, in one run: the median of five rounds of twenty steps, on one batch that lies ready.
--write puts the table into docs/training.md.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from common import ROOT, put_between_marks

from digitrec.training.quiet import quiet

with quiet():
    from digitrec.datasets.digits import Part
    from digitrec.training import device
    from digitrec.training.fit import trainable, untrained
from digitrec.training.recipe import Recipe

PAGE = ROOT / "docs" / "training.md"
VARIANTS = {
    "the preset default": {},
    "without augmentation": {"augment": "none"},
    "by plain SGD instead of Muon": {"optimizer": "sgd"},
    "with ReLU instead of hard SiLU": {"activation": "relu"},
    "with batch normalisation": {"normalization": "batch"},
    "in float32": {"precision": "float32"},
    "in float32 with batch normalisation": {"precision": "float32", "normalization": "batch"},
    "in batches of 64": {"batch_size": 64},
    "in batches of 512": {"batch_size": 512},
}
"""What is changed of it, one row each."""

ROUNDS, STEPS = 5, 20


def main() -> None:
    """Time all in turn; print the table."""
    own = argparse.ArgumentParser(description="What a step of training spends its time on.")
    own.add_argument("--write", action="store_true", help="put the table into docs/training.md")
    write = own.parse_args().write
    recipes = {name: Recipe().changed(**knobs) for name, knobs in VARIANTS.items()}
    steps = {name: step(recipe) for name, recipe in recipes.items()}
    found: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(1 + ROUNDS):
        for name, once in steps.items():
            found[name].append(milliseconds(once))
    lines = ["| a step of | ms | digits a second |", "|---|---|---|"]
    for name, taken in found.items():
        middle = median(taken[1:])
        lines.append(f"| {name} | {middle:.1f} | {1000 * recipes[name].batch_size / middle:,.0f} |")
    print(text := "\n".join(lines))
    if write:
        put_between_marks("step", text, PAGE)


def step(recipe: Recipe) -> Callable[[], object]:
    """One step of a recipe on a batch that lies ready."""
    random = np.random.default_rng(0)
    labels = random.integers(0, 10, recipe.batch_size)
    images = random.integers(0, 256, (recipe.batch_size, 28, 28)).astype(np.uint8)
    where = device.find()
    network = untrained(recipe, 10, Part(images, labels), where)
    model = trainable(network, recipe, 1000, where)
    targets = np.eye(10, dtype=np.float32)[labels]
    return lambda: model.train_on_batch(images[..., None], targets)


def milliseconds(once: Callable[[], object]) -> float:
    """Of one call, as the mean of STEPS."""
    begun = time.perf_counter()
    for _ in range(STEPS):
        once()
    return 1000 * (time.perf_counter() - begun) / STEPS


if __name__ == "__main__":
    main()
