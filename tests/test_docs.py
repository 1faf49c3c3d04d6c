"""What the pages say is true: their commands run, and nothing that can be typed is left out."""

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import markdown_blocks
import numpy as np
import pytest
from markdown_blocks import Block
from PIL import Image

from digitrec.__main__ import VERBS

HOME = Path(__file__).parents[1]
PAGES = [
    path
    for path in (
        HOME / "README.md",
        HOME / "CONTRIBUTING.md",
        *sorted((HOME / "docs").rglob("*.md")),
    )
    if path.is_file()
]
BLOCKS = [
    block
    for page in PAGES
    for block in markdown_blocks.blocks(page, page.relative_to(HOME).as_posix())
]


def script(name: str):
    """A script of docs/ as a module."""
    spec = importlib.util.spec_from_file_location(f"docs_{name}", HOME / "docs" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def marked(block: Block):
    marks = [pytest.mark.slow] * block.slow + [pytest.mark.mnist] * ("mnist" in block.directives)
    return pytest.param(block, marks=marks, id=f"{block.page}:{block.line}")


@pytest.fixture(scope="session")
def working_folders(tmp_path_factory, digit_pictures):
    """Gives a page its folder, which its commands share in their order.

    It is like a checkout without the package (docs/, benchmarks/, models/), with the pictures of
    docs/pictures, a photo that the reader took, mine.jpg, ten drawn digits in scans/, and test.csv
    in Kaggle's form.
    """
    folders: dict[str, Path] = {}

    def folder_of(page: str) -> Path:
        if page not in folders:
            folders[page] = folder = tmp_path_factory.mktemp(Path(page).stem)
            for name in ("docs", "benchmarks", "models", "notebooks"):
                shutil.copytree(
                    HOME / name, folder / name, ignore=shutil.ignore_patterns("__pycache__")
                )
            shutil.copytree(HOME / "docs/pictures", folder, dirs_exist_ok=True)
            shutil.copy(HOME / "docs/pictures/five.jpg", folder / "mine.jpg")
            (folder / "scans").mkdir()
            for picture in digit_pictures:
                shutil.copy(picture, folder / "scans")
            write_kaggle(folder / "test.csv", digit_pictures)
        return folders[page]

    return folder_of


def write_kaggle(path: Path, pictures: list[Path]) -> None:
    rows = [255 - np.asarray(Image.open(picture).resize((28, 28))) for picture in pictures]
    names = ",".join(f"pixel{number}" for number in range(784))
    np.savetxt(path, np.reshape(rows, (-1, 784)), "%d", ",", header=names, comments="")


@pytest.mark.parametrize("block", [marked(block) for block in BLOCKS if block.programs()])
def test_what_the_pages_tell_to_type_runs(block, working_folders, blocks_run):
    if "skip" in block.directives:
        pytest.skip(block.directives["skip"])
    for one in [*before(block), block]:
        if (one.page, one.line) not in blocks_run:
            markdown_blocks.run(one, working_folders(one.page), HOME)
            blocks_run.add((one.page, one.line))


@pytest.fixture(scope="session")
def blocks_run() -> set[tuple[str, int]]:
    """Page and line of each block that this process has run; others may have run its neighbours."""
    return set()


def before(block: Block) -> list[Block]:
    """What stands before a block on its page, and may have left what it needs."""
    return [
        other
        for other in BLOCKS
        if other.page == block.page
        and other.line < block.line
        and other.programs()
        and "skip" not in other.directives
        and (block.slow or not other.slow)
    ]


@pytest.mark.parametrize("block", [pytest.param(b, id=f"{b.page}:{b.line}") for b in BLOCKS])
def test_a_block_is_only_skipped_with_a_reason(block):
    assert set(block.directives) <= {"append", "skip", "mnist"}
    assert block.directives.get("skip") != ""
    assert block.directives.get("append") != ""


@pytest.mark.parametrize("verb", VERBS)
def test_the_readme_mentions_every_command(verb):
    text = (HOME / "README.md").read_text(encoding="utf-8")
    assert f"digitrec {verb}" in text or f"digitrec.{verb}" in text


def test_every_option_is_on_a_page():
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    missing = [
        f"{parser.prog} {name}"
        for parser in script("reference").parsers()
        for name in parser.option_names()
        if name not in ("-h", "--help") and name not in text
    ]
    assert not missing


def test_the_reference_is_up_to_date():
    done = subprocess.run(
        [sys.executable, HOME / "docs/reference.py", "--check"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(HOME)},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_reference_that_is_out_of_date_is_noticed(tmp_path, monkeypatch, capsys):
    reference = script("reference")
    monkeypatch.setattr(reference, "PAGE", tmp_path / "reference.md")
    assert reference.main(["--check"]) == 1
    assert "out of date" in capsys.readouterr().err
    assert reference.main([]) == 0
    assert reference.main(["--check"]) == 0
    (tmp_path / "reference.md").write_text("something else")
    assert reference.main(["--check"]) == 1


def test_the_reference_has_a_row_for_each_option(monkeypatch):
    reference = script("reference")
    text = reference.page()
    for parser in reference.parsers():
        section = text.partition(f"# {parser.prog}\n")[2].partition("\n## ")[0]
        assert section.startswith(f"\n{parser.description}")
        for name in parser.option_names():
            assert name in ("-h", "--help") or f"| `{name}" in section
    assert "| `--top-k K` |  | print the K likeliest answers" in text
    assert "(default:" not in text


def test_a_help_with_a_percent_sign_or_a_bar_stays_as_it_is():
    reference = script("reference")
    action = argparse.Action(["--x"], "x", default=3, help="a|b, 99 %% (default: five)")
    assert reference._default_and_help(action) == ("five", "a\\|b, 99 %")
    action = argparse.Action(["--x"], "x", default=3, help="x")
    assert reference._default_and_help(action) == ("3", "x")


def test_the_pictures_are_as_they_are_drawn(tmp_path):
    """Encoders differ between versions, so the pixels are compared, with some room for JPEG's."""
    assert script("sample_pictures").main(["--output", str(tmp_path)]) == 0
    for name in script("sample_pictures").PICTURES:
        with (
            Image.open(tmp_path / name) as drawn,
            Image.open(HOME / "docs/pictures" / name) as kept,
        ):
            assert drawn.size == kept.size
            difference = np.abs(np.asarray(drawn, float) - np.asarray(kept, float))
        assert difference.mean() < 1


@pytest.fixture
def page(tmp_path):
    """Writes a page and gives its blocks."""

    def write(text: str) -> list[Block]:
        path = tmp_path / "page.md"
        path.write_text(text, encoding="utf-8")
        return markdown_blocks.blocks(path, "page.md")

    return write


def test_blocks_are_found_with_their_comments(page):
    first, second, third = page(
        "# Title\n\n<!-- test: append --epochs 1 -->\n<!-- test: mnist -->\n"
        "```sh\ndigitrec train\n```\n"
        "\n```text\ndigitrec is not run here\n```\n"
        "<!-- test: skip it downloads -->\n\n```bash\ndigitrec data fetch\n```\n"
        "<!-- test: skip this is not right before a block -->\ntext\n```python\nx = 1\n```\n"
    )
    assert (first.line, first.language, first.text) == (5, "sh", "digitrec train")
    assert first.directives == {"append": "--epochs 1", "mnist": ""}
    assert second.directives == {"skip": "it downloads"}
    assert (third.language, third.directives) == ("python", {})


def test_what_a_block_shows_is_compared(page, tmp_path):
    (block,) = page("```console\n$ digitrec --version\ndigitrec 99.1 %\n```\n")
    assert block.shown() == ["digitrec # %"]
    with pytest.raises(AssertionError):
        markdown_blocks.run(block, tmp_path, HOME)


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("digitrec doctor", ["digitrec doctor"]),
        ("pip install x && python -m digitrec.train  # trains", ["python -m digitrec.train"]),
        ("digitrec predict \\\n  a.png", ["digitrec predict    a.png"]),
        ("# digitrec train\nmake train", []),
        ("cat a.png | digitrec predict -", ["cat a.png | digitrec predict -"]),
        ("digitrec predict 'a #1.png' # one", ["digitrec predict 'a #1.png'"]),
        ("KERAS_BACKEND=jax digitrec train", ["KERAS_BACKEND=jax digitrec train"]),
        ("python benchmarks/speed.py --quick", ["python benchmarks/speed.py --quick"]),
        ("git clone https://example.org/digitrec", []),
        ("$ digitrec doctor", ["digitrec doctor"]),
    ],
)
def test_commands_of_ours_are_told_from_others(page, text, commands):
    (block,) = page(f"```sh\n{text}\n```\n")
    assert block.commands() == commands


