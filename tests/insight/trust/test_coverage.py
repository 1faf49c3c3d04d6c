"""What comes of silence, computed with pen and paper and by trying everything."""

import json
import math

import numpy as np
import pytest

from digitrec.errors import OptionError
from digitrec.insight.evaluation import Answers
from digitrec.insight.trust import coverage
from digitrec.insight.trust.coverage import Costs

CONFIDENCE = np.array([0.7, 0.9, 0.6, 0.8])
RIGHT = np.array([True, True, True, False])
"""The second surest answer, 0.8, is wrong."""


def answers(confidence, right):
    probabilities = np.stack([confidence, 1 - confidence], axis=1)
    labels = np.where(right, 0, 1)
    return Answers(np.zeros((len(right), 28, 28), np.uint8), labels, probabilities, probabilities)


def synthetic(seed, count=300):
    """Confidences of which many are equal, and answers that are right as often as they say."""
    random = np.random.default_rng(seed)
    confidence = np.round(0.5 + 0.5 * random.random(count) ** 0.3, 2)
    return confidence, random.random(count) < confidence


def test_risks_follow_the_surest_answers():
    np.testing.assert_allclose(coverage.risks(CONFIDENCE, RIGHT), [0, 1 / 2, 1 / 3, 1 / 4])
    assert coverage.area_under_risk(CONFIDENCE, RIGHT) == pytest.approx((1 / 2 + 1 / 3 + 1 / 4) / 4)
    assert coverage.least_area(RIGHT) == pytest.approx(1 / 16)


def test_answers_of_equal_confidence_count_as_their_mean():
    equal = np.full(4, 0.9)
    np.testing.assert_allclose(coverage.risks(equal, RIGHT), [1 / 4] * 4)
    other_way = coverage.risks(equal, RIGHT[::-1])
    np.testing.assert_allclose(other_way, [1 / 4] * 4)


def test_a_limit_answers_what_reaches_it():
    point = coverage.at_limit(0.7, CONFIDENCE, RIGHT)
    assert (point.answered, point.wrong, point.coverage) == (3, 1, 0.75)
    assert point.accuracy == pytest.approx(2 / 3)
    assert point.cost(Costs(wrong=10, reject=2)) == pytest.approx((10 + 2) / 4)


def test_nothing_answered_is_nothing_wrong():
    assert coverage.at_limit(math.inf, CONFIDENCE, RIGHT).accuracy == 1


@pytest.mark.parametrize(
    ("share", "limit"), [(1, 0), (0.98, 0), (0.75, 0.7), (0.6, 0.7), (0.5, 0.8), (0.001, 0.9)]
)
def test_limit_of_a_coverage(share, limit):
    assert coverage.limit_of_coverage(share, CONFIDENCE) == limit


@pytest.mark.parametrize(("goal", "limit"), [(1, 0.9), (0.75, 0), (0.7, 0)])
def test_limit_of_an_accuracy(goal, limit):
    assert coverage.limit_of_accuracy(goal, CONFIDENCE, RIGHT) == limit


def test_no_limit_is_enough_when_the_surest_answer_is_wrong():
    assert coverage.limit_of_accuracy(0.9, np.array([0.9, 0.8]), np.array([False, True])) is None


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("costs", [Costs(), Costs(3, 1), Costs(1, 1), Costs(1, 0), Costs(1000, 1)])
def test_the_cheapest_limit_is_that_of_trying_all(costs, seed):
    confidence, right = synthetic(seed)

    def paid(limit):
        answered = confidence >= limit
        return costs.wrong * (answered & ~right).sum() + costs.reject * (~answered).sum()

    tried = {limit: paid(limit) for limit in [0.0, *np.unique(confidence)[1:], math.inf]}
    limit = coverage.cheapest_limit(costs, confidence, right)
    assert tried[limit] == min(tried.values())
    assert limit == min(one for one, cost in tried.items() if cost == tried[limit])


def test_limits_are_chosen_on_validation_and_measured_elsewhere():
    validation, measured = answers(*synthetic(0)), answers(*synthetic(1, 500))
    found = coverage.selection(validation, measured, Costs(20, 1))
    cheapest = coverage.cheapest_limit(Costs(20, 1), validation.confidence, validation.right)
    assert found.cheapest == coverage.at_limit(cheapest, measured.confidence, measured.right)
    assert found.cheapest.count == found.everything.answered == 500
    assert found.by_theory == 0.95
    assert found.at_coverage[0.98].coverage == pytest.approx(0.98, abs=0.03)
    assert found.area > found.excess > 0
    assert found.at_accuracy[0.9995] is None or found.at_accuracy[0.9995].limit > 0.9


def test_json_of_a_model_that_had_better_be_silent():
    wrong = answers(np.array([0.9, 0.8]), np.array([False, False]))
    told = json.loads(json.dumps(coverage.as_dict(coverage.selection(wrong, wrong, Costs()))))
    assert (told["cheapest"]["limit"], told["cheapest"]["answered"]) == (None, 0)
    assert told["cheapest"]["cost"] == 1
    assert told["at_accuracy"] == {"0.999": None, "0.9995": None}


@pytest.mark.parametrize(
    ("wrong", "reject"), [(0, 1), (-1, 1), (1, -1), (math.inf, 1), (1, math.nan)]
)
def test_costs_that_are_none_are_refused(wrong, reject):
    with pytest.raises(OptionError, match="costs: expected"):
        Costs(wrong, reject)


def test_the_curve_is_thinned_to_be_drawn():
    shares, risks = coverage.curve(answers(*synthetic(0, 3000)), points=50)
    assert len(shares) == len(risks) == 50
    assert (shares[-1], shares[0]) == (1, pytest.approx(1 / 3000))
