import numpy as np
import pytest

from digitrec import datasets
from digitrec.datasets.csv_file import read_labelled, read_pixels
from digitrec.errors import DataError

PIXELS = np.random.default_rng(0).integers(0, 256, (100, 784))
LABELS = np.arange(100) % 10
HEADER = ["label", *(f"pixel{number}" for number in range(784))]


def write(path, rows):
    path.write_text("".join(",".join(map(str, row)) + "\n" for row in rows))
    return path


def labelled():
    return [[label, *pixels] for label, pixels in zip(LABELS, PIXELS.tolist(), strict=True)]


@pytest.mark.parametrize("header", [[], [HEADER]], ids=["bare", "header"])
def test_labels_and_pixels_are_read(tmp_path, header):
    part = read_labelled(write(tmp_path / "train.csv", [*header, *labelled()]))
    assert np.array_equal(part.labels, LABELS)
    assert np.array_equal(part.images.reshape(100, 784), PIXELS)
    assert (part.images.dtype, part.labels.dtype) == (np.uint8, np.int64)


@pytest.mark.parametrize("header", [[], [HEADER[1:]]], ids=["bare", "header"])
def test_pixels_alone_are_read(tmp_path, header):
    path = write(tmp_path / "test.csv", [*header, *PIXELS.tolist()])
    assert np.array_equal(read_pixels(path).reshape(100, 784), PIXELS)
    with pytest.raises(DataError, match="expected a label and 784 pixels a row; received 784"):
        read_labelled(path)


def test_pixels_are_read_beside_labels(tmp_path):
    path = write(tmp_path / "train.csv", labelled())
    assert np.array_equal(read_pixels(path).reshape(100, 784), PIXELS)


def test_what_excel_makes_of_it_is_read(tmp_path):
    row = ",".join(f'"{value}"' for value in labelled()[3])
    (tmp_path / "excel.csv").write_bytes(b"\xef\xbb\xbf" + f"{row}\r\n\r\n{row}\r\n".encode())
    assert read_labelled(tmp_path / "excel.csv").labels.tolist() == [3, 3]


def test_spaces_after_commas_do_not_matter(tmp_path):
    (tmp_path / "spaced.csv").write_text(", ".join(map(str, labelled()[3])))
    assert np.array_equal(read_pixels(tmp_path / "spaced.csv").ravel(), PIXELS[3])


def test_a_csv_file_is_cut_80_10_10_with_every_class_in_each_part(tmp_path):
    digits = datasets.load(write(tmp_path / "train.csv", [HEADER, *labelled()]))
    counts = [np.bincount(digits.part(name).labels).tolist() for name in digits.readers]
    assert counts == [[8] * 10, [1] * 10, [1] * 10]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda row: row[:-1], "line 4: expected 785 columns; received 784"),
        (lambda row: [*row, 0], "line 4: expected 785 columns; received 786"),
        (lambda row: [10, *row[1:]], "line 4: expected a label from 0 to 9; received 10"),
        (lambda row: [*row[:-1], 256], "line 4, column 785: .* 0 to 255; received '256'"),
        (lambda row: [row[0], -1, *row[2:]], "line 4, column 2: .* received '-1'"),
        (lambda row: [row[0], "x", *row[2:]], "line 4, column 2: .* received 'x'"),
        (lambda row: [row[0], "", *row[2:]], "line 4, column 2: .* received ''"),
        (lambda row: [row[0], 0.5, *row[2:]], "line 4, column 2: .* received '0.5'"),
        (lambda row: [row[0], "9" * 30, *row[2:]], "line 4, column 2: .* received '999"),
    ],
)
def test_a_wrong_row_is_named_by_its_line(tmp_path, change, complaint):
    rows = [HEADER, *labelled()]
    rows[3] = change(rows[3])
    with pytest.raises(DataError, match=rf"odd.csv, {complaint}"):
        read_labelled(write(tmp_path / "odd.csv", rows))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "expected rows of digits; there are none"),
        (",".join(HEADER).encode(), "expected rows of digits; there are none"),
        (b"1,2,3\n", "line 1: expected 784 pixels, or a label and 784 pixels; received 3 columns"),
        (b"\x89PNG\r\n\x1a\n\0\0", "expected 784 pixels, or a label"),
    ],
)
def test_another_file_is_refused(tmp_path, content, complaint):
    (tmp_path / "odd.csv").write_bytes(content)
    with pytest.raises(DataError, match=complaint):
        read_pixels(tmp_path / "odd.csv")


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "absent.csv", tmp_path):
        with pytest.raises(DataError, match="expected a CSV file"):
            read_pixels(path)


def test_too_few_rows_to_cut_are_refused_by_the_files_name(tmp_path):
    path = write(tmp_path / "few.csv", labelled()[:2])
    with pytest.raises(DataError, match=r"few\.csv: expected at least 3 digits.* received 2"):
        datasets.load(path)
