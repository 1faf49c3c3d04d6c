"""What benchmarks/drift.py draws and counts."""

import benchmark_modules
import numpy as np
import pytest

from digitrec.datasets import Part
from digitrec.reading.reading import Digit, Reading, reading_of


@pytest.fixture(scope="module")
def drift():
    return benchmark_modules.load("drift")


def reading(confidence):
    digit = Digit(7, confidence, "ok", 0, (0, 0, 20, 20), (0.1,) * 10)
    return reading_of((digit,), (), None)


class Reads:
    """Reads 500 sevens, all as surely as the first pixel says."""

    def read_all(self, images):
        return [reading(image[0, 0] / 255) for image in images]


def test_the_digits_of_all_pictures_are_counted(drift):
    found = drift.readings_of([reading(0.5), Reading(), reading(0.9)])
    assert (found.digits, found.statuses, found.confidences) == (["7"] * 2, ["ok"] * 2, [0.5, 0.9])


@pytest.mark.parametrize(("shift", "share"), [(0, 0.0), (100, 1.0)])
def test_the_share_of_alarms(drift, shift, share, monkeypatch):
    monkeypatch.setattr(drift, "TIMES", 10)
    images = np.zeros((500, 28, 28), np.uint8)
    images[:, 0, 0] = np.arange(500) % 150
    before = Reads().read_all(images)
    found = drift.alarms(Reads(), before, Part(images + np.uint8(shift), np.full(500, 7)))
    assert found == dict.fromkeys(("100", "300", "1000"), share)


@pytest.mark.mnist
def test_another_mix_is_benfords(drift):
    shares = np.bincount(drift.another_mix().labels, minlength=10) / 2500
    assert shares[0] == 0
    assert shares[1] == pytest.approx(0.301, abs=0.04)
    assert shares[9] == pytest.approx(0.046, abs=0.02)
