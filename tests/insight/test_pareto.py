"""The front of a search: dominance by hand, its tables, its picture."""

import csv
import io
import tomllib

import pytest
from PIL import Image

from digitrec.insight import pareto
from digitrec.training.trial import FINISHED, PRUNED, Trial

KNOBS = {"optimizer": "sgd", "learning_rate": 0.0123456}


def trial(number, misses, parameters=100, multiply_adds=1000, **knobs):
    return Trial(
        number, FINISHED, knobs or KNOBS, misses, 500, parameters, multiply_adds, seconds=1.0
    )


TRIALS = [
    trial(0, 30, 900, 9000),
    trial(1, 40, 500, 9500),  # fewer parameters, more work than 0
    trial(2, 40, 800, 9900),  # 1 beats it
    trial(3, 90, 100, 1000),
    Trial(4, PRUNED, KNOBS),
    trial(5, 31, 900, 9000),  # 0 beats it
]


@pytest.mark.parametrize(
    ("points", "kept"),
    [
        ([], []),
        ([(3, 1), (2, 2), (1, 3)], [0, 1, 2]),
        ([(3, 1), (3, 2), (1, 3), (2, 3)], [0, 2]),
        ([(1, 1), (1, 1), (0, 2)], [0, 1, 2]),
        ([(2,), (1,), (3,), (1,)], [1, 3]),
        ([(1, 1, 2), (1, 2, 1), (1, 2, 2)], [0, 1]),
    ],
)
def test_the_front_is_what_no_other_point_beats(points, kept):
    assert pareto.front(points) == kept


@pytest.mark.parametrize(
    ("objectives", "numbers"),
    [
        (("accuracy", "parameters"), [0, 1, 3]),
        (("accuracy", "multiply_adds"), [0, 3]),
        (("accuracy", "parameters", "multiply_adds"), [0, 1, 3]),
        (("accuracy",), [0, 5, 1, 2, 3]),
    ],
)
def test_the_best_are_the_front_or_the_ten_with_the_fewest_misses(objectives, numbers):
    assert [one.number for one in pareto.best(TRIALS, objectives)] == numbers


def test_no_more_than_ten_are_shown_for_accuracy_alone():
    assert len(pareto.best([trial(number, 5) for number in range(12)], ["accuracy"])) == 10


def test_tables_have_a_row_a_trial():
    chosen = pareto.best(TRIALS, ("accuracy", "parameters"))
    row = "| 0 | 30 | 900 | 9,000 | optimizer=sgd, learning_rate=0.0123 |"
    assert row in pareto.as_markdown(chosen, 500).splitlines()
    assert "misses of 500" in pareto.as_markdown(chosen, 500)
    assert len(pareto.as_text(chosen).splitlines()) == 1 + 3


def test_the_csv_file_has_every_trial_and_a_column_a_knob():
    rows = list(csv.DictReader(io.StringIO(pareto.as_csv([*TRIALS, trial(6, 1, depth=2)]))))
    assert [row["state"] for row in rows].count("pruned") == 1
    assert (rows[0]["learning_rate"], rows[0]["depth"]) == ("0.0123456", "")
    assert (rows[6]["learning_rate"], rows[6]["depth"]) == ("", "2")


def test_toml_gives_back_the_knobs():
    recipes = {
        "trial_1": {"preset": "quick", "learning_rate": 1e-05, "depth": 2, "emphasis": '4,"9'},
        "trial_2": {"width": 0.5},
    }
    assert tomllib.loads(pareto.as_toml(recipes)) == recipes


@pytest.mark.parametrize(
    ("objectives", "panels"),
    [(("accuracy",), 1), (("accuracy", "parameters", "multiply_adds"), 2)],
)
def test_the_picture_has_a_panel_a_cost(tmp_path, objectives, panels):
    pareto.plot(TRIALS, objectives, tmp_path / "front.png")
    with Image.open(tmp_path / "front.png") as picture:
        assert picture.size == (panels * 6.5 * 120, 4.5 * 120)


def test_no_misses_and_no_trials_can_be_drawn(tmp_path):
    pareto.plot([trial(0, 0)], ("accuracy", "parameters"), tmp_path / "one.png")
    pareto.plot([], ("accuracy",), tmp_path / "none.png")


def test_what_a_csv_file_says_is_what_was_written():
    trials = [*TRIALS, trial(6, 1, depth=2, width=0.5, pooling="max")]
    assert pareto.from_csv(pareto.as_csv(trials)) == trials
