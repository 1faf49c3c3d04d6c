"""Whether readings have drifted from what they looked like when all was well.

>>> compare(card.reference, log.readings, Limits())
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from statistics import NormalDist
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from digitrec.reading.readings import Readings
from digitrec.reading.reference import STEPS, Reference

TOO_FEW, STABLE, WATCH, DRIFT = "too few", "stable", "watch", "drift"
VERDICTS = (TOO_FEW, STABLE, WATCH, DRIFT)

APART_WATCH, APART_DRIFT = 0.1, 0.2
"""Distances of Kolmogorov and Smirnov that are worth a word: with many readings one of a hundredth
is beyond luck as well, and means nothing."""

TENTHS = range(STEPS // 10, STEPS, STEPS // 10)
"""Quantiles of the reference's confidence between which it has a tenth of its readings each."""

SIDES: tuple[Literal["left", "right"], ...] = ("left", "right")

UNSEEN = 0.5
"""What is added to each count before its logarithm is taken (Jeffreys' prior)."""


@dataclass(frozen=True)
class Limits:
    """From when on a difference counts.

    Attributes:
        watch, drift: Population Stability Indices, 0.1 and 0.25 by the rule of thumb of N. Siddiqi
            2006, "Credit Risk Scorecards".
        p_value: how rarely luck alone may say so.
        least: digits found, then and now; of fewer nothing is said.
    """

    watch: float = 0.1
    drift: float = 0.25
    p_value: float = 0.001
    least: int = 100


@dataclass(frozen=True)
class Distance:
    """Kolmogorov and Smirnov's: the most that the shares below any confidence differ by.

    Attributes:
        distance: 0 to 1.
        p_value: how often luck alone would make it as large.
    """

    distance: float
    p_value: float


@dataclass(frozen=True)
class Compared:
    """One thing about the readings, then and now.

    Attributes:
        name: "digits", "statuses" or "confidence".
        cells: what it was counted by; of the confidence, from where on.
        then: share of each cell in the reference.
        now: the same in the readings.
        count: readings.
        psi: Population Stability Index.
        luck: the index that luck alone exceeds at the limits' p-value.
        verdict: one of VERDICTS.
        distance: of the confidence.
    """

    name: str
    cells: tuple[str, ...]
    then: tuple[float, ...]
    now: tuple[float, ...]
    count: int
    psi: float
    luck: float
    verdict: str
    distance: Distance | None = None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        shares = {
            when: dict(zip(self.cells, getattr(self, when), strict=True))
            for when in ("then", "now")
        }
        return {**asdict(self), **shares}


def compare(reference: Reference, readings: Readings, limits: Limits) -> list[Compared]:
    """The mix of digits, the statuses and the confidence of readings against a reference's."""
    compared = [
        _counted("digits", reference.digits, Counter(readings.read()), limits),
        _counted("statuses", reference.statuses, Counter(readings.statuses), limits),
        _confidence(reference, readings.confidence_of_read(), limits),
    ]
    few = min(reference.found, len(readings.statuses)) < limits.least
    return [replace(one, verdict=TOO_FEW) if few or not one.count else one for one in compared]


def worst(compared: Sequence[Compared]) -> str:
    """The verdict on all of it."""
    return max((one.verdict for one in compared), key=VERDICTS.index)


def psi(then: Sequence[float], now: Sequence[float]) -> float:
    """The Population Stability Index of shares, none of which is 0; 0 when nothing has changed.

    The sum of (now - then) ln(now / then), which is Jeffreys' divergence (1946).
    """
    return math.fsum((b - a) * math.log(b / a) for a, b in zip(then, now, strict=True))


def luck(cells: int, then: int, now: int, p_value: float) -> float:
    """The index that two samples of one population exceed with this probability.

    It is (1 / then + 1 / now) times chi-squared with a degree of freedom less than there are cells
    (B. Yurdakul 2018, "Statistical Properties of Population Stability Index"), whose quantile is
    E. Wilson's and M. Hilferty's of 1931.

    Args:
        cells: that the samples are counted by, at least two.
        then: size of the one sample.
        now: size of the other.
        p_value: the probability.
    """
    degrees = cells - 1
    third = 2 / (9 * degrees)
    root = 1 - third - NormalDist().inv_cdf(p_value) * math.sqrt(third)
    return degrees * root**3 * (1 / max(then, 1) + 1 / max(now, 1))


