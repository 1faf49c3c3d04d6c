import os
import time
from pathlib import Path

import numpy as np
import pytest
from idx_files import NAMES, small_arrays, write_idx, write_set

from digitrec import datasets
from digitrec.datasets import mnist
from digitrec.datasets.arrays import find_arrays
from digitrec.errors import DataError, OptionError

ARRAYS = small_arrays()


@pytest.fixture
def small_mnist(tmp_path, monkeypatch, without_mnist):
    """A folder of a small set that is taken for MNIST."""
    for name, array in ARRAYS.items():
        monkeypatch.setitem(mnist.SHA256, name, mnist.digest(array))
    return write_set(tmp_path / "mnist", ARRAYS)


@pytest.mark.mnist
def test_mnist_is_what_everybody_knows(mnist):
    assert (len(mnist.train), len(mnist.validation), len(mnist.test)) == (55_000, 5_000, 10_000)
    whole = datasets.everything(mnist)
    # The counts of each digit in the 60,000 and in the 10,000, as published.
    assert np.bincount(whole.labels).tolist() == [
        *(5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949)
    ]
    assert np.bincount(mnist.test.labels).tolist() == [
        *(980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009)
    ]
    # The mean that every tutorial scales by: 0.1307.
    assert whole.images.mean() / 255 == pytest.approx(0.1307, abs=5e-5)
    assert mnist.verified


@pytest.mark.mnist
def test_the_container_does_not_matter(mnist, tmp_path):
    whole = mnist.readers["test"]()
    np.savez(tmp_path / "mnist.npz", x_test=whole.images, y_test=whole.labels)
    again = find_arrays(tmp_path)["test"].read()
    assert datasets.mnist.mismatches("test", again) == []


def test_the_variables_folder_is_taken_first(small_mnist, monkeypatch):
    monkeypatch.setenv(mnist.VARIABLE, str(small_mnist))
    digits = datasets.load()
    assert digits.verified
    assert digits.name == "mnist"
    assert digits.place == small_mnist
    assert digits.notes == ()


@pytest.mark.parametrize("source", ["auto", "mnist"])
@pytest.mark.parametrize("content", ["absent", "empty", "wrong"])
def test_the_variable_never_falls_back(small_mnist, monkeypatch, tmp_path, source, content):
    folder = tmp_path / content
    if content == "empty":
        folder.mkdir()
    elif content == "wrong":
        write_set(folder, {**ARRAYS, "train labels": ARRAYS["train labels"][::-1].copy()})
    monkeypatch.setenv(mnist.VARIABLE, str(folder))
    with pytest.raises(DataError, match=rf"\$DIGITREC_DATA: .*{content}.*expected") as caught:
        datasets.load(source)
    assert "\n" not in str(caught.value)


def test_our_cache_comes_before_kerass(small_mnist, monkeypatch):
    keras = Path(os.environ["KERAS_HOME"]) / "datasets" / "mnist.npz"
    keras.parent.mkdir(parents=True)
    np.savez(
        keras,
        x_train=ARRAYS["train images"],
        y_train=ARRAYS["train labels"],
        x_test=ARRAYS["test images"],
        y_test=ARRAYS["test labels"],
    )
    assert datasets.load("mnist").place == keras
    write_set(mnist.cache_folder(), ARRAYS)
    assert datasets.load("mnist").place == mnist.cache_folder()
    write_idx(mnist.cache_folder() / NAMES["train labels"], ARRAYS["train labels"][:9])
    assert datasets.load("mnist").place == keras


@pytest.mark.parametrize("absent", [["test images", "test labels"], ["test labels"]])
def test_a_download_that_broke_off_is_not_mnist(small_mnist, absent):
    write_set(mnist.cache_folder(), ARRAYS)
    assert mnist.search()
    for name in absent:
        (mnist.cache_folder() / NAMES[name]).unlink()
    assert mnist.search() is None


def test_a_checked_search_looks_at_the_test_part_too(small_mnist, monkeypatch):
    write_set(mnist.cache_folder(), ARRAYS)
    assert mnist.search(checked=True)
    write_idx(mnist.cache_folder() / NAMES["test labels"], np.zeros(50, np.uint8))
    assert mnist.search()
    assert mnist.search(checked=True) is None
    monkeypatch.setenv(mnist.VARIABLE, str(mnist.cache_folder()))
    with pytest.raises(DataError, match=r"^\$DIGITREC_DATA: .*test labels: expected SHA-256"):
        mnist.search(checked=True)


def test_places_heed_the_usual_variables(monkeypatch):
    monkeypatch.delenv(mnist.VARIABLE, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/c")
    monkeypatch.setenv("KERAS_HOME", "/k")
    assert mnist.places() == (Path("/c/digitrec/mnist"), Path("/k/datasets/mnist.npz"))
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("KERAS_HOME")
    home = Path.home()
    assert mnist.places() == (
        home / ".cache/digitrec/mnist",
        home / ".keras/datasets/mnist.npz",
    )


def test_another_test_part_than_mnists_is_refused_when_asked_for(small_mnist):
    write_idx(small_mnist / NAMES["test labels"], ARRAYS["test labels"][::-1].copy())
    digits = datasets.load(small_mnist)
    assert digits.verified
    with pytest.raises(DataError, match=r"test labels: expected SHA-256 .*; received"):
        _ = digits.test


def test_another_set_given_by_its_folder_is_noted(tmp_path):
    digits = datasets.load(write_set(tmp_path, ARRAYS))
    assert not digits.verified
    assert digits.name == str(tmp_path)
    assert digits.notes == (f"{tmp_path}: not MNIST, so its digits are unverified",)
    assert len(digits.test) == 50


@pytest.mark.usefixtures("without_mnist")
def test_without_mnist_auto_says_plainly_that_it_is_uci():
    start = time.monotonic()
    digits = datasets.load()
    assert time.monotonic() - start < 20
    assert digits.name == "uci"
    assert not digits.verified
    note = digits.notes[0]
    assert note.startswith("MNIST cannot be had, so these are the 1,797 UCI digits")
    assert "storage.googleapis.com" in note
    assert "s3.amazonaws.com" in note


@pytest.mark.usefixtures("without_mnist")
def test_without_mnist_mnist_is_an_error_that_names_the_mirrors():
    with pytest.raises(
        DataError, match=r"from a mirror; https://.*googleapis.*; https://.*amazonaws"
    ):
        datasets.load("mnist")


@pytest.mark.parametrize(
    ("source", "kind", "complaint"),
    [
        ("mnits", OptionError, "uci or a path that exists; .*did you mean mnist"),
        ("no/such/folder", DataError, "no/such/folder: expected data; there is nothing"),
        ("dgits.csv", DataError, r"there is nothing \(did you mean digits.csv\?\)"),
        ("notes.txt", DataError, "expected a folder, a .csv or an .npz file"),
    ],
)
def test_a_wrong_name_or_path_is_answered(tmp_path, monkeypatch, source, kind, complaint):
    monkeypatch.chdir(tmp_path)
    for name in ("digits.csv", "notes.txt"):
        (tmp_path / name).write_text("x")
    with pytest.raises(kind, match=complaint):
        datasets.load(source)
