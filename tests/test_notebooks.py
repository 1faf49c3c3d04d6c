"""Each notebook as it is committed: a page that reads without a kernel, and of no one machine."""

import json
import re
from pathlib import Path

import pytest

HOME = Path(__file__).parents[1]
NOTEBOOKS = sorted((HOME / "notebooks").glob("*.ipynb"))
PAGES = ("docs/index.md", "docs/how-to/jupyter.md")

MOST_BYTES = 500_000

MACHINE_PATH = re.compile(
    r"(?<![\w.:/-])/(?:tmp|home|root|Users|private|work|usr|opt|var|mnt|srv|content)/|\b[A-Z]:\\\\"
)
ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}")
WARNING = re.compile(r"\bWARNING\b|Warning:")


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request):
    return request.param


def cells_of(path: Path, kind: str = "") -> list[dict]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if kind in ("", cell["cell_type"])]


def outputs_of(path: Path) -> list[dict]:
    return [output for cell in cells_of(path, "code") for output in cell["outputs"]]


def texts_of(output: dict) -> list[str]:
    """What an output says in words; pictures are letters and digits at random."""
    parts = [output.get("text", [])]
    parts += [part for kind, part in output.get("data", {}).items() if kind.startswith("text/")]
    return ["".join(part) for part in parts]


def is_picture(output: dict) -> bool:
    return any(kind.startswith("image/") for kind in output.get("data", {}))


def test_there_are_notebooks():
    assert len(NOTEBOOKS) >= 7


def test_it_is_small(notebook):
    assert notebook.stat().st_size < MOST_BYTES


def test_it_was_run_from_top_to_bottom(notebook):
    counts = [cell["execution_count"] for cell in cells_of(notebook, "code")]
    assert counts == list(range(1, len(counts) + 1))
    outputs = outputs_of(notebook)
    assert outputs
    assert not [output for output in outputs if output["output_type"] == "error"]


def test_its_outputs_tell_nothing_of_the_machine(notebook):
    for output in outputs_of(notebook):
        assert output.get("name") != "stderr", output["text"]
        for text in texts_of(output):
            assert not MACHINE_PATH.search(text), text
            assert not ADDRESS.search(text), text
            assert not WARNING.search(text), text


def test_it_names_no_place_of_one_machine(notebook):
    for cell in cells_of(notebook):
        assert not MACHINE_PATH.search("".join(cell["source"]))


def test_it_begins_by_installing_what_is_missing_as_all_do(notebook):
    first, other = (cells_of(path, "code")[0]["source"] for path in (notebook, NOTEBOOKS[0]))
    assert first == other
    first = "".join(first)
    assert 'find_spec("digitrec") is None' in first
    assert len(first.splitlines()) <= 7


def test_each_picture_is_there_once_and_followed_by_what_to_see(notebook):
    cells = cells_of(notebook)
    for cell, after in zip(cells, [*cells[1:], None], strict=True):
        pictures = [output for output in cell.get("outputs", []) if is_picture(output)]
        for output in pictures:
            assert not {"image/png", "image/jpeg"} <= set(output["data"])
        if pictures:
            assert after is not None
            assert after["cell_type"] == "markdown"
            assert not "".join(after["source"]).startswith("#"), "".join(cell["source"])


@pytest.mark.parametrize("page", PAGES)
def test_a_page_lists_them(page):
    text = (HOME / page).read_text(encoding="utf-8")
    assert not [path.name for path in NOTEBOOKS if path.name not in text]
