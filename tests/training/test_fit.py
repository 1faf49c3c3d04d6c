"""The fit on a few hundred drawn digits: learns, repeats, keeps the best, says what is wrong."""

import keras
import numpy as np
import pytest

from digitrec.datasets.digits import Digits, Part
from digitrec.errors import DataError, OptionError, TrainingError
from digitrec.networks import INITIALIZERS
from digitrec.training.callbacks import StopOnNaN
from digitrec.training.fit import build, compile_for, fit, with_augmentation
from digitrec.training.recipe import Recipe

SHORT = Recipe(
    network="lenet5",
    epochs=3,
    batch_size=32,
    optimizer="adamw",
    learning_rate=3e-3,
    warmup=0.0,
    augment="none",
    precision="float32",
)


def bars(count, seed):
    """Two classes that any network can tell: an upright bar and a lying one, with noise."""
    random = np.random.default_rng(seed)
    images = random.integers(0, 60, (count, 28, 28)).astype(np.uint8)
    labels = random.integers(0, 2, count)
    images[labels == 0, 4:24, 12:16] = 255
    images[labels == 1, 12:16, 4:24] = 255
    return Part(images, labels)


@pytest.fixture(scope="module")
def digits():
    def test():
        raise DataError("the test part was read")

    readers = {"train": lambda: bars(320, 0), "validation": lambda: bars(100, 1), "test": test}
    return Digits("bars", readers, classes=("upright", "lying"))


@pytest.fixture(scope="module")
def fitted(digits, tmp_path_factory):
    return fit(digits, SHORT, tmp_path_factory.mktemp("run"), verbose=0)


def test_learns_without_reading_the_test_part(fitted, digits):
    logits = fitted.network.predict(digits.validation.images[..., None], verbose=0)
    assert (logits.argmax(axis=1) == digits.validation.labels).mean() > 0.98
    assert fitted.history["loss"][-1] < fitted.history["loss"][0]
    assert fitted.network.output_shape == (None, 2)
    assert fitted.device.kind in ("CPU", "GPU")


def test_a_seed_repeats_the_weights(fitted, digits, tmp_path):
    again = fit(digits, SHORT, tmp_path / "again", verbose=0)
    other = fit(digits, SHORT.changed(seed=1), tmp_path / "other", verbose=0)
    for mine, same in zip(fitted.network.get_weights(), again.network.get_weights(), strict=True):
        np.testing.assert_allclose(mine, same, atol=1e-6)
    assert not np.allclose(fitted.network.get_weights()[0], other.network.get_weights()[0])


@pytest.mark.slow
@pytest.mark.parametrize(
    "knobs",
    [
        {"augment": "affine"},
        {"augment": "classic"},
        {"optimizer": "sgd", "learning_rate": 0.02},
        {"optimizer": "muon"},
        {"optimizer": "schedule_free_adamw", "schedule": "constant"},
        {"schedule": "plateau"},
        {"mixup": 0.2, "cutmix": 1.0, "clean_epochs": 1},
        {"corrupted": 0.3},
        {"augment": "full", "erasing": 0.3},
        {"loss": "focal", "class_weights": "balanced", "clip": 1.0},
        {"keep": "swa", "swa_epochs": 2},
        {"emphasis": "lying", "hard_mining": 0.5},
        {"network": "compact_cnn", "early_side": 20, "steps_per_execution": 4},
        {"l1": 1e-5, "l2": 1e-4},
        {"dropout": 0.2, "scaling": "zscore"},
        {"activation": "gelu", "initializer": "he_normal"},
        {"xla": "on"},
        {"limit": 100},
    ],
    ids=lambda knobs: "-".join(knobs),
)
def test_every_kind_of_knob_trains(digits, knobs, tmp_path):
    fitted = fit(digits, SHORT.changed(epochs=2, **knobs), tmp_path, verbose=0)
    assert min(fitted.history["val_loss"]) < 0.4, fitted.history
    assert 0 <= fitted.waited <= fitted.seconds


@pytest.mark.parametrize(
    "precision", ["mixed_bfloat16", pytest.param("mixed_float16", marks=pytest.mark.slow)]
)
def test_low_precision_gives_a_float32_model(digits, precision, tmp_path):
    fitted = fit(digits, SHORT.changed(precision=precision), tmp_path, verbose=0)
    assert {layer.compute_dtype for layer in fitted.network.layers} == {"float32"}
    logits = fitted.network.predict(digits.validation.images[..., None], verbose=0)
    right = (logits.argmax(axis=1) == digits.validation.labels).mean()
    assert right == pytest.approx(max(fitted.history["val_accuracy"]), abs=0.02)
    assert keras.config.dtype_policy().name == "float32"


