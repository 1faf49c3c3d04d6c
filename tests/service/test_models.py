"""Another model takes over without a failed request, if it passes; the old one can come back."""

import asyncio
import gc
import json
import shutil
import threading
import weakref
from dataclasses import replace

import numpy as np
import pytest
import tiny_models
from served import served
from tiny_models import Tiny

from digitrec import files
from digitrec.errors import ModelError
from digitrec.reading import card as cards
from digitrec.reading import selftest as kept_digits
from digitrec.reading.card import Card
from digitrec.reading.classifier import Classifier, shipped_model
from digitrec.service import exchange as exchanges
from digitrec.service import selftest
from digitrec.service.metrics import Metrics
from digitrec.service.models import Models
from digitrec.service.settings import Settings
from digitrec.service.work import How, Named, Work


@pytest.fixture
def model(tmp_path):
    """A copy of the shipped model."""
    path = tmp_path / "model.tflite"
    shutil.copy(shipped_model(), path)
    card = cards.read(shipped_model())
    cards.write(path, replace(card, sha256={path.name: files.sha256(path)}))
    return path


def make_another(model, **changed):
    cards.write(model, replace(cards.read(model), **changed))


def test_signals_change_the_model_and_no_request_fails(model, digits):
    with served("--model", model) as server:
        first = server.http.post("/predict", content=digits[2]).headers["x-model-version"]
        statuses, versions, stop = [], [], threading.Event()

        def ask():
            while not stop.is_set():
                answer = server.http.post("/predict", content=digits[2])
                statuses.append(answer.status_code)
                versions.append(answer.headers["x-model-version"])

        asking = [threading.Thread(target=ask) for _ in range(3)]
        for thread in asking:
            thread.start()
        make_another(model, temperature=2.0)
        server.signal("SIGHUP")
        second = server.told("takeover done")["model"]
        while second not in versions:
            pass
        seen = len(server.logged)
        model.write_bytes(model.read_bytes()[:-100] + bytes(100))
        server.signal("SIGHUP")
        refused = server.told("takeover refused", seen)
        assert "expected the file that model.json is the card of" in refused["error"]
        server.signal("SIGUSR2")
        assert server.told("takeover rolled back")["model"] == first
        until = len(versions) + 30
        while len(versions) < until:
            pass
        stop.set()
        for thread in asking:
            thread.join()
        told = server.http.get("/metrics").text
    assert set(statuses) == {200}
    assert set(versions) == {first, second}
    assert versions[-1] == first != second
    for outcome in ("done", "refused", "rolled back"):
        assert f'digitrec_takeovers_total{{outcome="{outcome}"}} 1.0' in told
    assert f'digitrec_model_info{{version="{first}"}} 1.0' in told
    assert f'digitrec_model_info{{version="{second}"}} 0.0' in told


def test_the_same_file_is_no_other_model(model):
    models = Models(str(model))
    current = models.current
    assert models.take_over() is False
    assert models.current is current
    assert models.roll_back() is False


def test_a_change_of_the_card_is_another_version(model):
    models = Models(str(model))
    before = models.current
    make_another(model, uncertain_below=0.5)
    assert models.take_over() is True
    assert models.current.version != before.version
    assert models.previous is before
    assert models.roll_back() is True
    assert models.current is before


def test_only_the_model_before_is_kept_for_rollback(model, digits):
    """Whatever has answered before it is let go, however often another takes over."""
    models = Models(str(model))
    seen = []

    async def answer_with_four():
        work = Work(Settings(), models, Metrics(), lambda: 0)
        for temperature in (2.0, 3.0, 4.0, 5.0):
            make_another(model, temperature=temperature)
            assert models.take_over()
            exchange = exchanges.begun({"headers": []})
            (answer,) = await work.read(exchange, [Named(digits[3])], How())
            assert answer["text"] == "3"
            seen.append(weakref.ref(models.current.classifier))
        gc.collect()
        work.close()
        return [each() is not None for each in seen]

    assert asyncio.run(answer_with_four()) == [False, False, True, True]


