"""`digitrec predict` in a process of its own, and with the shipped model."""

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from digitrec import predict


def test_what_pillow_logs_of_a_file_is_not_printed(run_cli, model, pictures):
    Image.open(pictures / "good.png").convert("RGB").save(pictures / "odd.tif")
    odd = bytearray((pictures / "odd.tif").read_bytes())
    odd[odd.index(b"\x15\x01\x03\0\x01\0\0\0") + 8] = 255  # samples a pixel
    (pictures / "odd.tif").write_bytes(odd)
    done = run_cli("predict", "odd.tif", "--model", model, cwd=pictures)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("digitrec predict: odd.tif: ")


@pytest.mark.filterwarnings("error")
def test_what_pillow_thinks_of_a_file_is_not_printed(pictures, run):
    Image.open("good.png").save("odd.jpg", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    status, lines, err = run("odd.jpg")
    assert (status, len(lines), err) == (0, 1, "")


@pytest.mark.usefixtures("pictures")
def test_a_process_of_its_own_prints_answers_and_nothing_else(run_cli, model, pictures):
    done = run_cli("predict", "good.png", "--model", model, cwd=pictures)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("good.png: ")
    assert done.stdout.count("\n") == 1


def test_a_picture_on_stdin(run_cli, model, pictures):
    content = (pictures / "good.png").read_bytes()
    done = run_cli("predict", "-", "--model", model, stdin=content)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("-: ")


def test_answers_come_while_it_reads(model, pictures):
    """A pipe that gives its picture late: what stands before it is printed by then."""
    command = [sys.executable, "-m", "digitrec", "predict", *["good.png"] * 40, "-"]
    with subprocess.Popen(
        [*command, "--model", model],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=pictures,
        env={**os.environ, "PYTHONPATH": str(Path(predict.__file__).parents[1])},
    ) as process:
        assert process.stdout.readline().startswith(b"good.png: ")
        assert process.poll() is None
        process.stdin.write((pictures / "blank.png").read_bytes())
        process.stdin.close()
        assert process.stdout.read().splitlines()[-1] == b"-: empty"
    assert process.returncode == 0


def test_the_shipped_model_reads_drawn_digits(digit_pictures, capsys):
    assert predict.main([str(path) for path in digit_pictures]) == 0
    lines = capsys.readouterr().out.splitlines()
    read = [
        line.removeprefix(f"{path}: ")[0] for path, line in zip(digit_pictures, lines, strict=True)
    ]
    assert sum(digit == path.stem for digit, path in zip(read, digit_pictures, strict=True)) >= 9


@pytest.mark.mnist
def test_the_shipped_model_reads_rows_of_mnist(mnist, tmp_path, capsys):
    """200 digits of the validation part: at most 3 missed of these, as of any."""
    part = mnist.validation
    path = tmp_path / "validation.csv"
    np.savetxt(path, part.images[:200].reshape(200, -1), "%d", ",")
    assert predict.main([str(path), "--csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    right = [row["Label"] == str(label) for row, label in zip(rows, part.labels[:200], strict=True)]
    assert sum(right) >= 197