def test_a_console_block_has_commands_and_output(page):
    (block,) = page("```console\n$ digitrec doctor\ndigitrec 0.1.0\n$ ls\n```\n")
    assert block.commands() == ["digitrec doctor"]


def test_short_settings_go_to_the_training_commands(page):
    (block,) = page(
        "<!-- test: append --epochs 1 -->\n```sh\ndigitrec train --seed 1\ndigitrec doctor\n```\n"
    )
    assert block.commands() == ["digitrec train --seed 1 --epochs 1", "digitrec doctor"]
    (block,) = page("<!-- test: append --quick -->\n```sh\npython benchmarks/a.py\n```\n")
    assert block.commands() == ["python benchmarks/a.py --quick"]


def test_a_python_block_may_have_prompts(page, tmp_path):
    (block,) = page("```python\n>>> x = [\n...     3]\n>>> print(x)\n[3]\n```\n")
    markdown_blocks.run(block, tmp_path, HOME)
    assert block.programs()[0][-1] == "x = [\n    3]\nprint(x)"


def test_a_command_that_fails_is_named_with_its_output(page, tmp_path):
    (block,) = page("```sh\ndigitrec doctr\n```\n")
    with pytest.raises(AssertionError, match=r"digitrec doctr\nexit 2\n(.|\n)*did you mean doctor"):
        markdown_blocks.run(block, tmp_path, HOME)
