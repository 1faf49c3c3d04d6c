"""Beginning with a trained network: which weights go over, what learns when, what is refused."""

import keras
import numpy as np
import pytest
import small_networks
from tensorflow.python.framework import config

from digitrec import files, networks
from digitrec.command import EXIT_FAILED, EXIT_OK
from digitrec.datasets.digits import Digits, Part
from digitrec.errors import ModelError, OptionError
from digitrec.reading.card import Card
from digitrec.train import main
from digitrec.training import device
from digitrec.training.fit import fit
from digitrec.training.recipe import Recipe
from digitrec.training.trained import InStages, Trained, stages
from digitrec.training.transfer import Start, begin_with

SMALL = {"width": 0.1, "normalization": "batch"}
RECIPE = Recipe(
    network="compact_cnn", **SMALL, epochs=3, head_epochs=1, batch_size=32, augment="none",
    optimizer="adamw", precision="float32", patience=0, keep="last",
)  # fmt: skip


def network(classes=10, seed=0, **knobs):
    keras.utils.set_random_seed(seed)
    return networks.build("compact_cnn", classes=classes, **{**SMALL, **knobs})


def layers_with_weights(model):
    return [layer for layer in model.layers if layer.weights]


def same(first, second):
    pairs = zip(first.get_weights(), second.get_weights(), strict=True)
    return all(np.array_equal(one, other) for one, other in pairs)


def test_all_weights_go_over():
    trained, new = network(seed=1), network(seed=2)
    begin_with(Start(trained, "t", same_classes=True), new)
    assert same(trained, new)


def test_other_classes_get_a_new_head():
    trained, new = network(seed=1), network(classes=4, seed=2)
    head = new.get_layer("logits").get_weights()[0].copy()
    begin_with(Start(trained, "t", same_classes=False), new)
    *trunk, logits = layers_with_weights(new)
    assert all(map(same, trunk, layers_with_weights(trained)))
    np.testing.assert_array_equal(logits.get_weights()[0], head)


@pytest.mark.parametrize(
    ("trained", "message"),
    [
        (lambda: network(width=0.2), "t: expected the layers of compact_cnn .* received conv2d of"),
        (lambda: network(normalization="none"), "such as conv2d of 5x5x1x3; received conv2d of"),
        (lambda: networks.build("lenet5"), "expected the layers of compact_cnn as the recipe"),
        (lambda: small_networks.linear(), "received dense of 784x10 10"),
    ],
    ids=["width", "normalization", "network", "dense"],
)
def test_another_network_is_refused(trained, message):
    with pytest.raises(ModelError, match=message):
        begin_with(Start(trained(), "t", same_classes=True), network())


def test_stages_say_when_only_the_logits_learn():
    plan = [(stage.begins, stage.head_only) for stage in stages(RECIPE.changed(clean_epochs=1))]
    assert plan == [(0, True), (1, False), (2, False)]
    assert [stage.head_only for stage in stages(RECIPE.changed(head_epochs=9))] == [True]
    assert not any(stage.head_only for stage in stages(RECIPE.changed(head_epochs=0)))


def test_only_the_logits_learn_and_then_all_but_batch_normalisation():
    model = Trained(network(), [], stages(RECIPE))
    model.compile("sgd", "mse")
    callback = InStages()
    callback.set_model(model)
    callback.on_epoch_begin(0)
    assert [one.path for one in model.trainable_variables] == ["logits/kernel", "logits/bias"]
    callback.on_epoch_begin(1)
    kinds = {type(layer).__name__ for layer in model.network.layers if layer.trainable_weights}
    assert kinds == {"Conv2D", "Dense"}
    images = np.random.default_rng(0).integers(0, 256, (8, 28, 28, 1))
    np.testing.assert_allclose(  # batch normalisation is in inference mode
        model.network(images, training=True), model.network(images, training=False), atol=1e-5
    )


def test_another_backend_than_tensorflow_says_so(monkeypatch):
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    with pytest.raises(OptionError, match="head_epochs: expected 0, or TensorFlow"):
        Trained(network(), [], stages(RECIPE))


@pytest.fixture(scope="module")
def digits():
    def part(name, count):
        return small_networks.uci().part(name).take(np.arange(count))

    parts = {"train": part("train", 128), "validation": part("validation", 64)}
    return Digits("some", {name: lambda part=part: part for name, part in parts.items()})


