"""Other things to learn of a digit: the losses by hand, the trunk that learns, what is refused."""

import keras
import numpy as np
import pytest
import small_networks
from tensorflow.python.framework import config

from digitrec import networks
from digitrec.datasets import measures
from digitrec.datasets.digits import Digits
from digitrec.errors import OptionError
from digitrec.training import device
from digitrec.training.fit import compile_for, fit, with_augmentation
from digitrec.training.recipe import Recipe
from digitrec.training.tasks import Tasked, Tasks, digit_share, expect_possible
from digitrec.training.teaching import Taught

ALL = "thickness,slant,even,is_digit"
RECIPE = Recipe(
    tasks=ALL, task_weight=0.5, background=0.1, label_smoothing=0.0, augment="none",
    optimizer="sgd", schedule="constant", warmup=0.0, learning_rate=0.1, weight_decay=0.0,
    precision="float32",
)  # fmt: skip
LABELS = [3, 4, 8, 1]
IMAGES = small_networks.uci().train.images[:4, ..., None]
UNIFORM = np.full((1, 10), 0.1, "float32")
TARGETS = np.concatenate([np.eye(10, dtype="float32")[LABELS[:3]], UNIFORM])
WEIGHTS = np.array([1, 1, 1, 0.6], "float32")


def network():
    """Eight features and logits."""
    keras.utils.set_random_seed(2)
    layers = keras.layers
    inputs = keras.Input((28, 28, 1))
    x = layers.Flatten()(layers.Rescaling(1 / 255)(inputs))
    x = layers.Dense(8, activation="tanh", name="features")(x)
    return keras.Model(inputs, layers.Dense(10, name="logits")(x))


def made(recipe=RECIPE, **options):
    model = with_augmentation(network(), recipe, **options)
    compile_for(model, recipe, 1, xla=False)
    return model


def binary(wanted, logit):
    share = 1 / (1 + np.exp(-logit))
    return -(wanted * np.log(share) + (1 - wanted) * np.log(1 - share))


def test_each_loss_by_hand():
    tasks = Tasks(tuple(ALL.split(",")), 0.5, keras.layers.Dense(4), {})
    answers = np.array([[1.0, 0.0, 2.0, 3.0], [5.0, 5.0, -1.0, -2.0]], "float32")
    measured = {"thickness": np.float32([0.5, 1.0]), "slant": np.float32([2.0, 1.0])}
    targets = np.concatenate([TARGETS[:1], UNIFORM])  # a three, and no digit
    first = (1 - 0.5) ** 2 + (0 - 2) ** 2 + binary(0, 2.0) + binary(1, 3.0)
    second = binary(0.5, -1.0) + binary(0, -2.0)
    found = tasks.loss(answers, measured, targets)
    np.testing.assert_allclose(found, [first, second], rtol=1e-4)


def test_the_share_of_a_digit_is_exact_when_digits_are_mixed_with_background():
    three, eight = np.eye(10, dtype="float32")[[3, 8]]
    mixed = [three, 0.5 * three + 0.5 * eight, 0.7 * three + 0.3 * UNIFORM[0], UNIFORM[0]]
    np.testing.assert_allclose(digit_share(np.stack(mixed)), [1, 1, 0.7, 0], atol=1e-6)
    np.testing.assert_array_equal(digit_share(np.array([[0.5, 0.5]], "float32")), [1])


def test_the_tasks_losses_are_added_by_their_weight():
    model, plain = made(), made(RECIPE.changed(tasks=None))
    features = keras.Model(model.network.input, model.network.get_layer("features").output)(IMAGES)
    kernel, bias = model.tasks.head.get_weights()
    answers = np.asarray(features) @ kernel + bias
    images = IMAGES[..., 0].astype("float32")
    measured = {
        "thickness": (measures.thickness(images) - 2.53) / 0.71,
        "slant": (measures.slant(images) - 0.13) / 0.28,
    }
    others = np.asarray(model.tasks.loss(answers, measured, TARGETS))
    expected = plain.train_on_batch(IMAGES, TARGETS, WEIGHTS)[0] + 0.5 * (others * WEIGHTS).mean()
    assert model.train_on_batch(IMAGES, TARGETS, WEIGHTS)[0] == pytest.approx(expected, rel=1e-4)


