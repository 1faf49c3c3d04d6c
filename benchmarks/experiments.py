"""The ablation as data: a base, and what is done otherwise in each variant of it.

    python benchmarks/laboratory.py ablation

The base is small and its training short, so that five seeds of a hundred variants take two hours:
what matters is not its accuracy but that everything else is the same. Eight epochs of 3,000 digits
in batches of 64 are 376 steps; other batches have epochs for as many.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from digitrec.training.recipe import Recipe

DIGITS = 3_000
SEEDS = (0, 1, 2, 3, 4)

BASE = Recipe(
    network="block_cnn",
    width=0.5,
    depth=2,
    activation="relu",
    initializer="he_normal",
    kernel_size=3,
    convolution="plain",
    normalization="batch",
    pooling="max",
    global_pooling="max",
    attention="none",
    connection="plain",
    augment="affine",
    batch_size=64,
    epochs=8,
    patience=0,
    keep="last",
    precision="float32",
)

Changes = Mapping[str, Any]


@dataclass(frozen=True)
class Variant:
    """One thing done otherwise than in BASE; some things want others with them.

    Attributes:
        name: short, of its own.
        theme: what it is a kind of.
        changes: knobs and their values.
    """

    name: str
    theme: str
    changes: Changes

    def recipe(self) -> Recipe:
        """Raises OptionError for knobs that are not allowed."""
        return BASE.changed(**self.changes)


def each(knob: str, *values: Any) -> dict[str, Changes]:
    """One variant a value of a knob, called by that."""
    return {f"{knob}={value}".replace("_", "-"): {knob: value} for value in values}


def batch(size: int, epochs: int) -> dict[str, Changes]:
    """Batches of another size, with as many steps and the same steps of warm-up."""
    return {f"batch-size={size}": {"batch_size": size, "epochs": epochs, "warmup": epochs / 8}}


def optimizer(name: str, rate: float, weight_decay: float, **also: Any) -> dict[str, Changes]:
    """Another optimiser at the rate that suits it; see RATES."""
    changes = {"optimizer": name, "learning_rate": rate, "weight_decay": weight_decay, **also}
    return {f"optimizer={name}".replace("_", "-"): changes}


RATES = {
    "muon": (0.003, 0.01, 0.03, 0.1),
    "adam": (0.001, 0.003, 0.01, 0.03),
    "adamw": (0.001, 0.003, 0.01, 0.03),
    "sgd": (0.03, 0.1, 0.3, 1.0),
    "rmsprop": (0.0003, 0.001, 0.003, 0.01),
    "lion": (0.0002, 0.0006, 0.002),
    "schedule_free_adamw": (0.003, 0.01, 0.03),
}
"""What `python benchmarks/laboratory.py rates` tries, with a seed that the ablation has not."""

ALONE = {"augment": "full", "looks": 0.0, "elastic": 0.0}
"""`full`, with nothing in it that `affine` has not."""

THEMES: Mapping[str, Mapping[str, Changes]] = {
    "initialiser": each(
        "initializer", "zeros", "random_normal", "random_uniform", "truncated_normal",
        "glorot_normal", "glorot_uniform", "he_uniform", "lecun_normal", "lecun_uniform",
        "orthogonal",
    ),
    "activation": {
        **each(
            "activation", "relu6", "leaky_relu", "prelu", "elu", "selu", "gelu", "silu",
            "hard_silu", "tanh", "sigmoid", "softplus", "exponential", "linear",
        ),
        "selu as its authors have it": {
            "activation": "selu", "initializer": "lecun_normal", "normalization": "none",
            "dropout": 0.05, "dropout_kind": "alpha",
        },
    },
    "kernel": each("kernel_size", 1, 5, 7),
    "convolution": each("convolution", "separable", "grouped", "dilated", "factorised"),
    "pooling": {
        **each("pooling", "average", "gem", "gated", "strided"),
        **each("global_pooling", "average", "both", "gem", "pyramid", "flatten"),
    },
    "normalisation": each("normalization", "none", "group", "layer"),
    "dropout": {
        **each("dropout", 0.25),
        "dropout=0.5, units": {"dropout": 0.5, "dropout_kind": "units"},
        "dropout=0.25, spatial": {"dropout": 0.25, "dropout_kind": "spatial"},
        "dropout=0.25, alpha": {"dropout": 0.25, "dropout_kind": "alpha"},
        "dropout=0.25, connect": {"dropout": 0.25, "dropout_kind": "connect"},
        "stochastic-depth=0.2, residual": {"stochastic_depth": 0.2, "connection": "residual"},
    },
    "penalty": {
        **each("activity_l1", 1e-5),
        **each("l1", 1e-5),
        **each("l2", 1e-4),
        **each("weight_decay", 0.0, 0.04),
        **each("clip", 1.0),
    },
    "attention": each("attention", "squeeze_excite", "cbam"),
    "connection": each("connection", "residual", "dense"),
    "size": {**each("depth", 1, 3), **each("width", 0.25, 1.0)},
    "optimiser": {
        **optimizer("adam", 0.03, 0.0),
        **optimizer("adamw", 0.01, 0.05),
        **optimizer("sgd", 0.3, 5e-4),
        **optimizer("rmsprop", 0.01, 0.0),
        **optimizer("lion", 0.0006, 0.2),
        **optimizer("schedule_free_adamw", 0.01, 0.05, schedule="constant"),
        **each("learning_rate", 0.003, 0.03),
    },
    "schedule": {
        **each("schedule", "constant", "one_cycle", "plateau"),
        "schedule=step": {"schedule": "step", "decay_epochs": 2.0},
        "schedule=exponential": {"schedule": "exponential", "decay_epochs": 1.0},
        **each("warmup", 0.0),
        **each("restarts", 1),
    },
    "batch": {**batch(16, 2), **batch(32, 4), **batch(128, 16), **batch(256, 31)},
    "loss": {
        **each("label_smoothing", 0.0, 0.1),
        **each("loss", "focal"),
        **each("hard_mining", 0.5),
        **each("emphasis", "4,9"),
        "tasks": {"tasks": "thickness,slant,even"},
    },
    "mixing": {**each("mixup", 0.2), **each("cutmix", 0.2, 1.0)},
    "augmentation": {
        **each("augment", "none", "classic", "full"),
        **each("rotation", 0.0),
        **each("translation", 0.0),
        **each("shear", 0.0),
        **each("zoom", 0.0),
        "all four doubled": {"rotation": 16.0, "translation": 3.0, "shear": 0.3, "zoom": 0.2},
        "elastic alone": {**ALONE, "elastic": 0.7},
        "looks alone": {**ALONE, "looks": 0.2},
        "erasing=0.2": {**ALONE, "erasing": 0.2},
        **each("clean_epochs", 2),
    },
    "digits": {**each("drawn", 0.1), **each("background", 0.2), **each("early_side", 20)},
    "averaging": {
        **each("ema", 0.98),
        "keep=swa": {"keep": "swa", "swa_epochs": 3},
        "keep=snapshots": {"keep": "snapshots", "restarts": 1, "warmup": 0.0},
    },
    "input": {
        **each("scaling", "none", "symmetric", "zscore", "image_minmax", "image_zscore"),
        **each("first_layer", "whitened"),
    },
}  # fmt: skip
"""By theme, by name, the knobs that are changed."""

VARIANTS = tuple(
    Variant(name, theme, changes)
    for theme, variants in THEMES.items()
    for name, changes in variants.items()
)
