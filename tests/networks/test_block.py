"""block_cnn: every value of every knob, what goes with what, and that files keep it."""

import subprocess
import sys
from inspect import signature

import keras
import numpy as np
import pytest
import small_networks
from ai_edge_litert.interpreter import Interpreter
from keras import layers

from digitrec import networks
from digitrec.compression.formats.tflite import to_tflite
from digitrec.compression.source import load_keras
from digitrec.errors import OptionError
from digitrec.networks.block import block_cnn
from digitrec.networks.dropout import DropConnectConv2D, DropConnectDense, StochasticDepth
from digitrec.reading.card import Card
from digitrec.training.recipe import OF_THE_NETWORK

VALUES = {
    "activation": (*networks.ACTIVATIONS, keras.activations.mish),
    "initializer": networks.INITIALIZERS,
    "normalization": networks.NORMALIZATIONS,
    "convolution": networks.CONVOLUTIONS,
    "pooling": networks.POOLINGS,
    "global_pooling": networks.GLOBAL_POOLINGS,
    "attention": networks.ATTENTIONS,
    "connection": networks.CONNECTIONS,
    "dropout_kind": networks.DROPOUTS,
    "dropout": (0.0, 0.3),
    "depth": (1, 2),
    "kernel_size": (3, 5, 2, 1),
    "activity_l1": (0.0, 1e-5),
    "regularizer": (None, keras.regularizers.L2(1e-3)),
    "classes": (10, 3),
}
"""A row of the tests takes one value of each, so that the longest of them rules their number."""
ROWS = [
    {name: values[row % len(values)] for name, values in VALUES.items()}
    for row in range(max(map(len, VALUES.values())))
]
IMAGES = small_networks.noise(8)
PIXELS = IMAGES[..., None].astype("float32")


def small(**knobs):
    keras.utils.set_random_seed(1)
    return block_cnn(**{"width": 0.1, "depth": 1, **knobs})


def kinds(network):
    return [type(layer) for layer in network.layers]


@pytest.mark.parametrize("knobs", ROWS, ids=lambda knobs: knobs["initializer"])
def test_every_value_of_every_knob_trains_a_step(knobs):
    network = small(**knobs)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(keras.optimizers.SGD(0.01), loss, run_eagerly=True)
    before = network.get_weights()
    assert np.isfinite(network.train_on_batch(PIXELS, np.arange(8) % 3))
    after = network.get_weights()
    assert all(np.isfinite(weight).all() for weight in after)
    assert any((old != new).any() for old, new in zip(before, after, strict=True))
    assert network(PIXELS).shape == (8, knobs["classes"])


def test_trains_in_low_precision():
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        network = small(**{**RICH["residual"], **RICH["learnt_pooling"]})
    finally:
        keras.config.set_dtype_policy("float32")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(keras.optimizers.SGD(0.01), loss, run_eagerly=True)
    assert np.isfinite(network.train_on_batch(PIXELS, np.arange(8)))
    assert {weight.dtype for weight in network.get_weights()} == {np.dtype("float32")}


def test_every_knob_of_a_recipe_but_a_backbones_is_there():
    assert set(OF_THE_NETWORK) - set(signature(block_cnn).parameters) == {"pretrained"}
    assert set(VALUES) | {"width", "scaling", "stochastic_depth"} == set(
        signature(block_cnn).parameters
    )


def test_parameters_by_hand():
    stem = 25 * 32 + 4 * 32
    stages = sum(
        9 * (before * filters + filters * filters) + 2 * 4 * filters
        for before, filters in ((32, 32), (32, 64), (64, 96))
    )
    network = block_cnn()
    assert network.count_params() == stem + stages + 96 * 10 + 10 == 215_402
    sides = [layer.output.shape[1] for layer in network.layers if "conv2d" in layer.name]
    assert sides == [12, 12, 12, 6, 6, 3, 3]


@pytest.mark.parametrize("side", [14, 20, 24])
@pytest.mark.parametrize("global_pooling", ["pyramid", "gem"])
def test_takes_digits_of_another_side(side, global_pooling):
    network = small(pooling="gem", global_pooling=global_pooling)
    smaller = keras.models.clone_model(
        network,
        input_tensors=keras.Input((side, side, 1)),
        clone_function=lambda layer: layer,
    )
    assert smaller(PIXELS[:, :side, :side]).shape == (8, 10)


def test_residuals_are_added_through_1x1_where_channels_change():
    network = block_cnn(width=0.25, connection="residual")
    assert kinds(network).count(layers.Add) == 6
    sizes = [layer.kernel_size for layer in network.layers if isinstance(layer, layers.Conv2D)]
    assert sizes.count((1, 1)) == 2
    assert network.count_params() - block_cnn(width=0.25).count_params() == (
        8 * 16 + 4 * 16 + 16 * 24 + 4 * 24
    )


