import io
from contextlib import redirect_stderr

import pytest

from digitrec.reading import progress
from digitrec.reading.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", 0)
    monkeypatch.setattr(progress, "_BETWEEN", 0)


def drawn_for_four(*arguments, **options):
    """What appears on a terminal while four of something are done."""
    terminal = Terminal()
    with redirect_stderr(terminal), Progress(*arguments, **options) as counted:
        for _ in range(4):
            counted.step()
    return terminal.getvalue()


@pytest.mark.usefixtures("impatient")
def test_a_long_task_draws_one_line_in_place():
    assert drawn_for_four("reading", 8, " pictures").split("\r")[1:] == [
        "reading  12% of 8 pictures",
        "reading  25% of 8 pictures",
        "reading  38% of 8 pictures",
        "reading  50% of 8 pictures\n",
    ]


@pytest.mark.usefixtures("impatient")
def test_without_a_total_the_amount_is_drawn():
    assert drawn_for_four("fetching", None, " MB", scale=2).endswith("\rfetching 2.0 MB\n")


def test_a_short_task_draws_nothing():
    assert drawn_for_four("reading", 8) == ""


@pytest.mark.usefixtures("impatient")
def test_where_nobody_looks_nothing_is_drawn(capsys):
    with Progress("reading", 8) as counted:
        counted.step(8)
    assert capsys.readouterr().err == ""