def apart(reference: Reference, values: NDArray[np.floating]) -> Distance:
    """The distance of Kolmogorov and Smirnov between the reference's confidence and other values.

    It is taken at the quantiles, so it may miss a hundredth, and errs on the side of no alarm; so
    it does where many values are alike. The p-value is that of two samples, by the series of
    Kolmogorov 1933 with the correction of M. Stephens 1970.
    """
    quantiles, shares = np.asarray(reference.confidence), np.arange(STEPS + 1) / STEPS
    ordered = np.sort(values)
    below, upto = (np.searchsorted(ordered, quantiles, side) / len(values) for side in SIDES)
    distance = max(0.0, float((below - shares).max()), float((shares - upto).max()))
    size = math.sqrt(len(values) * reference.read / (len(values) + reference.read))
    return Distance(distance, _kolmogorov((size + 0.12 + 0.11 / size) * distance))


def _kolmogorov(scaled: float) -> float:
    """How often luck alone makes a scaled distance so large."""
    if scaled < 0.2:  # where the series converges too slowly, and the answer is 1 to ten places
        return 1.0
    terms = ((-1) ** (k - 1) * math.exp(-2 * (k * scaled) ** 2) for k in range(1, 101))
    return min(1.0, max(0.0, 2 * math.fsum(terms)))


def _counted(
    name: str, then: Mapping[str, int], now: Mapping[str, int], limits: Limits
) -> Compared:
    """Of a thing that has names. What was not there before is counted too."""
    cells = (*then, *sorted(set(now) - set(then)))
    before, after = ([counts.get(cell, 0) for cell in cells] for counts in (then, now))
    return _compared(name, cells, before, after, limits)


def _confidence(reference: Reference, values: NDArray[np.floating], limits: Limits) -> Compared:
    """Of the confidence, between the reference's tenths; those that are alike are one."""
    quantiles = list(reference.confidence)
    first = {quantiles[tenth]: quantiles.index(quantiles[tenth]) / STEPS for tenth in TENTHS}
    shares = {edge: share for edge, share in first.items() if share}
    then = np.diff(list(shares.values()), prepend=0, append=1) * reference.read
    places = np.searchsorted(np.sort(values), list(shares))
    now = np.diff(places, prepend=0, append=len(values))
    cells = tuple(f"{edge:g}" for edge in (0, *shares))
    distance = apart(reference, values) if len(values) else None
    return _compared("confidence", cells, then.tolist(), now.tolist(), limits, distance)


def _compared(
    name: str,
    cells: tuple[str, ...],
    then: Sequence[float],
    now: Sequence[float],
    limits: Limits,
    distance: Distance | None = None,
) -> Compared:
    """The same for counts."""
    index = psi(_shares(then, UNSEEN), _shares(now, UNSEEN))
    sizes = round(sum(then)), round(sum(now))
    by_luck = luck(max(len(cells), 2), *sizes, limits.p_value)
    verdict = _verdict(index if index > by_luck else 0.0, distance, limits)
    shares = _shares(then), _shares(now)
    return Compared(name, cells, *shares, sizes[1], index, by_luck, verdict, distance)


def _verdict(index: float, distance: Distance | None, limits: Limits) -> str:
    """By how much is beyond luck."""
    gap = distance.distance if distance and distance.p_value < limits.p_value else 0.0
    if index >= limits.drift or gap >= APART_DRIFT:
        return DRIFT
    return WATCH if index >= limits.watch or gap >= APART_WATCH else STABLE


def _shares(counts: Sequence[float], more: float = 0.0) -> tuple[float, ...]:
    """The counts as shares of the whole, all 0 where there is none, with so much more of each."""
    whole = sum(counts) + more * len(counts)
    return tuple((count + more) / (whole or 1) for count in counts)
