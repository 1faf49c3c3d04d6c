"""`digitrec train` as it is typed."""

import json

import pytest

from digitrec.command import EXIT_OK
from digitrec.train import main

PARTS_OF_A_RUN = {
    "history.csv",
    "history.png",
    "metrics.json",
    "model.json",
    "model.keras",
    "model.tflite",
    "recipe.json",
}
ACCURACY_FLOOR = 0.985


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("train") / "run"
    options = ["--data", "uci", "--network", "lenet5", "--epochs", "3", "--warmup", "0"]
    options += ["--learning-rate", "0.003", "--augment", "none", "--output", str(folder)]
    assert main(options) == EXIT_OK
    return folder


def test_leaves_a_whole_run(run):
    assert {path.name for path in run.iterdir()} == PARTS_OF_A_RUN


def test_records_the_recipe_and_the_figures(run):
    recipe = json.loads((run / "recipe.json").read_text())
    metrics = json.loads((run / "metrics.json").read_text())
    assert recipe["network"] == "lenet5"
    assert recipe["learning_rate"] == 0.003
    assert metrics["parameters"] == 61_706
    assert metrics["data"] == "uci"
    assert metrics["validation"]["count"] == 200
    assert metrics["validation"]["accuracy"] == 1 - metrics["validation"]["errors"] / 200
    assert "test" not in metrics
    assert len((run / "history.csv").read_text().splitlines()) == 1 + metrics["epochs"]


def test_the_card_speaks_for_both_models(run):
    card = json.loads((run / "model.json").read_text())
    assert set(card["sha256"]) == {"model.keras", "model.tflite"}
    assert card["classes"] == list("0123456789")
    assert card["facts"]["recipe"]["network"] == "lenet5"


def test_a_run_is_not_overwritten(run, capsys):
    assert main(["--data", "uci", "--output", str(run)]) == 2
    assert "holds a run already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "status", "message"),
    [
        (["--data", "nowhere"], 2, "nowhere"),
        (["--network", "lenet"], 2, "did you mean lenet5?"),
        (["--epoch", "3"], 2, "did you mean --epochs?"),
        (["--preset", "fast"], 2, "expected one of default, quick, best"),
        (["--data", "uci", "--activation", "rleu", "--network", "lenet5"], 2, "rleu"),
    ],
)
def test_mistakes_end_with_one_line(options, status, message, tmp_path, capsys):
    if "--activation" in options:
        options = [*options, "--output", str(tmp_path / "run")]
    try:
        found = main(options)
    except SystemExit as stop:
        found = stop.code
    told = capsys.readouterr().err.splitlines()
    assert found == status
    assert message in told[-1]
    assert not any("Traceback" in line for line in told)


@pytest.mark.slow
@pytest.mark.mnist
def test_the_quick_preset_reaches_its_floor(tmp_path):
    folder = tmp_path / "run"
    assert main(["--data", "mnist", "--preset", "quick", "--output", str(folder)]) == EXIT_OK
    metrics = json.loads((folder / "metrics.json").read_text())
    assert metrics["verified"]
    assert metrics["validation"]["accuracy"] >= ACCURACY_FLOOR
    card = json.loads((folder / "model.json").read_text())
    assert card["facts"]["tflite"]["kind"] == "int8"
    assert card["facts"]["tflite"]["validation"]["accuracy"] >= ACCURACY_FLOOR
