import keras
import numpy as np
import pytest
import small_networks
from keras import layers

from digitrec import networks
from digitrec.compression.structure import importance
from digitrec.compression.structure.factorise import factorised, split
from digitrec.compression.structure.filters import followed, narrowed
from digitrec.compression.structure.folding import folded
from digitrec.compression.weights.aware import Ranged, ranged
from digitrec.errors import OptionError
from digitrec.networks.cost import multiply_adds

IMAGES = small_networks.noise(8)[..., None].astype("float32")
TRAIN = small_networks.uci().train


def answers(network):
    return np.asarray(network(IMAGES))


def stirred(network):
    """The network with normalisations that do something."""
    random = np.random.default_rng(0)
    for weight in network.weights:
        if "gamma" in weight.path or "moving" in weight.path:
            weight.assign(random.uniform(0.5, 1.5, weight.shape))
        elif "beta" in weight.path or "bias" in weight.path:
            weight.assign(random.normal(0, 0.3, weight.shape))
    return network


def build(name, **knobs):
    return stirred(networks.build(name, **knobs))


SMALL = {
    "deeper_cnn": {"width": 0.2},
    "resnet_small": {"width": 0.25},
    "mobilenet_small": {"width": 0.25},
    "simple_cnn_sequential": {"width": 0.2},
    "tiny_690": {},
}


@pytest.mark.parametrize("name", SMALL)
def test_folding_normalisation_changes_no_answer(name):
    network = build(name, **SMALL[name])
    made = folded(network)
    assert not any(isinstance(layer, layers.BatchNormalization) for layer in made.layers)
    expected = answers(network)
    assert abs(answers(made) - expected).max() < 1e-4 * abs(expected).max()


def test_a_normalisation_that_cannot_be_folded_stays():
    images = keras.Input((28, 28, 1))
    x = layers.Conv2D(4, 3, activation="relu")(images)
    both = [layers.BatchNormalization()(x), x]
    network = keras.Model(images, layers.Dense(10)(layers.Flatten()(layers.Add()(both))))
    made = folded(network)
    assert any(isinstance(layer, layers.BatchNormalization) for layer in made.layers)
    np.testing.assert_allclose(answers(made), answers(network), rtol=1e-5)


@pytest.mark.parametrize("name", SMALL)
def test_all_of_the_energy_is_the_same_network(name):
    network = build(name, **SMALL[name])
    expected = answers(network)
    assert abs(answers(factorised(network, 1.0)) - expected).max() < 1e-3 * abs(expected).max()


@pytest.mark.parametrize("shape", [(3, 3), (1, 5), (5, 1)])
@pytest.mark.parametrize("strides", [1, 2])
@pytest.mark.parametrize("padding", ["same", "valid"])
def test_a_convolution_of_low_rank_becomes_two_that_answer_alike(shape, strides, padding):
    random = np.random.default_rng(0)
    conv = layers.Conv2D(24, shape, strides=strides, padding=padding, activation="relu")
    network = keras.Sequential([keras.Input((28, 28, 1)), layers.Conv2D(16, 1), conv])
    network.add(layers.GlobalAveragePooling2D())
    # Of rank 1 as a column and a row, for each pair of maps of rank 2.
    column = random.normal(size=(shape[0], 1, 16, 2))
    row = random.normal(size=(1, shape[1], 2, 24))
    conv.kernel.assign(np.einsum("hxir,xwro->hwio", column, row))
    made = factorised(network, 0.999999)
    assert made.count_params() < 0.5 * network.count_params()
    expected = answers(network)
    assert abs(answers(made) - expected).max() < 1e-3 * abs(expected).max()


def test_a_split_has_the_lowest_rank_with_the_energy():
    matrix = np.diag([3.0, 2.0, 1.0, 0.1])
    assert split(matrix, 0.6)[0].shape == (4, 1)  # 9 of 14.01
    assert split(matrix, 0.9)[0].shape == (4, 2)  # 13
    assert split(matrix, 0.99)[0].shape == (4, 3)  # 14
    left, right = split(matrix, 1.0)
    np.testing.assert_allclose(left @ right, matrix, atol=1e-12)


NARROWED = [*SMALL, "lenet5", "mlp", "vgg_small", "an_m3"]


