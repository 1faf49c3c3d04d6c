"""digitrec evaluate, on a tiny model and digits whose answers are known."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
import tiny_models

from digitrec import evaluate, files
from digitrec.datasets.corruptions import KINDS
from digitrec.reading.card import Card

COUNT = 20
WRONG = 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A tiny model, and as many digits that it reads rightly, but for WRONG of the test part."""
    folder = tmp_path_factory.mktemp("evaluate")
    tiny_models.write(folder / "tiny.tflite", card=Card("tiny", facts={"parameters": 40}))
    tiny_models.write(folder / "bare.tflite")
    images = np.random.default_rng(0).integers(0, 256, (COUNT, 28, 28), dtype=np.uint8)
    images[:, :14] = images[:, :14] // np.arange(1, COUNT + 1)[:, None, None]
    labels = tiny_models.logits(images).argmax(axis=1)
    wrong = np.where(np.arange(COUNT) < WRONG, (labels + 1) % 10, labels)
    np.savez(folder / "digits.npz", x_train=images, y_train=labels, x_test=images, y_test=wrong)
    return folder


@pytest.fixture
def run(folder, capsys):
    """Run the verb on the digits; give its exit status, output and error output."""

    def run(*words, model="tiny.tflite"):
        arguments = [str(folder / model), "--data", str(folder / "digits.npz"), *map(str, words)]
        return evaluate.main(arguments), *capsys.readouterr()

    return run


def test_report_for_people(run):
    status, output, errors = run()
    assert status == 0
    assert "40 parameters" in output
    assert "85.00 %, 3 misses of 20 (95 % interval 63.96 to 94.76 %)" in output
    assert "read as" in output
    assert "most often confused" in output
    assert "confusable pairs" in output
    assert "unverified" in errors


def test_json_has_the_part_and_what_the_card_knows(run):
    status, output, _ = run("--json")
    answer = json.loads(output)
    assert status == 0
    assert answer["parameters"] == 40
    found = answer["test"]
    assert (found["errors"], found["count"], found["accuracy"]) == (WRONG, COUNT, 0.85)
    assert [mistake["index"] < WRONG for mistake in found["worst"]] == [True] * WRONG
    assert np.sum(found["confusion"]) == COUNT
    assert sum(pair["count"] for pair in found["pairs"]) == WRONG


def test_json_adds_the_part_to_the_runs_metrics(run, folder):
    known = {"validation": {"accuracy": 0.5}, "parameters": 7, "seconds": 1.5, "data": "mnist"}
    files.write_json(folder / "metrics.json", known)
    try:
        _, output, _ = run("--json")
        answer = json.loads(output)
        files.write_json(folder / "metrics.json", [1, 2])
        status, _, errors = run("--json")
    finally:
        (folder / "metrics.json").unlink()
    assert {name: answer[name] for name in known} == known
    assert answer["test"]["errors"] == WRONG
    assert status == 1
    assert "expected a run's figures; received a list" in errors


@pytest.mark.parametrize(
    ("part", "count", "errors"), [("train", 18, 0), ("validation", 2, 0), ("all", 40, WRONG)]
)
def test_other_parts(part, count, errors, run):
    _, output, _ = run("--json", "--part", part)
    found = json.loads(output)[part]
    assert (found["count"], found["errors"]) == (count, errors)


@pytest.mark.parametrize(("least", "status"), [("85", 0), ("85.1", 1), ("0.85", 0), ("0.86", 1)])
def test_min_accuracy(least, status, run):
    got, output, errors = run("--min-accuracy", least)
    assert got == status
    assert "misses of 20" in output
    assert ("expected an accuracy of at least" in errors) == bool(status)


def test_against_another_model(run, folder):
    bare = folder / "bare.tflite"
    status, output, _ = run("--against", bare, "--input-scale", "pixels", "--json")
    answer = json.loads(output)["against"]
    assert status == 0
    assert answer["agreement"]["same"] == COUNT
    assert answer["test"]["errors"] == WRONG
    _, output, _ = run("--against", bare, "--input-scale", "pixels")
    assert "100.00 % of 20 digits read alike" in output


def test_a_scale_that_neither_of_two_models_needs_is_wrong_usage(run, folder):
    words = ("--against", folder / "tiny.tflite", "--input-scale", "unit")
    status, output, errors = run(*words)
    assert (status, output) == (2, "")
    assert "leave out the input scale" in errors


@pytest.mark.parametrize(("part", "errors"), [("validation", 27), ("test", WRONG)])
def test_of_the_cards_test_figures_this_files_are_printed(part, errors, run, folder):
    """As the shipped model's card has them: one set of figures a kind of file."""
    figures = {"keras": {"errors": 26}, "tflite": {"errors": 27}}
    tiny_models.write(folder / "both.tflite", card=Card("both", facts={"test": figures}))
    _, output, _ = run("--json", "--part", part, model="both.tflite")
    assert json.loads(output)["test"]["errors"] == errors


