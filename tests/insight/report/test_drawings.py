"""What is drawn: each curve, row and digit that was measured."""

from dataclasses import replace

import pytest

from digitrec.insight.plots import ORANGE, figure_of, save
from digitrec.insight.report import drawings
from digitrec.insight.report.groups import Served
from digitrec.insight.trust.labels import Dispute


@pytest.fixture
def figure():
    return figure_of(6, 4)


def names(axes):
    return [tick.get_text() for tick in axes.get_yticklabels()]


def test_energies_have_a_row_a_kind_below_the_digits(figure, facts):
    drawings.draw_energies(figure, facts)
    (axes,) = figure.axes
    assert names(axes) == ["digits", *(kind.name for kind in facts.kinds)]
    middles = [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "o"]
    assert middles[0] < min(middles[1:])


def test_severities_have_a_line_a_kind_and_their_mean(figure, facts):
    drawings.draw_severities(figure, facts.changed)
    (axes,) = figure.axes
    *kinds, mean = axes.lines
    assert len(kinds) == len(facts.changed.corrupted.kinds)
    assert mean.get_ydata() == pytest.approx([100 * one for one in facts.changed.by_severity])


def test_groups_that_are_read_worse_are_orange(figure, facts):
    served = (Served("left", 50, 100), Served("right", 99, 100))
    drawings.draw_groups(figure, replace(facts, groups={"hand": served}))
    (axes,) = figure.axes
    assert names(axes) == ["left", "right"]
    points = [line.get_color() == ORANGE for line in axes.lines if line.get_marker() == "o"]
    assert points == [True, False]


@pytest.mark.parametrize("disputed", [False, True])
def test_doubted_digits_are_shown_and_of_mnists_test_the_disputed(
    disputed, figure, facts, tmp_path, monkeypatch
):
    monkeypatch.setattr(drawings, "DISPUTED", (3, 4, 5))
    dispute = Dispute((), 0, 397) if disputed else None
    drawings.draw_doubts(figure, replace(facts, dispute=dispute))
    doubted = min(3, len(facts.doubts))
    assert len(figure.get_axes()) == doubted + 3 * disputed
    save(figure, tmp_path / "doubts.png")
