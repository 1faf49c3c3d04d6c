"""Folders of many pictures: in a file that is gone on with, and in several processes."""

import json
import os
import tracemalloc
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest
from PIL import Image

from digitrec import predict
from digitrec.command import answers_file
from digitrec.command.inputs import Group
from digitrec.errors import PictureError
from digitrec.reading import many
from digitrec.reading.reader import Reader


@pytest.fixture
def folder(pictures):
    """Thirty pictures, some of them plain digits in MNIST's form, one of them broken."""
    random = np.random.default_rng(0)
    scans = pictures / "scans"
    scans.mkdir()
    for number in range(28):
        grey = np.zeros((28, 28), np.uint8)
        grey[4:24, 11:17] = random.integers(200, 256, (20, 6))
        Image.fromarray(255 - grey if number % 3 else grey).save(scans / f"{number:02}.png")
    (pictures / "good.png").rename(scans / "50.png")
    (pictures / "bad.png").rename(scans / "51.png")
    return scans


def answers(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.usefixtures("folder")
def test_a_file_has_what_json_prints(run, pictures):
    status, printed, err = run("scans", "--json")
    assert run("scans", "--output", "deep/answers.jsonl") == (status, [], err)
    assert (pictures / "deep/answers.jsonl").read_text().splitlines() == printed
    assert (status, len(printed)) == (1, 30)


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("lines", [0, 7, 7.5, 30])
def test_it_goes_on_where_it_was_broken_off(lines, run, pictures, monkeypatch):
    run("scans", "--output", "whole.jsonl")
    whole = (pictures / "whole.jsonl").read_bytes()
    kept = b"".join(whole.splitlines(keepends=True)[: int(lines)])
    half = whole[len(kept) :][:100] if lines % 1 else b""
    (pictures / "part.jsonl").write_bytes(kept + half)
    read = []
    see = Reader.read_all
    monkeypatch.setattr(
        Reader, "read_all", lambda self, files: see(self, read.extend(files) or files)
    )
    run("scans", "--output", "part.jsonl", "--resume")
    assert (pictures / "part.jsonl").read_bytes() == whole
    assert len(read) == 30 - int(lines)


@pytest.mark.usefixtures("folder")
def test_what_could_not_be_read_is_not_forgotten(run, pictures):
    """A run that goes on ends as one that was never broken off."""
    assert run("scans", "--output", "answers.jsonl")[0] == 1
    written = (pictures / "answers.jsonl").read_bytes()
    status, _, err = run("scans", "--output", "answers.jsonl", "--resume")
    assert (status, err.count("\n")) == (1, 1)
    assert "answers.jsonl: a file could not be read in earlier runs" in err
    assert (pictures / "answers.jsonl").read_bytes() == written


@pytest.mark.parametrize("half", [0, 100, answers_file.BLOCK, 3 * answers_file.BLOCK])
def test_a_long_file_is_gone_on_with_in_little_memory(half, tmp_path):
    path = tmp_path / "answers.jsonl"
    line = json.dumps({"file": "a", "status": "ok", "digits": "0" * 1000}) + "\n"
    path.write_text(line * 5_000 + half * "x")
    tracemalloc.start()
    kept = answers_file.kept_in(path, resume=True)
    with answers_file.appended(path) as write:
        write(line.strip())
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 500_000 + 5 * half
    assert kept == answers_file.Kept(frozenset(["a"]), 0)
    assert path.read_text() == line * 5_001


@pytest.mark.usefixtures("folder")
def test_rows_that_are_there_are_not_written_twice(run, pictures):
    head = ",".join(f"pixel{number}" for number in range(784))
    np.savetxt("digits.csv", 255 * np.eye(5, 784), "%d", ",", header=head, comments="")
    run("digits.csv", "--output", "rows.jsonl")
    whole = (pictures / "rows.jsonl").read_text().splitlines(keepends=True)
    (pictures / "rows.jsonl").write_text("".join(whole[:2]))
    assert run("digits.csv", "--output", "rows.jsonl", "--resume")[0] == 0
    assert (pictures / "rows.jsonl").read_text() == "".join(whole)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--output", "there.jsonl"], "expected a new file, or --resume as well; there.jsonl is"),
        (["--resume"], "--resume: expected --output as well"),
        (["--output", "a.jsonl", "--csv"], "--output: expected neither --top-k nor --csv"),
        (["--output", "a.jsonl", "--top-k", "2"], "--output: expected neither --top-k nor --csv"),
        (["--jobs", "0"], "expected"),
    ],
)
def test_what_does_not_go_together_is_usage(words, message, run, pictures, capsys):
    (pictures / "there.jsonl").write_text("")
    try:
        status, out, err = run("good.png", *words)
    except SystemExit as end:
        status, out, err = end.code, [], capsys.readouterr().err
    assert (status, out, err.count("\n")) == (2, [], 1)
    assert message in err
    assert (pictures / "there.jsonl").read_text() == ""


