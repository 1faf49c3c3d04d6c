import numpy as np
import pytest
from idx_files import NAMES, small_arrays, write_idx, write_set

from digitrec.datasets import mnist
from digitrec.datasets.verify import verify
from digitrec.errors import DataError, OptionError

ARRAYS = small_arrays()


@pytest.fixture
def small_mnist(tmp_path, monkeypatch, without_mnist):
    for name, array in ARRAYS.items():
        monkeypatch.setitem(mnist.SHA256, name, mnist.digest(array))
    return write_set(mnist.cache_folder(), ARRAYS)


@pytest.mark.mnist
def test_mnist_is_right():
    verdict = verify()
    assert verdict.right
    assert [array.shape[0] for array in verdict.arrays] == [60_000, 60_000, 10_000, 10_000]


@pytest.mark.parametrize("source", ["auto", "mnist"])
def test_the_cache_is_looked_at(small_mnist, source):
    verdict = verify(source)
    assert verdict.right
    assert verdict.place == str(small_mnist)


def test_one_wrong_array_is_wrong(small_mnist):
    write_idx(small_mnist / NAMES["test labels"], np.zeros(50, np.uint8))
    verdict = verify()
    assert not verdict.right
    assert [array.name for array in verdict.arrays if not array.right] == ["test labels"]


def test_absent_arrays_are_wrong(small_mnist):
    for name in ("test images", "test labels"):
        (small_mnist / NAMES[name]).unlink()
    wrong = [array for array in verify(small_mnist).arrays if not array.right]
    assert [(array.name, array.shape, array.digest) for array in wrong] == [
        ("test images", (), ""),
        ("test labels", (), ""),
    ]


def test_a_set_that_does_not_claim_to_be_mnist_has_nothing_to_be_compared_with():
    verdict = verify("uci")
    assert verdict.right
    assert {array.expected for array in verdict.arrays} == {None}
    assert len({array.digest for array in verdict.arrays}) == 6


@pytest.mark.usefixtures("without_mnist")
def test_nothing_is_downloaded():
    with pytest.raises(DataError, match=r"expected MNIST on this machine; looked in .*no-cache"):
        verify("auto")


def test_an_unknown_name_is_an_option_error():
    with pytest.raises(OptionError, match="did you mean mnist"):
        verify("mnits")
