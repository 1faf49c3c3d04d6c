"""All formats at once, as `digitrec convert --all` writes them."""

import json

import pytest
import small_networks

from digitrec import convert
from digitrec.compression import every as everything
from digitrec.compression.every import as_table, every
from digitrec.compression.formats import HOMES, Wanted
from digitrec.compression.startup import seconds
from digitrec.errors import MissingExtraError, ModelError
from digitrec.reading import card as cards
from digitrec.reading.card import Card

UCI = small_networks.uci()


def wanted(**options):
    model, images = small_networks.reader(), UCI.train.images[:50]
    return Wanted(model, Card("reader"), "int8", images, UCI.validation, **options)


@pytest.mark.slow
@pytest.mark.usefixtures("c_compiler", "node")
def test_each_format_is_written_measured_and_started(tmp_path):
    told = []
    rows = every(wanted(max_drop=1), tmp_path / "all", told.append)
    assert told == rows
    assert [row.kind for row in rows] == list(HOMES)
    for row in rows:
        assert row.reason == ""
        assert row.conversion.path.exists()
        assert cards.read(row.conversion.path).temperature == row.conversion.temperature
        assert row.conversion.agreement > 0.9
        assert 0 < row.seconds < 60
    by_kind = {row.kind: row for row in rows}
    assert by_kind["c"].seconds < by_kind["int8"].seconds < by_kind["saved_model"].seconds
    assert by_kind["onnx"].conversion.errors == by_kind["float32"].conversion.errors
    table = as_table(rows)
    assert len(table.splitlines()) == 2 + len(HOMES)
    assert f"| c | {by_kind['c'].conversion.bytes:,} |" in table


def test_when_nothing_could_be_made_the_command_fails(tmp_path, monkeypatch, capfd):
    def refused(*_, **__):
        raise ModelError("expected another network")

    model = small_networks.save(small_networks.reader(), tmp_path / "model.keras", Card("reader"))
    monkeypatch.setattr(everything, "convert", refused)
    monkeypatch.setattr(everything, "HOMES", dict.fromkeys(("float32", "int8")))
    assert convert.main([str(model), "--all", "--data", "uci"]) == 1
    printed = capfd.readouterr().out
    assert printed.count("not made: expected another network") == 2


def test_what_cannot_be_made_says_why_and_the_others_are(tmp_path, monkeypatch):
    real = everything.convert

    def without_onnx(one, place, **options):
        if one.kind == "onnx":
            raise MissingExtraError("this needs tf2onnx: pip install 'digitrec[onnx]'")
        return real(one, place, **options)

    monkeypatch.setattr(everything, "convert", without_onnx)
    monkeypatch.setattr(everything, "seconds", lambda _: 1.0)
    monkeypatch.setattr(everything, "HOMES", dict.fromkeys(("float32", "onnx", "int8")))
    rows = every(wanted(max_drop=1), tmp_path)
    assert [bool(row.conversion) for row in rows] == [True, False, True]
    assert "| onnx | not made: this needs tf2onnx: pip install 'digitrec[onnx]' |" in as_table(rows)
    assert {path.name for path in tmp_path.iterdir()} == {
        "float32.tflite", "float32.json", "int8.tflite", "int8.json",
    }  # fmt: skip


def test_one_that_loses_too_much_is_not_written(tmp_path, monkeypatch):
    monkeypatch.setattr(everything, "seconds", lambda _: 1.0)
    monkeypatch.setattr(everything, "HOMES", dict.fromkeys(("float32", "int4")))
    rows = every(wanted(max_drop=0), tmp_path)
    lost = rows[1].conversion is None
    assert lost == ("lose at most 0 points" in rows[1].reason)
    assert lost != (tmp_path / "int4.tflite").exists()


@pytest.fixture
def model(tmp_path):
    return small_networks.save(small_networks.reader(), tmp_path / "model.keras", Card("reader"))


