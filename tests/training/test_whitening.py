"""The whitened first layer: what its filters do to patches, and that it is set."""

import keras
import numpy as np
import pytest
import small_networks

from digitrec import networks
from digitrec.errors import OptionError
from digitrec.training import device
from digitrec.training.fit import untrained
from digitrec.training.recipe import Recipe
from digitrec.training.whitening import filters, whiten


@pytest.fixture(scope="module")
def part():
    return small_networks.uci().train


def test_outputs_are_uncorrelated_and_of_one_strength(part):
    images = part.images / 255.0
    kernel = filters(images, 3, 8)[:, :, 0, ::2].reshape(9, 4)  # one of each sign
    windows = np.lib.stride_tricks.sliding_window_view(images, (3, 3), axis=(1, 2))
    outputs = windows[:, ::2, ::2].reshape(-1, 9) @ kernel
    np.testing.assert_allclose(np.cov(outputs, rowvar=False), np.eye(4), atol=0.1)


def test_each_direction_has_both_signs(part):
    kernel = filters(part.images / 255.0, 3, 6)
    np.testing.assert_array_equal(kernel[..., ::2], -kernel[..., 1::2])


def test_more_filters_than_directions_repeat_them(part):
    kernel = filters(part.images / 255.0, 2, 20)
    assert kernel.shape == (2, 2, 1, 20)
    np.testing.assert_array_equal(kernel[..., :8], kernel[..., 8:16])


def test_a_recipe_asks_for_it(part):
    def first(**knobs):
        keras.utils.set_random_seed(0)
        recipe = Recipe(network="lenet5", **knobs)
        network = untrained(recipe, 10, part, device.find("cpu"))
        kernels = [layer.kernel for layer in network.layers if hasattr(layer, "kernel")]
        assert all(kernel.trainable for kernel in kernels)
        return keras.ops.convert_to_numpy(kernels[0])

    whitened = first(first_layer="whitened")
    np.testing.assert_array_equal(whitened[..., ::2], -whitened[..., 1::2])
    learnt = first()
    assert not np.allclose(learnt[..., ::2], -learnt[..., 1::2])


@pytest.mark.parametrize("name", ["mobilenet_v2", "linear"])
def test_a_network_that_does_not_begin_with_grey_convolutions_is_told_so(part, name):
    with pytest.raises(OptionError, match=f"first_layer: expected random .* for {name}"):
        whiten(networks.build(name), part.images)
