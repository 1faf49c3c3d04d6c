"""The module answers what C answers to the last bit, and so what LiteRT answers."""

import json
import re
import subprocess
from dataclasses import replace

import keras
import numpy as np
import pytest
import small_networks
from every_operation import binary, every_operation
from litert_answers import answer

from digitrec.compression.formats.c.program import CProgram
from digitrec.compression.formats.c.source import source as c_source
from digitrec.compression.formats.js.program import JsProgram
from digitrec.compression.formats.js.source import source
from digitrec.compression.formats.tflite import to_tflite
from digitrec.errors import MissingExtraError, ModelError
from digitrec.reading.card import Card
from digitrec.reading.classifier import shipped_model, softmax

COUNT = 1000
CARD = Card("net", temperature=1.5)

pytestmark = pytest.mark.usefixtures("node")


@pytest.fixture(scope="module")
def digits():
    return small_networks.uci().train.images[:COUNT]


@pytest.fixture(scope="module")
def content(digits):
    keras.utils.set_random_seed(1)
    return to_tflite(every_operation(), "int8", digits[:64])


def in_js(content, folder):
    return JsProgram(source(content, CARD), CARD, folder)


def in_c(content, folder):
    return CProgram(c_source(content, CARD), CARD, folder)


@pytest.mark.usefixtures("c_compiler")
def test_every_operation_is_what_c_makes_of_it(content, digits, tmp_path):
    assert len(digits) == COUNT
    theirs, ours = in_c(content, tmp_path).logits(digits), in_js(content, tmp_path).logits(digits)
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)


@pytest.mark.usefixtures("c_compiler")
def test_weights_of_four_bits_too(digits, tmp_path):
    content = to_tflite(small_networks.reader(), "int4", digits[:100])
    theirs, ours = in_c(content, tmp_path).logits(digits), in_js(content, tmp_path).logits(digits)
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)
    read = answer(content, digits).argmax(axis=1)
    np.testing.assert_array_equal(ours.argmax(axis=1), read)


@pytest.mark.slow
@pytest.mark.usefixtures("c_compiler")
@pytest.mark.parametrize("per_channel", [True, False])
def test_signs_by_signs_too(digits, tmp_path, per_channel):
    content = to_tflite(binary(), "int8", digits[:100], per_channel=per_channel)
    theirs, ours = in_c(content, tmp_path).logits(digits), in_js(content, tmp_path).logits(digits)
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)
    assert len(np.unique(ours)) > 20


def test_the_shipped_model_reads_what_litert_reads(digits, tmp_path):
    content = shipped_model().read_bytes()
    read = in_js(content, tmp_path).logits(digits[:100]).argmax(axis=1)
    np.testing.assert_array_equal(read, answer(content, digits[:100]).argmax(axis=1))


def run(node, text, folder, program):
    (folder / "digits.mjs").write_text(text)
    command = [node, "--input-type=module", "-e", f'import * as m from "./digits.mjs"; {program}']
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_it_gives_the_maps_on_the_way(node, content, digits, tmp_path):
    pixels = digits[0].ravel().tolist()
    program = (
        f"const {{ maps }} = m.run({pixels}); console.log(JSON.stringify("
        "maps.map(({ kernel, shape, values }) => [kernel, shape, [...values]])))"
    )
    maps = run(node, source(content, CARD).text, tmp_path, program)
    kernel, shape, values = maps[0]
    assert (kernel, shape) == ("centre", [28, 28, 1])
    assert [value + 128 for value in values] == pixels
    assert maps[1][:2] == ["convolve", [14, 14, 4]]
    for _, shape, values in maps:
        assert np.prod(shape) == len(values)
        assert -128 <= min(values) <= max(values) <= 127


def test_it_says_of_its_card_what_is_needed_to_judge(node, content, tmp_path):
    card = Card("net", temperature=1.5, uncertain_below=0.5, reject_energy=-2.0)
    told = run(node, source(content, card).text, tmp_path, "console.log(JSON.stringify(m.card))")
    assert told["classes"] == list(card.classes)
    assert (told["uncertain_below"], told["reject_energy"]) == (0.5, -2.0)
    logits = [1.0, 2.0, -3.0]
    program = f"console.log(JSON.stringify(m.probabilities({logits})))"
    chances = run(node, source(content, card).text, tmp_path, program)
    np.testing.assert_allclose([chances], softmax(np.array([logits]) / 1.5))


SCALED = """
const rounded = (value, multiplier, shift) =>
    Number((BigInt(value) * BigInt(multiplier) + (1n << BigInt(shift - 1))) >> BigInt(shift));
const all = [];
for (const value of [0, 1, -1, 127, -128, 255 * 128, 12345678, -12345679, 2 ** 31 - 1, -(2 ** 31)])
    for (const multiplier of [2 ** 30, 2 ** 30 + 1, 1431655765, 2 ** 31 - 1, 5])
        for (const shift of [17, 18, 25, 31, 38, 47, 62])
            all.push(scaled(value, multiplier, shift) === rounded(value, multiplier, shift));
console.log(JSON.stringify(all));
"""


def test_products_of_62_bits_are_exact(node, content, tmp_path):
    found = run(node, source(content, CARD).text + "export { scaled };", tmp_path,
                SCALED.replace("scaled(value", "m.scaled(value"))  # fmt: skip
    assert len(found) == 10 * 5 * 7
    assert all(found)


def test_it_loads_nothing_and_its_weights_are_packed(content):
    made = source(content, CARD)
    code = re.sub(r"^//.*$", "", made.text, flags=re.MULTILINE)
    assert not re.search(r"\bimport\b|\bfetch\b|\brequire\b", code)
    assert 0 < made.constants < len(content)


def test_a_file_that_is_not_int8_is_refused():
    with pytest.raises(ModelError, match="integer: expected an int8 network"):
        source(to_tflite(small_networks.linear(), "float32", None), CARD)


def test_no_engine_is_one_line(content, tmp_path, monkeypatch):
    monkeypatch.setenv("NODE", "no-such-engine")
    with pytest.raises(MissingExtraError, match="no-such-engine"):
        in_js(content, tmp_path)


def test_a_module_that_does_not_run_is_one_line(content, digits, tmp_path):
    made = source(content, CARD)
    broken = replace(made, text=f"{made.text}\nnowhere();\n")
    program = JsProgram(broken, CARD, tmp_path)
    with pytest.raises(ModelError, match=r"does not run; .*nowhere is not defined"):
        program.logits(digits[:1])
