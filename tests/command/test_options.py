"""Options that several verbs share mean the same everywhere."""

from dataclasses import dataclass

import pytest

from digitrec.command import Parser, options
from digitrec.training.knobs import knob


@dataclass(frozen=True)
class Dough:
    loaves: int = knob(3, "how many loaves", low=1)
    oven_heat: float = knob(230.0, "heat of the oven", low=100, high=300)
    flour: str = knob("rye", "kind of flour", among=("rye", "wheat"))
    seeds: str = knob("", "seeds on top", among=("flax", "poppy"), several=True)
    minutes: int = knob(None, "how long, if not till done", kind=int, low=1)


@pytest.fixture
def parser():
    return Parser("bake", "Bake bread.", "digitrec bake")


@pytest.mark.parametrize(
    ("add", "arguments", "name", "value", "default"),
    [
        (options.add_data, ["--data", "uci"], "data", "uci", "auto"),
        (options.add_input_scale, ["--input-scale", "unit"], "input_scale", "unit", None),
        (options.add_json, ["--json"], "json", True, False),
        (options.add_model, ["--model", "a.tflite"], "model", "a.tflite", None),
        (options.add_polarity, ["--polarity", "dark"], "polarity", "dark", "auto"),
    ],
)
def test_shared_options(parser, add, arguments, name, value, default):
    add(parser)
    assert getattr(parser.parse_args(arguments), name) == value
    assert getattr(parser.parse_args([]), name) == default


def test_every_knob_is_a_flag(parser):
    options.add_knobs(parser, Dough)
    words = ["--oven-heat", "250", "--flour", "wheat", "--minutes", "40", "--seeds", "flax, poppy"]
    typed = parser.parse_args(words)
    assert options.given_knobs(typed, Dough) == {
        "oven_heat": 250.0,
        "flour": "wheat",
        "minutes": 40,
        "seeds": "flax,poppy",
    }
    assert options.given_knobs(parser.parse_args([]), Dough) == {}


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--oven-heat", "301"], "a number from 100 to 300"),
        (["--loaves", "0"], "a whole number of at least 1"),
        (["--flour", "ry"], "did you mean rye?"),
        (["--seeds", "flax,popy"], "did you mean poppy?"),
        (["--minutes", "long"], "a whole number of at least 1"),
    ],
)
def test_knobs_have_their_limits(parser, capsys, arguments, reason):
    options.add_knobs(parser, Dough)
    with pytest.raises(SystemExit):
        parser.parse_args(arguments)
    assert reason in capsys.readouterr().err


def test_help_of_knobs_tells_choices_and_defaults(parser):
    options.add_knobs(parser, Dough)
    text = " ".join(parser.format_help().split())
    assert "--flour NAME kind of flour: rye, wheat (default: rye)" in text
    assert "--oven-heat X heat of the oven (default: 230.0)" in text
    assert "--minutes N how long, if not till done" in text
