"""The cheapest path through a line's parts: it is the best of all, and what is left out."""

import itertools

import cv2
import numpy as np
import pytest

from digitrec.reading.layout import paths
from digitrec.reading.layout.paths import Chain, Link
from digitrec.reading.layout.pieces import Piece, connected


def ring(x: int, width: int = 30, height: int = 40, y: int = 0) -> Piece:
    field = np.zeros((height, width), np.uint8)
    x_axis, y_axis = width // 2, height // 2
    cv2.ellipse(field, (x_axis, y_axis), (x_axis - 3, y_axis - 3), 0, 0, 360, 1, 4)
    (found,) = connected(field.astype(bool))
    return Piece(x + found.x, y + found.y, found.mask)


def bar(x: int, height: int, width: int = 4, y: int = 0) -> Piece:
    return Piece(x, y, np.ones((height, width), bool))


def apart(count: int) -> list[Link]:
    return [Link(join=float("inf"))] * count


def read(chain: Chain, confidences: dict[tuple[int, int], float]) -> list[tuple[int, int]]:
    """The places (x, width) of the digits."""
    found = chain.likeliest([confidences.get(span, 0.01) for span in chain.spans])
    return [(piece.x, piece.width) for piece, _ in found]


def cheapest(chain: Chain, confidences: list[float]) -> float:
    """By trying every way to cut the chain."""
    sure = dict(zip(chain.spans, confidences, strict=True))
    count, best = len(chain.parts), float("inf")
    for ways in itertools.product([False, True], repeat=count - 1):
        edges = [0, *(at + 1 for at, cut in enumerate(ways) if cut), count]
        spans = list(itertools.pairwise(edges))
        if all(span in sure for span in spans):
            best = min(best, cost_of(chain, spans, sure))
    return best


def cost_of(chain: Chain, spans, sure) -> float:
    cost = sum(chain.links[start - 1].cut for start, _ in spans if start)
    for start, stop in spans:
        joins = sum(link.join for link in chain.links[start : stop - 1])
        cost += joins + paths.digit_cost(chain.spans[start, stop], sure[start, stop], chain.height)
    return cost


@pytest.mark.parametrize("seed", range(5))
def test_it_is_the_cheapest_of_all(seed):
    random = np.random.default_rng(seed)
    parts = [ring(18 * number, 18) for number in range(7)]
    links = [Link(cut=cut) for cut in random.uniform(0, 2, 6)]
    chain = Chain(parts, links, 36.0)
    confidences = random.uniform(0.05, 1, len(chain.spans)).tolist()
    found = chain.likeliest(confidences)
    spans = {(piece.x, piece.right): span for span, piece in chain.spans.items()}
    chosen = [spans[piece.x, piece.right] for piece, _ in found]
    sure = dict(zip(chain.spans, confidences, strict=True))
    assert cost_of(chain, chosen, sure) == pytest.approx(cheapest(chain, confidences))


def test_sure_digits_are_not_put_together_nor_cut():
    parts = [ring(0), ring(24)]
    chain = Chain(parts, [Link(cut=0.7)], 36.0)
    pair = {(0, 1): 0.99, (1, 2): 0.99, (0, 2): 0.15}
    assert read(chain, pair) == [(parts[0].x, parts[0].width), (parts[1].x, parts[1].width)]
    whole = {(0, 1): 0.6, (1, 2): 0.6, (0, 2): 0.9}
    assert len(read(chain, whole)) == 2  # 1.4 heights wide: hardly one digit
    narrow = Chain([ring(0, 18), ring(14, 18)], [Link(cut=0.7)], 36.0)
    assert len(read(narrow, whole)) == 1


def test_digits_that_were_cut_are_told():
    chain = Chain([ring(0), ring(24), ring(80)], [Link(cut=0.7), *apart(1)], 36.0)
    found = chain.likeliest([0.99 if stop == start + 1 else 0.1 for start, stop in chain.spans])
    assert [cut for _, cut in found] == [True, True, False]


def test_what_lies_apart_is_never_one_digit():
    chain = Chain([ring(0), ring(80)], apart(1), 36.0)
    assert list(chain.spans) == [(0, 1), (1, 2)]


def test_nothing_wider_than_the_widest_is_one_digit():
    parts = [ring(24 * number) for number in range(5)]
    chain = Chain(parts, [Link(cut=1)] * 4, 34.0)
    assert max(piece.width for piece in chain.spans.values()) <= paths.WIDEST * 34


@pytest.mark.parametrize(("share", "kept"), [(1.0, True), (0.8, True), (0.45, False), (0.2, False)])
def test_a_straight_stroke_is_a_1_only_when_it_is_tall(share, kept):
    stroke = bar(40, round(share * 60))
    chain = Chain([ring(0, 40, 66), stroke], apart(1), 60.0)
    assert ((40, 4) in read(chain, {(0, 1): 0.99, (1, 2): 0.99})) is kept


@pytest.mark.parametrize(("top", "kept"), [(0, True), (20, True), (40, False)])
def test_a_stroke_that_hangs_below_its_neighbours_is_a_comma(top, kept):
    tall = ring(0, 40, 66), ring(80, 40, 66)
    chain = Chain([tall[0], bar(60, 40, y=top), tall[1]], apart(2), 60.0)
    sure = dict.fromkeys(chain.spans, 0.99)
    assert ((60, 4) in read(chain, sure)) is kept


@pytest.mark.parametrize("share", [0.3, 0.45, 0.6])
def test_a_small_ring_is_a_0_between_tall_digits(share):
    small = ring(60, round(share * 60), round(share * 60))
    chain = Chain([ring(0, 40, 66), small], apart(1), 60.0)
    assert len(read(chain, {(0, 1): 0.99, (1, 2): 0.99})) == 2


def test_a_ligature_may_be_left_out():
    """A short stroke between two digits that spoils either of them."""
    parts = [ring(0), bar(30, 3, 8, y=18), ring(38)]
    chain = Chain(parts, [Link(cut=0.7), Link(cut=0.7)], 36.0)
    digits = {(0, 1): 0.99, (2, 3): 0.99, (0, 2): 0.3, (1, 3): 0.3}
    assert [x for x, _ in read(chain, digits)] == [parts[0].x, parts[2].x]


def test_what_is_as_tall_as_a_digit_is_never_left_out():
    chain = Chain([ring(0), bar(40, 34, 20)], apart(1), 36.0)
    assert len(read(chain, {(0, 1): 0.99})) == 2


def test_doubt_counts_for_as_many_digits_as_there_is_room_for():
    narrow, wide = ring(0, 36, 36), ring(0, 66, 36)
    doubt = [paths.digit_cost(piece, 0.1, 36) for piece in (narrow, wide)]
    assert doubt[1] - doubt[0] > 0.7 * -np.log(0.1)
    assert paths.digit_cost(narrow, 1.0, 36) == 0


@pytest.mark.parametrize("confidence", [0.0, 1e-9])
def test_no_doubt_is_endless(confidence):
    least = paths.digit_cost(ring(0, 36, 36), paths.LEAST_CONFIDENCE, 36)
    assert paths.digit_cost(ring(0, 36, 36), confidence, 36) == least
