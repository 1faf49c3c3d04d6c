"""Every network that has convolutions can be looked into."""

import numpy as np
import pytest
import small_networks

from digitrec import networks
from digitrec.compression.keras_classifier import KerasClassifier
from digitrec.insight.maps import saliency
from digitrec.insight.maps.methods import BY_GRADIENTS, METHODS, OCCLUSION, maps_by, that_fit
from digitrec.reading.card import Card

WITHOUT = ("linear", "mlp")
LONG = ("mobilenet_small", "shufflenet_small", "matuzas", "an_m3", *networks.BACKBONES)
QUICK = [name for name in networks.NAMES if name not in (*LONG, *WITHOUT)]
BLOCKS = [
    {"connection": "residual"},
    {"connection": "dense"},
    {"attention": "cbam"},
    {"pooling": "gem"},
    {"pooling": "gated"},
    {"global_pooling": "pyramid"},
    {"convolution": "factorised"},
    {"convolution": "separable"},
    {"normalization": "group", "activation": "prelu"},
]


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Few steps and samples: the maps' shapes do not depend on them."""
    monkeypatch.setattr(saliency, "STEPS", 3)
    monkeypatch.setattr(saliency, "SAMPLES", 2)


def looked_into(network):
    images, targets = small_networks.noise(2), np.array([3, 7])
    classifier = KerasClassifier(network, Card("any"))
    for method in BY_GRADIENTS:
        found = maps_by(method, classifier, images, targets)
        assert found.shape == (2, 28, 28)
        assert np.isfinite(found).all(), method
        if method not in ("guided", "grad-cam"):
            assert found.any(), method  # what speaks against an untrained class is left out there


@pytest.mark.parametrize("name", QUICK)
def test_each_network_has_all_maps(name):
    looked_into(networks.build(name))


@pytest.mark.slow
@pytest.mark.parametrize("name", LONG)
def test_each_large_network_has_all_maps(name):
    looked_into(networks.build(name))


@pytest.mark.slow
@pytest.mark.parametrize("knobs", BLOCKS, ids=str)
def test_each_block_has_all_maps(knobs):
    looked_into(networks.build("block_cnn", width=0.25, **knobs))


@pytest.mark.parametrize("name", WITHOUT)
def test_networks_without_maps_have_the_others(name):
    classifier = KerasClassifier(networks.build(name), Card(name))
    fit, (note,) = that_fit(classifier)
    assert fit == [method for method in METHODS if method not in ("grad-cam", "layer-cam")]
    assert note == "left out: grad-cam and layer-cam, for there are no maps of features"


def test_maps_too_coarse_for_grad_cam_are_told():
    classifier = KerasClassifier(networks.build("deeper_cnn"), Card("deeper"))
    fit, (note,) = that_fit(classifier)
    assert "grad-cam" not in fit
    assert note == "left out: grad-cam, for the last maps have 2x2 places"
    assert that_fit(classifier, "conv2d") == ([*METHODS], [])


def test_a_classifier_without_layers_has_occlusion(tmp_path):
    from digitrec.reading.classifier import Classifier

    fit, (note,) = that_fit(Classifier())
    assert fit == [OCCLUSION]
    assert "need the gradients of a .keras model" in note
