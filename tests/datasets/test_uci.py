import numpy as np
import pytest

from digitrec import datasets


@pytest.fixture(scope="module")
def uci():
    return datasets.load("uci")


def test_the_1797_digits_are_cut_as_promised(uci):
    sizes = {name: len(uci.part(name)) for name in uci.readers}
    assert sizes == {"train": 1197, "validation": 200, "test": 400}
    # The counts of each digit, as the set's description has them for its test part.
    labels = np.concatenate([uci.part(name).labels for name in uci.readers])
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_they_have_mnists_form(uci):
    images = uci.train.images
    assert images.shape == (1197, 28, 28)
    assert images.dtype == np.uint8
    assert (images.max(axis=(1, 2)) == 255).all()
    # The 20x20 box about the centre of mass, which is at the middle to within a pixel.
    rows = images.any(axis=2)
    heights = 28 - rows[:, ::-1].argmax(axis=1) - rows.argmax(axis=1)
    assert heights.max() == 20
    places = np.arange(28) + 0.5
    mass = images.sum(axis=(1, 2))
    for axis in (1, 2):
        centre = (images.sum(axis=3 - axis) * places).sum(axis=1) / mass
        assert abs(centre - 14.5).max() < 1.0


def test_a_digit_looks_like_its_class(uci):
    train, validation = uci.train, uci.validation
    means = np.stack([train.images[train.labels == label].mean(axis=0) for label in range(10)])
    distance = ((validation.images[:, None].astype(float) - means) ** 2).sum(axis=(2, 3))
    assert (distance.argmin(axis=1) == validation.labels).mean() > 0.85
