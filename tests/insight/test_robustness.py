"""A classifier that reads a picture's brightness, measured on corrupted digits."""

import numpy as np
import pytest

from digitrec.datasets.corruptions import KINDS
from digitrec.datasets.digits import Part
from digitrec.errors import ModelError
from digitrec.insight.robustness import Kind, Robustness, as_text, on_file, on_ours
from digitrec.reading.card import Card
from digitrec.reading.classifier import CardClassifier


class Bright(CardClassifier):
    """Reads "b" where the mean is above 50."""

    card = Card("bright", ("a", "b"))

    def _answer(self, images):
        return np.eye(2, dtype=np.float32)[(images.mean(axis=(1, 2)) > 50).astype(int)]


BLANK = Part(np.zeros((8, 28, 28), np.uint8), np.zeros(8, np.int64))


def test_every_kind_is_measured_in_every_severity():
    found = on_ours(Bright(), BLANK, ("a",))
    by_name = {kind.name: kind for kind in found.kinds}
    assert list(by_name) == list(KINDS)
    assert by_name["brightness"].errors == (0, 8, 8, 8, 8)  # 38 at first, then 69
    assert by_name["brightness"].accuracy == pytest.approx(0.2)
    assert by_name["rotate"].errors == (0,) * 5
    assert found.accuracy == pytest.approx(np.mean([kind.accuracy for kind in found.kinds]))
    assert found.as_dict()["kinds"]["brightness"] == {
        "accuracy": pytest.approx(0.2),
        "errors": [0, 8, 8, 8, 8],
        "count": 8,
    }


def test_a_file_is_measured_by_the_names_of_the_classes(tmp_path):
    bright = np.full((4, 28, 28), 200, np.uint8)
    np.savez(tmp_path / "c.npz", fog=bright, shade=BLANK.images[:4])
    found = on_file(Bright(), tmp_path / "c.npz", BLANK, ("a",))
    assert found.kinds == (Kind("fog", (4,), 4), Kind("shade", (0,), 4))
    assert found.accuracy == 0.5
    swapped = on_file(Bright(), tmp_path / "c.npz", BLANK, ("b",))
    assert [kind.errors for kind in swapped.kinds] == [(0,), (4,)]


def test_other_classes_are_refused():
    with pytest.raises(ModelError, match="expected a model of the data's classes"):
        on_ours(Bright(), BLANK, ("c",))


def test_the_table_has_a_line_a_kind_and_their_mean():
    ours = Robustness("ours", (Kind("fog", (0, 1, 2, 3, 4), 4), Kind("shot", (0, 0, 0, 0, 4), 4)))
    assert as_text(ours).splitlines() == [
        "of ours, % read rightly",
        "severity       1       2       3       4       5    mean",
        "fog       100.00   75.00   50.00   25.00    0.00   50.00",
        "shot      100.00  100.00  100.00  100.00    0.00   80.00",
        "mean      100.00   87.50   75.00   62.50    0.00   65.00",
    ]
    assert as_text(Robustness("c.npz", (Kind("fog", (1,), 4),))).splitlines() == [
        "of c.npz, % read rightly",
        "fog        75.00",
        "mean       75.00",
    ]
