"""Pictures are read: in threads, and where nothing is to be looked for, in the event loop itself.

A digit in MNIST's form takes less time than handing it to a thread does. All digits, whichever way
they come, go to the classifier in batches.
"""

import asyncio
import base64
import io
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from digitrec.errors import PictureError
from digitrec.reading import stages
from digitrec.reading.classifier import CardClassifier
from digitrec.reading.form import Polarity
from digitrec.reading.reader import Reader, Seen, image_of
from digitrec.reading.reading import Reading
from digitrec.service.batching import Batches, Gathered
from digitrec.service.exchange import Exchange
from digitrec.service.metrics import Metrics
from digitrec.service.models import Model, Models
from digitrec.service.readings import Readings
from digitrec.service.refusal import Refused
from digitrec.service.settings import Settings

T = TypeVar("T")

Answer = dict[str, Any]
"""A reading in the form of `predict --json`, with "stages" if they were asked for."""


@dataclass(frozen=True)
class Named:
    """A picture's bytes and the name that it came under, if it had one."""

    content: bytes
    file: str | None = None


@dataclass(frozen=True)
class How:
    """How pictures are to be read: as Reader's options say; with `stages` they are drawn too."""

    single: bool = False
    polarity: Polarity = "auto"
    stages: bool = False


class Work:
    """Reads what requests bring, with the model that answers when they come.

    Args:
        settings: with the limits.
        models: one of which answers.
        metrics: that are told.
        coming: how many requests are on their way.
        readings: that each is added to, if they are kept.
    """

    def __init__(
        self,
        settings: Settings,
        models: Models,
        metrics: Metrics,
        coming: Callable[[], int],
        readings: Readings | None = None,
    ) -> None:
        self.settings, self.models, self.metrics = settings, models, metrics
        self._coming, self._readings = coming, readings
        self._pool = ThreadPoolExecutor(settings.concurrency, "reading")
        self._batches: dict[str, Batches] = {}

    def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def read(self, exchange: Exchange, pictures: Sequence[Named], how: How) -> list[Answer]:
        """The answer to each picture, in order; one that cannot be opened has status "error".

        Raises:
            Refused: it took too long.
        """
        batches = self._batches_for(exchange, len(pictures))
        here: list[Answer | None] = [None] * len(pictures)
        if not how.stages:
            here = await self._read_here(pictures, self._reader(batches.classifier, how), batches)
        there = [
            self._read_there(picture, how, batches)
            for picture, answer in zip(pictures, here, strict=True)
            if answer is None
        ]
        if not there:
            return [answer for answer in here if answer is not None]
        found = iter(await self.in_time(asyncio.gather(*there)))
        return [next(found) if answer is None else answer for answer in here]

    async def read_digits(self, exchange: Exchange, images: NDArray[np.uint8]) -> list[Answer]:
        """The answer to each digit in MNIST's form (N, 28, 28), in order. Raises Refused."""
        batches = self._batches_for(exchange, len(images))
        reader = self._reader(Gathered(batches), How())
        readings = await self.in_time(self.in_thread(lambda: list(reader.read_digits(images))))
        return [self._answer(reading) for reading in readings]

    async def in_time(self, answer: Awaitable[T]) -> T:
        """What is awaited, if it comes in time. Raises Refused."""
        try:
            async with asyncio.timeout(self.settings.timeout):
                return await answer
        except TimeoutError:
            raise Refused(
                504, f"expected an answer within {self.settings.timeout:g} seconds; it takes longer"
            ) from None

    def _batches_for(self, exchange: Exchange, pictures: int) -> Batches:
        """The batches of the model that answers this request."""
        model = self.models.current
        exchange.model, exchange.pictures = model.version, pictures
        return self._batches_of(model)

    def _reader(self, classifier: CardClassifier, how: How) -> Reader:
        return Reader(
            classifier,
            polarity=how.polarity,
            single=how.single,
            max_pixels=self.settings.max_pixels,
        )

    def _batches_of(self, model: Model) -> Batches:
        if model.version not in self._batches:
            kept = {each.version for each in self.models.kept}  # others' classifiers are let go
            self._batches = {name: each for name, each in self._batches.items() if name in kept}
            self._batches[model.version] = Batches(
                model.classifier,
                self.settings.batch,
                self.settings.batch_wait / 1000,
                self._coming,
                self.metrics.batch_size.observe,
            )
        return self._batches[model.version]

    async def _read_here(
        self, pictures: Sequence[Named], reader: Reader, batches: Batches
    ) -> list[Answer | None]:
        """The answers to digits in MNIST's form; None where there is more to do."""
        inks = [reader.in_form(picture.content) for picture in pictures]
        images = [image_of(ink) for ink in inks if ink is not None]
        if not images:
            return [None] * len(pictures)
        said = iter(await batches.add(np.concatenate(images)))
        return [
            None
            if ink is None
            else self._answer(
                reader.reading_in_form(ink, next(said)) or reader.read(picture.content),
                picture.file,
            )
            for ink, picture in zip(inks, pictures, strict=True)
        ]

    async def _read_there(self, picture: Named, how: How, batches: Batches) -> Answer:
        """The answer to a picture, whatever it is, from a thread."""
        reader = self._reader(Gathered(batches), how)
        reading, drawn = await self.in_thread(lambda: _read(picture, how, reader))
        answer = self._answer(reading, picture.file)
        return answer if drawn is None else {**answer, "stages": drawn}

    def _answer(self, reading: Reading, file: str | None = None) -> Answer:
        self.metrics.read(reading)
        if self._readings is not None:
            self._readings.add(reading)
        return {**reading.as_dict(), "file": file}

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Do work in one of the threads; until one is free it is in the queue."""
        queued = ExitStack()
        queued.enter_context(self.metrics.queue_depth.track_inprogress())

        def begin() -> T:
            queued.close()
            return work()

        with queued:
            return await asyncio.get_running_loop().run_in_executor(self._pool, begin)


def _read(picture: Named, how: How, reader: Reader) -> tuple[Reading, dict[str, Any] | None]:
    """What a picture says, and how it was read, if that is asked for."""
    try:
        seen = reader.see(picture.content)
    except PictureError as error:
        return Reading(status="error", error=str(error)), None
    return seen.reading, _drawn(seen) if how.stages else None


def _drawn(seen: Seen) -> dict[str, Any]:
    """The stages by name, and the digits in MNIST's form: PNGs in base64."""
    panels = {name: _png(panel) for name, panel in stages.panels(seen).items()}
    return {**panels, "digits": [_png(Image.fromarray(image)) for image in seen.images]}


def _png(image: Image.Image) -> str:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()
