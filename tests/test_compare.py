"""`digitrec compare` as it is typed: what it trains, what it leaves, what it goes on with."""

import json
import subprocess
from types import SimpleNamespace

import pytest

from digitrec import compare
from digitrec.command import EXIT_FAILED, EXIT_OK, EXIT_USAGE
from digitrec.training import run_folder
from digitrec.training.presets import PRESETS
from digitrec.training.recipe import Recipe

QUICK = ["--data", "uci", "--seeds", "2"]


@pytest.fixture
def trainings(monkeypatch):
    """Stands in for the processes: notes what was to be trained, leaves what a run leaves."""
    begun = []

    def run(words, **options):
        begun.append(words[3:])
        if "--resume" in words:
            folder = compare.Path(words[words.index("--resume") + 1])
            run_folder.finish(folder)
        else:
            folder = compare.Path(words[words.index("--output") + 1])
            given = dict(
                word[2:].split("=") for word in words if word.startswith("--") and "=" in word
            )
            recipe = {name: given.get(name.replace("_", "-")) for name in Recipe().as_dict()}
            recipe = compare._recipe("default", {k: v for k, v in recipe.items() if v is not None})
            folder.mkdir(parents=True)
            (folder / "recipe.json").write_text(json.dumps(recipe.as_dict()))
        errors = len(begun)
        validation = {"accuracy": 1 - errors / 200, "errors": errors, "count": 200}
        metrics = {"validation": validation, "seconds": 1.0, "parameters": 7}
        (folder / "metrics.json").write_text(json.dumps(metrics))
        return subprocess.CompletedProcess(words, 0, "trained\n", "")

    # Not subprocess.run itself, by which Matplotlib looks for its fonts.
    monkeypatch.setattr(compare, "subprocess", SimpleNamespace(run=run))
    return begun


def test_each_recipe_is_trained_with_each_seed(trainings, tmp_path, capsys):
    words = ["quick", "quick:dropout=0.4,optimizer=muon", *QUICK, "--output", str(tmp_path)]
    assert compare.main(words) == EXIT_OK
    assert len(trainings) == 4
    assert [words[words.index("--output") + 1] for words in trainings] == [
        str(tmp_path / name)
        for name in (
            "quick-0",
            "quick-1",
            "quick_dropout=0.4_optimizer=muon-0",
            "quick_dropout=0.4_optimizer=muon-1",
        )
    ]
    assert "--optimizer=muon" in trainings[2]
    assert "--dropout=0.4" in trainings[3]
    assert "--seed=1" in trainings[3]
    table = capsys.readouterr().out
    assert table == (tmp_path / "comparison.md").read_text()
    assert table.count("\n| quick") == 2


def test_each_recipe_is_trained_on_each_fold(trainings, tmp_path, capsys):
    words = ["quick", "quick:emphasis=4,9,dropout=0.4", "--folds", "3", "--data", "uci"]
    assert compare.main([*words, "--output", str(tmp_path)]) == EXIT_OK
    given = [{word for word in words if word.startswith("--fold")} for words in trainings]
    assert given == 2 * [{"--folds=3", f"--fold={fold}"} for fold in range(3)]
    assert {"--emphasis=4,9", "--dropout=0.4"} <= set(trainings[3])
    assert (tmp_path / "quick-fold2of3").is_dir()
    assert "training quick, fold 1, in" in capsys.readouterr().err


def test_folds_and_seeds_together_are_refused(trainings, tmp_path, capsys):
    words = ["quick", *QUICK, "--folds", "3", "--output", str(tmp_path)]
    assert compare.main(words) == EXIT_USAGE
    assert "expected no seeds beside them; received --seeds 2" in capsys.readouterr().err
    assert trainings == []


def test_what_is_finished_is_not_repeated(trainings, tmp_path):
    words = ["quick", *QUICK, "--output", str(tmp_path)]
    assert compare.main(words) == EXIT_OK
    assert compare.main(words) == EXIT_OK
    assert len(trainings) == 2


def test_what_was_broken_off_is_resumed(trainings, tmp_path):
    run_folder.start(tmp_path / "quick-0", PRESETS["quick"], run_folder.Started("uci"))
    assert compare.main(["quick", *QUICK, "--output", str(tmp_path)]) == EXIT_OK
    assert trainings[0][1:] == ["--resume", str(tmp_path / "quick-0")]
    assert trainings[1][1] == "--data"


def test_another_recipe_in_the_folder_is_refused(trainings, tmp_path, capsys):
    run_folder.start(tmp_path / "quick-1", PRESETS["best"], run_folder.Started("uci"))
    assert compare.main(["quick", *QUICK, "--output", str(tmp_path)]) == EXIT_USAGE
    assert "expected a new folder or the same recipe" in capsys.readouterr().err
    assert trainings == []


def test_recipes_from_a_file(trainings, tmp_path):
    path = tmp_path / "list.toml"
    path.write_text('[plain]\npreset = "quick"\n[wide]\npreset = "quick"\nwidth = 2\n')
    words = [str(path), "--data", "uci", "--seeds", "1", "--output", str(tmp_path / "runs")]
    assert compare.main(words) == EXIT_OK
    assert "--width=2.0" in trainings[1]
    assert (tmp_path / "runs" / "wide-0").is_dir()


def test_a_training_that_fails_is_told_and_the_others_are_kept(tmp_path, capsys, monkeypatch):
    failed = subprocess.CompletedProcess([], 1, "", "note: this\ndigitrec train: no luck\n")
    monkeypatch.setattr(compare.subprocess, "run", lambda *_, **__: failed)
    assert compare.main(["quick", *QUICK, "--output", str(tmp_path)]) == EXIT_FAILED
    assert "no luck" in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        ("quik", "did you mean quick?"),
        ("quick:mixpu=1", "did you mean mixup?"),
        ("quick:mixup=much", "expected a number"),
        ("quick:rotation=90", "expected 0 to 30"),
        ("nowhere.toml", "expected a TOML file"),
    ],
)
def test_mistakes_end_with_one_line(recipe, message, tmp_path, capsys):
    assert compare.main([recipe, "--output", str(tmp_path)]) in (EXIT_FAILED, EXIT_USAGE)
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert message in told[0]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_two_recipes_really_trained(tmp_path, run_cli):
    words = [
        "compare",
        "quick:network=lenet5,width=1,epochs=1",
        "quick:network=lenet5,width=1,epochs=1,dropout=0.5",
    ]
    done = run_cli(
        *words, "--data", "uci", "--seeds", "2", "--jobs", "2", "--output", str(tmp_path)
    )
    assert done.returncode == EXIT_OK, done.stderr
    assert done.stdout.count("61,706") == 2
    assert {"comparison.md", "comparison.csv", "comparison.json", "comparison.png"} <= {
        path.name for path in tmp_path.iterdir()
    }
