import keras
import numpy as np
import pytest
import small_networks

from digitrec.compression.weights.formed import formed, kerneled, plain
from digitrec.compression.weights.forms import Codebook
from digitrec.compression.weights.pruning import (
    GradualPruning,
    gradient,
    magnitude,
    maskable,
    prune,
)

TRAIN = small_networks.uci().train


def zeros(network):
    return [float((np.asarray(layer.kernel) == 0).mean()) for layer in kerneled(network)]


def of_all(network):
    kernels = [np.asarray(layer.kernel) for layer in kerneled(network)]
    return sum((one == 0).sum() for one in kernels) / sum(one.size for one in kernels)


@pytest.mark.parametrize("share", [0.0, 0.5, 0.9])
def test_such_a_share_of_all_weights_is_zero(share):
    network = maskable(small_networks.pooled())
    prune(network, share, magnitude(network))
    assert of_all(plain(network)) == pytest.approx(share, abs=0.01)


def test_the_largest_weight_of_each_layer_is_kept():
    network = maskable(small_networks.pooled())
    kernels = [np.asarray(layer.layer.kernel) for layer in kerneled(network)]
    prune(network, 0.95, magnitude(network))
    for before, layer in zip(kernels, kerneled(plain(network)), strict=True):
        assert abs(np.asarray(layer.kernel)).max() == abs(before).max()


def test_lamp_scores_by_hand():
    network = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, use_bias=False)])
    network.layers[0].kernel.assign([[1.0], [-2.0], [3.0]])
    (scores,) = magnitude(maskable(network))
    np.testing.assert_allclose(scores[:, 0], [1 / 14, 4 / 13, 1], rtol=1e-6)


def test_the_gradient_keeps_what_the_loss_would_miss():
    network = maskable(small_networks.reader())
    scores = gradient(network, TRAIN)[0]
    edge, middle = scores.reshape(28, 28, 10)[0], scores.reshape(28, 28, 10)[10:18, 10:18]
    assert middle.mean() > 100 * edge.mean()  # in the corners there is never ink
    prune(network, 0.5, [scores])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    images, labels = TRAIN.images[:200, ..., None].astype("float32"), TRAIN.labels[:200]
    before = float(loss(labels, small_networks.reader()(images)))
    assert float(loss(labels, network(images))) < before + 0.05


def test_what_is_zero_stays_it_when_more_is_pruned():
    network = maskable(small_networks.pooled())
    prune(network, 0.5, gradient(network, TRAIN))
    first = plain(network)
    prune(network, 0.7, gradient(network, TRAIN))
    for one, other in zip(kerneled(first), kerneled(plain(network)), strict=True):
        assert (np.asarray(other.kernel)[np.asarray(one.kernel) == 0] == 0).all()


def test_shares_rise_fast_at_first_and_end_at_the_sparsity():
    network = maskable(small_networks.linear())
    schedule = GradualPruning(network, 0.8, 10, magnitude)
    shares = [schedule.share(epoch) for epoch in range(10)]
    assert schedule.ramp == 6
    assert shares[0] == pytest.approx(0.8 * (1 - (5 / 6) ** 3))
    assert shares[5:] == [0.8] * 5
    steps = np.diff(shares[:6])
    assert (np.diff(steps) < 0).all()


def test_a_clustered_network_is_pruned_and_stays_clustered():
    clustered = plain(formed(small_networks.pooled(), lambda _: [Codebook(4)]))
    network = maskable(clustered)
    prune(network, 0.5, magnitude(network))
    for layer in kerneled(plain(network)):
        assert len(np.unique(np.asarray(layer.kernel))) <= 5
    assert of_all(plain(network)) == pytest.approx(0.5, abs=0.01)
