"""What the benchmarks share: figures go between marks, and nowhere else."""

import importlib.util
from pathlib import Path

import pytest

from digitrec.errors import DataError

PAGE = "before\n<!-- model -->\nold\n<!-- /model -->\nafter\n"


@pytest.fixture
def put_between_marks():
    path = Path(__file__).parents[1] / "benchmarks" / "common.py"
    spec = importlib.util.spec_from_file_location("common", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.put_between_marks


def test_figures_replace_what_is_between_the_marks(put_between_marks, tmp_path):
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    put_between_marks("model", "| 99.7 % \\1 |\n", page)
    assert page.read_text() == PAGE.replace("old", "| 99.7 % \\1 |")
    put_between_marks("model", "new", page)
    assert page.read_text() == PAGE.replace("old", "new")


def test_a_page_without_marks_is_an_error(put_between_marks, tmp_path):
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    with pytest.raises(DataError, match="<!-- presets -->"):
        put_between_marks("presets", "new", page)
    assert page.read_text() == PAGE
