"""What is typed finds its pictures: files, folders, patterns, rows, stdin, in that order."""

import io
import os
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import tiny_models
from PIL import Image

from digitrec.command import inputs
from digitrec.command.inputs import groups_of, readings
from digitrec.reading.card import Card
from digitrec.reading.reader import Reader


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    path = tmp_path_factory.mktemp("models") / "tiny.tflite"
    return Reader(tiny_models.write(path, card=Card("tiny")))


@pytest.fixture
def scans(tmp_path, monkeypatch):
    """The working folder: scans/ with three pictures, one of them below it, and other files."""
    monkeypatch.chdir(tmp_path)
    stroke = Image.new("L", (30, 30), 255)
    stroke.paste(0, (12, 4, 16, 26))
    for name in ("b.png", "a.jpg", "deep/er/c.PNG", ".hidden.png", ".trash/d.png", "[1].png"):
        path = tmp_path / "scans" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        stroke.save(path)
    (tmp_path / "scans/[1].png").rename(tmp_path / "[1].png")
    (tmp_path / "scans/notes.txt").write_text("not a picture")
    (tmp_path / "empty").mkdir()
    return tmp_path


def found(reader, *arguments: str) -> list[tuple[str, str, str]]:
    """ImageId, file and status of each reading, with / between folders."""
    return [
        (identity, reading.file.replace(os.sep, "/"), reading.status)
        for identity, reading in readings(reader, groups_of(arguments))
    ]


def csv_file(path, rows, *, names=True):
    lines = [",".join(f"pixel{number}" for number in range(784))] if names else []
    lines += [",".join(map(str, row.ravel())) for row in rows]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.usefixtures("scans")
def test_files_in_the_order_they_are_typed(reader):
    assert found(reader, "scans/b.png", "scans/a.jpg", "scans/b.png") == [
        ("b.png", "scans/b.png", "ok"),
        ("a.jpg", "scans/a.jpg", "ok"),
        ("b.png", "scans/b.png", "ok"),
    ]


@pytest.mark.parametrize("folder", ["scans", "scans/"])
@pytest.mark.usefixtures("scans")
def test_a_folder_is_all_pictures_below_it_but_hidden_ones(reader, folder):
    assert found(reader, folder) == [
        ("a.jpg", "scans/a.jpg", "ok"),
        ("b.png", "scans/b.png", "ok"),
        ("c.PNG", "scans/deep/er/c.PNG", "ok"),
    ]


@pytest.mark.parametrize(
    ("pattern", "files"),
    [
        ("scans/*.png", ["scans/b.png"]),
        ("scans/?.*", ["scans/a.jpg", "scans/b.png"]),
        ("scans/[ab].*", ["scans/a.jpg", "scans/b.png"]),
        ("scans/**/*.PNG", ["scans/deep/er/c.PNG"]),
        ("scan*", ["scans/a.jpg", "scans/b.png", "scans/deep/er/c.PNG"]),
    ],
)
@pytest.mark.usefixtures("scans")
def test_patterns_are_expanded(reader, pattern, files):
    if pattern == "scans/*.png" and os.path.normcase("A") == "a":
        pytest.skip("this system does not tell PNG from png")
    assert [file for _, file, _ in found(reader, pattern)] == files


@pytest.mark.usefixtures("scans")
def test_a_file_whose_name_looks_like_a_pattern_is_a_file(reader):
    assert found(reader, "[1].png") == [("[1].png", "[1].png", "ok")]


@pytest.mark.usefixtures("scans")
def test_what_is_not_there_is_an_error_in_its_place(reader):
    assert found(reader, "none.png", "scans/a.jpg", "*.tiff", "empty", "none.csv") == [
        ("none.png", "none.png", "error"),
        ("a.jpg", "scans/a.jpg", "ok"),
        ("*.tiff", "*.tiff", "error"),
        ("empty", "empty", "error"),
        ("none.csv", "none.csv", "error"),
    ]