def test_signals_reach_every_worker(model):
    with served("--model", model, "--workers", 2) as server:
        first = server.http.get("/v2/models/digitrec").json()["versions"]
        make_another(model, temperature=2.0)
        server.signal("SIGHUP")
        (second,) = {line["model"] for line in told_by_two(server, "takeover done")}
        server.signal("SIGUSR2")
        back = told_by_two(server, "takeover rolled back")
        assert {(line["model"], line["before"]) for line in back} == {(*first, second)}
        assert server.http.get("/v2/models/digitrec").json()["versions"] == first


def told_by_two(server, event) -> list[dict]:
    """The lines of an event, of two processes."""
    begin = server.told(event)
    other = server.told(event, server.logged.index(begin) + 1)
    assert begin["process"] != other["process"]
    return [begin, other]


def test_a_model_that_misreads_does_not_take_over(model):
    models = Models(str(model))
    before = models.current
    tiny_models.write(model, Tiny(), Card("tiny"))
    with pytest.raises(ModelError, match="expected to read 0123456789 off"):
        models.take_over()
    assert models.current is before
    model.unlink()
    with pytest.raises(ModelError, match="no such model file"):
        models.take_over()


def test_the_digits_of_the_self_test_are_digits():
    """The shipped model reads all of them, and each is in MNIST's form."""
    images = selftest.digits()
    assert images.shape == (10, 28, 28)
    assert Classifier().probabilities(images).argmax(axis=1).tolist() == [*range(10)]
    assert Classifier().probabilities(images).max(axis=1).min() > 0.9


def test_other_classes_are_not_asked_for_digits(tmp_path):
    letters = Card("letters", ("a", "b", "c"))
    path = tiny_models.write(tmp_path / "letters.tflite", Tiny(classes=3), letters)
    selftest.check(Classifier(path))


@pytest.fixture
def letters(tmp_path):
    """A model of three letters whose card has digits to test it with."""
    path = tmp_path / "letters.tflite"
    card = Card("letters", ("a", "b", "c"))
    tiny_models.write(path, Tiny(classes=3), card)
    images = selftest.digits()
    logits = Classifier(path).logits(images)
    kept = kept_digits.of(images, logits.argmax(axis=1), logits, card.classes)
    tiny_models.write(path, Tiny(classes=3), replace(card, selftest=kept))
    return path


def test_a_model_of_any_classes_has_to_give_what_it_gave(letters):
    models = Models(str(letters))
    before, kept = models.current, models.current.classifier.card.selftest
    make_another(letters, selftest=replace(kept, logits=[logit + 9 for logit in kept.logits]))
    with pytest.raises(ModelError, match="its card's digits"):
        models.take_over()
    assert models.current is before
    with pytest.raises(ModelError, match="its card's digits"):
        Models(str(letters))


def test_the_shipped_model_brings_a_digit_of_each_class():
    kept = cards.read(shipped_model()).selftest
    assert kept.classes == [*"0123456789"]


def test_a_version_is_of_file_and_card(model):
    version = Models(str(model)).current.version
    assert len(version) == 12
    assert int(version, 16) >= 0
    values = json.loads(cards.path_for(model).read_text())
    cards.path_for(model).write_text(json.dumps(values))  # the same, without its spaces
    assert Models(str(model)).current.version != version


def test_logits_are_bit_for_bit_the_same_in_any_batch():
    """Of the shipped model: batches of requests rest on it."""
    images = np.random.default_rng(0).integers(0, 256, (40, 28, 28), dtype=np.uint8)
    images[:10] = selftest.digits()
    classifier = Classifier()
    alone = np.concatenate([classifier.logits(image[None]) for image in images])
    for size in (2, 3, 7, 16, 40):
        parts = [classifier.logits(images[start : start + size]) for start in range(0, 40, size)]
        assert (np.concatenate(parts) == alone).all()
