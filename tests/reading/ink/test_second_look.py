"""What cannot be read is looked at another way, and what is read so is uncertain at best."""

from collections.abc import Callable

import numpy as np
import pytest

from digitrec import Reader
from digitrec.reading import ink
from digitrec.reading.card import Card
from digitrec.reading.classifier import Classifier
from digitrec.reading.picture import Picture


class Judge(Classifier):
    """Says 3 of the images that it knows, and of all others that they may be anything."""

    def __init__(self, knows: Callable[[np.ndarray], bool], sure: float = 9.0) -> None:
        self.card = Card("tiny")
        self.knows, self.sure = knows, sure

    def logits(self, images: np.ndarray) -> np.ndarray:
        answers = np.zeros((len(images), 10), np.float32)
        answers[[bool(self.knows(image)) for image in images], 3] = self.sure
        return answers


def small(side: int = 28) -> np.ndarray:
    """A stroke that is not in the middle, and noise that find would leave out."""
    image = np.zeros((side, side), np.uint8)
    image[3:20, 4:8] = 255
    image[22:24, 20] = 90
    return image


def same(image: np.ndarray) -> Callable[[np.ndarray], bool]:
    return lambda seen: bool((seen == image).all())


@pytest.mark.parametrize("single", [True, False])
@pytest.mark.parametrize("dark", [True, False])
def test_a_picture_of_mnists_size_is_read_as_it_is_when_it_cannot_be_read_otherwise(single, dark):
    image = small()
    reader = Reader(Judge(same(image)), single=single)
    reading = reader.read(255 - image if dark else image)
    assert reading.text == "3"
    assert reading.status == reading.digits[0].status == "uncertain"


def remembering(tried: list[np.ndarray], known: bool) -> Judge:
    """Knows all or nothing, and keeps what it was asked."""

    def knows(image: np.ndarray) -> bool:
        tried.append(image.copy())
        return known

    return Judge(knows)


def test_larger_pictures_are_never_read_as_they_are():
    tried: list[np.ndarray] = []
    Reader(remembering(tried, known=False)).read(small(29))
    assert tried
    assert not any((image == small()).all() for image in tried)
    assert not any(other.in_form for other in ink.otherwise(*ask(small(29))))


def test_what_is_sure_at_first_sight_stays_ok_and_is_not_looked_at_again():
    sure: list[np.ndarray] = []
    unsure: list[np.ndarray] = []
    reading = Reader(remembering(sure, known=True), single=True).read(small())
    Reader(remembering(unsure, known=False), single=True).read(small())
    assert (reading.text, reading.status) == ("3", "ok")
    assert len(sure) < len(unsure)


def test_no_surer_another_way_keeps_the_first():
    barely = Judge(same(small()), sure=0.3)  # 0.13 against 0.10: less than CLEARLY_BETTER
    assert Reader(barely, single=True).see(small()).ink.in_form is False


def test_a_told_polarity_is_kept():
    for other in ink.otherwise(*ask(small(), "light")):
        assert ink.DARK not in other.notes


def ask(grey: np.ndarray, polarity: str = "auto") -> tuple[Picture, str, ink.Ink]:
    picture = Picture(np.repeat(grey[:, :, None], 3, axis=2))
    return picture, polarity, ink.find(picture, polarity)
