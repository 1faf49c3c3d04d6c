"""The C source is compiled and answers what LiteRT answers."""

import re
import subprocess

import keras
import numpy as np
import pytest
import small_networks
from every_operation import every_operation
from litert_answers import answer

from digitrec import datasets
from digitrec.compression.formats.c.program import CProgram, compiled
from digitrec.compression.formats.c.source import source
from digitrec.compression.formats.tflite import to_tflite
from digitrec.errors import MissingExtraError, ModelError
from digitrec.reading.card import Card
from digitrec.reading.classifier import shipped_model

COUNT = 1000

pytestmark = pytest.mark.usefixtures("c_compiler")


@pytest.fixture(scope="module")
def digits():
    return datasets.load("uci").train.images[:COUNT]


@pytest.fixture(scope="module")
def content(digits):
    keras.utils.set_random_seed(1)
    return to_tflite(every_operation(), "int8", digits[:64])


def in_c(content, folder, card=None):
    return CProgram(source(content, card or Card("net")), card or Card("net"), folder)


def difference(content, program, images):
    """In steps of eight bits."""
    step = program._scale
    return np.abs(program.logits(images) - answer(content, images)) / step


def test_every_operation_is_what_litert_makes_of_it(content, digits, tmp_path):
    steps = difference(content, in_c(content, tmp_path), digits)
    assert len(digits) == COUNT
    assert steps.max() <= 2.01
    assert (steps < 0.01).mean() > 0.9


@pytest.mark.slow
def test_the_shipped_model_reads_the_same_digits(digits, tmp_path):
    content = shipped_model().read_bytes()
    program = in_c(content, tmp_path)
    assert (difference(content, program, digits) < 0.01).mean() > 0.999
    theirs = answer(content, digits).argmax(axis=1)
    np.testing.assert_array_equal(program.logits(digits).argmax(axis=1), theirs)


@pytest.fixture(scope="module")
def names():
    return tuple("0123456789")


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    card = Card("shipped", tuple(f"it is {number}" for number in range(10)))
    return compiled(source(shipped_model().read_bytes(), card), tmp_path_factory.mktemp("c"))


def pgm(image, comment=b""):
    return b"P5\n%b28 28\n255\n" % comment + image.tobytes()


def read(program, *files):
    return subprocess.run([program, *files], capture_output=True, text=True, check=False)


def test_the_program_reads_pgm_files(program, digits, tmp_path):
    expected = answer(shipped_model().read_bytes(), digits[:3]).argmax(axis=1)
    files = [tmp_path / f"{number}.pgm" for number in range(3)]
    for file, image in zip(files, digits, strict=False):
        file.write_bytes(pgm(image, b"# drawn\n"))
    done = read(program, *files)
    assert done.returncode == 0
    assert done.stdout.splitlines() == [f"it is {number}" for number in expected]


BAD = {
    "empty": b"",
    "a text": b"a text",
    "another size": b"P5 27 28 255\n" + bytes(28 * 28),
    "two bytes a pixel": b"P5 28 28 65535\n" + bytes(2 * 28 * 28),
    "plain PGM": b"P2 28 28 255\n" + b"0 " * 784,
    "too short": b"P5 28 28 255\n" + bytes(783),
    "a head without an end": b"P5 #" + b"x" * 1000,
    "numbers without an end": b"P5 " + b"9" * 100000,
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_one_line_and_the_others_are_read(program, digits, tmp_path, name):
    good, bad = tmp_path / "good.pgm", tmp_path / "bad.pgm"
    good.write_bytes(pgm(digits[0]))
    bad.write_bytes(BAD[name])
    done = read(program, bad, good)
    assert done.returncode == 1
    assert done.stderr == f"{bad}: expected a PGM file (P5) of 28 x 28 pixels, 0 to 255\n"
    assert done.stdout.startswith("it is ")


def test_a_missing_file_and_no_file(program, tmp_path):
    assert read(program, tmp_path / "none.pgm").returncode == 1
    assert read(program).returncode == 2
    assert "usage" in read(program).stderr


def test_the_source_needs_no_library_and_says_what_memory_it_takes(content):
    made = source(content, Card("net"))
    included = {line for text in made.files.values() for line in re.findall("#include.*", text)}
    assert included == {"#include <stdint.h>", "#include <stdio.h>", '#include "digits.h"'}
    assert "stdio" not in made.files["digits.c"] + made.files["digits.h"]
    assert f"Memory: {made.memory} bytes" in made.files["digits.h"]
    assert 0 < made.memory < 14 * 14 * 4 * 4 * 3
    assert 0 < made.constants < len(content)


def test_names_of_any_language_and_quotes_are_c_strings(tmp_path):
    names = ('"\\n', "sept ??=", "sieben", "семь", "七", "5", "6", "7", "8", "a\nb")
    made = source(shipped_model().read_bytes(), Card("shipped", names))
    program = compiled(made, tmp_path)
    image = tmp_path / "a.pgm"
    image.write_bytes(pgm(np.zeros((28, 28), np.uint8)))
    assert read(program, image).stdout.rstrip("\n") in names


@pytest.mark.parametrize("kind", ["float32", "dynamic"])
def test_a_file_that_is_not_int8_is_refused(kind):
    content = to_tflite(small_networks.linear(), kind, None)
    with pytest.raises(ModelError, match="integer: expected an int8 network"):
        source(content, Card("net"))


def test_a_compiler_that_is_not_there_is_one_line(content, tmp_path, monkeypatch):
    monkeypatch.setenv("CC", "no-such-compiler")
    with pytest.raises(MissingExtraError, match="no-such-compiler"):
        in_c(content, tmp_path)
