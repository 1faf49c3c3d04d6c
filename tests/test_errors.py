"""The tree of errors, and the words that lead back from a typo."""

import pytest

from digitrec import errors
from digitrec.errors import (
    DigitrecError,
    MissingExtraError,
    OptionError,
    did_you_mean,
    expect_one_of,
    needs_extra,
)

TREE = ("OptionError", "PictureError", "ModelError", "DataError", "TrainingError", "OutputError")


@pytest.mark.parametrize("name", [*TREE, "MissingExtraError"])
def test_every_error_is_a_digitrec_error_and_in_the_picture_of_the_tree(name):
    assert issubclass(getattr(errors, name), DigitrecError)
    assert f"+-- {name} " in errors.__doc__


def test_the_tree_has_no_other_errors():
    drawn = {line.split()[1] for line in errors.__doc__.splitlines() if "+--" in line}
    defined = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, DigitrecError)
    }
    assert defined == drawn | {"DigitrecError"}


def test_an_option_error_is_a_value_error():
    assert issubclass(OptionError, ValueError)


def test_expect_one_of_gives_back_what_is_allowed():
    assert expect_one_of("scale", "unit", ["pixels", "unit"]) == "unit"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("unti", "scale: expected one of pixels, unit; received unti (did you mean unit?)"),
        ("xyz", "scale: expected one of pixels, unit; received xyz"),
        ("", "scale: expected one of pixels, unit; received "),
        (None, "scale: expected one of pixels, unit; received None"),
        (3, "scale: expected one of pixels, unit; received 3"),
    ],
)
def test_expect_one_of_says_what_is_allowed(given, message):
    with pytest.raises(OptionError) as caught:
        expect_one_of("scale", given, iter(["pixels", "unit"]))
    assert str(caught.value) == message


def test_did_you_mean_only_what_is_near():
    assert did_you_mean("trian", ["train", "data"]) == " (did you mean train?)"
    assert did_you_mean("zzz", ["train", "data"]) == ""
    assert did_you_mean("anything", []) == ""


def test_a_missing_extra_is_named_with_what_installs_it():
    with (
        pytest.raises(MissingExtraError, match=r"needs nowhere.*pip install 'digitrec\[train\]'"),
        needs_extra("train"),
    ):
        import nowhere.at.all  # noqa: F401


def test_a_mistake_of_our_own_is_no_missing_extra():
    with pytest.raises(ModuleNotFoundError, match=r"digitrec\.nothing"), needs_extra("train"):
        import digitrec.nothing  # noqa: F401


def test_other_errors_pass_through():
    with pytest.raises(ZeroDivisionError), needs_extra("train"):
        1 / 0  # noqa: B018
