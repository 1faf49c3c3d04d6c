"""Files of corrupted digits, whole and broken."""

import numpy as np
import pytest

from digitrec.datasets.corruptions import file
from digitrec.datasets.digits import Part
from digitrec.errors import DataError

PART = Part(np.zeros((5, 28, 28), np.uint8), np.arange(5))


def test_each_kind_has_the_labels_of_the_first_digits(tmp_path):
    three, five = (np.full((count, 28, 28), count, np.uint8) for count in (3, 5))
    np.savez(tmp_path / "c.npz", zigzag=three, fog=five)
    found = dict(file.read(tmp_path / "c.npz", PART))
    assert list(found) == ["fog", "zigzag"]
    np.testing.assert_array_equal(found["zigzag"].images, three)
    assert found["zigzag"].labels.tolist() == [0, 1, 2]
    assert found["fog"].labels.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("arrays", "complaint"),
    [
        ({}, "expected an array for each kind of corruption; received none"),
        ({"fog": np.zeros((2, 28), np.uint8)}, r"fog: expected digits .* received \(2, 28\)"),
        ({"fog": np.zeros((2, 28, 28))}, "received .* of float64"),
        ({"fog": np.zeros((0, 28, 28), np.uint8)}, r"received \(0, 28, 28\)"),
        ({"fog": np.zeros((6, 28, 28), np.uint8)}, "expected the first of 5 digits, .*received 6"),
    ],
)
def test_other_arrays_are_refused(arrays, complaint, tmp_path):
    np.savez(tmp_path / "c.npz", **arrays)
    with pytest.raises(DataError, match=complaint):
        list(file.read(tmp_path / "c.npz", PART))


def test_what_is_no_such_file_is_refused(tmp_path):
    (tmp_path / "c.npz").write_text("no archive")
    for name in ("c.npz", "missing.npz"):
        with pytest.raises(DataError, match=f"{name}: expected an .npz file"):
            list(file.read(tmp_path / name, PART))
