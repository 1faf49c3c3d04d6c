"""The models in models/ are those of which their cards, and the pages, speak."""

import json
import re
from pathlib import Path

import pytest

from digitrec import files
from digitrec.reading.classifier import Classifier

MODELS = Path(__file__).parents[1] / "models"
CARDS = sorted(path for path in MODELS.glob("*.json") if path.with_suffix(".tflite").exists())
ANOTHER_PROCESSOR = 1
"""Digits that other kernels of LiteRT may read otherwise."""

shipped = pytest.mark.parametrize("card", CARDS, ids=lambda card: card.stem)


def test_there_are_the_model_and_the_tiny_ones():
    assert [card.stem for card in CARDS] == [
        "digitrec", "tiny-11kb", "tiny-18kb", "tiny-5kb", "tiny-8kb",
    ]  # fmt: skip


@shipped
def test_a_card_knows_its_files_by_their_hashes(card):
    for name, known in files.read_json(card)["sha256"].items():
        assert files.sha256(MODELS / name) == known


@shipped
def test_a_file_is_as_small_as_its_name_says(card):
    told = re.search(r"(\d+)kb", card.stem)
    most = int(told[1]) * 1000 if told else 300_000
    assert card.with_suffix(".tflite").stat().st_size <= most


@shipped
@pytest.mark.mnist
def test_a_file_reads_validation_as_its_card_says(card, mnist):
    said = json.loads(card.read_text())["facts"]["tflite"]["validation"]
    digits = mnist.validation
    read = Classifier(card.with_suffix(".tflite")).logits(digits.images).argmax(axis=1)
    assert said["count"] == len(digits.labels)
    assert abs(int((read != digits.labels).sum()) - said["errors"]) <= ANOTHER_PROCESSOR
