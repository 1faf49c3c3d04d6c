"""digitrec monitor, on logs that a program has made up and on a card's reference."""

import json

import numpy as np
import pytest
import tiny_models

from digitrec import monitor
from digitrec.reading.card import Card
from digitrec.reading.readings import Readings

NAMES = tuple("0123456789")


def drawn(seed, count, odds=(30, 0.5), mix=None):
    random = np.random.default_rng(seed)
    digits = random.choice(NAMES, count, p=mix).tolist()
    statuses = random.choice(["ok", "uncertain"], count, p=[0.99, 0.01]).tolist()
    return Readings(digits, statuses, random.beta(*odds, count).round(6))


def write(path, readings):
    rows = zip(readings.digits, readings.statuses, readings.confidences, strict=True)
    lines = [
        json.dumps(
            {
                "file": "a.png",
                "status": status,
                "digits": [{"digit": int(digit), "confidence": confidence, "status": status}],
            }
        )
        for digit, status, confidence in rows
    ]
    path.write_text("\n".join([*lines, ""]))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Logs, and a model with a reference in its card."""
    folder = tmp_path_factory.mktemp("monitor")
    reference = drawn(0, 3000).reference(NAMES)
    tiny_models.write(folder / "tiny.tflite", card=Card("tiny", reference=reference))
    tiny_models.write(folder / "old.tflite", card=Card("old"))
    tiny_models.write(folder / "bare.tflite")
    write(folder / "same.jsonl", drawn(1, 500))
    write(folder / "unsure.jsonl", drawn(2, 500, odds=(5, 1)))
    write(folder / "ones.jsonl", drawn(3, 500, mix=[0.1, 0.5, *[0.05] * 8]))
    write(folder / "few.jsonl", drawn(4, 20, odds=(5, 1)))
    (folder / "empty.jsonl").write_text("")
    return folder


@pytest.fixture
def run(folder, capsys, monkeypatch):
    """Run the verb in the folder; give its exit status, output and error output."""
    monkeypatch.chdir(folder)

    def run(*words, model="tiny.tflite"):
        status = monitor.main([*map(str, words), *(["--model", model] if model else [])])
        return status, *capsys.readouterr()

    return run


def test_no_drift(run):
    status, output, errors = run("same.jsonl")
    assert (status, errors) == (0, "")
    assert "500 digits beside 3,000 of tiny's validation" in output
    assert output.count("stable") == 3
    assert "Retrain" not in output


def test_drift(run):
    status, output, _ = run("unsure.jsonl")
    assert status == 1
    assert "less sure than it was" in output
    assert "digitrec report OLD NEW has to pass" in output


def test_another_mix_is_told_apart(run):
    status, output, _ = run("ones.jsonl")
    assert status == 1
    assert "The mix alone has drifted" in output
    assert "Retrain" not in output
    status, *_ = run("ones.jsonl", "--reference", "ones.jsonl", model=None)
    assert status == 0


def test_an_earlier_log_as_reference(run):
    assert run("unsure.jsonl", "--reference", "unsure.jsonl", model=None)[0] == 0
    status, output, _ = run("same.jsonl", "--reference", "unsure.jsonl", model=None)
    assert status == 1
    assert "surer than it was" in output


def test_few_readings_are_no_alarm(run):
    status, output, _ = run("few.jsonl")
    assert status == 0
    assert "too few readings" in output
    assert run("few.jsonl", "--least", "10")[0] == 1


def test_limits(run):
    assert run("unsure.jsonl", "ones.jsonl", "--watch", "50", "--drift", "50")[0] == 1  # by KS
    assert run("ones.jsonl", "--watch", "50", "--drift", "50")[0] == 0


def test_json(run):
    status, output, _ = run("ones.jsonl", "--json")
    answer = json.loads(output)
    assert status == 1
    assert (answer["verdict"], answer["digits"], answer["pictures"]) == ("drift", 500, 500)
    assert answer["reference"] == {"name": "tiny's validation", "digits": 3000}
    digits = answer["compared"]["digits"]
    assert digits["verdict"] == "drift"
    assert digits["now"]["1"] == pytest.approx(0.5, abs=0.07)
    assert sum(digits["then"].values()) == pytest.approx(1)
    assert answer["compared"]["confidence"]["distance"]["p_value"] > 0.001


def test_plot(run, tmp_path):
    status, *_ = run("same.jsonl", "--plot", tmp_path / "drift.png")
    assert status == 0
    assert (tmp_path / "drift.png").stat().st_size > 10_000


def test_what_is_left_out_is_told_in_a_line_each(run, folder):
    text = (folder / "same.jsonl").read_text()
    (folder / "odd.jsonl").write_text('{"message": "started"}\n' + text + "{half\n{half\n")
    status, _, errors = run("odd.jsonl")
    assert status == 0
    assert errors.splitlines() == [
        "note: left out 1 lines of other records",
        "note: left out 2 lines that are no readings: odd.jsonl:502 and others",
    ]


@pytest.mark.parametrize(
    ("words", "model", "status", "complaint"),
    [
        (("missing.jsonl",), "tiny.tflite", 1, "missing.jsonl: cannot be read (No such file"),
        (("empty.jsonl",), "tiny.tflite", 1, "empty.jsonl: expected readings"),
        (("same.jsonl",), "old.tflite", 1, "received one without: convert it anew, or give --ref"),
        (("same.jsonl",), "bare.tflite", 1, "received none: convert it anew"),
        (("same.jsonl", "--reference", "empty.jsonl"), None, 1, "empty.jsonl: expected readings"),
        (("same.jsonl", "--reference", "same.jsonl"), "tiny.tflite", 2, "received both"),
        (("same.jsonl", "--watch", "0.5"), "tiny.tflite", 2, "watch: expected at most --drift"),
        (("same.jsonl", "--plot", "drift.jpg"), "tiny.tflite", 2, "ends in .png"),
    ],
)
def test_what_cannot_be_done_is_one_line(words, model, status, complaint, run):
    got, output, errors = run(*words, model=model)
    assert (got, output) == (status, "")
    assert errors.count("\n") == 1
    assert complaint in errors


def test_it_needs_no_training_libraries(run_cli, folder):
    """So it runs where the service runs."""
    done = run_cli(
        *("monitor", "-", "--model", "tiny.tflite"),
        cwd=folder,
        stdin=(folder / "same.jsonl").read_bytes(),
        env={"PYTHONPROFILEIMPORTTIME": "1"},
    )
    assert done.returncode == 0
    assert "500 digits" in done.stdout
    for name in ("tensorflow", "keras", "scipy", "sklearn", "matplotlib"):
        assert f" {name}\n" not in done.stderr