def test_stops_early_and_restores_the_best_weights(digits, tmp_path):
    recipe = SHORT.changed(epochs=12, patience=1, schedule="constant", learning_rate=0.02)
    fitted = fit(digits, recipe, tmp_path, verbose=0)
    losses = fitted.history["val_loss"]
    assert len(losses) < 12
    assert validation_loss(fitted.network, digits) == pytest.approx(min(losses), rel=0.01)


def test_the_last_epoch_is_kept_if_asked_for(digits, tmp_path):
    recipe = SHORT.changed(epochs=12, patience=1, schedule="constant", learning_rate=0.02)
    fitted = fit(digits, recipe.changed(keep="last"), tmp_path, verbose=0)
    losses = fitted.history["val_loss"]
    assert losses[-1] > 1.0001 * min(losses)
    assert validation_loss(fitted.network, digits) == pytest.approx(losses[-1], rel=3e-5)


@pytest.mark.slow
def test_snapshots_are_kept_as_one_network(digits, tmp_path):
    """What it answers is the mean of two; the second is what the last epoch has come to."""
    knobs = {"epochs": 2, "restarts": 1, "precision": "mixed_bfloat16"}
    fitted = fit(digits, SHORT.changed(keep="snapshots", **knobs), tmp_path / "both", verbose=0)
    last = fit(digits, SHORT.changed(keep="last", **knobs), tmp_path / "last", verbose=0)
    assert fitted.network.count_params() == 2 * last.network.count_params()
    images = digits.validation.images[..., None] * 1.0
    *_, answer = [
        np.asarray(layer(images))
        for layer in fitted.network.layers
        if layer.name.startswith("member_")
    ]
    np.testing.assert_allclose(answer, np.asarray(last.network(images)), atol=0.05)
    found = np.asarray(fitted.network(images))
    assert np.exp(found).sum(axis=1) == pytest.approx(1, abs=1e-4)
    assert (found.argmax(axis=1) == digits.validation.labels).mean() > 0.98


def test_an_unknown_class_is_told_with_those_there_are(digits, tmp_path):
    message = "emphasis: expected one of upright, lying; received lyign .did you mean lying"
    with pytest.raises(OptionError, match=message):
        fit(digits, SHORT.changed(emphasis="upright,lyign"), tmp_path, verbose=0)


@pytest.mark.parametrize(
    ("precision", "near"),
    [("float32", 0.01), pytest.param("mixed_float16", 0.05, marks=pytest.mark.slow)],
)
def test_what_is_validated_and_kept_are_averaged_weights(digits, precision, near, tmp_path):
    recipe = SHORT.changed(learning_rate=0.02, schedule="constant", precision=precision)
    plain = fit(digits, recipe, tmp_path / "plain", verbose=0)
    averaged = fit(digits, recipe.changed(ema=0.95), tmp_path / "averaged", verbose=0)
    assert averaged.history["loss"] == pytest.approx(plain.history["loss"], rel=0.05)
    losses = averaged.history["val_loss"]
    assert losses != pytest.approx(plain.history["val_loss"], rel=0.1)
    assert validation_loss(averaged.network, digits) == pytest.approx(min(losses), rel=near)


def validation_loss(network: keras.Model, digits: Digits) -> float:
    network.compile(
        loss=keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.05)
    )
    targets = np.eye(2)[digits.validation.labels]
    images = digits.validation.images[..., None]
    return network.evaluate(images, targets, verbose=0, return_dict=True)["loss"]


def test_nan_stops_with_a_clear_message():
    with pytest.raises(TrainingError, match="try a lower --learning-rate"):
        StopOnNaN().on_train_batch_end(4, {"loss": float("nan")})
    StopOnNaN().on_train_batch_end(4, {"loss": 0.5})


def test_a_rate_that_explodes_is_told(digits, tmp_path):
    recipe = SHORT.changed(activation="exponential", scaling="none")
    with pytest.raises(TrainingError, match="the loss is"):
        fit(digits, recipe, tmp_path, verbose=0)


@pytest.mark.parametrize("augment", ["none", "affine"])
def test_a_float16_loss_is_scaled(digits, augment):
    recipe = SHORT.changed(precision="mixed_float16", augment=augment)
    model = with_augmentation(build(recipe, 2, digits.train, recipe.precision), recipe)
    compile_for(model, recipe, 10, xla=False)
    assert isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer)


@pytest.mark.parametrize("name", INITIALIZERS)
def test_every_initializer_is_known_to_keras(name):
    assert keras.initializers.get(name)((2, 2)).shape == (2, 2)


def test_schedule_free_begins_at_the_networks_weights(digits):
    """Built inside the compiled step, Keras's would begin at zero and nothing be learnt."""
    recipe = SHORT.changed(optimizer="schedule_free_adamw", schedule="constant")
    model = with_augmentation(build(recipe, 2, digits.train, recipe.precision), recipe)
    compile_for(model, recipe, 10, xla=False)
    for z, weight in zip(model.optimizer._momentums, model.trainable_variables, strict=True):
        np.testing.assert_array_equal(z, weight)
