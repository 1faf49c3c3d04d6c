"""MixUp and CutMix on images whose pixels and targets tell what was mixed in what shares."""

import numpy as np
import pytest

from digitrec.training.mixing import mix


@pytest.fixture
def batch():
    """Ten images, each filled with ten times its class, weighing one more than its class."""
    values = np.arange(10, dtype=np.uint8)
    images = np.repeat(10 * values, 784).reshape(10, 28, 28, 1)
    return images, np.eye(10, dtype=np.float32), values.astype(np.float32) + 1


def mixed(batch, mixup, cutmix, seed=0):
    return mix(batch, mixup, cutmix, np.random.default_rng(seed))


def test_nothing_is_mixed_unless_asked_for(batch):
    assert mixed(batch, 0.0, 0.0) is batch


@pytest.mark.parametrize(("mixup", "cutmix"), [(0.4, 0.0), (0.0, 1.0)])
def test_targets_and_weights_have_the_shares_of_the_pixels(batch, mixup, cutmix):
    images, targets, weights = mixed(batch, mixup, cutmix)
    assert images.shape == (10, 28, 28, 1)
    np.testing.assert_allclose(targets.sum(axis=1), 1, rtol=1e-6)
    classes = np.arange(10)
    np.testing.assert_allclose(images.mean(axis=(1, 2, 3)), 10 * targets @ classes, atol=1e-4)
    np.testing.assert_allclose(weights, targets @ (classes + 1.0), rtol=1e-5)
    assert ((targets > 0.01) & (targets < 0.99)).any()


def test_mixup_fades_and_cutmix_cuts(batch):
    faded, cut = mixed(batch, 0.4, 0.0)[0], mixed(batch, 0.0, 1.0)[0]
    assert all(np.ptp(image) == 0 for image in faded)
    assert not set(np.unique(faded)) <= set(range(0, 100, 10))
    assert set(np.unique(cut)) <= set(range(0, 100, 10))
    assert any(np.ptp(image) > 0 for image in cut)


def test_a_cut_is_one_rectangle(batch):
    """It has as many rows of its own as make its area with its columns."""
    for image, own in zip(mixed(batch, 0.0, 1.0)[0], batch[0][:, 0, 0, 0], strict=True):
        cut = image[..., 0] != own
        assert cut.sum() == cut.any(axis=0).sum() * cut.any(axis=1).sum()


def test_a_coin_decides_between_both(batch):
    kinds = {all(np.ptp(image) == 0 for image in mixed(batch, 0.4, 1.0, s)[0]) for s in range(20)}
    assert kinds == {True, False}


def test_a_seed_repeats_it(batch):
    for first, second in zip(mixed(batch, 0.4, 1.0), mixed(batch, 0.4, 1.0), strict=True):
        np.testing.assert_array_equal(first, second)


def test_shares_follow_alpha(batch):
    """Beta(8, 8) stays near the half, Beta(0.1, 0.1) near the ends."""
    near = [np.abs(mixed(batch, 8.0, 0.0, seed)[1].max(axis=1) - 0.5).mean() for seed in range(9)]
    far = [np.abs(mixed(batch, 0.1, 0.0, seed)[1].max(axis=1) - 0.5).mean() for seed in range(9)]
    assert np.mean(near) < 0.25
    assert np.mean(far) > 0.4
