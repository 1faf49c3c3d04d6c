"""What is ink beyond doubt: flat and uneven ground, noise, sparks, printed patterns."""

import numpy as np
import pytest

from digitrec.reading.ink.threshold import (
    LEAST_CONTRAST,
    PEN,
    SURELY,
    UNEVEN,
    core_of,
)

FLAT = 0.0


def strokes(contrast: float = 100, thickness: int = 6) -> np.ndarray:
    """Ink on ground 0, (100, 100) float32: a stroke 60 high."""
    ink = np.zeros((100, 100), np.float32)
    ink[20:80, 40 : 40 + thickness] = contrast
    return ink


def test_all_of_a_stroke_and_nothing_else():
    core, local = core_of(strokes(), FLAT)
    assert (core == (strokes() > 0)).all()
    assert not local


@pytest.mark.parametrize("contrast", [2, LEAST_CONTRAST - 1, LEAST_CONTRAST + 1, 200])
def test_least_contrast(contrast):
    core, _ = core_of(strokes(contrast), FLAT)
    assert core.any() == (contrast > LEAST_CONTRAST)


@pytest.mark.parametrize(("contrast", "seen"), [(8, False), (150, True)])
def test_ink_differs_from_noise_by_several_of_its_deviations(contrast, seen):
    noise = np.abs(np.random.default_rng(0).normal(0, 12, (100, 100))).astype(np.float32)
    core, _ = core_of(noise + strokes(contrast), FLAT)
    assert core.any() == seen


def test_noise_alone_is_no_ink():
    noise = np.random.default_rng(0).uniform(0, 60, (100, 100)).astype(np.float32)
    assert not core_of(noise, FLAT)[0].any()


def test_little_ink_on_a_large_sheet_is_parted_from_papers_two_greys():
    sheet = np.zeros((400, 400), np.float32)
    sheet[:, 200:] = 15
    sheet[100:160, 100:104] = 100
    assert (core_of(sheet, FLAT)[0] == (sheet == 100)).all()


@pytest.mark.parametrize("unevenness", [0, 0.9 * UNEVEN, 1.1 * UNEVEN, 2])
def test_the_threshold_follows_the_place_where_the_ground_is_uneven(unevenness):
    _, local = core_of(strokes(), unevenness * 100)
    assert local == (unevenness > UNEVEN)


def test_uneven_ground_leaves_strokes_whole_and_their_loops_open():
    ink = np.zeros((120, 120), np.float32)
    ink[30:90, 30:90] = 100
    ink[40:80, 40:80] = 0
    ink += np.linspace(0, 20, 120, dtype=np.float32)
    core, local = core_of(ink, 60)
    assert local
    assert core[32:38, 32:88].all()
    assert not core[45:75, 45:75].any()


@pytest.mark.parametrize("darkness", [0.4, 0.9 * SURELY, 1.1 * SURELY, 1])
def test_each_piece_has_something_as_dark_as_a_pen(darkness):
    ink = strokes()
    ink[40:60, 70:76] = 100 * darkness
    core, _ = core_of(ink, FLAT)
    assert core[40:60, 70:76].any() == (darkness > SURELY)


@pytest.mark.parametrize(("width", "seen"), [(1, False), (6, True)])
def test_a_spark_is_no_piece(width, seen):
    ink = strokes()
    ink[50 : 50 + width, 70 : 70 + width] = 90
    assert core_of(ink, FLAT)[0][45:60, 65:80].any() == seen


def test_faint_parts_of_a_piece_stay_with_its_dark_ones():
    ink = strokes()
    ink[77:80, 46:80] = 50
    assert core_of(ink, FLAT)[0][77:80, 46:80].all()


def with_net(share: float) -> np.ndarray:
    """A stroke of which that share of the piece is, and a paler net that hangs on it."""
    ink = np.zeros((200, 200), np.float32)
    net = round(80 * 4 * (1 / share - 1) / 80)
    ink[100 : 100 + 4 * net : 4, 102:182] = 54
    ink[100 : 100 + 4 * net, 102:182:20] = 54
    ink[60:140, 98:102] = 100
    return ink


@pytest.mark.parametrize("share", [0.5 * PEN, 2 * PEN])
def test_a_pattern_that_hangs_on_the_ink_is_left_out_and_a_paling_stroke_is_not(share):
    core, _ = core_of(with_net(share), FLAT)
    assert core[60:140, 98:102].all()
    assert core[100:, 110:].any() == (share > PEN)


def test_a_dark_table_at_the_border_does_not_make_ink_pale():
    ink = strokes(55, thickness=3)
    ink[:, :8] = 100
    assert core_of(ink, FLAT)[0][20:80, 40:43].all()
