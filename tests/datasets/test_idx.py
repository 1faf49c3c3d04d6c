import gzip

import numpy as np
import pytest
from idx_files import idx_bytes, write_idx

from digitrec.datasets.idx import read_idx
from digitrec.errors import DataError

DIGITS = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)


@pytest.mark.parametrize("name", ["a-ubyte", "a-ubyte.gz"])
def test_what_is_written_is_read(tmp_path, name):
    write_idx(tmp_path / name, DIGITS)
    assert np.array_equal(read_idx(tmp_path / name), DIGITS)


def test_int32_is_big_endian(tmp_path):
    path = tmp_path / "labels-int"
    path.write_bytes(bytes([0, 0, 0x0C, 1, 0, 0, 0, 2, 0, 0, 1, 0, 255, 255, 255, 255]))
    assert read_idx(path).tolist() == [256, -1]


def test_a_gz_that_a_browser_has_unpacked_is_read(tmp_path):
    path = tmp_path / "a-ubyte.gz"
    path.write_bytes(idx_bytes(DIGITS))
    assert np.array_equal(read_idx(path), DIGITS)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "expected an idx file"),
        (b"\x89PNG\r\n\x1a\n", "it begins with 89 50 4e 47"),
        (idx_bytes(DIGITS)[:9], "the file is cut off"),
        (
            idx_bytes(DIGITS)[:-1],
            "expected 24 bytes after the header, for 2x3x4 values; received 23",
        ),
        (idx_bytes(DIGITS) + b"\0", "received 25"),
        (gzip.compress(idx_bytes(DIGITS))[:-9], "expected an idx file, plain or gzipped"),
        (b"\x1f\x8bnot really gzip", "expected an idx file, plain or gzipped"),
    ],
    ids=["empty", "PNG", "header", "a byte less", "a byte more", "cut gzip", "no gzip"],
)
def test_a_broken_file_is_named_with_what_was_expected(tmp_path, content, complaint):
    path = tmp_path / "broken"
    path.write_bytes(content)
    with pytest.raises(DataError, match=f"broken: .*{complaint}"):
        read_idx(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match="absent-ubyte"):
        read_idx(tmp_path / "absent-ubyte")
