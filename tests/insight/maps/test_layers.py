"""Filters, maps of features and attention of networks that are known."""

import keras
import numpy as np
import pytest
import small_networks
from keras import layers

from digitrec import networks
from digitrec.errors import OptionError
from digitrec.insight.maps import embedding, maximise
from digitrec.insight.maps.layers import answers, feature_maps, first_filters, gates


def images(count=3):
    return small_networks.uci().validation.images[:count]


def test_filters_of_a_convolution_are_its_kernels():
    network = small_networks.sighted()
    kernel = network.get_layer("edges").get_weights()[0]
    found = first_filters(network)
    assert found.shape == (8, 5, 5)
    np.testing.assert_array_equal(found[3], kernel[:, :, 0, 3])


def test_filters_of_what_sees_all_pixels_are_pictures():
    network = small_networks.linear()
    found = first_filters(network)
    np.testing.assert_array_equal(found[7].ravel(), network.layers[-1].get_weights()[0][:, 7])


def test_filters_of_a_network_in_a_network_are_found():
    inner = small_networks.linear((28, 28))
    outer = keras.Sequential([keras.Input((28, 28, 1)), layers.Reshape((28, 28)), inner])
    assert first_filters(outer).shape == (10, 28, 28)


def test_maps_are_what_the_layer_answers():
    network = small_networks.sighted()
    found = feature_maps(network, "edges", images())
    kernel, bias = network.get_layer("edges").get_weights()
    patch = images()[1, 10:15, 8:13] / 255  # place (5, 4), with stride 2
    expected = np.maximum((patch[..., None] * kernel[:, :, 0]).sum(axis=(0, 1)) + bias, 0)
    assert found.shape == (3, 12, 12, 8)
    np.testing.assert_allclose(found[1, 5, 4], expected, rtol=1e-4, atol=1e-5)


def test_several_layers_answer_at_once():
    found = answers(small_networks.sighted(), ["strokes", "logits"], images())
    assert [one.shape for one in found] == [(3, 5, 5, 16), (3, 10)]


@pytest.mark.parametrize(
    ("layer", "said"), [("edge", r"did you mean edges"), ("logits", "expected one with maps")]
)
def test_a_layer_that_does_not_do_is_said(layer, said):
    with pytest.raises(OptionError, match=said):
        feature_maps(small_networks.sighted(), layer, images())


def test_attention_is_the_narrower_factor_of_a_product():
    (gate,) = gates(small_networks.gated(), images())
    assert gate.values.shape == (3, 1, 1, 8)
    assert not gate.of_places
    assert ((gate.values > 0) & (gate.values < 1)).all()


def test_cbam_has_gates_of_channels_and_of_places():
    network = networks.build("block_cnn", width=0.25, attention="cbam", depth=1)
    found = gates(network, images())
    assert [gate.of_places for gate in found] == [False, True] * 3
    assert found[1].values.shape == (3, 12, 12, 1)


def test_a_network_without_attention_or_filters_says_so():
    with pytest.raises(OptionError, match="expected a network with attention; it has none"):
        gates(small_networks.sighted(), images())
    bare = keras.Sequential([keras.Input((28, 28, 1)), layers.GlobalAveragePooling2D()])
    with pytest.raises(OptionError, match="expected a first layer with filters; it has none"):
        first_filters(bare)


def test_what_a_class_would_like_best_is_read_as_it(monkeypatch):
    monkeypatch.setattr(maximise, "STEPS", 40)
    network = small_networks.sighted()
    liked = maximise.liked_by_classes(network, 10)
    assert liked.dtype == np.uint8
    read = np.asarray(network(liked[..., None].astype(np.float32))).argmax(axis=1)
    assert (read == np.arange(10)).mean() >= 0.9


def test_what_a_filter_would_like_best_makes_it_answer_most(monkeypatch):
    monkeypatch.setattr(maximise, "STEPS", 40)
    network = small_networks.sighted()
    liked = maximise.liked_by_filters(network, "strokes", 6)
    means = feature_maps(network, "strokes", liked).mean(axis=(1, 2))[:, :6]
    digits = feature_maps(network, "strokes", images(50)).mean(axis=(1, 2))[:, :6]
    alive = digits.max(axis=0) > 0.1
    assert (means.diagonal() > digits.max(axis=0))[alive].all()


def test_units_of_a_dense_layer_have_something_they_like(monkeypatch):
    monkeypatch.setattr(maximise, "STEPS", 2)
    liked = maximise.liked_by_filters(small_networks.sighted(), "logits", 3)
    assert liked.shape == (3, 28, 28)


@pytest.mark.parametrize("way", embedding.WAYS)
def test_what_is_alike_is_near(way):
    random = np.random.default_rng(0)
    groups = random.normal(size=(3, 1, 20)) * 10
    points = embedding.projected((groups + random.normal(size=(3, 20, 20))).reshape(60, 20), way)
    assert points.shape == (60, 2)
    middles = points.reshape(3, 20, 2).mean(axis=1)
    spread = points.reshape(3, 20, 2).std(axis=1).max()
    apart = min(np.linalg.norm(middles[i] - middles[j]) for i, j in ((0, 1), (0, 2), (1, 2)))
    assert apart > 3 * spread


def test_too_few_digits_for_points_are_said():
    with pytest.raises(Exception, match="expected at least 10 digits for a map; received 3"):
        embedding.projected(np.zeros((3, 4)), "PCA")
