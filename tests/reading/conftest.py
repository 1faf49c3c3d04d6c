"""Tiny models, each with its card, made once."""

from pathlib import Path

import pytest
import tiny_models
from tiny_models import Tiny

from digitrec.reading.card import Card


@pytest.fixture(scope="session")
def float_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A float32 .tflite file with its card."""
    folder = tmp_path_factory.mktemp("models")
    return tiny_models.write(folder / "float.tflite", card=Card("tiny"))


@pytest.fixture(scope="session")
def int8_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An int8 .tflite file with uint8 input and int8 output, with its card."""
    folder = tmp_path_factory.mktemp("models")
    return tiny_models.write(folder / "int8.tflite", Tiny("int8"), Card("tiny"))
