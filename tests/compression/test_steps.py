import pytest

from digitrec.compression.changes import CHANGES
from digitrec.compression.steps import KINDS, Step, step, steps
from digitrec.errors import OptionError


def test_steps_as_they_are_typed():
    assert steps("distill@60, prune:0.8@10,fold,cluster:16,aware:4") == [
        Step("distill", None, 60),
        Step("prune", 0.8, 10),
        Step("fold"),
        Step("cluster", 16),
        Step("aware", 4),
    ]


@pytest.mark.parametrize("text", ["distill", "prune:0.8@10", "cluster:16", "filters-norm:0.25"])
def test_a_step_is_shown_as_it_was_typed(text):
    assert str(step(text)) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"expected one of distill, train, prune.*received $"),
        ("prun:0.5", r"received prun \(did you mean prune\?\)"),
        ("prune", "expected prune:SHARE; received prune"),
        ("prune:", "a number from 0 to 0.99 for SHARE; received prune:"),
        ("prune:1", "a number from 0 to 0.99 for SHARE; received prune:1"),
        ("prune:nan", "a number from 0 to 0.99"),
        ("aware:1", "a whole number from 2 to 8 for BITS; received aware:1"),
        ("aware:4.5", "a whole number from 2 to 8"),
        ("cluster:65", "a whole number from 2 to 64 for COUNT"),
        ("fold:1", "expected fold; received fold:1"),
        ("fold@3", "expected fold, which trains nothing; received fold@3"),
        ("prune:0.5@0", "a whole number of epochs after @; received prune:0.5@0"),
        ("prune:0.5@x", "a whole number of epochs after @"),
        ("prune:0.5@", "a whole number of epochs after @"),
        ("prune:0.5,", "received $"),
    ],
)
def test_what_cannot_be_a_step_is_one_line(text, message):
    with pytest.raises(OptionError, match=f"^steps: .*{message}"):
        steps(text)


def test_every_kind_of_step_is_done_somewhere():
    assert set(CHANGES) == set(KINDS)
