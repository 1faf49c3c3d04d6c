from typing import NamedTuple

import keras
import numpy as np
import pytest
import small_networks
from ai_edge_litert.interpreter import Interpreter
from litert_answers import answer

from digitrec.compression import KINDS
from digitrec.compression.formats.tflite import to_tflite
from digitrec.errors import DataError, ModelError, OptionError

CALIBRATION = small_networks.noise(32)
NETWORKS = {
    "flat": small_networks.flat,
    "pooled": small_networks.pooled,
    "gated": small_networks.gated,
}
BIGGEST_GAP = {"float32": 1e-5, "float16": 2e-3, "dynamic": 2e-2, "int8": 3e-2, "int4": 0.3}
SPLITS_THE_DELEGATE = {"SHAPE", "STRIDED_SLICE", "PACK", "READ_VARIABLE", "BATCH_MATMUL"}


class Converted(NamedTuple):
    name: str
    kind: str
    model: keras.Model
    content: bytes


@pytest.fixture(scope="module", params=[(name, kind) for name in NETWORKS for kind in KINDS])
def converted(request):
    name, kind = request.param
    model = NETWORKS[name]()
    return Converted(name, kind, model, to_tflite(model, kind, CALIBRATION))


def operations(content):
    interpreter = Interpreter(model_content=content)
    return [operation["op_name"] for operation in interpreter._get_ops_details()]


def test_any_batch_answers_alike_and_as_keras_does(converted):
    images = small_networks.noise(32)
    together = answer(converted.content, images)
    for count in (1, 3):
        np.testing.assert_array_equal(answer(converted.content, images[:count]), together[:count])
    expected = converted.model.predict_on_batch(images[..., None].astype("float32"))
    assert abs(together - expected).max() < BIGGEST_GAP[converted.kind] * abs(expected).max()


def test_nothing_computes_the_batch_and_batch_norm_is_folded(converted):
    names = operations(converted.content)
    assert not SPLITS_THE_DELEGATE & set(names)
    if converted.name != "gated":
        assert not {"MUL", "ADD", "SUB", "RSQRT"} & set(names)
    assert names.count("CONV_2D") == (2 if converted.name == "pooled" else 1)


def test_one_signature_from_image_to_scores(converted):
    signatures = Interpreter(model_content=converted.content).get_signature_list()
    assert signatures == {"serving_default": {"inputs": ["image"], "outputs": ["scores"]}}


def test_int8_takes_pixels_as_they_are_and_the_others_float32(converted):
    interpreter = Interpreter(model_content=converted.content)
    taken, given = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    assert given["dtype"] == np.float32
    if converted.kind in ("int8", "int4"):
        assert taken["dtype"] == np.uint8
        assert taken["quantization"] == (1.0, 0)
    else:
        assert taken["dtype"] == np.float32


def test_smaller_kinds_are_smaller():
    model = small_networks.gated()
    sizes = {kind: len(to_tflite(model, kind, CALIBRATION)) for kind in KINDS}
    assert sizes["float32"] > 4 * model.count_params()
    assert sizes["float16"] < 0.6 * sizes["float32"]
    assert max(sizes["dynamic"], sizes["int8"]) < 0.35 * sizes["float32"]
    assert sizes["int4"] < 0.6 * sizes["int8"]


def test_the_same_model_gives_the_same_bytes_and_stays_as_it_was(tmp_path):
    model = small_networks.flat()
    images = small_networks.noise(4)[..., None].astype("float32")
    before = model.predict_on_batch(images)
    first = to_tflite(model, "int8", CALIBRATION)
    assert to_tflite(model, "int8", CALIBRATION) == first
    model.save(tmp_path / "after.keras")
    reloaded = keras.saving.load_model(tmp_path / "after.keras")
    np.testing.assert_allclose(reloaded.predict_on_batch(images), before, rtol=1e-6)


@pytest.mark.parametrize(
    ("calibration", "message"),
    [
        (CALIBRATION[:0], r"expected digits \(N, 28, 28\); received \(0, 28, 28\)"),
        (np.zeros((5, 20, 28), np.uint8), r"received \(5, 20, 28\)"),
        (CALIBRATION - 300.0, "expected pixels of 0 to 255; received -300 to -45"),
        (CALIBRATION * 2.0, "expected pixels of 0 to 255; received 0 to 510"),
        (np.full((1, 28, 28), np.nan), "expected pixels of 0 to 255; received nan to nan"),
        (CALIBRATION / 255, "ink 255; received at most 1"),
    ],
)
def test_digits_that_say_nothing_of_ranges_are_refused(calibration, message):
    with pytest.raises(DataError, match=f"^calibration: .*{message}"):
        to_tflite(small_networks.linear(), "int8", calibration)
    assert to_tflite(small_networks.linear(), "float32", calibration)


def test_there_is_no_such_kind():
    with pytest.raises(OptionError, match=r"float32.*received int7 \(did you mean int8\?\)"):
        to_tflite(small_networks.linear(), "int7", CALIBRATION)


def test_keras_on_another_backend_cannot_convert(monkeypatch):
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    with pytest.raises(OptionError, match=r"expected tensorflow, which alone converts; .* jax"):
        to_tflite(small_networks.linear(), "float32", CALIBRATION)


def test_an_operation_that_tflite_lacks_is_one_line(capfd):
    model = keras.Sequential(
        [
            small_networks.linear(),
            keras.layers.Reshape((2, 5)),
            keras.layers.Lambda(lambda x: keras.ops.svd(x, compute_uv=False)),
        ]
    )
    with pytest.raises(ModelError, match="cannot be converted to float32") as raised:
        to_tflite(model, "float32", CALIBRATION)
    assert "\n" not in str(raised.value)
    assert capfd.readouterr().err == ""
