"""A verb's errors become one line on stderr and the exit status that scripts rely on."""

import subprocess
import sys
from pathlib import Path

import pytest

from digitrec import command, errors
from digitrec.command import Parser
from digitrec.command.complaint import complain, on_one_line

ONE_LINE_ERRORS = {
    errors.OptionError: 2,
    errors.PictureError: 1,
    errors.ModelError: 1,
    errors.DataError: 1,
    errors.TrainingError: 1,
    errors.OutputError: 1,
    errors.MissingExtraError: 1,
    errors.DigitrecError: 1,
    OSError: 1,
    PermissionError: 1,
}

PROGRAM = """
import sys
from digitrec.command import Parser, run

def work(options):
    {work}
    return 0

sys.exit(run(Parser("bake", "Bake bread.", "digitrec bake"), work, []))
"""


@pytest.fixture
def parser():
    return Parser("bake", "Bake bread.", "digitrec bake")


def program(work: str, *, stdout: object = subprocess.PIPE) -> subprocess.Popen:
    """A process of its own whose `work` is a line of Python."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(work=work)],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(command.__file__).parents[2],
    )


@pytest.mark.parametrize("status", [0, 1])
def test_the_status_is_what_the_work_says(parser, status):
    assert command.run(parser, lambda _: status, []) == status


@pytest.mark.parametrize(("error", "status"), ONE_LINE_ERRORS.items())
def test_an_error_is_one_line_on_stderr(parser, capsys, error, status):
    def work(_):
        raise error("expected this;\n  received\tthat")

    assert command.run(parser, work, []) == status
    assert capsys.readouterr() == ("", "digitrec bake: expected this; received that\n")


def test_mistakes_of_our_own_are_not_hidden(parser):
    def work(_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        command.run(parser, work, [])


def test_an_interruption_is_130(parser, capsys):
    def work(_):
        raise KeyboardInterrupt

    assert command.run(parser, work, []) == 130
    assert capsys.readouterr().err == "digitrec bake: interrupted\n"


def test_wrong_usage_is_2(parser):
    with pytest.raises(SystemExit) as ended:
        command.run(parser, lambda _: 0, ["--what"])
    assert ended.value.code == 2


def test_complain_prints_one_line(capsys):
    complain("digitrec bake: a.png", "  two\nlines ")
    assert capsys.readouterr() == ("", "digitrec bake: a.png: two lines\n")
    complain("digitrec bake: a\n b.png", "burnt")
    assert capsys.readouterr() == ("", "digitrec bake: a\\n b.png: burnt\n")


def test_names_on_one_line_keep_all_that_can_be_seen():
    assert on_one_line("größe  七\u202f7.png") == "größe  七\u202f7.png"
    assert on_one_line("a\nb\rc\x1bd\u2028e") == r"a\nb\rc\x1bd\u2028e"


@pytest.mark.parametrize("amount", [1, 100_000])
def test_a_reader_that_leaves_is_no_error(amount):
    """As in `digitrec ... | head -1`, whether the output fits into the buffer or not."""
    process = program(f"sys.stdin.read(); print('bread\\n' * {amount})", stdout=subprocess.PIPE)
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait() == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has /dev/full")
def test_output_that_cannot_be_written_is_one_line():
    with Path("/dev/full").open("w") as full, program("print('bread')", stdout=full) as process:
        err = process.stderr.read()
    assert process.returncode == 1
    assert err == "digitrec bake: [Errno 28] No space left on device\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has /dev/full")
@pytest.mark.parametrize(
    "words",
    [
        ["digitrec", "--help"],
        ["digitrec", "--version"],
        ["digitrec", "predict", "--help"],
        ["digitrec.data", "--help"],
    ],
    ids=" ".join,
)
def test_help_that_cannot_be_written_is_one_line(words):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", *words],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.endswith("No space left on device\n")


def test_names_that_the_encoding_does_not_have_are_escaped(parser, capsysbinary):
    def work(_):
        print("bad\udcff.png")
        return 0

    assert command.run(parser, work, []) == 0
    assert capsysbinary.readouterr().out.splitlines() == [b"bad\\udcff.png"]
