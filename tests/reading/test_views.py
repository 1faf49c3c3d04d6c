"""Pictures are turned, or their ink taken for another, only where they read clearly better so."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from drawn_writing import writing

from digitrec import Reader
from digitrec.reading import layout, views
from digitrec.reading.ink import Ink
from digitrec.reading.layout import Place
from digitrec.reading.layout.lines import in_lines
from digitrec.reading.layout.pieces import connected

UP, LEFT, DOWN, RIGHT = range(4)
"""Which side of a T its bar is on; each is a quarter turn to the left from the one before."""


def sheet(rows: int, columns: int, bar: int = UP) -> Ink:
    """Rows of Ts, 20 pixels a side, whose bars are on one side of the sheet."""
    letter = np.zeros((20, 20), np.float32)
    letter[:5], letter[:, 8:12] = 255, 255
    cell = np.pad(letter, ((10, 10), (4, 4)))
    strokes = np.ascontiguousarray(np.rot90(np.tile(cell, (rows, columns)), bar))
    return Ink(strokes, strokes > 0, 1.0, ("dark ink",))


def side(ink: np.ndarray) -> int:
    """On which side of a T its bar is."""
    ys, xs = np.nonzero(ink)
    down, right = ys.mean() - (ink.shape[0] - 1) / 2, xs.mean() - (ink.shape[1] - 1) / 2
    if abs(down) > abs(right):
        return UP if down < 0 else DOWN
    return LEFT if right < 0 else RIGHT


def rate(up: float = 0.99, left: float = 0.2, down: float = 0.2, right: float = 0.2):
    """What is so sure of a T whose bar is on that side."""
    sure = {UP: up, LEFT: left, DOWN: down, RIGHT: right}
    return lambda inks: np.array([sure[side(ink)] for ink in inks])


@pytest.fixture(autouse=True)
def pieces_as_digits(request, monkeypatch):
    """Each piece of ink is a digit: these are facts of turns, not of cuts."""
    if "reader" in request.fixturenames:
        return

    def find_digits(ink: Ink, _: object) -> list[Place]:
        lines = in_lines(connected(ink.core))
        return [Place(piece, number) for number, line in enumerate(lines) for piece in line]

    monkeypatch.setattr(layout, "find_digits", find_digits)


def seen(ink: Ink, rated, *others: Ink, single: bool = False) -> views.View:
    return views.clearest([ink, *others], rated, single=single)


@pytest.mark.parametrize("bar", [UP, LEFT, DOWN, RIGHT])
@pytest.mark.parametrize(("rows", "columns"), [(1, 3), (2, 5), (4, 4)])
def test_sheets_are_turned_upright(rows, columns, bar):
    view = seen(sheet(rows, columns, bar), rate())
    assert (view.turns, view.lines, len(view.places)) == (-bar % 4, rows, rows * columns)
    assert (view.ink.strokes == sheet(rows, columns).strokes).all()
    assert (view.ink.core == (view.ink.strokes > 0)).all()
    assert view.ink.notes == (("dark ink", views.TURNS[-bar % 4]) if bar else ("dark ink",))


@pytest.mark.parametrize("bar", [LEFT, DOWN, RIGHT])
def test_one_or_two_digits_are_not_turned(bar):
    for count in (1, 2):
        assert seen(sheet(1, count, bar), rate()).turns == 0


def test_what_reads_well_is_not_turned_though_it_reads_better_turned():
    assert seen(sheet(1, 5, LEFT), rate(up=1.0, left=0.95)).turns == 0
    assert seen(sheet(1, 5, LEFT), rate(up=1.0, left=0.94)).turns == 3


@pytest.mark.parametrize(("more", "turns"), [(0.04, 0), (0.06, 3)])
def test_a_quarter_turn_that_makes_fewer_lines_need_be_little_better(more, turns):
    assert seen(sheet(1, 5, LEFT), rate(up=0.6 + more, left=0.6)).turns == turns


@pytest.mark.parametrize("bar", [LEFT, DOWN, RIGHT])
def test_a_turn_that_leaves_the_lines_as_many_needs_digits_that_become_clear(bar):
    """From 0.5 to 0.8 is 0.47 nats a digit: nine are enough, four are not."""
    sure = rate(up=0.8, left=0.5, down=0.5, right=0.5)
    assert seen(sheet(2, 2, bar), sure).turns == 0
    assert seen(sheet(3, 3, bar), sure).turns == -bar % 4
    assert seen(sheet(2, 2, bar), rate(0.99, 0.05, 0.05, 0.05)).turns == -bar % 4


def test_a_quarter_turn_never_makes_more_lines():
    assert seen(sheet(1, 5), rate(up=0.1, left=0.9, down=0.1, right=0.9)).turns == 0


def test_a_column_of_digits_that_are_read_stays_a_column():
    view = seen(sheet(5, 1), rate(up=0.9, left=0.9, right=0.9))
    assert (view.turns, view.lines) == (0, 5)


@pytest.mark.parametrize(("count", "turns"), [(3, 0), (8, 0), (9, 2)])
def test_a_sheet_on_its_head_needs_many_digits_or_clear_ones(count, turns):
    assert seen(sheet(1, count, DOWN), rate(up=0.8, down=0.5)).turns == turns
    assert seen(sheet(1, count, DOWN), rate(up=0.99, down=0.05)).turns == 2


def cut(monkeypatch: pytest.MonkeyPatch, upright: int, turned: int) -> None:
    """Have so many digits cut from another where the picture lies as it is, and where turned."""
    find_digits = layout.find_digits

    def some_cut(ink, rated):
        count = turned if set(ink.notes) & set(views.TURNS.values()) else upright
        found = find_digits(ink, rated)
        return [replace(place, cut=number < count) for number, place in enumerate(found)]

    monkeypatch.setattr(layout, "find_digits", some_cut)


@pytest.mark.parametrize(("upright", "turned", "turns"), [(0, 0, 0), (4, 0, 2), (4, 4, 0)])
def test_cutting_is_doubt(monkeypatch, upright, turned, turns):
    """Six digits that become clear gain 2.8 nats; four cuts less make it 4.8."""
    cut(monkeypatch, upright, turned)
    assert seen(sheet(1, 6, DOWN), rate(up=0.8, down=0.5)).turns == turns


@pytest.mark.parametrize(("count", "turns"), [(4, 0), (5, 0), (6, 3)])
def test_digits_that_were_cut_count_half(monkeypatch, count, turns):
    cut(monkeypatch, 0, count)
    assert seen(sheet(1, count, LEFT), rate()).turns == turns


def test_one_digit_cannot_turn_a_sheet():
    """Of nine that read alike both ways, one is unreadable one way and sure the other: 3.9 nats."""

    def rated(inks):
        upright = side(inks[0]) == UP
        return np.array([0.9] * 8 + [1.0 if upright else 0.0])

    assert seen(sheet(1, 9, DOWN), rated).turns == 0


def test_a_single_digit_is_never_turned():
    view = seen(sheet(2, 5, LEFT), rate(), single=True)
    assert (view.turns, len(view.places)) == (0, 1)


def test_a_picture_of_mnists_size_is_one_digit():
    for side_of_picture, count in ((39, 1), (41, 2)):
        strokes = np.zeros((side_of_picture, side_of_picture), np.float32)
        strokes[8:30, 10:13], strokes[8:30, 24:27] = 255, 255
        assert len(seen(Ink(strokes, strokes > 0, 1.0, ()), rate()).places) == count


def inks_then_failure(ink: Ink) -> Iterator[Ink]:
    yield ink
    pytest.fail("another ink was asked for")


def test_other_inks_are_not_asked_for_where_the_first_reads_well():
    for sure in (0.95, 0.99):
        assert (
            views.clearest(inks_then_failure(sheet(1, 5)), rate(up=sure), single=False).turns == 0
        )


@pytest.mark.parametrize(("more", "taken"), [(0.09, False), (0.11, True)])
def test_another_ink_must_read_better(more, taken):
    first, second = sheet(1, 3, LEFT), sheet(1, 3)
    view = seen(first, rate(up=0.5 + more, left=0.5), second, single=True)
    assert (view.ink is second) == taken


@pytest.mark.parametrize(("unreadable", "taken"), [(3, False), (5, True)])
def test_another_ink_must_not_lose_digits_that_were_read(unreadable, taken):
    first, second = sheet(1, 6), sheet(1, 2)

    def rated(inks):
        if len(inks) == 2:
            return np.full(2, 0.99)
        return np.array([0.92] * (6 - unreadable) + [0.1] * unreadable)

    assert (seen(first, rated, second).ink is second) == taken


def test_empty_ink():
    nothing = Ink(np.zeros((60, 60), np.float32), np.zeros((60, 60), bool), 1.0, ())
    view = seen(nothing, rate(), nothing)
    assert (view.turns, view.mean, len(view.places), view.lines) == (0, 0.0, 0, 0)
    found = seen(nothing, rate(), sheet(1, 3))
    assert len(found.places) == 3


@pytest.fixture(scope="module")
def reader():
    reader = Reader()
    if reader.classifier.card.reject_energy is None:
        pytest.skip("the model was not taught what is no digit")
    return reader


def page(text: str, turns: int) -> np.ndarray:
    ink = writing(text, height=60, thickness=11, gap=0.4)
    return np.rot90(np.round(255 * (1 - ink)).astype(np.uint8), turns)


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize("text", ["27435\n35247", "3472524"])
def test_drawn_pages_are_read_at_every_turn(reader, text, turns):
    reading = reader.read(page(text, turns))
    assert reading.text == text
    note = () if turns == 0 else (views.TURNS[-turns % 4],)
    assert tuple(set(reading.notes) & set(views.TURNS.values())) == note


@pytest.mark.parametrize(("digit", "turned"), [("6", "9"), ("9", "6")])
def test_6_and_9_stay_what_they_are(reader, digit, turned):
    assert reader.read(page(digit, 0)).text == digit
    assert reader.read(page(digit, 2)).text == turned
    assert reader.read(page(digit * 2, 2)).text == turned * 2


def test_boxes_are_in_the_upright_picture(reader):
    text = "27435\n35247"
    upright = [digit.box for digit in reader.read(page(text, 0)).digits]
    for turns in (1, 2, 3):
        assert [digit.box for digit in reader.read(page(text, turns)).digits] == upright
