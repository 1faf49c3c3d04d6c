"""digitrec doctor: its two forms and its exit status."""

import json
import os
import subprocess
import sys

import pytest
import tiny_models

from digitrec import doctor
from digitrec.errors import ModelError
from digitrec.insight.health import accelerator
from digitrec.reading import classifier
from digitrec.reading.card import Card


@pytest.fixture
def healthy(tmp_path, monkeypatch):
    """A machine with a model, and without a GPU to ask."""
    model = tiny_models.write(tmp_path / "digitrec.tflite", card=Card("tiny"))
    monkeypatch.setattr(classifier, "shipped_model", lambda: model)
    monkeypatch.setattr(accelerator.shutil, "which", lambda *_: None)


def findings(capsys):
    return {row["name"]: row for row in json.loads(capsys.readouterr().out)["findings"]}


def test_exits_with_0_when_pictures_can_be_read(healthy, capsys):
    assert doctor.main(["--json"]) == 0
    found = findings(capsys)
    assert found["prediction"]["status"] == "ok"
    assert "verified by its card" in found["model"]["found"]
    assert found["numpy"]["found"][0].isdigit()
    assert "no NVIDIA driver" in found["GPU"]["found"]


def test_exits_with_1_when_there_is_no_model(healthy, monkeypatch, capsys):
    def missing():
        raise ModelError("the shipped model is missing")

    monkeypatch.setattr(classifier, "shipped_model", missing)
    assert doctor.main(["--json"]) == 1
    found = findings(capsys)
    assert found["model"]["found"] == "the shipped model is missing"
    assert found["prediction"]["status"] == "broken"


def test_a_model_of_another_hash_is_found_out(healthy, capsys):
    path = classifier.shipped_model()
    path.write_bytes(path.read_bytes() + b"\0")
    assert doctor.main(["--json"]) == 1
    assert "SHA-256" in findings(capsys)["model"]["found"]


def test_text_has_a_line_of_advice_under_what_is_missing(healthy, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("DIGITREC_DATA", str(tmp_path / "empty"))
    assert doctor.main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    at = next(number for number, line in enumerate(lines) if "MNIST  " in line)
    assert lines[at].startswith("missing")
    assert "$DIGITREC_DATA" in lines[at]
    assert "-> digitrec data fetch" in lines[at + 1]


@pytest.mark.mnist
def test_mnist_is_found_where_it_is(healthy, capsys):
    assert doctor.main(["--json"]) == 0
    found = findings(capsys)["MNIST"]
    assert found["status"] == "ok"
    assert os.environ["DIGITREC_DATA"] in found["found"]


def test_runs_as_a_module_without_loading_anything_heavy():
    program = (
        "import sys; from digitrec import doctor; "
        "assert not {'numpy', 'cv2', 'keras'} & set(sys.modules), 'the import alone is heavy'; "
        "doctor.check(); "
        "assert not {'tensorflow', 'keras', 'scipy', 'matplotlib'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    done = subprocess.run(
        [sys.executable, "-m", "digitrec.doctor", "--help"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert "example: digitrec doctor" in done.stdout