def test_a_file_of_something_else_is_left_as_it_is(run, pictures):
    (pictures / "notes.txt").write_text("milk\n")
    status, _, err = run("good.png", "--output", "notes.txt", "--resume")
    assert (status, err.count("\n")) == (1, 1)
    assert "notes.txt:1: expected a line of predict --json; it is none" in err
    assert (pictures / "notes.txt").read_text() == "milk\n"


def test_plain_digits_together_are_read_as_each_alone(model, folder):
    files = sorted(map(str, folder.iterdir()))
    reader = Reader(model)
    together = list(reader.read_all(files))
    assert together == [next(iter(reader.read_all(iter([file])))) for file in files]
    assert [reading.file for reading in together] == files
    bytes_alone = list(reader.read_all([(folder / "00.png").read_bytes()] * 2))
    assert [reading.file for reading in bytes_alone] == [None, None]
    assert bytes_alone[0].digits == together[0].digits


def test_processes_answer_as_one(model, folder, monkeypatch):
    monkeypatch.setattr(many, "CHUNK", 4)
    files = sorted(map(str, folder.iterdir()))
    expected = list(Reader(model, single=True).read_all(files))
    assert list(many.read_all(files, 2, model=model, single=True)) == expected
    first = many.read_all(files, 1, model=model, single=True)
    assert next(first) == expected[0]
    first.close()  # the others are not waited for


def test_a_process_that_ends_is_one_line(run, folder, monkeypatch):
    monkeypatch.setattr(many, "_begin", exit_at_once)
    status, lines, err = run("scans", "--jobs", "2")
    assert (status, lines) == (1, [])
    assert err.count("a process that read pictures has ended; try fewer --jobs") == 1
    with pytest.raises(PictureError, match="try fewer"):
        list(many.read_all(["scans/00.png"], 1))


def exit_at_once(_options):
    raise SystemExit(3)


@pytest.mark.parametrize(
    ("count", "size", "jobs", "several"),
    [
        (499, 1_000, None, False),
        (500, 1_000, None, True),
        (3, 1_000, 2, True),
        (900, 1_000, 1, False),
        (20, 2_000_000, None, True),
        (20, 2_000_000, 1, False),
        (1, 50_000_000, None, False),
        (5, 2_000_000, None, False),
        (20, None, None, False),
    ],
)
def test_processes_are_taken_where_they_are_worth_it(
    count, size, jobs, several, monkeypatch, tmp_path
):
    """Of many pictures, and of a few photos, whose decoding would leave all cores but one idle."""
    monkeypatch.setattr("digitrec.reading.cores.cores", lambda: 2)
    picture = tmp_path / "a.png"
    if size:
        picture.touch()
        os.truncate(picture, size)
    options = predict.parser().parse_args([str(picture), *([f"--jobs={jobs}"] * bool(jobs))])
    groups = [Group("pictures", [str(picture)] * count)]
    assert (predict._in_processes(groups, options) is not None) is several


def test_each_process_has_some_of_few_pictures(model, folder, monkeypatch):
    given = []
    monkeypatch.setattr(ProcessPoolExecutor, "submit", lambda *words: given.append(words[-1]))
    with pytest.raises(AttributeError):  # what is given is only looked at
        list(many.read_all([str(folder / "00.png")] * 20, 2, model=model))
    assert [len(files) for files in given] == [2] * 8
