"""`digitrec tune` as it is typed: what it prints and writes, what it refuses."""

import csv
import json
import sys
import tomllib
from pathlib import Path

import pytest

from digitrec import compare, tune
from digitrec.command import EXIT_FAILED, EXIT_OK, EXIT_USAGE
from digitrec.training import search
from digitrec.training.presets import PRESETS

FAST = ("--data", "uci", "--precision", "float32", "--epochs", "1", "--limit", "200")
LINEAR = ("--preset", "default", "--network", "linear", "--augment", "none", *FAST)


@pytest.fixture
def run(tmp_path, capsys):
    """Run the verb; give its exit status, output and error output."""

    def run(*words):
        return tune.main(["--output", str(tmp_path / "found"), *words]), *capsys.readouterr()

    return run


@pytest.fixture
def made_up(monkeypatch):
    """Scores without trainings: more work, fewer misses; one costs more and is no better."""
    figures = iter([(40, 10), (20, 30), (20, 40), (10, 50)])

    def score(self, recipe, watchers):
        misses, cost = next(figures)
        return {
            "misses": misses,
            "count": 500,
            "seconds": 0.1,
            "parameters": cost,
            "multiply_adds": cost,
        }

    monkeypatch.setattr(search._Scorer, "__call__", score)


def test_a_search_for_accuracy(run, tmp_path):
    status, printed, complained = run("--trials", "1", *LINEAR)
    assert status == EXIT_OK, complained
    assert complained.startswith("trial 0: ")
    assert complained.count("\n") == 1
    assert "1 trials: 1 finished" in printed
    folder = tmp_path / "found"
    assert {path.name for path in folder.iterdir()} == {
        *("study.db", "trials.csv", "best.toml", "front.md", "front.png")
    }
    ((name, recipe),) = compare._named([str(folder / "best.toml")])
    assert (name, recipe.network, recipe.limit) == ("trial_0", "linear", 200)
    assert recipe.learning_rate != PRESETS["default"].learning_rate


def test_a_front_is_printed_written_and_gone_on_with(run, tmp_path, made_up):
    words = ("--space", "network", "--objectives", "accuracy,multiply_adds", *FAST)
    run("--trials", "2", *words)
    status, printed, complained = run("--trials", "4", *words)
    assert (status, complained.count("trial ")) == (EXIT_OK, 2)
    rows = [line.split() for line in printed.splitlines() if line.startswith("    ")]
    assert [row[:2] for row in rows] == [["3", "10"], ["1", "20"], ["0", "40"]]
    tables = tomllib.loads((tmp_path / "found/best.toml").read_text())
    assert [*tables] == ["trial_3", "trial_1", "trial_0"]
    assert tables["trial_3"]["network"] == "block_cnn"
    with (tmp_path / "found/trials.csv").open() as file:
        assert len(list(csv.DictReader(file))) == 4


def test_json_has_every_trial_and_the_best_recipes(run, made_up):
    _, printed, _ = run("--trials", "2", "--json", *LINEAR)
    found = json.loads(printed)
    assert [trial["misses"] for trial in found["trials"]] == [40, 20]
    assert found["best"]["trial_1"]["preset"] == "default"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--space", "netwrok"), "did you mean network?"),
        (("--objectives", "accuracy,speed"), "objectives: expected one of accuracy"),
        (("--objectives", "parameters"), "objectives: expected accuracy, alone or with others"),
        (("--trials", "0"), "expected a whole number from 1"),
        (("--timeout", "-1"), "expected a number of at least 0"),
        (("--preset", "qick"), "did you mean quick?"),
        (("--learning-rate", "11"), "expected a number from 0 to 10"),
        (("--folds", "5"), "folds: expected 0"),
    ],
)
def test_bad_values_are_refused_in_one_line(run, capsys, words, complaint):
    try:
        status, _, complained = run(*words, *FAST)
    except SystemExit as ended:
        status, complained = ended.code, capsys.readouterr().err
    assert (status, complained.count("\n")) == (EXIT_USAGE, 1)
    assert complaint in complained


def test_another_search_in_the_same_folder_is_refused(run, made_up):
    run("--trials", "1", *LINEAR)
    status, _, complained = run("--objectives", "accuracy,parameters", *LINEAR)
    assert (status, complained.count("\n")) == (EXIT_USAGE, 1)
    assert "with which the study was begun" in complained


def test_nothing_that_ends_is_said(run, tmp_path):
    status, _, complained = run("--timeout", "0", *LINEAR)
    assert (status, complained.count("\n")) == (EXIT_FAILED, 1)
    assert "there was no time" in complained


def test_a_file_where_the_folder_should_be_is_refused(tmp_path, capsys):
    (tmp_path / "file").touch()
    assert tune.main(["--output", str(tmp_path / "file"), *LINEAR]) == EXIT_FAILED
    assert "cannot be written" in capsys.readouterr().err


def test_without_optuna_it_says_what_to_install(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    status, _, complained = run(*LINEAR)
    assert status == EXIT_FAILED
    assert complained == (
        "digitrec tune: this needs optuna, which is not installed: pip install 'digitrec[tune]'\n"
    )


@pytest.mark.slow
def test_a_search_of_networks_finds_a_front(run, tmp_path):
    status, printed, _ = run(
        *("--space", "network", "--objectives", "accuracy,parameters,multiply_adds"),
        *("--data", "uci", "--trials", "4", "--epochs", "1", "--limit", "300", "--width", "0.25"),
    )
    assert status == EXIT_OK
    assert "misses" in printed
    assert Path(tmp_path / "found/front.png").stat().st_size > 10_000
