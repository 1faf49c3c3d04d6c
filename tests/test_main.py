"""`digitrec VERB` and `python -m digitrec VERB` find their verb; typos find theirs."""

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

import digitrec
from digitrec.__main__ import VERBS, main


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_help_lists_every_verb_with_its_phrase(arguments, capsys):
    assert main(arguments) == 0
    out, err = capsys.readouterr()
    for verb, phrase in VERBS.items():
        assert re.search(rf"^  {verb} +{re.escape(phrase)}$", out, re.MULTILINE)
    assert out.splitlines()[-1].startswith("example: digitrec ")
    assert err == ""


def test_the_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"digitrec {digitrec.__version__}\n"


@pytest.mark.parametrize(
    ("typo", "meant"), [("pred", "predict"), ("trian", "train"), ("--versoin", ""), ("xyzzy", "")]
)
def test_an_unknown_verb_is_one_line_and_2(typo, meant, capsys):
    assert main([typo]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    hint = f" (did you mean {meant}?)" if meant else ""
    assert err == f"digitrec: unknown command {typo}{hint}; see digitrec --help\n"


def test_a_line_break_in_an_unknown_verb_does_not_break_the_line(capsys):
    assert main(["no\nsuch"]) == 2
    assert capsys.readouterr().err == "digitrec: unknown command no such; see digitrec --help\n"


def test_an_interruption_while_a_verb_is_loaded_is_130(monkeypatch, capsys):
    def interrupted(name):
        raise KeyboardInterrupt

    monkeypatch.setattr("digitrec.__main__.import_module", interrupted)
    assert main(["predict", "seven.png"]) == 130
    assert capsys.readouterr() == ("", "digitrec: interrupted\n")


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_parses_its_own_arguments(verb, capsys):
    with pytest.raises(SystemExit) as ended:
        main([verb, "--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: digitrec {verb}")


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_refuses_what_it_does_not_know(verb, capsys):
    with pytest.raises(SystemExit) as ended:
        main([verb, "--no-such-option"])
    assert ended.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1


def test_every_file_at_the_root_is_a_verb_and_every_verb_a_file():
    root = Path(digitrec.__file__).parent
    files = {path.stem for path in root.glob("*.py") if not path.name.startswith("__")}
    assert files == {*VERBS, "errors", "files"}


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_has_a_parser_a_main_and_a_page_of_words(verb):
    module = importlib.import_module(f"digitrec.{verb}")
    assert module.parser().prog == f"digitrec {verb}"
    assert module.parser().description
    assert re.search(rf"digitrec[ .]{verb}\b", module.__doc__)


@pytest.mark.parametrize(
    "entry",
    [["-m", "digitrec"], ["-c", "import sys, digitrec.__main__ as m; sys.exit(m.main())"]],
    ids=["module", "script"],
)
def test_the_entries_work_in_a_process_of_their_own(entry):
    done = subprocess.run(
        [sys.executable, *entry, "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"digitrec {digitrec.__version__}\n"


@pytest.mark.parametrize("verb", VERBS)
def test_python_m_digitrec_verb_works_without_a_warning(verb):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", f"digitrec.{verb}", "--help"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: digitrec {verb}")


def test_the_public_names():
    assert dir(digitrec) == digitrec.__all__
    for name in digitrec.__all__:
        assert getattr(digitrec, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'Raeder'"):
        _ = digitrec.Raeder
