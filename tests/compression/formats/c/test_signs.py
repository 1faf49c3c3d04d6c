"""Binary convolutions count bits in C, and answer what LiteRT's multiplications answer."""

import numpy as np
import pytest
import small_networks
from every_operation import binary
from litert_answers import answer

from digitrec.compression.formats.c.program import CProgram
from digitrec.compression.formats.c.source import source
from digitrec.compression.formats.integer.signs import packed
from digitrec.compression.formats.tflite import to_tflite
from digitrec.reading.card import Card

COUNT = 1000

pytestmark = pytest.mark.usefixtures("c_compiler")


def test_bits_are_packed_by_words_of_32():
    bits = np.zeros((2, 33), bool)
    bits[0, [0, 31]], bits[1, 32] = True, True
    assert packed(bits).tolist() == [[2**31 + 1, 0], [0, 1]]


@pytest.fixture(scope="module")
def digits():
    return small_networks.uci().train.images[:COUNT]


def test_counting_bits_is_multiplying_signs(digits, tmp_path):
    content = to_tflite(binary(), "int8", digits[:100])
    made = source(content, Card("net"))
    text = made.files["digits.c"]
    assert text.count("convolve_signs(&step") == 2
    program = CProgram(made, Card("net"), tmp_path)
    theirs, ours = answer(content, digits), program.logits(digits)
    assert len(digits) == COUNT
    assert (theirs.argmax(axis=1) == ours.argmax(axis=1)).mean() > 0.999
    assert (abs(theirs - ours) / made.scale < 1.01).mean() > 0.999


def test_the_weights_take_a_bit_each(digits):
    made = source(to_tflite(binary(), "int8", digits[:100]), Card("net"))
    signs = 40 * 9 * 4 + 8 * 9 * 2 * 4  # words of 32 bits: 6 maps are one, 40 are two
    others = made.constants - signs
    assert others < 6 * 9 + 10 * 8 * 4 + 4 * 256 + 8 * 3 * (6 + 40 + 8 + 10) + 200
