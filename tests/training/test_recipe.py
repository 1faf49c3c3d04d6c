"""The recipe: what it refuses, and that flags and knobs are the same thing."""

import pytest

from digitrec.command import Parser
from digitrec.command.options import add_knobs, flag, given_knobs
from digitrec.errors import OptionError
from digitrec.training.presets import PRESETS
from digitrec.training.recipe import Recipe


@pytest.mark.parametrize(
    ("knobs", "message"),
    [
        ({"network": "compact"}, "did you mean compact_cnn?"),
        ({"augment": "clasic"}, "did you mean classic?"),
        ({"epochs": 0}, "epochs: expected at least 1; received 0"),
        ({"dropout": 1.5}, "dropout: expected 0 to 0.9; received 1.5"),
        ({"activation": "rleu"}, "did you mean relu?"),
        ({"initializer": "he"}, "received he"),
        ({"precision": "mixed"}, "did you mean mixed_float16?"),
        ({"learning_rate": -1.0}, "expected 0 to 10; received -1.0"),
    ],
)
def test_refuses(knobs, message):
    with pytest.raises(OptionError) as error:
        Recipe(**knobs)
    assert message in str(error.value)


def test_changed_keeps_the_rest_and_suggests_names():
    recipe = PRESETS["quick"].changed(epochs=7)
    assert recipe.epochs == 7
    assert recipe.network == PRESETS["quick"].network
    with pytest.raises(OptionError, match=r"did you mean epochs\?"):
        recipe.changed(epoch=7)


def test_survives_json():
    recipe = Recipe(dropout=0.5, limit=100)
    assert Recipe(**recipe.as_dict()) == recipe


def test_every_knob_is_a_flag():
    parser = Parser("train", "trains", "digitrec train")
    add_knobs(parser, Recipe)
    assert given_knobs(parser.parse_args([]), Recipe) == {}
    typed = parser.parse_args(["--learning-rate", "0.01", "--limit", "5", "--augment", "none"])
    assert given_knobs(typed, Recipe) == {"learning_rate": 0.01, "limit": 5, "augment": "none"}
    assert {flag(name) for name in Recipe().as_dict()} <= set(parser.option_names())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--epoch", "3"], "did you mean --epochs?"),
        (["--epochs", "none"], "expected a whole number of at least 1; received none"),
        (["--dropout", "2"], "expected a number from 0 to 0.9; received 2"),
        (["--optimizer", "adm"], "did you mean adam?"),
    ],
)
def test_a_wrong_flag_ends_with_one_line(arguments, message, capsys):
    parser = Parser("train", "trains", "digitrec train")
    add_knobs(parser, Recipe)
    with pytest.raises(SystemExit) as stop:
        parser.parse_args(arguments)
    assert stop.value.code == 2
    told = capsys.readouterr().err
    assert message in told
    assert told.count("\n") == 1
