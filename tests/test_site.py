"""The documentation as a site: built without a warning, whole, loading nothing from elsewhere."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

HOME = Path(__file__).parents[1]
LOADED = re.compile(r"<(?:script|img|link|iframe|source)\b[^>]*?(?:src|href)=[\"']?([^\"' >]+)")
ELSEWHERE = re.compile(r"(?:https?:)?//")
IN_STYLES = re.compile(r"(?:@import\s+|url\()[\"']?((?:https?:)?//[^\"')]+)")


def test_the_site_is_built_without_a_warning_and_loads_nothing_from_elsewhere(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)],
        cwd=HOME,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    pages = {path.relative_to(tmp_path).as_posix(): path for path in tmp_path.rglob("*.html")}
    for page in (HOME / "docs").rglob("*.md"):
        name = page.relative_to(HOME / "docs").with_suffix(".html").as_posix()
        text = pages[name].read_text(encoding="utf-8")
        assert "<!-- " not in text
        assert not [target for target in LOADED.findall(text) if ELSEWHERE.match(target)]
    for style in tmp_path.rglob("*.css"):
        assert not IN_STYLES.findall(style.read_text(encoding="utf-8"))
    assert not list(tmp_path.rglob("*.py"))


@pytest.fixture
def cleaned(tmp_path):
    """What a page of the site becomes, in a repository with docs/a/page.md, docs/b.md and x.py."""
    path = HOME / "docs" / "outside.py"
    spec = importlib.util.spec_from_file_location("outside", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "docs" / "a").mkdir(parents=True)
    (tmp_path / "docs" / "b.md").touch()
    (tmp_path / "x.py").touch()
    place = tmp_path / "docs" / "a" / "page.md"
    page = SimpleNamespace(file=SimpleNamespace(abs_src_path=str(place), src_uri="a/page.md"))

    def clean(text: str, repo_url: str | None = None) -> str:
        config = {"docs_dir": str(tmp_path / "docs"), "repo_url": repo_url}
        return module.on_page_markdown(text, page=page, config=config, files=None)

    return clean


def test_links_out_of_the_pages_lead_to_the_repository_or_nowhere(cleaned):
    text = "See [`x`](../../x.py), [b](../b.md#c)."
    assert cleaned(text) == "See `x`, [b](../b.md#c)."
    assert cleaned(text, "https://example.org/digitrec/") == (
        "See [`x`](https://example.org/digitrec/blob/main/x.py), [b](../b.md#c)."
    )


def test_a_link_to_a_file_that_is_not_there_is_an_error(cleaned):
    with pytest.raises(Exception, match=r"a/page.md: ../../y.py is linked and not there"):
        cleaned("[y](../../y.py)")


def test_comments_are_for_the_tests_and_not_for_readers(cleaned):
    assert cleaned("one\n<!-- test: skip no -->\n```sh\nls\n```\n") == "one\n\n```sh\nls\n```\n"
