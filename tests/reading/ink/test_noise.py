"""Lone pixels are taken out where there are many of them, and never from strokes."""

import numpy as np
import pytest

from digitrec.reading.ink.noise import SALTED, without_salt


def stroke() -> np.ndarray:
    """Grey (60, 60) float32: ink 20 on paper 230, a stroke 5 wide and one of a pixel."""
    grey = np.full((60, 60), 230, np.float32)
    grey[10:50, 20:25] = 20
    grey[10:50, 40] = 20
    return grey


def salted(grey: np.ndarray, share: float) -> np.ndarray:
    """That share of the pixels black or white."""
    random = np.random.default_rng(0)
    chosen = random.random(grey.shape) < share
    return np.where(chosen, random.choice([0, 255], grey.shape), grey).astype(np.float32)


@pytest.mark.parametrize("share", [0.05, 0.15])
def test_salt_and_pepper_go_and_the_stroke_stays(share):
    calm, noted = without_salt(salted(stroke(), share))
    assert noted
    wrong = np.abs(calm - stroke()) > 100
    wrong[:, 38:43] = False
    assert wrong.mean() < 0.2 * share


def test_a_clean_picture_is_given_back_as_it_is():
    calm, noted = without_salt(stroke())
    assert not noted
    assert (calm == stroke()).all()


@pytest.mark.parametrize("share", [0.3 * SALTED, 4 * SALTED])
def test_a_few_specks_are_no_noise(share):
    assert without_salt(salted(np.full((100, 100), 230, np.float32), 2 * share))[1] == (
        share > SALTED
    )


def test_a_pair_of_pixels_is_salt_and_a_thin_line_is_not():
    grey = np.full((40, 40), 230, np.float32)
    grey[2:38:4, 2:38:4] = 20
    grey[3:39:4, 2:38:4] = 20
    grey[20, :] = 20
    calm, noted = without_salt(grey)
    assert noted
    assert (calm[20, 2:-2] == 20).all()
    assert calm[2, 2] == 230


@pytest.mark.parametrize("grey", [0, 120, 255])
def test_plain_pictures(grey):
    plain = np.full((30, 30), grey, np.float32)
    calm, noted = without_salt(plain)
    assert not noted
    assert (calm == plain).all()


def test_pale_grain_is_no_salt():
    grain = stroke() + np.random.default_rng(0).normal(0, 10, (60, 60)).astype(np.float32)
    assert not without_salt(grain)[1]