@pytest.mark.usefixtures("c_compiler")
@pytest.mark.parametrize(
    ("kind", "place"), [("c", "model_c"), ("saved_model", "model_saved_model")]
)
def test_a_folder_goes_beside_the_model(model, capfd, kind, place):
    assert convert.main([str(model), "--to", kind, "--data", "uci"]) == 0
    printed = capfd.readouterr().out
    assert printed.startswith(f"{model.with_name(place)}: {kind}, ")
    assert (model.with_name(place)).is_dir()
    assert cards.read(model.with_name(place)).name == "reader"
    assert cards.read(model).sha256.keys() == {"model.keras"}
    assert ("flash:" in printed) == (kind == "c")


def test_all_of_them_by_command(model, capfd, monkeypatch):
    monkeypatch.setattr(everything, "seconds", lambda _: 1.0)
    monkeypatch.setattr(everything, "HOMES", dict.fromkeys(("float32", "int8")))
    assert convert.main([str(model), "--all", "--data", "uci", "--max-drop=1"]) == 0
    printed, told = capfd.readouterr()
    assert "| float32 | " in printed
    assert told == "float32: made\nint8: made\n"
    assert convert.main([str(model), "--all", "--data", "uci", "--max-drop=1", "--json"]) == 0
    assert [row["kind"] for row in json.loads(capfd.readouterr().out)] == ["float32", "int8"]


@pytest.mark.parametrize("kind", ["float32", "mixed", "onnx"])
def test_a_scale_a_tensor_is_for_eight_and_four_bits(model, kind, capfd):
    assert convert.main([str(model), "--to", kind, "--per-tensor"]) == 2
    expected = f"expected --to int8 or int4 or c or js beside it; received {kind}"
    assert expected in capfd.readouterr().err


@pytest.mark.usefixtures("c_compiler", "node")
@pytest.mark.parametrize(("kind", "place"), [("c", "c"), ("js", "digits.js")])
def test_start_up_is_of_a_whole_process(model, tmp_path, kind, place):
    arguments = [str(model), "--to", kind, "--data", "uci", "--output", str(tmp_path / place)]
    assert convert.main(arguments) == 0
    assert 0 < seconds(tmp_path / place) < 2


EDGE_TPU = {
    "ADD", "AVERAGE_POOL_2D", "CONCATENATION", "CONV_2D", "DEPTHWISE_CONV_2D", "EXPAND_DIMS",
    "FULLY_CONNECTED", "L2_NORMALIZATION", "LOGISTIC", "LSTM", "MAXIMUM", "MAX_POOL_2D", "MEAN",
    "MINIMUM", "MUL", "PACK", "PAD", "PRELU", "QUANTIZE", "REDUCE_MAX", "REDUCE_MIN", "RELU",
    "RELU6", "RELU_N1_TO_1", "RESHAPE", "RESIZE_BILINEAR", "RESIZE_NEAREST_NEIGHBOR", "RSQRT",
    "SLICE", "SOFTMAX", "SPACE_TO_DEPTH", "SPLIT", "SQUARED_DIFFERENCE", "SQUEEZE", "STRIDED_SLICE",
    "SUB", "SUM", "TANH", "TRANSPOSE", "TRANSPOSE_CONV",
}  # fmt: skip
"""https://coral.ai/docs/edgetpu/models-intro/#supported-operations"""


def test_the_shipped_int8_file_has_operations_of_the_edge_tpu_alone():
    from digitrec.compression.formats.flatbuffer import operation_name, slimmed, unpacked
    from digitrec.reading.classifier import shipped_model

    model = unpacked(slimmed(shipped_model().read_bytes(), bare=True))
    (graph,) = model.subgraphs
    names = [operation_name(model, operator) for operator in graph.operators]
    # What comes last turns eight bits into float32, on the processor.
    assert names[-1] == "DEQUANTIZE"
    assert set(names[:-1]) <= EDGE_TPU
    assert all(tensor.shapeSignature is None for tensor in graph.tensors)
