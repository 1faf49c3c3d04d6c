"""What a model's card, or its run, says of its training."""

import pytest

from digitrec import files
from digitrec.errors import DataError
from digitrec.insight.provenance import recipe_of, training_of
from digitrec.reading.card import Card

TESTED = {"tflite": {"errors": 33}, "keras": {"errors": 34}}
CARD = Card("net", facts={"parameters": 7, "test": TESTED, "recipe": {"epochs": 2}})


def test_the_card_knows_where_there_is_no_run(tmp_path):
    assert training_of(tmp_path / "a.keras", CARD)["test"] == {"errors": 34}
    assert training_of(tmp_path / "a.onnx", CARD)["test"] == TESTED
    assert recipe_of(tmp_path / "a.keras", CARD) == {"epochs": 2}


def test_a_run_knows_more(tmp_path):
    files.write_json(tmp_path / "metrics.json", {"parameters": 8})
    files.write_json(tmp_path / "recipe.json", {"epochs": 3})
    assert training_of(tmp_path / "model.keras", CARD) == {"parameters": 8}
    assert recipe_of(tmp_path / "model.keras", Card("net")) == {"epochs": 3}


def test_nobody_may_know(tmp_path):
    assert training_of(tmp_path / "a.keras", Card("net")) == {}
    assert recipe_of(tmp_path / "a.keras", Card("net")) == {}


@pytest.mark.parametrize(
    ("name", "ask"), [("metrics.json", training_of), ("recipe.json", recipe_of)]
)
def test_a_broken_run_is_named(name, ask, tmp_path):
    files.write_json(tmp_path / name, [1])
    with pytest.raises(DataError, match=f"{name}: expected a .*; received a list"):
        ask(tmp_path / "model.keras", Card("net"))