@pytest.fixture
def deterministic():
    """Sums in the same order each time, for one test alone."""
    device.make_deterministic()
    yield
    config.disable_op_determinism()


class PowerCut(keras.callbacks.Callback):
    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self.epoch:
            raise KeyboardInterrupt


def test_the_features_are_those_of_the_start_while_the_logits_learn(digits, tmp_path):
    trained = network(seed=3)
    start = Start(trained, "t", same_classes=True)
    fitted = fit(digits, RECIPE.changed(epochs=1), tmp_path, start=start, verbose=0)
    *trunk, logits = layers_with_weights(fitted.network)
    assert all(map(same, trunk, layers_with_weights(trained)))
    assert not same(logits, trained.get_layer("logits"))
    assert all(layer.trainable for layer in fitted.network.layers)


@pytest.mark.slow
@pytest.mark.parametrize(
    "knobs",
    [
        {"ema": 0.9},
        {"optimizer": "schedule_free_adamw"},
        {"optimizer": "muon", "clip": 1.0},
    ],
    ids=["ema", "schedule_free", "muon"],
)
def test_fine_tuning_is_gone_on_with_to_the_last_bit(digits, deterministic, knobs, tmp_path):
    """Broken off while the logits learn alone, and when all is about to."""
    recipe = RECIPE.changed(head_epochs=2, **knobs)
    start = Start(network(seed=3), "t", same_classes=True)
    unbroken = fit(digits, recipe, tmp_path / "unbroken", start=start, verbose=0)
    for epoch in (1, 2):
        with pytest.raises(KeyboardInterrupt):
            fit(digits, recipe, tmp_path / "b", start=start, watchers=[PowerCut(epoch)], verbose=0)
    resumed = fit(digits, recipe, tmp_path / "b", start=start, verbose=0)
    assert same(unbroken.network, resumed.network)
    assert unbroken.history == resumed.history
    statistics = [
        layer.moving_mean
        for layer in resumed.network.layers
        if isinstance(layer, keras.layers.BatchNormalization)
    ]
    assert statistics
    assert not any(np.any(mean) for mean in statistics)


SHORT = ["--data", "uci", "--network", "lenet5", "--epochs", "1", "--augment", "none"]


def test_a_run_says_what_it_started_with(tmp_path):
    start = small_networks.save(networks.build("lenet5"), tmp_path / "s.keras", Card("lenet5"))
    options = [*SHORT, "--learning-rate", "0", "--weight-decay", "0", "--start", str(start)]
    assert main([*options, "--output", str(tmp_path / "run")]) == EXIT_OK
    assert files.read_json(tmp_path / "run/metrics.json")["start"] == files.sha256(start)
    assert same(*(keras.models.load_model(path) for path in (start, tmp_path / "run/model.keras")))


def test_an_unfit_start_is_refused_and_nothing_stays(tmp_path, capsys):
    start = small_networks.save(small_networks.linear(), tmp_path / "s.keras", Card("linear"))
    options = [*SHORT, "--start", str(start), "--output", str(tmp_path / "run")]
    assert main(options) == EXIT_FAILED
    assert "expected the layers of lenet5" in capsys.readouterr().err.splitlines()[-1]
    assert not (tmp_path / "run/recipe.json").exists()


@pytest.mark.slow
def test_ten_digits_a_class_are_learnt_better_from_another_set(tmp_path):
    """Trained on half of the UCI digits, begun with for forty of the others: better than anew."""
    uci = small_networks.uci()
    first, few = np.arange(0, 600), np.arange(600, 640)

    def of(index):
        part = Part(uci.train.images[index], uci.train.labels[index])
        return Digits("some", {"train": lambda: part, "validation": lambda: uci.validation})

    recipe = RECIPE.changed(width=0.3, epochs=12, head_epochs=0, learning_rate=3e-3)
    trained = fit(of(first), recipe, tmp_path / "first", verbose=0).network
    short = recipe.changed(epochs=6, head_epochs=2)
    start = Start(trained, "t", same_classes=True)
    transferred = fit(of(few), short, tmp_path / "transferred", start=start, verbose=0)
    anew = fit(of(few), short.changed(head_epochs=0), tmp_path / "anew", verbose=0)
    assert transferred.history["val_accuracy"][-1] > anew.history["val_accuracy"][-1] + 0.2