def test_a_dense_stage_adds_its_filters_and_ends_in_1x1():
    network = block_cnn(width=0.25, connection="dense")
    joined = [layer.output.shape[-1] for layer in network.layers if "concatenate" in layer.name]
    assert joined == [12, 16, 16, 24, 28, 40]
    ends = [layer.filters for layer in network.layers if "conv2d" in layer.name][3::3]
    assert ends == [8, 16, 24]


def test_stochastic_depth_grows_from_stage_to_stage():
    network = small(connection="residual", stochastic_depth=0.3, depth=2)
    rates = [layer.rate for layer in network.layers if isinstance(layer, StochasticDepth)]
    assert rates == pytest.approx([0.1, 0.1, 0.2, 0.2, 0.3, 0.3])


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("units", {layers.Dropout: 1}),
        ("alpha", {layers.AlphaDropout: 1}),
        ("spatial", {layers.SpatialDropout2D: 3}),
        ("connect", {DropConnectConv2D: 3, DropConnectDense: 1}),
    ],
)
def test_each_kind_of_dropout_has_its_place(kind, expected):
    found = kinds(small(dropout=0.3, dropout_kind=kind))
    dropping = {*[key for key in found if "rop" in key.__name__]}
    assert {key: found.count(key) for key in dropping} == expected


@pytest.mark.parametrize(
    ("knobs", "message"),
    [
        ({"stochastic_depth": 0.2}, "stochastic_depth: expected connection residual; rec.* plain"),
        ({"depth": 0}, "depth: expected at least 1; received 0"),
        ({"connection": "residuals"}, r"connection: .*did you mean residual\?"),
        ({"attention": "squeeze"}, r"attention: .*did you mean squeeze_excite\?"),
        ({"dropout_kind": "unit"}, r"dropout_kind: .*did you mean units\?"),
        ({"convolution": "depthwise"}, "convolution: expected one of plain, separable"),
        ({"pooling": "mean"}, "pooling: expected one of max, average"),
        ({"global_pooling": "spp"}, "pooling: expected one of max, average"),
        ({"normalization": "instance"}, "normalization: expected one of batch, group"),
    ],
)
def test_what_is_not_allowed_is_one_line(knobs, message):
    with pytest.raises(OptionError, match=message) as raised:
        small(**knobs)
    assert "\n" not in str(raised.value)


RICH = {
    "learnt_pooling": {"pooling": "gem", "global_pooling": "gem", "activation": "prelu"},
    "gates": {"pooling": "gated", "global_pooling": "pyramid", "attention": "cbam"},
    "residual": {
        "connection": "residual",
        "stochastic_depth": 0.2,
        "dropout": 0.2,
        "dropout_kind": "connect",
        "attention": "squeeze_excite",
        "normalization": "group",
        "activity_l1": 1e-6,
    },
    "dense": {
        "connection": "dense",
        "convolution": "grouped",
        "normalization": "layer",
        "dropout": 0.2,
        "dropout_kind": "spatial",
        "global_pooling": "both",
    },
    "separable": {"convolution": "separable", "pooling": "strided", "activation": "selu"},
    "dilated": {"convolution": "dilated", "global_pooling": "flatten", "activation": "gelu"},
}
"""Between them every layer of our own, and all that inference does."""


@pytest.mark.parametrize("name", RICH)
def test_is_saved_and_loaded(name, tmp_path):
    network = small(**RICH[name])
    path = small_networks.save(network, tmp_path / "block.keras", Card("block_cnn"))
    loaded, _ = load_keras(path)
    assert [*map(type, loaded.layers)] == kinds(network)
    np.testing.assert_allclose(
        loaded.predict_on_batch(PIXELS), network.predict_on_batch(PIXELS), rtol=1e-5, atol=1e-5
    )


LOADS = """
import sys
from digitrec.compression.source import load_keras
print(*[load_keras(path)[0].name for path in sys.argv[1:]])
"""


@pytest.mark.slow
def test_a_process_that_builds_no_network_loads_them_all(tmp_path):
    paths = [
        small_networks.save(small(**knobs), tmp_path / f"{name}.keras", Card(name))
        for name, knobs in RICH.items()
    ]
    done = subprocess.run(
        [sys.executable, "-c", LOADS, *paths], capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["block_cnn"] * len(RICH), done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", RICH)
def test_tflite_answers_as_keras_does(name):
    network = small(**RICH[name])
    interpreter = Interpreter(model_content=to_tflite(network, "float32", IMAGES))
    taken = interpreter.get_input_details()[0]["index"]
    interpreter.resize_tensor_input(taken, PIXELS.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(taken, PIXELS)
    interpreter.invoke()
    found = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
    expected = network.predict_on_batch(PIXELS)
    assert abs(found - expected).max() < 1e-4 * abs(expected).max()
