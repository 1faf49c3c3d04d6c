"""Every knob of a training, each defined once, and saved beside the model."""

from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from digitrec.errors import OptionError, expect_one_of
from digitrec.networks import (
    ACTIVATIONS,
    ATTENTIONS,
    CONNECTIONS,
    CONVOLUTIONS,
    DROPOUTS,
    GLOBAL_POOLINGS,
    INITIALIZERS,
    NAMES,
    NORMALIZATIONS,
    POOLINGS,
    PRETRAINED,
    SCALINGS,
)
from digitrec.training.knobs import check, knob

AUGMENTATIONS = ("none", "classic", "affine", "full")
OPTIMIZERS = ("adam", "adamw", "sgd", "rmsprop", "lion", "muon", "schedule_free_adamw")
SCHEDULES = ("constant", "step", "exponential", "one_cycle", "cosine", "plateau")
LOSSES = ("cross_entropy", "focal")
CLASS_WEIGHTS = ("equal", "balanced")
KEPT = ("best", "last", "swa", "snapshots")
FIRST_LAYERS = ("random", "whitened")
PRECISIONS = ("auto", "float32", "mixed_bfloat16", "mixed_float16")
XLA = ("auto", "on", "off")
DEVICES = ("auto", "cpu", "gpu")
OF_THE_NETWORK = (
    "dropout", "dropout_kind", "stochastic_depth", "normalization", "activation", "initializer",
    "kernel_size", "convolution", "pooling", "global_pooling", "attention", "connection", "depth",
    "activity_l1", "pretrained",
)  # fmt: skip
"""Knobs that go to the network, where they are given."""
ADVERSARIES = ("none", "fgsm", "pgd", "trades")
TASKS = ("thickness", "slant", "even", "is_digit")


