"""What a drift is said to mean, and its picture."""

import pytest
from PIL import Image

from digitrec.insight.drift import Limits, compare
from digitrec.insight.drift_report import FEW, LESS_SURE, OTHER_MIX, SURER, advice, as_text, plot
from digitrec.reading.readings import Readings

SURE = [0.9 + 0.0001 * number for number in range(1000)]


def readings(*, digits="0123456789", doubted=10, confidences=SURE):
    count = len(confidences)
    statuses = ["uncertain"] * doubted + ["ok"] * (count - doubted)
    return Readings([digits[n % len(digits)] for n in range(count)], statuses, confidences)


REFERENCE = readings().reference(tuple("0123456789"))


def compared(**changed):
    return compare(REFERENCE, readings(**changed), Limits())


@pytest.mark.parametrize(
    ("changed", "meaning"),
    [
        ({}, None),
        ({"digits": "111234"}, OTHER_MIX),
        ({"doubted": 400}, LESS_SURE),
        ({"confidences": [one - 0.08 for one in SURE]}, LESS_SURE),
        ({"confidences": [0.95 + (one - 0.9) / 2 for one in SURE]}, SURER),
        ({"digits": "111234", "doubted": 400}, LESS_SURE),
        ({"confidences": SURE[:50]}, FEW),
    ],
)
def test_what_a_drift_may_mean(changed, meaning):
    found = advice(compared(**changed))
    assert found[:1] == ([meaning] if meaning else [])
    steps = meaning in (LESS_SURE, SURER)
    assert any("digitrec report OLD NEW" in line for line in found) == steps


def test_fewer_doubts_are_no_loss():
    doubtful = readings(doubted=400).reference(tuple("0123456789"))
    assert advice(compare(doubtful, readings(), Limits()))[0] == SURER


def test_the_table_says_what_has_changed_most():
    text = as_text(compared(digits="0123456788", doubted=400)).splitlines()
    assert text[0].split() == ["PSI", "verdict", "changed", "most"]
    assert text[1].endswith("8: 10.0 % then, 20.0 % now")
    assert text[2].split()[2:] == ["drift", "ok:", "99.0", "%", "then,", "60.0", "%", "now"]
    assert "KS distance 0.000, p = 1.000; from 0.949" in text[3]


def test_the_picture_has_three_panels_side_by_side(tmp_path):
    plot(compared(doubted=400), "400 digits", tmp_path / "drift.png")
    with Image.open(tmp_path / "drift.png") as picture:
        assert picture.width > 2.5 * picture.height
        colours = {colour for _, colour in picture.convert("RGB").getcolors(1 << 20)}
    assert {(0, 114, 178), (213, 94, 0), (119, 119, 119)} <= colours
