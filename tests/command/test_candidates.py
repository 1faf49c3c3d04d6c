"""What TAB offers: commands, then their options, then the names that an option takes."""

import pytest

from digitrec.__main__ import VERBS
from digitrec.command.candidates import candidates
from digitrec.training.recipe import OPTIMIZERS


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("tra", ["train"]),
        ("co", ["compare", "combine", "convert", "compress", "completion"]),
        ("--v", ["--version"]),
        ("doctor --j", ["--json"]),
        ("doctor ", ["-h", "--help", "--json"]),
        ("train --opti", ["--optimizer"]),
        ("train --optimizer ", list(OPTIMIZERS)),
        ("train --optimizer mu", ["muon"]),
        ("train --optimizer=mu", ["--optimizer=muon"]),
        ("train --optimizer = mu", ["muon"]),
        ("train --optimizer =", list(OPTIMIZERS)),
        ("train --epochs 3 --optimizer s", ["sgd", "schedule_free_adamw"]),
        ("train --tasks thickness,s", ["thickness,slant"]),
        ("train --deterministic --dev", ["--device"]),
        ("data v", ["verify"]),
        ("data show --pa", ["--part"]),
        ("data show --part t", ["train", "test"]),
        ("completion f", ["fish"]),
    ],
)
def test_what_is_offered(typed, offered):
    assert list(candidates(typed.split(" "), VERBS)) == offered


@pytest.mark.parametrize(
    "typed",
    ["predict ", "predict sev", "predict --model ", "predict --top-k ", "train --limit ",
     "evaluate model.keras --plots ", "no_such_verb --he", "xyz"],
)  # fmt: skip
def test_where_files_and_numbers_belong_nothing_is(typed):
    assert candidates(typed.split(" "), VERBS) == {}


def test_nothing_typed_offers_every_command_with_its_phrase():
    offered = candidates([], VERBS)
    assert offered.items() >= VERBS.items()
    assert set(offered) - set(VERBS) == {"--help", "--version"}


def test_an_option_is_explained_in_one_line():
    (line,) = candidates(["predict", "--top"], VERBS).values()
    assert line == "print the K likeliest answers, not only the first"


@pytest.mark.parametrize("verb", VERBS)
def test_every_option_of_every_verb_is_offered(verb):
    assert "--help" in candidates([verb, "-"], VERBS)
    assert all("\n" not in line and "%(" not in line for line in candidates([verb, "-"], VERBS))
