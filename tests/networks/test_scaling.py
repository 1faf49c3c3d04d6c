"""Scaling of pixels: each kind against values worked out by hand."""

import keras
import numpy as np
import pytest

from digitrec.errors import OptionError
from digitrec.networks.scaling import scaling


@pytest.fixture
def images():
    """One image with pixels 0, 51 and 255, one blank, one grey all over."""
    images = np.zeros((3, 28, 28, 1), "float32")
    images[0, 0, :2, 0] = 51, 255
    images[2] = 128
    return images


@pytest.mark.parametrize(
    ("kind", "of_0", "of_51", "of_255"),
    [
        ("none", 0, 51, 255),
        ("unit", 0, 0.2, 1),
        ("symmetric", -1, -0.6, 1),
        ("zscore", -2, -0.725, 4.375),  # mean 80, deviation 40
        ("image_minmax", 0, 0.2, 1),
    ],
)
def test_kinds(images, kind, of_0, of_51, of_255):
    scaled = np.asarray(scaling(kind, mean=80, deviation=40)(images))
    np.testing.assert_allclose(scaled[0, 0, [2, 0, 1], 0], [of_0, of_51, of_255], atol=1e-6)


def test_image_zscore_has_mean_0_and_deviation_1(images):
    scaled = np.asarray(scaling("image_zscore")(images))
    assert scaled[0].mean() == pytest.approx(0, abs=1e-5)
    assert scaled[0].std() == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("kind", ["image_minmax", "image_zscore"])
def test_an_image_of_one_grey_is_safe(images, kind):
    assert not np.any(scaling(kind)(images)[1:])


@pytest.mark.parametrize("kind", ["image_minmax", "image_zscore"])
def test_is_saved_and_loaded(images, kind, tmp_path):
    model = keras.Sequential([keras.Input((28, 28, 1)), scaling(kind)])
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(images), model(images))


def test_unknown_kind():
    with pytest.raises(OptionError, match=r"did you mean zscore\?"):
        scaling("z-score")
