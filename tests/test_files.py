"""Files are written whole or not at all."""

import errno
import hashlib
import os
import stat
import sys
from pathlib import Path

import pytest

from digitrec import files
from digitrec.errors import DataError, OutputError


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("content", "data"), [("größe\n", "größe\n".encode()), (b"\x00\xff", b"\x00\xff"), ("", b"")]
)
def test_text_is_utf8_and_bytes_are_bytes(tmp_path, content, data):
    files.write(tmp_path / "file", content)
    assert (tmp_path / "file").read_bytes() == data


def test_folders_are_made_on_the_way(tmp_path):
    files.write(tmp_path / "a/b/c.txt", "x")
    assert (tmp_path / "a/b/c.txt").read_text() == "x"


def test_an_older_file_is_replaced(tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("old and longer")
    files.write(path, "new")
    assert path.read_text() == "new"
    assert names(tmp_path) == ["file.txt"]


def test_the_temporary_file_ends_like_the_real_one(tmp_path):
    with files.written_whole(tmp_path / "model.keras") as temporary:
        assert temporary.suffix == ".keras"
        assert temporary.parent == tmp_path
        assert temporary.name.startswith(".")
        assert not (tmp_path / "model.keras").exists()
        temporary.write_text("done")
    assert (tmp_path / "model.keras").read_text() == "done"


def test_when_the_writing_fails_the_older_file_stays_and_nothing_else(tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("old")

    def write_half():
        with files.written_whole(path) as temporary:
            temporary.write_text("ha")
            raise KeyError("lf")

    with pytest.raises(KeyError):
        write_half()
    assert path.read_text() == "old"
    assert names(tmp_path) == ["file.txt"]


def test_a_full_disk_is_one_line(tmp_path):
    path = tmp_path / "file.txt"

    def fill():
        with files.written_whole(path):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(OutputError, match=r"file\.txt: cannot be written \(No space left"):
        fill()
    assert names(tmp_path) == []


def test_a_file_where_a_folder_should_be(tmp_path):
    (tmp_path / "file").touch()
    for path in ("file/below.txt", "file/deep/below.txt"):
        with pytest.raises(OutputError, match=r"cannot be written \((?!File exists)"):
            files.write(tmp_path / path, "x")


def test_a_folder_where_the_file_should_be(tmp_path):
    (tmp_path / "folder/full").mkdir(parents=True)
    with pytest.raises(OutputError, match="cannot be written"):
        files.write(tmp_path / "folder", "x")
    assert names(tmp_path) == ["folder"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
@pytest.mark.parametrize(("mask", "rights"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_the_rights_are_those_of_any_new_file(tmp_path, mask, rights):
    before = os.umask(mask)
    try:
        files.write(tmp_path / "file", "x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == rights


@pytest.mark.parametrize("value", [{"a": [1, 2.5, None, "ü"]}, [], "text", 3, None])
def test_json_comes_back(tmp_path, value):
    files.write_json(tmp_path / "value.json", value)
    assert files.read_json(tmp_path / "value.json") == value


def test_json_is_for_people_too(tmp_path):
    files.write_json(tmp_path / "value.json", {"name": "ü"})
    assert (tmp_path / "value.json").read_text(encoding="utf-8") == '{\n  "name": "ü"\n}\n'


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[1,]"])
def test_what_is_not_json(tmp_path, content):
    (tmp_path / "value.json").write_bytes(content)
    with pytest.raises(DataError, match=r"value\.json: expected a JSON file"):
        files.read_json(tmp_path / "value.json")


def test_json_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match=r"value\.json: expected a JSON file; .*No such file"):
        files.read_json(tmp_path / "value.json")


def test_the_hash_is_that_of_the_bytes(tmp_path):
    (tmp_path / "abc").write_bytes(b"abc")
    # The example of FIPS 180-2.
    assert files.sha256(tmp_path / "abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
    (tmp_path / "large").write_bytes(b"x" * 3_000_000)
    assert files.sha256(tmp_path / "large") == hashlib.sha256(b"x" * 3_000_000).hexdigest()
