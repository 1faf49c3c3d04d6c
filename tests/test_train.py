"""`digitrec train` as it is typed."""

import json

import numpy as np
import pytest
from PIL import Image, ImageDraw

from digitrec.command import EXIT_OK, EXIT_USAGE
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


@pytest.mark.slow
def test_snapshots_on_one_fold_leave_one_model_in_8_bits(tmp_path):
    """1,397 digits of UCI in three parts: 466, 466 and 465."""
    folder = tmp_path / "run"
    words = ["--data", "uci", "--network", "lenet5", "--augment", "none", "--warmup", "0"]
    words += ["--epochs", "2", "--keep", "snapshots", "--restarts", "1"]
    words += ["--folds", "3", "--fold", "1", "--output", str(folder)]
    assert main(words) == EXIT_OK
    metrics = json.loads((folder / "metrics.json").read_text())
    assert metrics["parameters"] == 2 * 61_706
    assert (metrics["validation"]["count"], metrics["trained_on"]) == (466, 931)
    assert json.loads((folder / "model.json").read_text())["facts"]["tflite"]["kind"] == "int8"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--folds", "3", "--fold", "3"], "fold: expected less than folds, 3; received 3"),
        (["--fold", "1"], "fold: expected less than folds, 0; received 1"),
        (["--folds", "1"], "folds: expected 0, or at least 2; received 1"),
        (["--keep", "snapshots"], "keep: expected the schedule cosine and restarts"),
        (["--keep", "snapshots", "--restarts", "4"], "for each of 5 cosines; received 13"),
    ],
)
def test_knobs_that_do_not_go_together_are_told(words, message, tmp_path, capsys):
    assert main([*words, "--output", str(tmp_path / "run")]) == EXIT_USAGE
    assert message in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


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
        (["--activation", "rleu"], 2, "did you mean relu?"),
    ],
)
def test_mistakes_end_with_one_line(options, status, message, capsys):
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


@pytest.mark.slow
def test_the_names_of_folders_come_out_of_predict(tmp_path, run_cli):
    """Drawn bars and rings in folders named so: trained, converted, read by those names."""
    for number in range(40):
        draw_shape("bar", number).save(folder_of(tmp_path / "shapes" / "bar") / f"{number}.png")
        draw_shape("ring", number).save(folder_of(tmp_path / "shapes" / "ring") / f"{number}.png")
    options = ["--data", "shapes", "--network", "lenet5", "--epochs", "8", "--warmup", "0"]
    options += ["--learning-rate", "0.003", "--output", "run", "--batch-size", "16"]
    trained = run_cli("train", *options, cwd=tmp_path)
    assert trained.returncode == EXIT_OK, trained.stderr
    draw_shape("ring", 99).save(tmp_path / "new.png")
    read = run_cli("predict", "new.png", "--model", "run/model.tflite", cwd=tmp_path)
    assert read.stdout.startswith("new.png: ring")
    answer = run_cli("predict", "new.png", "--model", "run/model.tflite", "--json", cwd=tmp_path)
    assert json.loads(answer.stdout)["digits"][0]["digit"] == "ring"


def folder_of(path):
    path.mkdir(parents=True, exist_ok=True)
    return path


def draw_shape(kind, seed):
    """A bar or a ring, dark on light, of its own place and size."""
    random = np.random.default_rng(seed)
    x, y, size = random.integers(20, 40), random.integers(20, 40), random.integers(50, 80)
    picture = Image.new("L", (150, 150), 240)
    pen = ImageDraw.Draw(picture)
    if kind == "ring":
        pen.ellipse([x, y, x + size, y + size], outline=20, width=10)
    else:
        pen.line([x, y, x + size // 4, y + size], fill=20, width=12)
    return picture
