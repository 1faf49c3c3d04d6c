"""Picture files by the thousand, read by several processes.

>>> for reading in read_all(files, jobs=2, single=True):
...     print(reading.file, reading.text)
"""

import signal
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from digitrec.errors import PictureError
from digitrec.reading.reader import Reader, Reading

CHUNK = 64
"""Files that a process is given at a time, at most: of few, that may be large, each has some."""

AHEAD = 4
"""Chunks a process that are read before the first of them is asked for: more fill the memory."""

_readers: list[Reader] = []
"""Of a process of the pool, its own."""


def read_all(files: Sequence[str], jobs: int, **options: Any) -> Iterator[Reading]:
    """Read pictures in so many processes, in order, as `Reader.read_all` does.

    Args:
        files: their paths.
        jobs: processes, at least 1.
        options: of the classifier and the reader: `model`, `input_scale`, `polarity`, `single`.

    Raises:
        PictureError: a process has ended, such as for want of memory.
    """
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    size = min(max(len(files) // (AHEAD * jobs), 1), CHUNK)
    chunks = (files[start : start + size] for start in range(0, len(files), size))
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), _begin, (options,))
    try:
        waiting = deque(pool.submit(_read, chunk) for chunk in islice(chunks, AHEAD * jobs))
        while waiting:
            readings = waiting.popleft().result()
            waiting.extend(pool.submit(_read, chunk) for chunk in islice(chunks, 1))
            yield from readings
    except BrokenProcessPool as error:
        raise PictureError("a process that read pictures has ended; try fewer --jobs") from error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _begin(options: dict[str, Any]) -> None:
    """Make the reader of a process, which leaves an interruption to the one that started it."""
    from digitrec.reading.classifier import Classifier

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    model, scale = options.pop("model", None), options.pop("input_scale", None)
    _readers.append(Reader(Classifier(model, input_scale=scale), **options))


def _read(files: Sequence[str]) -> list[Reading]:
    return list(_readers[0].read_all(files))