def test_validation_knows_the_digit_alone():
    found = [
        made(RECIPE.changed(tasks=tasks)).test_on_batch(IMAGES, TARGETS) for tasks in (ALL, None)
    ]
    assert found[0] == pytest.approx(found[1])


def test_measures_are_taken_of_what_the_network_is_shown():
    model = made(RECIPE.changed(augment="affine", shear=1.0))
    shown = model.changed(np.repeat(IMAGES[:1], 64, axis=0).astype("float32"))
    slants = np.asarray(measures.slant(np.asarray(shown)[..., 0]))
    assert slants.std() > 0.2
    np.testing.assert_allclose(model.measured["slant"], (slants - 0.13) / 0.28, atol=1e-2)


@pytest.mark.parametrize("task", ALL.split(","))
def test_the_trunk_learns_from_each_task(task):
    """The trunk changes otherwise than for the digit alone, the logits just as they would."""
    model, plain = made(RECIPE.changed(tasks=task)), made(RECIPE.changed(tasks=None))
    for one in (model, plain):
        one.train_on_batch(IMAGES, TARGETS, WEIGHTS)
    trunk, plain_trunk = (one.network.get_layer("features").kernel for one in (model, plain))
    logits, plain_logits = (one.network.get_layer("logits").kernel for one in (model, plain))
    assert np.abs(np.asarray(trunk) - np.asarray(plain_trunk)).max() > 1e-6
    np.testing.assert_allclose(logits, plain_logits, atol=1e-6)


def test_teachers_and_tasks_go_together():
    teachers = [small_networks.linear()]
    model = made(teachers=teachers)
    assert isinstance(model, Tasked)
    assert isinstance(model, Taught)
    taught = made(RECIPE.changed(tasks=None), teachers=teachers)
    loss, without = (one.train_on_batch(IMAGES, TARGETS, WEIGHTS)[0] for one in (model, taught))
    assert loss > without


@pytest.mark.parametrize(
    ("tasks", "classes", "message"),
    [
        ("even", tuple("ABCDEFGHIJ"), "expected no even with other classes"),
        ("is_digit", tuple("0123456789"), "is_digit with a --background above 0; received 0"),
    ],
)
def test_what_has_no_answer_is_refused(tasks, classes, message):
    with pytest.raises(OptionError, match=message):
        expect_possible(Recipe(tasks=tasks), classes)


def test_an_unknown_task_is_refused():
    with pytest.raises(OptionError, match="tasks: expected one of thickness, slant"):
        Recipe(tasks="slant,colour")


def test_smaller_digits_have_the_same_heads():
    small = networks.build("compact_cnn", width=0.1)
    model = with_augmentation(small, RECIPE.changed(early_side=20))
    assert model.stage.side == 20
    assert model(IMAGES, training=True).shape == (4, 10)
    assert model.answers.shape == (4, 4)


class PowerCut(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            raise KeyboardInterrupt


def test_a_checkpoint_has_the_heads_weights_and_a_saved_network_has_not(tmp_path):
    device.make_deterministic()
    uci = small_networks.uci()
    parts = {name: uci.part(name).take(np.arange(64)) for name in ("train", "validation")}
    digits = Digits("some", {name: lambda part=part: part for name, part in parts.items()})
    recipe = RECIPE.changed(
        network="lenet5", width=0.3, tasks="thickness,slant,even", background=0.0, epochs=2,
        batch_size=32, optimizer="muon", learning_rate=0.01,
    )  # fmt: skip
    try:
        unbroken = fit(digits, recipe, tmp_path / "unbroken", verbose=0)
        with pytest.raises(KeyboardInterrupt):
            fit(digits, recipe, tmp_path / "resumed", watchers=[PowerCut()], verbose=0)
        resumed = fit(digits, recipe, tmp_path / "resumed", verbose=0)
    finally:
        config.disable_op_determinism()
    weights = [one.network.get_weights() for one in (unbroken, resumed)]
    assert all(map(np.array_equal, *weights))
    assert unbroken.history == resumed.history
    assert unbroken.network.output_shape == (None, 10)
    assert not any("task" in weight.path for weight in unbroken.network.weights)
