"""Seconds of a preset's fit when all is compiled: what a GPU is compared by.

    python benchmarks/warm.py [--preset quick] [--seeds 30]

One network is compiled; then, for each seed, it gets fresh weights and the preset's epochs, with
the transfer of the digits to the device counted, and validation only afterwards, not counted.
Prints mean and deviation of the seconds, and how many of the runs had 99.0 % of validation right.
"""

import argparse
import sys
import time
from pathlib import Path
from statistics import mean, stdev

sys.path.insert(0, str(Path(__file__).parent))

from digitrec import datasets
from digitrec.command import one_of
from digitrec.training.presets import PRESETS
from digitrec.training.quiet import quiet
from digitrec.training.recipe import Recipe

with quiet():
    import keras

    from digitrec.training import device
    from digitrec.training.batches import fed, training_batches
    from digitrec.training.fit import build, trainable, untrained

TARGET = 0.99


def main() -> None:
    """Warm up once, then time each seed."""
    own = argparse.ArgumentParser(description="Seconds of a fit when all is compiled.")
    own.add_argument("--preset", type=one_of(PRESETS), default="quick", help="(default: quick)")
    own.add_argument("--seeds", type=int, default=30, help="runs (default: 30)")
    options = own.parse_args()
    where, recipe = device.find(), PRESETS[options.preset]
    with device.scope(where):
        found = runs(recipe, options.seeds, where)
    seconds, accuracies = zip(*found, strict=True)
    spread = f" ± {stdev(seconds):.2f}" if len(seconds) > 1 else ""
    there = sum(accuracy >= TARGET for accuracy in accuracies)
    print(
        f"{options.preset} on {where}: {mean(seconds):.2f}{spread} s, validation "
        f"{mean(accuracies):.2%}, {there} of {len(found)} runs at {TARGET:.1%} or more"
    )


def runs(recipe: Recipe, seeds: int, where: device.Device) -> list[tuple[float, float]]:
    """Seconds and validation accuracy for each seed."""
    digits = datasets.load("mnist")
    train, validation = digits.train, digits.validation
    batches = training_batches(train, 10, recipe)
    model = trainable(untrained(recipe, 10, train, where), recipe, len(batches), where)
    model.optimizer.build(model.trainable_variables)
    fresh = [keras.ops.convert_to_numpy(variable) for variable in model.optimizer.variables]
    precision = device.precision(recipe.precision, where)

    def once(seed: int) -> tuple[float, float]:
        keras.utils.set_random_seed(seed)
        batches.recipe = recipe.changed(seed=seed)
        model.network.set_weights(build(batches.recipe, 10, train, precision).get_weights())
        for variable, value in zip(model.optimizer.variables, fresh, strict=True):
            variable.assign(value)
        begun = time.perf_counter()
        for epoch in range(recipe.epochs):
            batches.begin(epoch)
            model.fit(fed(batches), shuffle=False, verbose=0)
        seconds = time.perf_counter() - begun
        logits = model.network.predict(validation.images[..., None], batch_size=500, verbose=0)
        return seconds, float((logits.argmax(axis=1) == validation.labels).mean())

    once(0)
    return [once(seed) for seed in range(seeds)]


if __name__ == "__main__":
    main()
