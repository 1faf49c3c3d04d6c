"""Recipes that a person can name."""

from collections.abc import Mapping

from digitrec.training.recipe import Recipe

PRESETS: Mapping[str, Recipe] = {
    "default": Recipe(),
    # In three epochs a digit that is hardly changed teaches more than one that is changed much.
    "quick": Recipe(
        width=0.5,
        activation="relu",
        epochs=3,
        schedule="one_cycle",
        augment="affine",
        rotation=6.0,
        translation=1.0,
        shear=0.1,
        zoom=0.08,
        patience=0,
        keep="last",
    ),
    # What people's pictures ask for besides: other looks, other hands, and what is no digit.
    "best": Recipe(
        network="deeper_cnn",
        looks=0.5,
        drawn=0.15,
        background=0.2,
        label_smoothing=0.0,
        epochs=60,
        patience=0,
        keep="last",
    ),
    # Four times the multiply-adds, and clean digits alone: what MNIST itself asks for.
    "accurate": Recipe(network="deeper_cnn", width=2.0, looks=0.0, epochs=20, patience=0),
    # Hard to fool by changes of up to 0.3 a pixel: what is trained against is a little more.
    "robust": Recipe(
        network="simple_cnn",
        dropout=0.0,
        augment="none",
        label_smoothing=0.0,
        adversary="pgd",
        epsilon=0.33,
        attack_steps=5,
        epsilon_epochs=5.0,
        optimizer="adamw",
        learning_rate=3e-3,
        schedule="one_cycle",
        weight_decay=1e-4,
        epochs=24,
        batch_size=128,
        patience=0,
        keep="last",
    ),
    # Hundreds of weights have to be looked for long, among digits that are hardly changed.
    "tiny": Recipe(
        network="tiny_5500",
        augment="affine",
        rotation=6.0,
        translation=1.0,
        shear=0.1,
        zoom=0.08,
        label_smoothing=0.0,
        learning_rate=0.03,
        epochs=60,
        patience=0,
    ),
}
"""By name; single knobs are changed on top of them."""
