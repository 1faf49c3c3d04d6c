"""Digits of several requests go to the classifier together.

A batch goes when it is full, when no other request is on its way, or when it has waited long
enough. What a digit is answered does not depend on what it went with.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digitrec.reading.asked import Answer, answers
from digitrec.reading.classifier import CardClassifier, Classifier

Images = NDArray[np.uint8]
Logits = NDArray[np.float32]


@dataclass
class _Waiting:
    """Images, and who waits for what is said of them: answers for the loop, logits for a thread."""

    images: Images
    answers: "asyncio.Future[list[Answer]] | None" = None
    logits: Future[Logits] | None = None

    def told(self, answers: list[Answer], logits: Logits) -> None:
        if self.answers is not None and not self.answers.done():
            self.answers.set_result(answers)
        if self.logits is not None:
            self.logits.set_result(logits)

    def failed(self, error: Exception) -> None:
        if self.answers is not None and not self.answers.done():
            self.answers.set_exception(error)
        if self.logits is not None:
            self.logits.set_exception(error)


PATIENCE = 5.0
"""Seconds that a thread waits for a batch before it asks for itself."""


class Batches:
    """Gathers images in the event loop's thread, and answers them there.

    Args:
        classifier: what answers.
        size: images that are enough.
        wait: seconds that the first of a batch waits for others, at most.
        coming: how many requests are on their way here.
        told: is called with the size of each batch.
    """

    def __init__(
        self,
        classifier: Classifier,
        size: int,
        wait: float,
        coming: Callable[[], int],
        told: Callable[[int], None],
    ) -> None:
        self.classifier, self.size, self.wait = classifier, size, wait
        self._coming, self._told = coming, told
        self._loop = asyncio.get_running_loop()
        self._waiting: list[_Waiting] = []
        self._count = 0
        self._timer: asyncio.Handle | None = None

    def add(self, images: Images) -> "asyncio.Future[list[Answer]]":
        """What is said of images (N, 28, 28), which go with the next batch.

        Call it in the loop's thread.
        """
        answers: asyncio.Future[list[Answer]] = self._loop.create_future()
        self._put(_Waiting(images, answers=answers))
        return answers

    def from_thread(self, images: Images) -> Logits:
        """The logits (N, classes) of images; for threads beside the loop's, which wait."""
        logits: Future[Logits] = Future()
        try:
            self._loop.call_soon_threadsafe(self._put, _Waiting(images, logits=logits))
            return logits.result(PATIENCE)
        except (RuntimeError, TimeoutError):  # the loop has ended, or does not turn
            return self.classifier.logits(images)

    def _put(self, waiting: _Waiting) -> None:
        self._waiting.append(waiting)
        self._count += len(waiting.images)
        if self._count >= self.size:
            self._go()
        elif self._timer is None:
            self._timer = self._loop.call_soon(self._perhaps)

    def _perhaps(self) -> None:
        """All that came in one turn of the loop is here: wait only if more is on its way."""
        if self._coming() and self.wait:
            self._timer = self._loop.call_later(self.wait, self._go)
        else:
            self._go()

    def _go(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        batch, self._waiting, self._count = self._waiting, [], 0
        if not batch:
            return
        images = np.concatenate([each.images for each in batch])
        self._told(len(images))
        try:
            logits = self.classifier.logits(images)
            said = answers(images, logits, self.classifier)
        except Exception as error:  # noqa: BLE001 - whoever waits is told
            for each in batch:
                each.failed(error)
            return
        start = 0
        for each in batch:
            part = slice(start, start + len(each.images))
            each.told(said[part], logits[part])
            start = part.stop


class Gathered(CardClassifier):
    """A classifier's face for threads that read pictures: its digits go with others'."""

    def __init__(self, batches: Batches) -> None:
        self._batches = batches
        self.card, self.source = batches.classifier.card, batches.classifier.source

    def _answer(self, images: Images) -> Logits:
        raise NotImplementedError

    def logits(self, images: Images) -> Logits:
        """As the classifier's; many images are a batch of their own."""
        if not 0 < len(images) < self._batches.size:
            return self._batches.classifier.logits(images)
        return self._batches.from_thread(images)