def test_corrupted_digits(run, folder):
    status, output, _ = run("--corruptions", "--against", folder / "tiny.tflite", "--json")
    assert status == 0
    answer = json.loads(output)
    found = answer["corruptions"]
    assert set(found["kinds"]) == set(KINDS)
    assert [len(kind["errors"]) for kind in found["kinds"].values()] == [5] * len(KINDS)
    assert found["kinds"]["shot_noise"]["count"] == COUNT
    assert answer["against"]["corruptions"] == found
    _, output, _ = run("--corruptions")
    assert "of our corruptions, % read rightly" in output
    assert "zigzag" in output


def test_others_corruptions(run, folder):
    with np.load(folder / "digits.npz") as arrays:
        np.savez(folder / "c.npz", same=arrays["x_test"], few=arrays["x_test"][: WRONG + 1])
    status, output, _ = run("--corruptions-from", folder / "c.npz", "--json")
    kinds = json.loads(output)["corruptions_from"]["kinds"]
    assert status == 0
    assert kinds["same"] == {"accuracy": 0.85, "errors": [WRONG], "count": COUNT}
    assert kinds["few"]["errors"] == [WRONG]
    _, output, _ = run("--corruptions-from", folder / "c.npz")
    assert "same       85.00" in output
    status, _, errors = run("--corruptions-from", folder / "missing.npz")
    assert status == 1
    assert "missing.npz: expected an .npz file" in errors


def test_plots(run, tmp_path):
    status, _, errors = run("--plots", tmp_path / "plots")
    assert status == 0
    assert str(tmp_path / "plots") in errors
    names = {path.name for path in (tmp_path / "plots").iterdir()}
    assert names == {"confusion.png", "worst.png", "reliability.png"}


@pytest.mark.parametrize(
    ("words", "model", "status", "complaint"),
    [
        ((), "missing.tflite", 1, "no such model file"),
        ((), "bare.tflite", 1, "give --input-scale"),
        (("--input-scale", "unit"), "tiny.tflite", 2, "leave out the input scale"),
        (("--data", "nowhere/digits.csv"), "tiny.tflite", 1, "expected data"),
        (("--plots", "digits.npz/plots"), "tiny.tflite", 1, "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_one_line(words, model, status, complaint, run, folder, monkeypatch):
    monkeypatch.chdir(folder)
    got, _, errors = run(*words, model=model)
    lines = [line for line in errors.splitlines() if not line.startswith("note: ")]
    assert got == status
    assert len(lines) == 1
    assert complaint in lines[0]


def test_a_model_of_other_classes(run, folder):
    letters = Card("letters", classes=tuple("abcdefghij"))
    tiny_models.write(folder / "letters.tflite", card=letters)
    status, _, errors = run(model="letters.tflite")
    assert status == 1
    assert "letters: expected a model of the data's classes (0 1 2 3 4 5 6 7 8 9)" in errors


@pytest.mark.parametrize(
    ("words", "suggestion"),
    [(["--min-acuracy", "99"], "--min-accuracy"), (["--part", "tst"], "test")],
)
def test_a_typo_is_answered_with_the_nearest_name(words, suggestion, capsys):
    with pytest.raises(SystemExit) as stop:
        evaluate.main(words)
    assert stop.value.code == 2
    assert f"did you mean {suggestion}?" in capsys.readouterr().err


def test_a_tflite_file_is_measured_without_tensorflow(folder):
    program = (
        "import sys; from digitrec import evaluate; "
        "heavy = {'tensorflow', 'keras', 'sklearn', 'scipy', 'matplotlib'}; "
        "assert not heavy & set(sys.modules), 'the import alone is heavy'; "
        "status = evaluate.main(sys.argv[1:]); "
        "assert not {'tensorflow', 'keras', 'matplotlib'} & set(sys.modules); "
        "sys.exit(status)"
    )
    words = [str(folder / "tiny.tflite"), "--data", str(folder / "digits.npz")]
    done = subprocess.run(
        [sys.executable, "-c", program, *words, "--min-accuracy", "90"],
        capture_output=True,
        text=True,
        check=False,
        env={name: value for name, value in os.environ.items() if name != "KERAS_BACKEND"},
    )
    assert done.returncode == 1, done.stderr
    assert done.stderr.endswith("received 85.00 % (3 misses of 20)\n")


def test_a_keras_file_is_measured_alike(run, folder):
    import keras

    network = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.AveragePooling2D(14),
            keras.layers.Flatten(),
            keras.layers.Dense(10, use_bias=False),
        ]
    )
    network.set_weights([tiny_models.weights().T])
    network.save(folder / "own.keras")
    status, output, _ = run("--input-scale", "pixels", "--json", model="own.keras")
    assert status == 0
    assert json.loads(output)["test"]["errors"] == WRONG