@pytest.mark.usefixtures("scans")
def test_each_error_says_what_was_expected(reader):
    errors = {
        reading.file: reading.error
        for _, reading in readings(
            reader, groups_of(["*.tiff", "empty", "scans/notes.txt", "none.csv"])
        )
    }
    assert errors["*.tiff"] == "no such file"
    assert errors["empty"] == "expected pictures in this folder; found none"
    assert "this is not one" in errors["scans/notes.txt"]
    assert "No such file" in errors["none.csv"]


@pytest.mark.usefixtures("scans")
def test_stdin(reader, monkeypatch):
    buffer = io.BytesIO()
    Image.new("L", (9, 9), 255).save(buffer, "PNG")
    stdin = SimpleNamespace(buffer=io.BytesIO(buffer.getvalue()))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert found(reader, "scans/a.jpg", "-", "scans/b.png") == [
        ("a.jpg", "scans/a.jpg", "ok"),
        ("-", "-", "empty"),
        ("b.png", "scans/b.png", "ok"),
    ]


@pytest.mark.parametrize(
    ("stdin", "reason"),
    [
        (None, "expected a picture on stdin; it is closed"),
        (b"", "received no bytes"),
        (b"x" * 101, "expected at most 100 bytes on stdin; received more"),
        (b"x" * 100, "this is not one"),
    ],
)
@pytest.mark.usefixtures("scans")
def test_stdin_that_is_no_picture_does_not_stop_the_others(reader, monkeypatch, stdin, reason):
    monkeypatch.setattr(inputs, "MAX_STDIN", 100)
    buffer = stdin if stdin is None else SimpleNamespace(buffer=io.BytesIO(stdin))
    monkeypatch.setattr(sys, "stdin", buffer)
    (identity, bad), (_, good) = readings(reader, groups_of(["-", "scans/a.jpg"]))
    assert (identity, bad.file, bad.status) == ("-", "-", "error")
    assert reason in bad.error
    assert good.status == "ok"


@pytest.mark.usefixtures("scans")
def test_an_empty_name_is_an_error_of_its_own(reader):
    ((_, reading),) = readings(reader, groups_of([""]))
    assert (reading.file, reading.status) == ("", "error")
    assert "received an empty one" in reading.error


@pytest.mark.parametrize("names", [True, False])
def test_rows_of_a_csv_file_are_digits_and_count_from_1(reader, tmp_path, names):
    images = np.random.default_rng(0).integers(0, 256, (3, 28, 28), np.uint8)
    images[:, [0, -1]], images[:, :, [0, -1]] = 0, 0
    images[1] = 0
    path = csv_file(tmp_path / "test.CSV", images, names=names)
    read = list(readings(reader, groups_of([str(path)])))
    assert [identity for identity, _ in read] == ["1", "2", "3"]
    assert [reading.file for _, reading in read] == [f"{path}#{row}" for row in (1, 2, 3)]
    assert [reading.status for _, reading in read] == ["ok", "empty", "ok"]
    expected = tiny_models.logits(images).argmax(axis=1)
    assert [reading.text for _, reading in read] == [str(expected[0]), "", str(expected[2])]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("1,2,3\n", "line 1: expected 784 pixels"),
        ("", "expected rows of digits"),
        (
            ",".join(["0"] * 784) + "\n" + ",".join(["0"] * 783) + "\n",
            "line 2: expected 784 columns",
        ),
        (",".join(["0"] * 783 + ["256"]) + "\n", "line 1, column 784: expected a whole number"),
    ],
)
@pytest.mark.usefixtures("scans")
def test_a_broken_csv_file_does_not_stop_the_others(reader, scans, content, reason):
    (scans / "bad.csv").write_text(content)
    (_, bad), (_, good) = readings(reader, groups_of(["./bad.csv", "scans/a.jpg"]))
    assert (bad.status, bad.file) == ("error", "./bad.csv")
    assert bad.error.startswith(reason)
    assert good.status == "ok"


@pytest.mark.usefixtures("scans")
def test_names_that_no_system_takes_are_errors(reader):
    assert [status for *_, status in found(reader, "x" * 5000, "nul\0.png")] == ["error", "error"]
