"""Recipes side by side: means, deviations and the paired test against values worked out by hand."""

import csv
import io
import json

import pytest
from PIL import Image

from digitrec.insight.comparison import as_csv, as_markdown, compare, paired_p, write


def metrics(errors, seconds=10.0):
    validation = {"accuracy": 1 - errors / 1000, "errors": errors, "count": 1000}
    return {"validation": validation, "seconds": seconds, "parameters": 51_706}


@pytest.fixture
def rows():
    return compare(
        {
            "plain": [metrics(10), metrics(12), metrics(14)],
            "mixed": [metrics(8, 20.0), metrics(11, 22.0), metrics(11, 24.0)],
        }
    )


def test_the_first_is_the_baseline(rows):
    assert [row.name for row in rows] == ["plain", "mixed"]
    assert rows[0].p is None
    assert rows[1].errors == (8, 11, 11)


def test_paired_p_by_hand():
    """Differences 2, 1, 3: t = 2 / (1 / sqrt 3) = 3.4641 with two degrees of freedom."""
    assert paired_p((0.990, 0.988, 0.986), (0.992, 0.989, 0.989)) == pytest.approx(
        0.07418, abs=1e-4
    )


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [((0.9,), (0.8,), None), ((0.9, 0.8), (0.9, 0.8), 1.0), ((0.9, 0.8), (0.8, 0.7), 0.0)],
)
def test_paired_p_where_t_is_no_number(first, second, p):
    assert paired_p(first, second) == pytest.approx(p, abs=1e-6)


def test_markdown_says_how_far_ahead(rows):
    lines = as_markdown(rows, 1000).splitlines()
    assert lines[0].startswith(
        "| recipe | validation accuracy | misses of 1,000 | better than plain"
    )
    assert lines[2] == "| plain | 98.80% ± 0.20% | 10, 12, 14 |  |  | 51,706 | 10 |"
    assert lines[3] == "| mixed | 99.00% ± 0.17% | 8, 11, 11 | +0.20 points | 0.074 | 51,706 | 22 |"


def test_csv_has_a_line_a_run(rows):
    lines = list(csv.DictReader(io.StringIO(as_csv(rows))))
    assert len(lines) == 6
    assert lines[3] == {
        "recipe": "mixed",
        "run": "0",
        "errors": "8",
        "accuracy": "0.992",
        "seconds": "20.0",
        "parameters": "51706",
    }


def test_everything_is_written(rows, tmp_path):
    text = write(rows, 1000, tmp_path)
    assert (tmp_path / "comparison.md").read_text() == text
    told = json.loads((tmp_path / "comparison.json").read_text())
    assert told[1]["mean"] == pytest.approx(0.99)
    assert told[0]["deviation"] == pytest.approx(0.002)
    assert (tmp_path / "comparison.csv").exists()
    with Image.open(tmp_path / "comparison.png") as picture:
        assert picture.width > 500


def test_one_seed_has_no_deviation():
    [row] = compare({"alone": [metrics(10)]})
    assert "99.00% |" in as_markdown([row], 1000)
