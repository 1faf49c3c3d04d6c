"""Drift by hand, beside SciPy, on samples of the reference's own, and on others."""

import math
from collections import Counter

import numpy as np
import pytest
from scipy import stats

from digitrec.insight.drift import Limits, apart, compare, luck, psi, worst
from digitrec.reading.readings import Readings

NAMES = tuple("0123456789")
SEEDS = range(100)


def sample(seed, count, *, odds=(2, 0.05), doubted=0.01, mix=None):
    """Readings: beta-distributed confidence to six places, a share of them doubted, any mix."""
    random = np.random.default_rng(seed)
    digits = random.choice(NAMES, count, p=mix).tolist()
    statuses = random.choice(
        ["ok", "uncertain", "not_a_digit"], count, p=[1 - doubted, 0.8 * doubted, 0.2 * doubted]
    )
    return Readings(digits, statuses.tolist(), random.beta(*odds, count).round(6))


REFERENCE = sample(1000, 5000).reference(NAMES)


def verdicts(readings, limits=None):
    return {one.name: one.verdict for one in compare(REFERENCE, readings, limits or Limits())}


def test_the_index_by_hand():
    """0.1 * ln(0.6 / 0.5) + -0.1 * ln(0.4 / 0.5)."""
    assert psi((0.5, 0.5), (0.6, 0.4)) == pytest.approx(0.0405465, abs=1e-7)
    assert psi((0.5, 0.5), (0.5, 0.5)) == 0
    assert psi((0.2, 0.8), (0.7, 0.3)) == pytest.approx(psi((0.7, 0.3), (0.2, 0.8)))


def test_luck_is_chi_squared():
    for cells in (3, 5, 10):
        for p_value in (0.05, 0.001):
            expected = stats.chi2.ppf(1 - p_value, cells - 1) * (1 / 300 + 1 / 5000)
            assert luck(cells, 300, 5000, p_value) == pytest.approx(expected, rel=0.05)


def test_the_distance_by_hand():
    """The reference has its hundredths at 0, 1 ... 100 %; half of the values are below them all."""
    even = Readings(["1"] * 1000, ["ok"] * 1000, np.arange(1, 1001) / 1000).reference("1")
    values = np.concatenate([np.zeros(500), np.linspace(0.001, 1, 500)])
    assert apart(even, values).distance == pytest.approx(0.5, abs=0.005)
    assert apart(even, np.arange(1, 1001) / 1000).distance == pytest.approx(0, abs=0.002)
    assert apart(even, np.ones(50)).distance == pytest.approx(0.99, abs=0.001)


def test_the_distance_is_scipys_to_a_hundredth_and_so_is_its_p_value():
    before = sample(1, 3000)
    reference = before.reference(NAMES)
    for seed in range(5):
        now = sample(seed + 2, 200, odds=(2, 0.05 + 0.02 * seed)).confidence_of_read()
        expected = stats.ks_2samp(before.confidence_of_read(), now, method="asymp")
        found = apart(reference, now)
        assert expected.statistic - 0.0101 <= found.distance <= expected.statistic + 1e-9
    size = math.sqrt(len(now) * reference.read / (len(now) + reference.read))
    scaled = (size + 0.12 + 0.11 / size) * found.distance
    assert found.p_value == pytest.approx(stats.kstwobign.sf(scaled), abs=1e-9)


def test_ties_are_no_distance():
    """Three quarters are wholly sure, then and now."""
    many = np.where(np.arange(400) < 300, 1.0, np.linspace(0.5, 0.9, 400))
    reference = Readings(["1"] * 400, ["ok"] * 400, many).reference("1")
    found = apart(reference, many[::2])
    assert found.distance < 0.02
    assert found.p_value > 0.9
    [*_, confidence] = compare(reference, Readings(["1"] * 400, ["ok"] * 400, many), Limits())
    assert confidence.psi < 0.01
    assert confidence.then == pytest.approx((0.1, 0.1, 0.05, 0.75), abs=0.011)
    assert confidence.now == pytest.approx(confidence.then, abs=0.011)


@pytest.mark.parametrize("count", [100, 400, 3000])
def test_what_is_like_the_reference_raises_no_alarm(count):
    found = Counter(
        worst(compare(REFERENCE, sample(seed, count), Limits(least=50))) for seed in SEEDS
    )
    assert found["drift"] <= 1
    assert found["stable"] >= 95


@pytest.mark.parametrize(
    ("changed", "drifted"),
    [
        ({"odds": (2, 0.3)}, "confidence"),
        ({"doubted": 0.3}, "statuses"),
        ({"mix": [0.4, 0.15, 0.1, 0.1, 0.1, 0.05, 0.04, 0.03, 0.02, 0.01]}, "digits"),
    ],
)
def test_what_has_changed_raises_one(changed, drifted):
    found = [verdicts(sample(seed, 400, **changed)) for seed in SEEDS]
    assert sum(one[drifted] == "drift" for one in found) >= 95
    others = [name for name in found[0] if name != drifted]
    assert sum(one[name] == "drift" for one in found for name in others) <= 2


def test_few_readings_say_nothing():
    few = sample(0, 99, odds=(1, 3), doubted=0.9)
    assert set(verdicts(few).values()) == {"too few"}
    assert worst(compare(REFERENCE, few, Limits())) == "too few"
    assert verdicts(few, Limits(least=10))["statuses"] == "drift"
    none = Readings(["1"] * 500, ["not_a_digit"] * 500, [0.5] * 500)
    assert verdicts(none) == {"digits": "too few", "statuses": "drift", "confidence": "too few"}


def test_a_small_reference_says_nothing_either():
    small = sample(0, 60).reference(NAMES)
    found = compare(small, sample(1, 5000, odds=(1, 3)), Limits())
    assert {one.verdict for one in found} == {"too few"}


def test_limits_are_the_callers():
    readings = sample(0, 1000, doubted=0.08)
    _, statuses, _ = compare(REFERENCE, readings, Limits())
    assert statuses.psi > statuses.luck
    below, above = statuses.psi * 0.9, statuses.psi * 1.1
    assert verdicts(readings, Limits(below / 2, below))["statuses"] == "drift"
    assert verdicts(readings, Limits(below, above))["statuses"] == "watch"
    assert verdicts(readings, Limits(above, above))["statuses"] == "stable"


def test_a_great_distance_is_a_drift_whatever_the_index():
    readings = sample(0, 400, odds=(2, 0.3))
    assert verdicts(readings, Limits(99, 99))["confidence"] == "drift"
    assert verdicts(readings, Limits(99, 99, p_value=1e-300))["confidence"] == "stable"


def test_a_class_that_was_never_seen_is_counted():
    readings = Readings(["1"] * 100 + ["x"] * 100, ["ok"] * 200, [0.9] * 200)
    digits, *_ = compare(REFERENCE, readings, Limits())
    assert digits.cells == (*NAMES, "x")
    assert (digits.then[-1], digits.now[-1], digits.now[1]) == (0, 0.5, 0.5)
    assert digits.verdict == "drift"
