"""What `digitrec completion` prints is run by the shells themselves."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from digitrec.completion import SCRIPTS, main

# What bash does at TAB: split, call the function, show COMPREPLY.
BASH = """
COMP_WORDS=({words}); COMP_CWORD=$(( ${{#COMP_WORDS[@]}} - 1 ))
_digitrec
printf '%s\\n' "${{COMPREPLY[@]}}"
complete -p digitrec
"""
# zsh's own parts, which are there only while a line is edited, print what they are given.
ZSH = """
compdef() { print "compdef $*" }
_describe() { print -l -- ${(P)3} }
_files() { print files }
"""


@pytest.fixture
def ask(tmp_path):
    """Runs a program of a shell in which `digitrec` is this checkout's; returns its lines."""
    program = tmp_path / "digitrec"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m digitrec "$@"\n')
    program.chmod(0o755)
    (tmp_path / "seven.png").touch()
    path = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
    home = {"HOME": str(tmp_path), "PATH": path, "PYTHONPATH": str(Path(__file__).parents[1])}

    def run(shell: str, lines: str) -> list[str]:
        if shutil.which(shell) is None:
            pytest.skip(f"{shell} is not installed")
        done = subprocess.run(
            [shell, *(["-f"] if shell == "zsh" else []), "-c", lines],
            cwd=tmp_path,
            env={**os.environ, **home},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout.splitlines()

    return run


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["digitrec", "tra"], ["train"]),
        (["digitrec", "train", "--optimizer", "=", "mu"], ["muon"]),
        (["digitrec", "data", "show", "--part", ""], ["train", "validation", "test"]),
        (["digitrec", "predict", "sev"], [""]),
    ],
)
def test_bash_fills_compreply(ask, words, offered):
    typed = " ".join(map(shlex.quote, words))
    *found, registered = ask("bash", SCRIPTS["bash"] + BASH.format(words=typed))
    assert found == offered
    assert registered == "complete -o default -F _digitrec digitrec"  # files where there is none


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (
            "digitrec tra",
            ["train:train a network on MNIST, on folders of pictures or on a CSV file"],
        ),
        ("digitrec data show --part v", ["validation:"]),
        ("digitrec predict sev", ["files"]),
    ],
)
def test_zsh_describes_words_or_leaves_it_to_files(ask, words, offered):
    typed = words.split(" ")
    lines = f"{ZSH}{SCRIPTS['zsh']}\nwords=({words}); CURRENT={len(typed)}; _digitrec"
    registered, *found = ask("zsh", lines)
    assert registered == "compdef _digitrec digitrec"
    assert found == offered


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        (
            "digitrec tra",
            ["train\ttrain a network on MNIST, on folders of pictures or on a CSV file"],
        ),
        ("digitrec data show --part ", ["test", "train", "validation"]),
        ("digitrec predict sev", ["seven.png"]),
    ],
)
def test_fish_completes_a_line(ask, line, offered):
    lines = f"digitrec completion fish | source; complete -C '{line}'"
    assert [word.strip() for word in ask("fish", lines)] == offered


def test_the_words_that_the_scripts_ask_for(capsys):
    assert main(["words", "--", "doctor", "--js"]) == 0
    assert capsys.readouterr().out == "--json\tprint one JSON object instead of text\n"


def test_a_shell_that_is_not_known_is_one_line(capsys):
    with pytest.raises(SystemExit):
        main(["tcsh"])
    assert "expected one of bash, zsh, fish, words; received tcsh" in capsys.readouterr().err
