import numpy as np
import pytest

from digitrec.datasets.digits import Part
from digitrec.training.attacks.moves import grid, moved, moves

DOT = np.zeros((1, 28, 28), np.uint8)
DOT[0, 4, 14] = 255


def place(image):
    return tuple(np.unravel_index(image.argmax(), image.shape))


def test_shifts_are_in_pixels():
    assert place(moved(DOT, 0, 3, 2)[0]) == (6, 17)


def test_turns_are_clockwise_about_the_middle():
    # A quarter turn brings what is above the middle to the right of it.
    assert place(moved(DOT, 90, 0, 0)[0]) == (14, 23)


def test_the_grid_has_the_place_itself_and_its_ends():
    places = list(grid(30, 3))
    assert len(set(places)) == len(places) == 7 * 5 * 5
    assert (0, 0, 0) in places
    assert (-30, -3, 3) in places
    assert list(grid(0, 0)) == [(0, 0, 0)]


def test_the_worst_place_is_found():
    def answers(images):
        """Class 0 as long as there is ink in the left half of the image's top."""
        ink = images[:, :10, :14].reshape(len(images), -1).max(axis=1) > 50
        return np.stack([ink, ~ink], axis=1).astype(float)

    left = np.roll(DOT, -2, axis=2)
    told = []
    found = moves(answers, Part(left, np.array([0])), 0, 3, tell=lambda *one: told.append(one))
    assert place(found[0])[1] >= 14
    assert told[0] == (1, 1)
    assert told[-1] == (25, 0)


@pytest.mark.parametrize("label", [0, 1])
def test_what_cannot_be_fooled_stays_rightly_read(label):
    def answers(images):
        return np.tile([1.0, 0.0], (len(images), 1))

    found = moves(answers, Part(DOT, np.array([label])), 10, 1)
    assert found.shape == (1, 28, 28)
