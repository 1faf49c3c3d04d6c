import numpy as np
import pytest
from idx_files import NAMES, small_arrays, write_idx, write_set

from digitrec import datasets
from digitrec.datasets.arrays import find_arrays
from digitrec.errors import DataError

ARRAYS = small_arrays()


def write_npz(path, **changes):
    keys = {
        "x_train": ARRAYS["train images"],
        "y_train": ARRAYS["train labels"],
        "x_test": ARRAYS["test images"],
        "y_test": ARRAYS["test labels"],
    }
    np.savez(
        path, **{key: array for key, array in {**keys, **changes}.items() if array is not None}
    )
    return path


def plain(name):
    return NAMES[name].removesuffix(".gz")


def dotted(name):
    return plain(name).replace("-idx", ".idx")


@pytest.mark.parametrize("named", [NAMES.get, plain, dotted])
def test_mnists_files_are_found_under_their_usual_names(tmp_path, named):
    for name, array in ARRAYS.items():
        write_idx(tmp_path / named(name), array)
    parts = find_arrays(tmp_path)
    assert list(parts) == ["train", "test"]
    assert np.array_equal(parts["test"].read().images, ARRAYS["test images"])
    assert np.array_equal(parts["train"].read().labels, ARRAYS["train labels"])


@pytest.mark.parametrize("named", ["mnist.npz", "."])
def test_kerass_npz_is_found_by_its_name_or_its_folder(tmp_path, named):
    write_npz(tmp_path / "mnist.npz")
    write_npz(tmp_path / "another.npz", x_train=None)
    parts = find_arrays(tmp_path / named)
    assert np.array_equal(parts["train"].read().images, ARRAYS["train images"])
    assert len(parts["test"].read()) == 50


def test_the_first_column_of_qmnists_labels_is_the_class(tmp_path):
    labels = np.zeros((50, 8), np.int32)
    labels[:, 0] = ARRAYS["test labels"]
    labels[:, 1:] = 1000
    for part in ("train", "test", "test10k"):
        write_idx(tmp_path / f"qmnist-{part}-images-idx3-ubyte.gz", ARRAYS["test images"])
        write_idx(tmp_path / f"qmnist-{part}-labels-idx2-int.gz", labels)
    read = find_arrays(tmp_path)["test"].read()
    assert np.array_equal(read.labels, ARRAYS["test labels"])
    assert read.labels.dtype == np.int64


def test_emnists_digits_are_turned_upright_and_chosen_among_its_sets(tmp_path):
    for name in ("emnist-digits", "emnist-letters"):
        images = ARRAYS["train images"].transpose(0, 2, 1)
        write_idx(tmp_path / f"{name}-train-images-idx3-ubyte", np.ascontiguousarray(images))
        labels = ARRAYS["train labels"] + (0 if "digits" in name else 10)
        write_idx(tmp_path / f"{name}-train-labels-idx1-ubyte", labels.astype(np.uint8))
    digits = datasets.load(tmp_path)
    assert not digits.verified
    assert "unverified" in digits.notes[0]
    assert list(digits.readers) == ["train", "validation"]
    whole = datasets.everything(digits)
    assert {image.tobytes() for image in whole.images} == {
        image.tobytes() for image in ARRAYS["train images"]
    }


def test_several_sets_in_one_folder_are_refused(tmp_path):
    for name in ("left", "right"):
        write_idx(tmp_path / f"{name}-train-images-idx3-ubyte", ARRAYS["train images"])
    with pytest.raises(DataError, match="one set of digits; received left, right"):
        find_arrays(tmp_path)
    (tmp_path / "npz").mkdir()
    write_npz(tmp_path / "npz" / "a.npz")
    write_npz(tmp_path / "npz" / "b.npz")
    with pytest.raises(DataError, match=r"expected one \.npz file; name one of a\.npz, b\.npz"):
        find_arrays(tmp_path / "npz")


def test_images_without_labels_are_refused(tmp_path):
    write_set(tmp_path, ARRAYS)
    (tmp_path / NAMES["train labels"]).unlink()
    with pytest.raises(DataError, match="expected train labels as an idx file beside train-images"):
        find_arrays(tmp_path)


@pytest.mark.parametrize(
    ("name", "array", "complaint"),
    [
        ("train labels", np.full(200, 10, np.uint8), "expected labels from 0 to 9; received 10 to"),
        ("train labels", np.zeros(199, np.uint8), "label for each of 200 images"),
        (
            "train images",
            np.zeros((200, 8, 8), np.uint8),
            r"shape \(N, 28, 28\).* received \(200, 8",
        ),
        ("train images", np.zeros((200, 28, 28), np.int32), "received .* and >i4"),
    ],
)
def test_arrays_of_another_form_are_refused(tmp_path, name, array, complaint):
    write_set(tmp_path, {**ARRAYS, name: array})
    with pytest.raises(DataError, match=complaint):
        datasets.load(tmp_path)


def test_no_digits_at_all_are_refused(tmp_path):
    write_set(tmp_path, small_arrays(train=0))
    with pytest.raises(DataError, match="at least one"):
        datasets.load(tmp_path)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        (
            {"x_train": None, "x_test": None},
            "expected arrays named x_train and y_train; received y_",
        ),
        ({"y_train": ARRAYS["train labels"] / 2}, "expected a whole number as label"),
        ({"y_train": ARRAYS["train labels"].astype(object)}, "expected an array as y_train"),
    ],
)
def test_an_npz_of_another_form_is_refused(tmp_path, changes, complaint):
    write_npz(tmp_path / "odd.npz", **changes)
    with pytest.raises(DataError, match=complaint):
        datasets.load(tmp_path / "odd.npz")


def test_a_cut_off_npz_is_refused(tmp_path):
    path = write_npz(tmp_path / "cut.npz")
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(DataError, match=r"expected an \.npz file"):
        datasets.load(path)


def test_the_test_part_is_not_read_unless_asked_for(tmp_path):
    write_set(tmp_path, ARRAYS)
    (tmp_path / NAMES["test images"]).write_bytes(b"broken")
    digits = datasets.load(tmp_path)
    assert (len(digits.train), len(digits.validation)) == (180, 20)
    with pytest.raises(DataError, match="t10k-images"):
        _ = digits.test


@pytest.mark.parametrize("wrong", [np.full(200, 10, np.uint8), np.zeros(199, np.uint8)])
def test_wrong_labels_are_blamed_on_the_labels_file(tmp_path, wrong):
    write_set(tmp_path, {**ARRAYS, "train labels": wrong})
    with pytest.raises(DataError, match=NAMES["train labels"]):
        datasets.load(tmp_path)
    (tmp_path / "npz").mkdir()
    write_npz(tmp_path / "npz" / "odd.npz", y_train=wrong)
    with pytest.raises(DataError, match=r"odd\.npz y_train: "):
        datasets.load(tmp_path / "npz")
