"""Digits of several requests go to the classifier together.

A batch goes when it is full, when no other request is on its way, or when it has waited long
enough. What a digit is answered does not depend on what it went with.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future

import numpy as np
from numpy.typing import NDArray

from digitrec.reading.classifier import CardClassifier, Classifier

Images = NDArray[np.uint8]
Logits = NDArray[np.float32]


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
        self._waiting: list[tuple[Images, Future[Logits]]] = []
        self._count = 0
        self._timer: asyncio.Handle | None = None

    def add(self, images: Images) -> "Future[Logits]":
        """Let images (N, 28, 28) go with the next batch; call it in the loop's thread."""
        answer: Future[Logits] = Future()
        self._put(images, answer)
        return answer

    def from_thread(self, images: Images) -> Logits:
        """The logits (N, classes) of images; for threads beside the loop's, which wait."""
        answer: Future[Logits] = Future()
        self._loop.call_soon_threadsafe(self._put, images, answer)
        return answer.result()

    def _put(self, images: Images, answer: "Future[Logits]") -> None:
        self._waiting.append((images, answer))
        self._count += len(images)
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
        images = batch[0][0] if len(batch) == 1 else np.concatenate([each for each, _ in batch])
        self._told(len(images))
        try:
            logits = self.classifier.logits(images)
        except Exception as error:  # noqa: BLE001 - whoever waits is told
            for _, answer in batch:
                answer.set_exception(error)
            return
        start = 0
        for each, answer in batch:
            answer.set_result(logits[start : start + len(each)])
            start += len(each)


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
