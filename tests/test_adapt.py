"""`digitrec adapt` as it is typed."""

import json
import shutil

import numpy as np
import pytest
import small_networks
from PIL import Image

from digitrec import files
from digitrec.adapt import main
from digitrec.command import EXIT_FAILED, EXIT_OK, EXIT_USAGE
from digitrec.reading.card import Card
from digitrec.training.adaptation import Adapted
from digitrec.training.heads import Head


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "reader.keras"
    return small_networks.save(small_networks.with_features(), path, Card("reader"))


@pytest.fixture(scope="module")
def hand(tmp_path_factory):
    """Four pictures each of the digits 0 to 3, of UCI's test part."""
    folder = tmp_path_factory.mktemp("hand")
    test = small_networks.uci().test
    for digit in range(4):
        (folder / str(digit)).mkdir()
        for number in np.flatnonzero(test.labels == digit)[:4]:
            picture = Image.fromarray(255 - test.images[number]).resize((112, 112))
            picture.save(folder / str(digit) / f"{number}.png")
    return folder


def adapt(*words):
    return main([*map(str, words), "--data", "uci"])


def test_leaves_a_model_that_predict_reads(model, hand, tmp_path, capsys, run_cli):
    output = tmp_path / "mine.keras"
    assert adapt(model, hand, "--output", output, "--most-lost", 5) == EXIT_OK
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("own digits: ")
    assert "of 16 wrong before, " in told[0]
    assert told[0].endswith("after (cross-validated)")
    assert "of 200 wrong before, " in told[1]
    assert told[-2] == f"kept in {output} and {output.with_suffix('.tflite')}"
    card = json.loads((tmp_path / "mine.json").read_text())
    assert card["sha256"] == {
        name: files.sha256(tmp_path / name) for name in ("mine.keras", "mine.tflite")
    }
    assert card["facts"]["adapted"]["own"] == 16
    picture = next((hand / "0").iterdir())
    read = run_cli("predict", picture, "--model", tmp_path / "mine.tflite")
    assert read.returncode == EXIT_OK
    assert f"{picture}: 0" in read.stdout


def test_nothing_is_written_when_validation_suffers(model, hand, tmp_path, capsys, monkeypatch):
    lost = Adapted(Head(np.zeros((8, 10)), np.zeros(10)), 1.0, 16, (5, 2), 200, (3, 9))
    monkeypatch.setattr("digitrec.training.adaptation.adapt", lambda *_: lost)
    output = tmp_path / "mine.keras"
    status = adapt(model, hand, "--output", output, "--most-lost", 5)
    told = capsys.readouterr().err.splitlines()
    assert status == EXIT_FAILED
    assert told[-1].endswith("so nothing is written")
    assert not output.exists()


@pytest.mark.parametrize(
    ("made", "message"),
    [
        ({}, "expected a folder with a folder of pictures for each class"),
        ({"0": 0}, "expected pictures; there is none"),
        ({"seven": 2}, "expected a folder of one of the classes, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9; "),
        ({"0": 2, "1": 1}, "expected two or more own digits of a class"),
    ],
    ids=["empty", "empty class", "unknown class", "one"],
)
def test_folders_that_do_not_do_are_told(model, hand, tmp_path, capsys, made, message):
    folder = tmp_path / "own"
    folder.mkdir()
    for name, count in made.items():
        (folder / name).mkdir()
        for picture in sorted((hand / "0").iterdir())[:count]:
            shutil.copy(picture, folder / name)
    assert adapt(model, folder, "--output", tmp_path / "mine.keras") == EXIT_FAILED
    told = capsys.readouterr().err.splitlines()
    assert message in told[-1]
    assert not (tmp_path / "mine.keras").exists()


def test_a_model_of_other_classes_is_refused(hand, tmp_path, capsys):
    card = Card("letters", tuple("ABCDEFGHIJ"))
    model = small_networks.save(small_networks.linear(), tmp_path / "letters.keras", card)
    assert adapt(model, hand) == EXIT_FAILED
    assert "expected a model of the classes 0 1 2" in capsys.readouterr().err
    assert not list(tmp_path.glob("*-adapted*"))


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["nowhere.keras", "own"], EXIT_FAILED, "nowhere.keras: no such model file"),
        (["MODEL", "own", "--output", "mine.tflite"], EXIT_USAGE, "that ends in .keras"),
        (["MODEL", "nowhere"], EXIT_FAILED, "nowhere: expected a folder with a folder"),
        (["MODEL", "own", "--head", "logit"], EXIT_USAGE, "did you mean logits?"),
        (["MODEL", "own", "--most-lost", "-1"], EXIT_USAGE, "a whole number of at least 0"),
    ],
)
def test_mistakes_end_with_one_line(model, capsys, words, status, message):
    try:
        found = adapt(*(str(model) if word == "MODEL" else word for word in words))
    except SystemExit as stop:
        found = stop.code
    told = capsys.readouterr().err.splitlines()
    assert found == status
    assert message in told[-1]