@pytest.mark.parametrize("name", NARROWED)
def test_filters_that_say_nothing_are_removed_and_no_answer_changes(name):
    knobs = SMALL.get(name, {"width": 0.2})
    network = networks.build(name, **knobs)
    graph = followed(network)
    silent = {
        root
        for use in graph.made.values()
        for root in graph.roots(use).tolist()
        if root % 3 == 0 and root not in set(graph.roots(np.array(sorted(graph.fixed))).tolist())
    }
    silence(network, graph, silent)

    def scores(layer):
        roots = graph.roots(graph.made[id(layer)]).tolist()
        return np.array([0.0 if root in silent else 1.0 for root in roots])

    before = answers(network)
    free = {root for use in graph.made.values() for root in graph.roots(use).tolist()}
    free -= set(graph.roots(np.array(sorted(graph.fixed))).tolist())
    made = narrowed(network, len(silent) / len(free), scores)
    assert made.count_params() < network.count_params()
    assert multiply_adds(made) < multiply_adds(network)
    assert abs(answers(made) - before).max() < 1e-4 * max(abs(before).max(), 1e-3)


def silence(network, graph, silent):
    """Make some channels 0 wherever they are made."""
    for layer in network.layers:
        if id(layer) in graph.made:
            quiet = [root in silent for root in graph.roots(graph.made[id(layer)]).tolist()]
            layer.set_weights([np.where(quiet, 0, weights) for weights in layer.get_weights()])
        elif id(layer) in graph.taken and isinstance(layer, layers.DepthwiseConv2D):
            quiet = [root in silent for root in graph.roots(graph.taken[id(layer)]).tolist()]
            kernel, *bias = layer.get_weights()
            layer.set_weights([kernel, *(np.where(quiet, 0, one) for one in bias)])


def test_filters_are_removed_from_a_network_that_is_aware_of_8_bits():
    network = ranged(build("deeper_cnn", **SMALL["deeper_cnn"]))
    network(IMAGES, training=True)
    limits = [one.high.numpy() for one in network.layers if isinstance(one, Ranged)]
    thinner = narrowed(network, 0.5, importance.by_sizes())
    assert thinner.count_params() < network.count_params() / 2
    assert [one.high.numpy() for one in thinner.layers if isinstance(one, Ranged)] == limits
    assert np.isfinite(answers(thinner)).all()


def test_a_tenth_of_each_layer_is_kept():
    network = networks.build("deeper_cnn", width=0.5)
    made = narrowed(network, 0.99, importance.by_sizes())
    before = [layer.filters for layer in network.layers if hasattr(layer, "filters")]
    after = [layer.filters for layer in made.layers if hasattr(layer, "filters")]
    assert all(one >= 0.1 * all_ - 0.5 for one, all_ in zip(after, before, strict=True))
    assert sum(after) < 0.12 * sum(before) + len(before)
    assert made.output_shape == (None, 10)


def test_what_cannot_be_followed_stays():
    for name in ("linear", "shufflenet_small"):
        with pytest.raises(OptionError, match="filters: expected a network with filters to remove"):
            narrowed(networks.build(name), 0.5, importance.by_sizes())


def test_three_ways_to_know_a_filter():
    network = build("deeper_cnn", width=0.2)
    first = next(layer for layer in network.layers if isinstance(layer, layers.Conv2D))
    norm = next(layer for layer in network.layers if isinstance(layer, layers.BatchNormalization))
    sizes = importance.by_sizes()(first)
    np.testing.assert_allclose(sizes, abs(np.asarray(first.kernel)).sum(axis=(0, 1, 2)))
    np.testing.assert_allclose(importance.by_norms(network)(first), abs(np.asarray(norm.gamma)))
    network = networks.build("deeper_cnn", width=0.2)
    first = next(layer for layer in network.layers if isinstance(layer, layers.Conv2D))
    weights = np.asarray(first.kernel)
    first.kernel.assign(np.where(np.arange(weights.shape[-1]) == 1, 0, weights))
    found = importance.by_gradients(network, TRAIN)(first)
    assert found[1] == 0
    assert (np.delete(found, 1) > 0).all()


def test_gains_are_asked_of_normalisation_alone():
    network = networks.build("lenet5")
    layer = next(one for one in network.layers if isinstance(one, layers.Conv2D))
    with pytest.raises(OptionError, match=f"with gains, behind {layer.name}"):
        importance.by_norms(network)(layer)
