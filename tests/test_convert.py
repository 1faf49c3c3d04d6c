import json
import subprocess
import sys

import pytest
import small_networks

from digitrec import convert
from digitrec.reading import card as cards
from digitrec.reading.card import Card
from digitrec.reading.classifier import Classifier, shipped_model


@pytest.fixture
def model(tmp_path):
    return small_networks.save(small_networks.reader(), tmp_path / "model.keras", Card("reader"))


def test_it_writes_beside_the_model_and_says_what_it_wrote(model, capfd):
    assert convert.main([str(model), "--data", "uci", "--samples", "50"]) == 0
    printed, complained = capfd.readouterr()
    assert complained == ""
    converted = model.with_suffix(".tflite")
    lines = dict(line.split(":", 1) for line in printed.splitlines() if ":" in line)
    assert lines[str(converted)] == f" int8, {converted.stat().st_size:,} bytes"
    assert lines["input"].strip() == "uint8, scale 1, zero point 0"
    assert lines["output"].strip() == "float32"
    assert "200 validation digits of uci" in printed
    assert " us at batch 1, " in lines["an image"]
    assert Classifier(converted).card == cards.read(model)


def test_a_tflite_file_in_whole_numbers_becomes_c_as_it_is(model, tmp_path, capfd):
    phone = tmp_path / "phone.tflite"
    made = [str(model), "--to", "int4", "--per-tensor", "--bare", "--max-drop", "100"]
    assert convert.main([*made, "--output", str(phone), "--data", "uci"]) == 0
    output = str(tmp_path / "firmware")
    assert convert.main([str(phone), "--to", "c", "--output", output, "--data", "uci"]) == 0
    lines = dict(line.split(":", 1) for line in capfd.readouterr().out.splitlines() if ":" in line)
    assert lines["agreement"].strip() == "100.00%"
    assert lines["tflite"].strip() == lines["c"].strip()
    assert (tmp_path / "firmware" / "digits.c").is_file()
    assert set(cards.read(tmp_path / "firmware").sha256) == {"firmware"}


@pytest.mark.parametrize(
    ("options", "received"), [(["--to", "onnx"], "--to onnx"), (["--all"], "--all"), ([], "int8")]
)
def test_a_tflite_file_becomes_nothing_else(options, received, capsys):
    assert convert.main([str(shipped_model()), *options]) == 2
    (told,) = capsys.readouterr().err.splitlines()
    assert "expected --to c or js with a .tflite file; received" in told
    assert told.endswith(received)


def test_json_goes_to_stdout_alone(model, tmp_path, capfd):
    output = tmp_path / "phone.tflite"
    arguments = [str(model), "--to", "float32", "--output", str(output), "--data", "uci", "--json"]
    assert convert.main(arguments) == 0
    found = json.loads(capfd.readouterr().out)
    assert found["path"] == str(output)
    assert found["kind"] == "float32"
    assert found["bytes"] == output.stat().st_size
    assert found["input"] == {"dtype": "float32", "scale": 0.0, "zero_point": 0}
    assert found["validation"]["errors"] == found["keras"]["errors"]
    assert found["validation"]["count"] == 200
    assert found["agreement"] == 1
    assert set(found["microseconds"]) == {"1", "256"}
    assert set(cards.read(output).sha256) == {"phone.tflite"}


def test_a_card_does_not_speak_for_another_model_at_the_outputs_place(model, tmp_path):
    other = small_networks.save(small_networks.linear(), tmp_path / "phone.keras")
    output = str(tmp_path / "phone.tflite")
    assert convert.main([str(model), "--to", "float32", "--output", output, "--data", "uci"]) == 0
    assert cards.read(other) is None
    assert cards.read(output).name == "reader"


def test_a_foreign_model_needs_to_have_its_scale_named_each_time(tmp_path, capfd):
    path = small_networks.save(small_networks.linear(activation="softmax"), tmp_path / "f.keras")
    scale = ["--input-scale", "unit"]
    for _ in range(2):
        assert convert.main([str(path), "--data", "uci"]) == 1
        assert "give --input-scale" in capfd.readouterr().err
        assert convert.main([str(path), "--data", "uci", "--max-drop", "50", *scale]) == 0
    assert cards.read(path.with_suffix(".tflite")).output == "logits"


def test_a_model_of_other_classes_than_the_datas_is_refused(tmp_path, capfd):
    path = tmp_path / "m.keras"
    small_networks.save(small_networks.linear(), path, Card("m", tuple("abcdefghij")))
    assert convert.main([str(path), "--data", "uci"]) == 1
    printed = capfd.readouterr().err
    assert "expected a model of the classes of uci" in printed
    assert len(printed.splitlines()) == 1
    assert not path.with_suffix(".tflite").exists()


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["none.keras"], 1, "no such model file"),
        (["m.keras", "--to", "int9"], 2, "did you mean int8?"),
        (["m.keras", "--max-dorp", "1"], 2, "did you mean --max-drop?"),
        (["m.keras", "--max-drop", "-1"], 2, "from 0 to 100"),
        (["m.keras", "--samples", "0"], 2, "at least 1"),
        (["m.keras", "--input-scale", "units"], 2, "did you mean unit?"),
        ([], 2, "MODEL"),
    ],
)
def test_wrong_usage_is_one_line(arguments, status, message, capfd):
    try:
        found = convert.main(arguments)
    except SystemExit as ended:
        found = ended.code
    printed, complained = capfd.readouterr()
    assert (found, printed) == (status, "")
    assert message in complained
    assert len(complained.splitlines()) == 1


def test_help_answers_without_tensorflow():
    program = (
        "import sys\n"
        "from digitrec import convert\n"
        "try:\n"
        "    convert.main(['--help'])\n"
        "except SystemExit:\n"
        "    print(sorted({'keras', 'tensorflow', 'scipy', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith("[]\n")
    assert "example: digitrec convert" in done.stdout


def test_a_new_process_says_nothing_but_the_result(model, run_cli):
    done = run_cli("convert", model, "--to", "dynamic", "--data", "uci")
    assert (done.returncode, done.stderr) == (0, "")
    assert "dynamic" in done.stdout.splitlines()[0]
