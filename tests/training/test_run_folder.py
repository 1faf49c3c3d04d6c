"""The folder of a run: made, gone on with, kept from others, and what is left when it failed."""

import json

import pytest

from digitrec.errors import DataError, OptionError, OutputError, TrainingError
from digitrec.training import run_folder
from digitrec.training.recipe import Recipe
from digitrec.training.run_folder import CHECKPOINT, RECIPE, STARTED, Started

RECIPE_GIVEN = Recipe(network="lenet5", epochs=3)
STARTED_WITH = Started("uci", deterministic=True, teachers=("/t.keras",))


@pytest.fixture
def folder(tmp_path):
    return run_folder.start(tmp_path / "a" / "run", RECIPE_GIVEN, STARTED_WITH)


def test_a_run_is_known_from_its_start(folder):
    assert {path.name for path in folder.iterdir()} == {RECIPE, STARTED}
    assert run_folder.unfinished(folder)
    assert run_folder.reopen(folder) == (RECIPE_GIVEN, STARTED_WITH)


def test_a_folder_takes_one_run(folder):
    with pytest.raises(OptionError, match=f"--resume {folder} goes on with it"):
        run_folder.start(folder, RECIPE_GIVEN, STARTED_WITH)
    run_folder.finish(folder)
    assert not run_folder.unfinished(folder)
    with pytest.raises(OptionError, match="holds a run already"):
        run_folder.start(folder, RECIPE_GIVEN, STARTED_WITH)


def test_only_an_unfinished_run_is_gone_on_with(folder, tmp_path):
    run_folder.finish(folder)
    for place in (folder, tmp_path, tmp_path / "nowhere"):
        with pytest.raises(OptionError, match="expected the folder of an unfinished run"):
            run_folder.reopen(place)


@pytest.mark.parametrize("content", ["{", '{"widht": 2}'])
def test_a_damaged_recipe_is_told(folder, content):
    (folder / RECIPE).write_text(content)
    with pytest.raises(DataError):
        run_folder.reopen(folder)


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match="a file is where a folder should be"):
        run_folder.start(tmp_path / "file", RECIPE_GIVEN, STARTED_WITH)
    assert (tmp_path / "file").read_text() == "mine"


def test_a_run_is_kept_from_others(folder):
    refused = pytest.raises(TrainingError, match="no other process works on")
    with run_folder.locked(folder), refused, run_folder.locked(folder):
        pytest.fail("entered twice")
    with run_folder.locked(folder):
        pass
    assert {path.name for path in folder.iterdir()} == {RECIPE, STARTED}


def test_a_training_that_failed_leaves_its_checkpoint_or_nothing(folder, tmp_path, capsys):
    begun = run_folder.start(tmp_path / "begun", RECIPE_GIVEN, STARTED_WITH)
    (begun / CHECKPOINT).write_bytes(b"weights")
    for place in (folder, begun):
        with (
            pytest.raises(KeyboardInterrupt),
            run_folder.locked(place),
            run_folder.said_what_is_left(place),
        ):
            raise KeyboardInterrupt
    assert not folder.exists()
    assert {path.name for path in begun.iterdir()} == {CHECKPOINT, RECIPE, STARTED}
    assert capsys.readouterr().err == f"note: digitrec train --resume {begun} goes on from here\n"


def test_the_history_has_a_row_an_epoch(tmp_path):
    path = tmp_path / "history.csv"
    run_folder.write_history(path, {"loss": [0.5, 0.25], "val_loss": [0.6, 0.3]})
    assert path.read_text() == "epoch,loss,val_loss\n1,0.5,0.6\n2,0.25,0.3\n"


def test_the_default_folder_has_network_and_time(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = run_folder.start(None, RECIPE_GIVEN, STARTED_WITH)
    assert made.parent.name == "runs"
    assert made.name.startswith("lenet5-2")
    told = json.loads((made / STARTED).read_text())
    assert told == {"data": "uci", "deterministic": True, "teachers": ["/t.keras"], "start": None}