@dataclass(frozen=True)
class Recipe:
    """How a network is built and trained. Raises OptionError for a value that is not allowed."""

    network: str = knob("compact_cnn", "which network", among=NAMES)
    width: float = knob(1.0, "filters relative to the network's own", low=0.05, high=16)
    dropout: float | None = knob(
        None, "share of units dropped before the logits", kind=float, low=0, high=0.9
    )
    dropout_kind: str | None = knob(None, "what dropout drops", kind=str, among=DROPOUTS)
    stochastic_depth: float | None = knob(
        None,
        "chance that a digit skips a residual block of the last stage; earlier ones less",
        kind=float,
        low=0,
        high=0.9,
    )
    normalization: str | None = knob(
        None, "what follows the convolutions", kind=str, among=NORMALIZATIONS
    )
    kernel_size: int | None = knob(None, "side of the kernels", kind=int, low=1, high=9)
    convolution: str | None = knob(None, "kind of convolution", kind=str, among=CONVOLUTIONS)
    pooling: str | None = knob(None, "how a side is halved", kind=str, among=POOLINGS)
    global_pooling: str | None = knob(
        None, "how features become a vector", kind=str, among=GLOBAL_POOLINGS
    )
    attention: str | None = knob(None, "how features weigh each other", kind=str, among=ATTENTIONS)
    connection: str | None = knob(
        None, "what a block hands on beside its result", kind=str, among=CONNECTIONS
    )
    depth: int | None = knob(None, "blocks a stage", kind=int, low=1, high=20)
    activity_l1: float | None = knob(
        None, "L1 penalty on what the convolutions answer", kind=float, low=0
    )
    pretrained: str | None = knob(None, "what a backbone begins with", kind=str, among=PRETRAINED)
    head_epochs: int = knob(
        0,
        "first epochs, in which only the logits learn; batch normalisation then stays frozen",
        low=0,
    )
    activation: str | None = knob(
        None, "activation instead of the network's own", kind=str, among=ACTIVATIONS
    )
    initializer: str | None = knob(None, "initialiser of the weights", kind=str, among=INITIALIZERS)
    first_layer: str = knob("random", "what the first convolution begins with", among=FIRST_LAYERS)
    scaling: str = knob("unit", "scaling of the pixels inside the model", among=SCALINGS)
    augment: str = knob("full", "augmentation of the training digits", among=AUGMENTATIONS)
    rotation: float = knob(8.0, "largest turn, in degrees", low=0, high=30)
    translation: float = knob(1.5, "largest shift, in pixels", low=0, high=10)
    shear: float = knob(0.15, "largest slant, as sideways pixels a pixel of height", low=0, high=1)
    zoom: float = knob(0.1, "largest change of size, as a share", low=0, high=0.5)
    elastic: float = knob(0.7, "full: deviation of elastic shifts, in pixels", low=0, high=4)
    looks: float = knob(
        0.2, "full: share of the digits whose looks change, by the knobs below", low=0, high=1
    )
    wilder: float = knob(
        0.0,
        "full: turns, shifts, slants and sizes of those digits once more, so many times as large",
        low=0,
        high=3,
    )
    thickness: float = knob(
        0.7, "full: largest change of the strokes, in pixels a side", low=0, high=1
    )
    blur: float = knob(1.0, "full: largest share of a 3x3 box's blur", low=0, high=1)
    lines: float = knob(0.15, "full: share crossed by a line of ink or a gap", low=0, high=1)
    contrast: float = knob(0.5, "full: largest share of the ink that is lost", low=0, high=0.9)
    ground: float = knob(0.3, "full: largest grey of uneven ground, as a share", low=0, high=0.9)
    noise: float = knob(0.1, "full: largest deviation of noise, as a share", low=0, high=1)
    erasing: float = knob(0.0, "full: share of all digits with a rectangle erased", low=0, high=1)
    mixup: float = knob(0.0, "MixUp: alpha of the shares that two digits get; 0: none", low=0)
    cutmix: float = knob(0.0, "CutMix: alpha of the shares that two digits get; 0: none", low=0)
    corrupted: float = knob(
        0.0,
        "share of the digits that are corrupted anew in each epoch: noise, blur, fog and others",
        low=0,
        high=1,
    )
    clean_epochs: int = knob(0, "last epochs, without augmentation", low=0)
    early_side: int = knob(
        28, "side in pixels that digits are trained at first; 28: all along", low=8, high=28
    )
    early_share: float = knob(
        0.5, "share of the epochs that digits are trained at --early-side", low=0, high=1
    )
    drawn: float = knob(
        0.0,
        "digits drawn in the forms of several countries, a share of the training digits",
        low=0,
        high=1,
    )
    background: float = knob(
        0.0,
        "images of no digit, with uniform targets, a share of the training digits",
        low=0,
        high=1,
    )
    loss: str = knob("cross_entropy", "the loss", among=LOSSES)
    focal_gamma: float = knob(2.0, "focal: how much less a sure digit counts", low=0, high=10)
    label_smoothing: float = knob(0.05, "share of the target spread evenly", low=0, high=0.9)
    class_weights: str = knob(
        "equal",
        "how much a digit of each class counts: alike, or each class alike",
        among=CLASS_WEIGHTS,
    )
    emphasis: str | None = knob(
        None, "classes that count double, such as 4,9", kind=str, several=True
    )
    hard_mining: float = knob(
        0.0, "share of each batch, its easiest digits, that does not count", low=0, high=0.9
    )
    tasks: str | None = knob(
        None, "what else to learn of a digit, parted by commas", kind=str, among=TASKS, several=True
    )
    task_weight: float = knob(0.1, "how much each such task's loss counts", low=0, high=10)
    adversary: str = knob(
        "none", "who changes each batch so that it is misread, inside epsilon", among=ADVERSARIES
    )
    epsilon: float = knob(
        0.3, "adversary: how far a pixel may change, of 0 to 1", low=0.001, high=1
    )
    attack_steps: int = knob(7, "adversary pgd, trades: steps of each attack", low=1, high=100)
    epsilon_epochs: float = knob(0.0, "adversary: first epochs, in which epsilon grows", low=0)
    trades_weight: float = knob(
        1.0, "adversary trades: how much keeping the same answer counts", low=0, high=100
    )
    optimizer: str = knob("muon", "optimiser (sgd has Nesterov momentum 0.9)", among=OPTIMIZERS)
    learning_rate: float = knob(0.01, "highest learning rate", low=0, high=10)
    schedule: str = knob("cosine", "course of the learning rate", among=SCHEDULES)
    warmup: float = knob(1.0, "epochs of rising rate (one_cycle has its own)", low=0)
    restarts: int = knob(0, "cosine: how often it starts again at the top", low=0, high=100)
    decay: float = knob(
        0.5, "step, exponential, plateau: factor of each fall of the rate", low=0.001, high=1
    )
    decay_epochs: float = knob(5.0, "step, exponential: epochs from fall to fall", low=0.01)
    weight_decay: float = knob(4e-3, "decoupled weight decay (adam has none)", low=0, high=1)
    clip: float = knob(0.0, "largest norm of all gradients together; 0: any", low=0)
    ema: float = knob(
        0.0,
        "momentum of a moving average of the weights, which is then validated and kept; 0: none",
        low=0,
        high=0.99999,
    )
    l1: float = knob(0.0, "L1 penalty on the kernels", low=0)
    l2: float = knob(0.0, "L2 penalty on the kernels", low=0)
    teaching: float = knob(
        0.9, "share of the loss that compares with the teachers, if there are any", low=0, high=1
    )
    temperature: float = knob(
        3.0, "by which answers are softened to be compared with the teachers'", low=1, high=20
    )
    epochs: int = knob(13, "most passes over the training digits", low=1)
    batch_size: int = knob(256, "digits a step", low=1)
    patience: int = knob(
        5, "epochs without a better validation loss before stopping; 0: never stop early", low=0
    )
    keep: str = knob(
        "best",
        "weights to keep: of the best epoch on validation, of the last, the mean of the last "
        "--swa-epochs, or, as one ensemble, those at the end of each of the cosines (--restarts)",
        among=KEPT,
    )
    swa_epochs: int = knob(5, "swa: last epochs whose weights are averaged", low=1)
    precision: str = knob(
        "auto",
        "precision of the arithmetic: auto is mixed_bfloat16 where the device computes in it",
        among=PRECISIONS,
    )
    steps_per_execution: int = knob(1, "steps that run without a return to Python", low=1)
    xla: str = knob("auto", "compile with XLA: auto is on on a GPU, off on a CPU", among=XLA)
    seed: int = knob(0, "seed of weights, order and augmentation", low=0, high=2**31 - 1)
    folds: int = knob(0, "cross-validation: parts of the training digits; 0: none", low=0, high=100)
    fold: int = knob(0, "cross-validation: the part to validate on, from 0", low=0, high=99)
    limit: int | None = knob(None, "train on the first so many digits only", kind=int, low=1)

    def __post_init__(self) -> None:
        for item in fields(self):
            check(item.name, getattr(self, item.name), item.metadata)
        _check_folds(self)
        if self.keep == "snapshots":
            _check_cosines(self)

    def changed(self, **knobs: Any) -> "Recipe":
        """This recipe with some knobs set otherwise. Raises OptionError for an unknown knob."""
        names = [item.name for item in fields(self)]
        for name in knobs:
            expect_one_of("recipe", name, names)
        return replace(self, **knobs)

    def as_dict(self) -> dict[str, Any]:
        """For recipe.json."""
        return asdict(self)


def _check_folds(recipe: Recipe) -> None:
    if recipe.folds == 1:
        raise OptionError("folds: expected 0, or at least 2; received 1")
    if recipe.fold and recipe.fold >= recipe.folds:
        raise OptionError(f"fold: expected less than folds, {recipe.folds}; received {recipe.fold}")


def _check_cosines(recipe: Recipe) -> None:
    """Weights are looked at between epochs, so that is where each cosine has to end."""
    if recipe.schedule != "cosine" or not recipe.restarts:
        raise OptionError(
            "keep: expected the schedule cosine and restarts, at whose ends there are snapshots; "
            f"received {recipe.schedule} and {recipe.restarts}"
        )
    cosines = 1 + recipe.restarts
    left = recipe.epochs - recipe.warmup
    if recipe.warmup % 1 or left <= 0 or left % cosines:
        raise OptionError(
            f"epochs: expected a warm-up of whole epochs, then as many for each of {cosines} "
            f"cosines; received {recipe.epochs} with a warm-up of {recipe.warmup:g}"
        )
