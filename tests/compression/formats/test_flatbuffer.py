import numpy as np
import pytest
import small_networks
from ai_edge_litert.interpreter import Interpreter
from litert_answers import answer

from digitrec.compression import KINDS
from digitrec.compression.formats.flatbuffer import numbers_of, packed, slimmed, unpacked
from digitrec.compression.formats.tflite import to_tflite

IMAGES = small_networks.noise(5)


AS_CONVERTED = [kind for kind in KINDS if kind != "int4"]  # which has been written anew


@pytest.fixture(scope="module", params=AS_CONVERTED)
def content(request):
    return to_tflite(small_networks.pooled(), request.param, small_networks.noise(16))


def names(content):
    return [tensor.name for tensor in unpacked(content).subgraphs[0].tensors]


@pytest.mark.parametrize("bare", [False, True])
def test_the_slimmed_file_is_smaller_and_answers_bit_for_bit_the_same(content, bare):
    slim = slimmed(content, bare=bare)
    assert len(slim) < len(content) - 1000
    np.testing.assert_array_equal(answer(slim, IMAGES), answer(content, IMAGES))


def test_input_and_output_keep_their_names_and_the_signature(content):
    slim = slimmed(content)
    assert {name for name in names(slim) if name} == {b"image", b"scores"}
    runner = Interpreter(model_content=slim).get_signature_runner()
    pixels = IMAGES[:1, ..., None].astype(runner.get_input_details()["image"]["dtype"])
    np.testing.assert_array_equal(runner(image=pixels)["scores"], answer(content, IMAGES)[:1])


def test_a_bare_file_has_neither_and_is_smaller_again(content):
    bare = slimmed(content, bare=True)
    assert not any(names(bare))
    assert Interpreter(model_content=bare).get_signature_list() == {}
    assert len(bare) < len(slimmed(content)) - 200


def test_what_is_the_same_is_written_once(content):
    model = unpacked(content)
    again = [packed(unpacked(packed(model))), packed(unpacked(content))]
    assert again[0] == again[1]
    assert len(again[0]) < len(content)


def test_no_buffer_is_left_that_no_tensor_uses_and_none_is_there_twice(content):
    model = unpacked(slimmed(content))
    held = [numbers_of(model, tensor) for tensor in model.subgraphs[0].tensors]
    assert len(model.buffers) == len({*held, b""})
