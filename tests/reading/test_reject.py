"""What is no digit: by energy, by confidence, by measures of the ink."""

from dataclasses import replace

import drawn_digits
import numpy as np
import pytest

from digitrec.reading import reject
from digitrec.reading.card import Card
from digitrec.reading.classifier import energies
from digitrec.reading.normalize import to_mnist

SURE, TORN, NOTHING = [9.0, 0.0, 0.0], [5.0, 4.5, 0.0], [0.1, 0.0, 0.0]
CARD = Card("small", classes=("0", "1", "2"))


def form(digit, **options):
    return to_mnist(255 - np.asarray(drawn_digits.draw(digit, **options)))


def statuses(card, *rows):
    images = np.stack([form(0)] * len(rows))
    return reject.statuses(images, np.array(rows), card)


def test_a_card_without_limits_finds_everything_ok():
    assert statuses(CARD, SURE, TORN, NOTHING) == ["ok"] * 3


def test_confidence_below_its_limit_is_uncertain():
    card = replace(CARD, uncertain_below=0.7)
    assert statuses(card, SURE, TORN, NOTHING) == ["ok", "uncertain", "uncertain"]


def test_energy_above_its_limits_is_uncertain_and_then_no_digit():
    sure, torn, nothing = energies(np.array([SURE, TORN, NOTHING]), 1.0)
    assert sure < torn < nothing
    card = replace(CARD, uncertain_energy=sure + 0.01, reject_energy=torn + 0.01)
    assert statuses(card, SURE, TORN, NOTHING) == ["ok", "uncertain", "not_a_digit"]


def test_energy_is_the_same_when_all_logits_are_raised_together():
    rows = np.array([SURE, TORN])
    np.testing.assert_allclose(energies(rows + 7, 2.0), energies(rows, 2.0))


def test_ink_unlike_any_digits_is_no_digit_however_sure_the_model_is():
    card = replace(CARD, reject_above={"fill": 0.6})
    block = np.zeros((28, 28), np.uint8)
    block[4:24, 4:24] = 255
    rows = np.array([SURE, SURE])
    assert reject.statuses(np.stack([form(0), block]), rows, card) == ["ok", "not_a_digit"]


def test_measures_of_a_block_are_plain():
    block = np.zeros((28, 28), np.uint8)
    block[4:24, 9:19] = 255
    found = reject.measures(block)
    assert (found["aspect"], found["fill"]) == (0.5, 0.5)
    assert reject.measures(np.zeros((28, 28), np.uint8)) == dict.fromkeys(reject.MEASURES, 0.0)


@pytest.mark.parametrize("thickness", [6, 10, 14])
def test_the_stroke_measures_the_pen(thickness):
    # A pen of so many hundredths of a field in which the digit is 72 + thickness high.
    expected = thickness / (72 + thickness)
    assert reject.measures(form(1, thickness=thickness))["stroke"] == pytest.approx(
        expected, abs=0.04
    )


def test_limits_are_the_most_among_digits():
    images = np.stack([form(digit) for digit in range(10)])
    most = reject.most_of_measures(images)
    assert most["aspect"] == max(reject.measures(image)["aspect"] for image in images)
    assert set(most) == set(reject.MEASURES)
    card = replace(CARD, reject_above=most)
    assert reject.statuses(images, np.array([SURE] * 10), card) == ["ok"] * 10


@pytest.mark.parametrize("width", [1, 2, 4])
def test_a_straight_one_is_a_digit_however_narrow(width):
    bar = np.zeros((28, 28), np.uint8)
    bar[4:24, 12 : 12 + width] = 255
    card = replace(CARD, reject_above=reject.most_of_measures(form(0, thickness=22)[None]))
    assert reject.statuses(bar[None], np.array([SURE]), card) == ["ok"]


@pytest.mark.parametrize("count", [60])
def test_there_is_a_reason_exactly_where_a_reading_is_not_ok(count):
    random = np.random.default_rng(0)
    images = (random.uniform(size=(count, 28, 28)) < 0.2).astype(np.uint8) * 255
    logits = random.normal(0, 3, (count, 10)).astype(np.float32)
    card = Card(
        "any", uncertain_below=0.7, uncertain_energy=-4.0, reject_energy=-3.0,
        reject_above={"aspect": 1.02},
    )  # fmt: skip
    statuses = reject.statuses(images, logits, card)
    assert set(statuses) == {"ok", "uncertain", "not_a_digit"}
    for image, row, status in zip(images, logits, statuses, strict=True):
        reasons = reject.reasons(image, row, card)
        assert bool(reasons) == (status != "ok")
        refused = any("like no digit" in one or "of no digit" in one for one in reasons)
        assert refused == (status == "not_a_digit")


def test_reasons_say_what_was_found_and_what_is_allowed():
    image = np.zeros((28, 28), np.uint8)
    image[13:15, 4:24] = 255
    card = Card("any", uncertain_below=0.9, reject_above={"aspect": 2.5})
    flat = np.zeros(10, np.float32)
    assert reject.reasons(image, flat, card) == (
        "its width by its height is 10.00, and of no digit over 2.50",
    )
    assert reject.reasons(image.T, flat, card) == ("the confidence is under 90 %",)
