"""Pictures are read: in threads, and where nothing is to be looked for, in the event loop itself.

A digit in MNIST's form takes less time than handing it to a thread does. All digits, whichever way
they come, go to the classifier in batches.
"""

import asyncio
import base64
import io
import re
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from digitrec.errors import PictureError
from digitrec.reading import stages
from digitrec.reading.classifier import CardClassifier
from digitrec.reading.form import SIDE, Polarity
from digitrec.reading.reader import Reader, Seen, image_of
from digitrec.reading.reading import Reading
from digitrec.service.batching import Batches, Gathered
from digitrec.service.exchange import Exchange
from digitrec.service.metrics import Metrics
from digitrec.service.models import Model, Models
from digitrec.service.refusal import Refused
from digitrec.service.settings import Settings

SMALL = 4096
"""Bytes up to which a picture is looked at in the loop: MNIST's digits have 300."""

PNG_OF_MNISTS_SIZE = re.compile(rb"\x89PNG\r\n\x1a\n....IHDR" + SIDE.to_bytes(4) * 2, re.DOTALL)
"""How the file of such a picture begins."""

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
    """

    def __init__(
        self, settings: Settings, models: Models, metrics: Metrics, coming: Callable[[], int]
    ) -> None:
        self.settings, self.models, self.metrics = settings, models, metrics
        self._coming = coming
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
        reader = self._reader(batches.classifier, how)
        return await self._in_time(
            asyncio.gather(*(self._read(picture, how, reader, batches) for picture in pictures))
        )

    async def read_digits(self, exchange: Exchange, images: NDArray[np.uint8]) -> list[Answer]:
        """The answer to each digit in MNIST's form (N, 28, 28), in order. Raises Refused."""
        batches = self._batches_for(exchange, len(images))
        reader = self._reader(Gathered(batches), How())
        readings = await self._in_time(self._in_thread(lambda: list(reader.read_digits(images))))
        for reading in readings:
            self.metrics.read(reading)
        return [reading.as_dict() for reading in readings]

    async def _in_time(self, answer: Awaitable[T]) -> T:
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
            self._batches[model.version] = Batches(
                model.classifier,
                self.settings.batch,
                self.settings.batch_wait / 1000,
                self._coming,
                self.metrics.batch_size.observe,
            )
        return self._batches[model.version]

    async def _read(self, picture: Named, how: How, reader: Reader, batches: Batches) -> Answer:
        reading = None if how.stages else await self._read_here(picture, reader, batches)
        if reading is not None:
            answer = replace(reading, file=picture.file).as_dict()
        else:
            reading, answer = await self._read_there(picture, how, batches)
        self.metrics.read(reading)
        return answer

    async def _read_here(self, picture: Named, reader: Reader, batches: Batches) -> Reading | None:
        """The reading of a digit in MNIST's form; None where there is more to do."""
        if len(picture.content) > SMALL or not PNG_OF_MNISTS_SIZE.match(picture.content):
            return None
        try:
            ink = reader.in_form(picture.content)
        except PictureError as error:
            return Reading(status="error", error=str(error))
        if ink is None:
            return None
        logits = await asyncio.wrap_future(batches.add(image_of(ink)))
        return reader.reading_in_form(ink, logits)

    async def _read_there(
        self, picture: Named, how: How, batches: Batches
    ) -> tuple[Reading, Answer]:
        """The same in a thread, whatever the picture is."""
        reader = self._reader(Gathered(batches), how)
        return await self._in_thread(lambda: _reading_and_answer(picture, how, reader))

    async def _in_thread(self, work: Callable[[], T]) -> T:
        """Do work in one of the threads; until one is free it is in the queue."""
        queued = ExitStack()
        queued.enter_context(self.metrics.queue_depth.track_inprogress())

        def begin() -> T:
            queued.close()
            return work()

        with queued:
            return await asyncio.get_running_loop().run_in_executor(self._pool, begin)


def _reading_and_answer(picture: Named, how: How, reader: Reader) -> tuple[Reading, Answer]:
    try:
        seen = reader.see(picture.content)
    except PictureError as error:
        reading = Reading(status="error", file=picture.file, error=str(error))
        return reading, reading.as_dict()
    seen = replace(seen, reading=replace(seen.reading, file=picture.file))
    answer = seen.reading.as_dict()
    return seen.reading, {**answer, "stages": _drawn(seen)} if how.stages else answer


def _drawn(seen: Seen) -> str:
    buffer = io.BytesIO()
    stages.sheet(seen).save(buffer, "PNG")
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"
