"""Each activation against values worked out by hand, and what may stand in a name's place."""

import math

import gradients
import keras
import numpy as np
import pytest

from digitrec import networks
from digitrec.errors import OptionError
from digitrec.networks import ACTIVATIONS
from digitrec.networks.activations import activate

AT = np.array([-4.0, -1.0, 0.0, 1.0, 8.0])
SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


BY_HAND = {
    "relu": lambda x: max(x, 0),
    "relu6": lambda x: min(max(x, 0), 6),
    "leaky_relu": lambda x: x if x > 0 else 0.2 * x,
    "prelu": lambda x: max(x, 0),  # its slopes begin at 0
    "elu": lambda x: x if x > 0 else math.exp(x) - 1,
    "selu": lambda x: SELU_SCALE * (x if x > 0 else SELU_ALPHA * (math.exp(x) - 1)),
    "gelu": lambda x: x * 0.5 * (1 + math.erf(x / math.sqrt(2))),
    "silu": lambda x: x * sigmoid(x),
    "hard_silu": lambda x: x * min(max(x + 3, 0), 6) / 6,
    "tanh": math.tanh,
    "sigmoid": sigmoid,
    "softplus": lambda x: math.log(1 + math.exp(x)),
    "exponential": math.exp,
    "linear": lambda x: x,
}


def maps(values=AT):
    """The values as the places of one map, (1, 1, 5, 1)."""
    return np.asarray(values, "float32").reshape(1, 1, -1, 1)


def test_every_activation_is_worked_out():
    assert set(BY_HAND) == set(ACTIVATIONS)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_values(name):
    found = np.asarray(activate(maps(), name)).ravel()
    # Keras's GELU is the approximation by a tanh or the exact one, by version.
    np.testing.assert_allclose(found, [BY_HAND[name](x) for x in AT], rtol=1e-5, atol=1e-3)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_gradients_are_finite_far_from_0(name):
    far = [-30.0, -5.0, 0.5, 5.0, 30.0]
    assert gradients.finite_and_not_zero(gradients.of_sum(lambda x: activate(x, name), maps(far)))


def test_prelu_learns_one_slope_a_map():
    x = keras.Input((4, 4, 3))
    model = keras.Model(x, activate(x, "prelu"))
    (slopes,) = model.weights
    assert slopes.shape == (1, 1, 3)
    slopes.assign(np.array([0.1, 0.2, 0.3]).reshape(1, 1, 3))
    answer = model(np.full((1, 4, 4, 3), -1.0, "float32"))
    np.testing.assert_allclose(answer[0, 2, 2], [-0.1, -0.2, -0.3], rtol=1e-6)
    assert gradients.finite_and_not_zero(
        gradients.of_sum(model, np.full((1, 4, 4, 3), -1.0), slopes)
    )


def test_prelu_of_a_vector_learns_one_slope_a_unit():
    x = keras.Input((5,))
    (slopes,) = keras.Model(x, activate(x, "prelu")).weights
    assert slopes.shape == (5,)


@pytest.mark.parametrize(
    "mish", [keras.activations.mish, keras.layers.Activation("mish")], ids=["function", "layer"]
)
def test_anything_that_can_be_called(mish):
    found = np.asarray(activate(maps([1.0]), mish)).ravel()
    assert found == pytest.approx(math.tanh(math.log(1 + math.e)), rel=1e-5)


def test_a_layer_is_copied_to_each_place():
    slope = keras.layers.PReLU(shared_axes=[1, 2], name="slope")
    x = keras.Input((4, 4, 3))
    model = keras.Model(x, activate(activate(x, slope), slope))
    assert len(model.weights) == 2
    assert not slope.built


def test_linear_adds_no_layer():
    x = keras.Input((4, 4, 3))
    assert activate(x, "linear") is x


def test_unknown_name_suggests_the_nearest():
    with pytest.raises(OptionError, match=r"received hard_swish \(did you mean hard_silu\?\)"):
        activate(maps(), "hard_swish")


@pytest.mark.parametrize(
    ("name", "slopes"),
    [
        ("simple_cnn", [32, 64, 128]),
        ("simple_cnn_sequential", [32, 64, 128]),
        ("lenet5", [6, 16, 120, 84]),
        ("compact_cnn", [32, 32, 64, 64, 96]),
    ],
)
def test_every_kind_of_network_learns_slopes(name, slopes):
    network = networks.build(name, activation="prelu")
    found = [math.prod(w.shape) for w in network.trainable_weights if w.path.endswith("alpha")]
    assert found == slopes
