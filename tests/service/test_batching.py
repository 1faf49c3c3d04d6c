"""Requests go together when they are there together, and wait for nobody in vain."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import tiny_models

from digitrec.errors import ModelError
from digitrec.reading.card import Card
from digitrec.reading.classifier import Classifier
from digitrec.service.batching import Batches, Gathered


@pytest.fixture(scope="module")
def classifier(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "tiny.tflite"
    return Classifier(tiny_models.write(path, card=Card("tiny")))


def images(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, 28, 28), dtype=np.uint8)


def gathered(work, classifier, *, size=4, wait=10.0, coming=0) -> tuple[list[int], object]:
    """The sizes of the batches that some work made, and what it gave."""
    sizes: list[int] = []

    async def main():
        batches = Batches(classifier, size, wait, lambda: coming, sizes.append)
        return await work(batches)

    return sizes, asyncio.run(main())


async def one_by_one(batches, count):
    answers = [batches.add(images(1, seed)) for seed in range(count)]
    return [(await answer)[0] for answer in answers]


def test_what_is_there_at_once_goes_together(classifier):
    sizes, answers = gathered(lambda batches: one_by_one(batches, 3), classifier)
    assert sizes == [3]
    expected = [classifier.probabilities(images(1, seed))[0] for seed in range(3)]
    assert all((a.probabilities == e).all() for a, e in zip(answers, expected, strict=True))


def test_a_full_batch_goes_at_once(classifier):
    sizes, _ = gathered(lambda batches: one_by_one(batches, 9), classifier, coming=1, wait=0.01)
    assert sizes == [4, 4, 1]


@pytest.mark.parametrize(("coming", "least", "most"), [(0, 0, 0.04), (1, 0.05, 5)])
def test_it_waits_only_while_somebody_comes(classifier, coming, least, most):
    async def work(batches):
        began = time.perf_counter()
        await one_by_one(batches, 1)
        return time.perf_counter() - began

    _, seconds = gathered(work, classifier, wait=0.05, coming=coming)
    assert least <= seconds
    assert seconds <= most or coming == 0  # a busy machine may take longer


def test_who_comes_while_it_waits_goes_along(classifier):
    async def work(batches):
        first = batches.add(images(1))
        await asyncio.sleep(0.01)
        second = batches.add(images(1, 1))
        return await asyncio.gather(first, second)

    sizes, _ = gathered(work, classifier, wait=0.2, coming=1)
    assert sizes == [2]


def test_threads_go_with_the_others(classifier):
    async def work(batches):
        face = Gathered(batches)
        with ThreadPoolExecutor(3) as pool:
            loop = asyncio.get_running_loop()
            threads = [
                loop.run_in_executor(pool, face.logits, images(1, seed)) for seed in range(3)
            ]
            return await asyncio.gather(*threads)

    sizes, answers = gathered(work, classifier, wait=0.3, coming=1, size=3)
    assert sum(sizes) == 3
    for seed, logits in enumerate(answers):
        assert (logits == classifier.logits(images(1, seed))).all()


def test_many_images_of_a_thread_are_a_batch_of_their_own(classifier):
    async def work(batches):
        return Gathered(batches).logits(images(9))

    sizes, logits = gathered(work, classifier)
    assert sizes == []
    assert (logits == classifier.logits(images(9))).all()


def test_a_thread_whose_loop_has_ended_asks_for_itself(classifier):
    kept = []

    async def work(batches):
        kept.append(batches)

    gathered(work, classifier)
    logits = Gathered(kept[0]).logits(images(2))
    assert (logits == classifier.logits(images(2))).all()


def test_who_waits_is_told_what_went_wrong(classifier):
    async def work(batches):
        batches.add(images(1))
        return await batches.add(images(1)[:, 1:])  # of another shape

    with pytest.raises((ModelError, ValueError)):
        gathered(work, classifier)
