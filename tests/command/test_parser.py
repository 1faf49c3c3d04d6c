"""A mistake on the command line is answered with one line that leads back."""

import argparse

import pytest

from digitrec.command import Parser, one_of, within


@pytest.fixture
def parser():
    own = Parser("bake", "Bake bread.", "digitrec bake --loaves 3")
    own.add_argument("--loaves", type=within(int, 1, 12))
    own.add_argument("--oven", type=one_of(["wood", "gas"]), default="wood")
    own.add_argument("--dry-run", action="store_true")
    return own


def refusal(parser, capsys, *arguments: str) -> str:
    """The one line that is printed on stderr, before the program ends with 2."""
    with pytest.raises(SystemExit) as ended:
        parser.parse_args(list(arguments))
    out, err = capsys.readouterr()
    assert ended.value.code == 2
    assert out == ""
    assert err.count("\n") == 1
    assert err.endswith("; see digitrec bake --help\n")
    return err


def test_what_is_right_is_parsed(parser):
    options = parser.parse_args(["--loaves", "3", "--oven", "gas", "--dry-run"])
    assert (options.loaves, options.oven, options.dry_run) == (3, "gas", True)


@pytest.mark.parametrize(
    ("typo", "nearest"),
    [("--loafs", "--loaves"), ("--ovne=gas", "--oven"), ("--dryrun", "--dry-run")],
)
def test_an_unknown_option_gets_the_nearest(parser, capsys, typo, nearest):
    line = refusal(parser, capsys, typo)
    assert f"unknown argument {typo.partition('=')[0]} (did you mean {nearest}?)" in line


def test_an_option_like_none_gets_no_suggestion(parser, capsys):
    assert "unknown argument --qqq;" in refusal(parser, capsys, "--qqq")


def test_options_are_not_abbreviated(parser, capsys):
    assert "unknown argument --loa " in refusal(parser, capsys, "--loa", "3")


def test_an_unknown_name_gets_the_nearest(parser, capsys):
    line = refusal(parser, capsys, "--oven", "wod")
    assert "argument --oven: expected one of wood, gas; received wod (did you mean wood?)" in line


@pytest.mark.parametrize("text", ["0", "13", "2.5", "many", "", "nan", "1e1"])
def test_a_number_out_of_range_gets_the_range(parser, capsys, text):
    line = refusal(parser, capsys, "--loaves", text)
    assert f"--loaves: expected a whole number from 1 to 12; received {text}" in line


def test_the_help_has_usage_description_and_example(parser, capsys):
    with pytest.raises(SystemExit) as ended:
        parser.parse_args(["--help"])
    assert ended.value.code == 0
    out = capsys.readouterr().out
    assert out.startswith("usage: digitrec bake")
    assert "Bake bread." in out
    assert out.endswith("example: digitrec bake --loaves 3\n")


@pytest.mark.parametrize(
    ("kind", "low", "high", "text", "value"),
    [
        (int, 1, 3, "1", 1),
        (int, 1, 3, "3", 3),
        (int, None, None, "-7", -7),
        (float, 0, 1, "1", 1.0),
        (float, 0, None, "1e9", 1e9),
        (float, None, 0.5, "-3", -3.0),
        (int, 0, None, "9" * 400, int("9" * 400)),
    ],
)
def test_within_takes_both_ends(kind, low, high, text, value):
    parsed = within(kind, low, high)(text)
    assert parsed == value
    assert type(parsed) is kind


@pytest.mark.parametrize(
    ("kind", "low", "high", "text", "expected"),
    [
        (int, 1, 3, "4", "a whole number from 1 to 3"),
        (int, 1, None, "0", "a whole number of at least 1"),
        (float, None, 0.5, "0.6", "a number of at most 0.5"),
        (float, 0, 1, "-0.1", "a number from 0 to 1"),
        (float, None, None, "x", "a number"),
        (float, None, None, "nan", "a number"),
        (float, 0, None, "inf", "a number of at least 0"),
    ],
)
def test_within_says_what_it_takes(kind, low, high, text, expected):
    with pytest.raises(argparse.ArgumentTypeError) as caught:
        within(kind, low, high)(text)
    assert str(caught.value) == f"expected {expected}; received {text}"


def test_a_file_that_looks_like_an_option_is_told_how_to_be_named(tmp_path, monkeypatch, capsys):
    own = Parser("bake", "Bake bread.", "digitrec bake rye")
    own.add_argument("files", nargs="+")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "-dash.png").touch()
    assert "the file of that name is ./-dash.png" in refusal(own, capsys, "-dash.png")
    assert "./-dash.png" in refusal(own, capsys, "rye", "-dash.png")
    assert own.parse_args(["--", "-dash.png"]).files == ["-dash.png"]
    assert own.parse_args(["./-dash.png", "-"]).files == ["./-dash.png", "-"]


def test_a_line_break_in_what_is_typed_does_not_break_the_line(parser, capsys):
    assert "unknown argument --lo aves" in refusal(parser, capsys, "--lo\naves")
    assert "received two lines" in refusal(parser, capsys, "--loaves", "two\nlines")
