"""digitrec explain: the sheet, what a network has learnt, mistakes."""

import json

import drawn_digits
import numpy as np
import pytest
import small_networks
import tiny_models
from PIL import Image

from digitrec import explain
from digitrec.insight.maps import maximise
from digitrec.insight.maps.methods import METHODS
from digitrec.reading.card import Card


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Pictures, a tiny .tflite model, small .keras models, and a few digits."""
    folder = tmp_path_factory.mktemp("explain")
    drawn_digits.draw(7, size=120).save(folder / "seven.png")
    Image.new("L", (80, 80), 255).save(folder / "empty.png")
    numbers = np.hstack([np.asarray(drawn_digits.draw(one, size=120)) for one in (3, 0, 8)])
    Image.fromarray(numbers).save(folder / "numbers.png")
    tiny_models.write(folder / "tiny.tflite", card=Card("tiny"))
    small_networks.save(small_networks.sighted(), folder / "sighted.keras", Card("sighted"))
    small_networks.save(small_networks.gated(), folder / "gated.keras", Card("gated"))
    validation = small_networks.uci().validation
    part = {"x_train": validation.images, "y_train": validation.labels}
    np.savez(folder / "digits.npz", **part, x_test=validation.images, y_test=validation.labels)
    return folder


@pytest.fixture
def run(folder, capfd, monkeypatch):
    """Run the verb in a folder of its own; give its exit status, output and error output."""

    def run(*words):
        monkeypatch.chdir(folder)
        try:
            status = explain.main([str(word) for word in words])
        except SystemExit as end:
            status = end.code
        return status, *capfd.readouterr()

    return run


def size(path):
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        return picture.size


def test_a_picture_is_explained_in_words_and_on_a_sheet(run, folder):
    status, output, errors = run("seven.png")
    assert status == 0
    lines = output.splitlines()
    assert lines[0].startswith("seven.png: 7 (")
    assert lines[1].startswith("  Looked ")
    assert lines[2].startswith(("  Would be ", "  Stays a 7 "))
    assert lines[3].startswith("  By its strokes a 7 as well: ")
    assert "drew seven-sheet.png" in errors
    assert min(size(folder / "seven-sheet.png")) > 500


def test_a_tflite_file_is_explained_by_occlusion(run, folder):
    status, output, errors = run("seven.png", "--model", "tiny.tflite", "--output", "tiny.png")
    assert status == 0
    assert output.startswith("seven.png: ")
    assert "note: left out: integrated-gradients, smoothgrad, saliency, guided" in errors
    assert "which need the gradients of a .keras model" in errors
    assert size(folder / "tiny.png")[0] > 1000


def test_without_keras_the_shipped_tflite_file_is_explained(run, monkeypatch):
    monkeypatch.setattr(explain, "find_spec", lambda _: None)
    status, output, errors = run("seven.png")
    assert status == 0
    assert output.startswith("seven.png: 7 (")
    assert "left out: integrated-gradients" in errors


def test_json_has_what_the_words_have(run):
    status, output, _ = run("numbers.png", "--model", "sighted.keras", "--json")
    found = json.loads(output)
    assert status == 0
    assert len(found["explained"]) == len(found["digits"]) == 3
    for one, digit in zip(found["explained"], found["digits"], strict=True):
        assert one["box"] == digit["box"]
        assert one["by_strokes"]["rule"]
        assert one["words"]


def test_one_digit_and_chosen_maps(run, folder):
    run("numbers.png", "--model", "sighted.keras", "--output", "all.png")
    words = ("--digit", "3", "--method", "occlusion,guided", "--output", "third.png")
    status, output, errors = run("numbers.png", "--model", "sighted.keras", *words)
    assert status == 0
    assert output.count("numbers.png: ") == 1
    assert "left out" not in errors
    assert size(folder / "third.png")[1] < size(folder / "all.png")[1]


def test_the_maps_speak_of_another_class(run):
    status, output, _ = run("seven.png", "--model", "sighted.keras", "--target", "1")
    assert status == 0
    read = output.partition(": ")[2][0]
    assert ("The maps show what speaks for a 1." in output) == (read != "1")


def test_an_empty_picture_has_a_sheet_without_digits(run, folder):
    status, output, _ = run("empty.png", "--model", "tiny.tflite")
    assert (status, output) == (0, "empty.png: empty\n")
    assert size(folder / "empty-sheet.png")[0] > 1000


@pytest.mark.parametrize(
    ("words", "drawn"),
    [
        (("seven.png", "--show", "features", "--layer", "edges"), "seven-features.png"),
        (("--show", "filters"), "filters.png"),
        (("--show", "liked"), "liked.png"),
        (("--show", "liked", "--layer", "strokes", "--output", "like.png"), "like.png"),
    ],
)
def test_what_a_network_has_learnt_is_drawn(run, folder, monkeypatch, words, drawn):
    monkeypatch.setattr(maximise, "STEPS", 2)
    status, output, errors = run(*words, "--model", "sighted.keras")
    assert (status, output) == (0, "")
    assert errors.endswith(f"drew {drawn}\n")
    assert min(size(folder / drawn)) > 150


def test_attention_is_drawn(run, folder):
    status, _, errors = run("seven.png", "--show", "attention", "--model", "gated.keras")
    assert (status, errors) == (0, "drew seven-attention.png\n")
    assert min(size(folder / "seven-attention.png")) > 200


@pytest.mark.parametrize("model", ["sighted.keras", "tiny.tflite"])
def test_digits_are_drawn_as_points(run, folder, model):
    words = ("--show", "embedding", "--model", model, "--limit", "60")
    status, _, errors = run(*words, "--data", "digits.npz")
    assert status == 0
    assert "drew embedding.png" in errors
    assert size(folder / "embedding.png")[0] > 1000


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ((), 2, "--show sheet: expected a picture, FILE"),
        (("--show", "features"), 2, "--show features: expected a picture, FILE"),
        (("seven.png", "--show", "features"), 2, "--show features: expected --layer with it"),
        (("seven.png", "--show", "liked"), 2, "--show liked: expected no picture; received seven"),
        (("seven.png", "--show", "shet"), 2, "received shet (did you mean sheet?)"),
        (("seven.png", "--method", "guidd"), 2, "received guidd (did you mean guided?)"),
        (("seven.png", "--output", "sheet.jpg"), 2, "expected a name that ends in .png"),
        (("seven.png", "--output", "seven.png"), 2, "expected another file than the picture"),
        (("none.png", "--model", "tiny.tflite"), 1, "none.png: no such file"),
        (("digits.npz", "--model", "tiny.tflite"), 1, "digits.npz: expected a picture (PNG"),
        (("seven.png", "--model", "none.keras"), 1, "none.keras: no such model file"),
        (
            ("seven.png", "--model", "tiny.tflite", "--digit", "2"),
            2,
            "picture's one digit; received 2",
        ),
        (
            ("seven.png", "--model", "tiny.tflite", "--target", "x"),
            2,
            "--target: expected one of 0,",
        ),
        (
            ("seven.png", "--model", "tiny.tflite", "--method", "guided"),
            2,
            "expected a .keras or .h5 model; received tiny.tflite",
        ),
        (("--show", "filters", "--model", "tiny.tflite"), 2, "expected a .keras or .h5 model"),
        (
            ("seven.png", "--model", "sighted.keras", "--show", "features", "--layer", "edge"),
            2,
            "received edge (did you mean edges?)",
        ),
        (
            ("seven.png", "--model", "sighted.keras", "--layer", "logits"),
            2,
            "layer: expected one with maps; logits answers",
        ),
        (
            ("seven.png", "--model", "sighted.keras", "--show", "attention"),
            2,
            "expected a network with attention; it has none",
        ),
        (
            ("empty.png", "--model", "sighted.keras", "--show", "features", "--layer", "edges"),
            1,
            "empty.png: expected a digit; found none",
        ),
    ],
)
def test_a_mistake_is_one_line(run, words, status, said):
    found, output, errors = run(*words)
    assert (found, output) == (status, "")
    assert said in errors
    assert errors.count("\n") == 1


def test_a_sheet_that_cannot_be_written_is_one_line(run, folder):
    (folder / "file").write_text("")
    status, _, errors = run("seven.png", "--model", "tiny.tflite", "--output", "file/a.png")
    assert status == 1
    assert "cannot be written" in errors


def test_the_help_names_every_method():
    text = " ".join(explain.parser().format_help().split())
    assert ", ".join(METHODS) in text
