"""A model card in Hugging Face's form: Markdown under a YAML head with a model-index.

M. Mitchell et al., "Model Cards for Model Reporting", 2019; the head is what Hugging Face's Hub
reads (docs/hub/model-cards), which compares models by the results in it.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from digitrec.errors import DigitrecError, needs_extra
from digitrec.insight.report import attacks
from digitrec.insight.report.facts import Facts
from digitrec.insight.report.templating import data_name, environment
from digitrec.reading.classifier import shipped_model

SHIPPED_LICENSE = "apache-2.0"
UNKNOWN_LICENSE = "unknown"
"""Hugging Face's names; of others' models only they can say."""

LIBRARIES = {".tflite": "litert", ".onnx": "onnx"}
"""By a file's suffix, Hugging Face's name of the library that runs it; else it is Keras."""

TASK = {"type": "image-classification", "name": "Image Classification"}

HUB = {"mnist": "ylecun/mnist"}
"""By our name of the digits their name on the Hub."""


def text(facts: Facts) -> str:
    """The whole card. Raises MissingExtraError."""
    with needs_extra("train"):
        import yaml
    head = yaml.safe_dump(head_of(facts), sort_keys=False, allow_unicode=True)
    body = environment().get_template("card.md").render(facts=facts, attacks=attacks)
    return f"---\n{head}---\n\n{body}"


def head_of(facts: Facts) -> dict[str, Any]:
    """What the YAML head holds."""
    trained_on = HUB.get(str(facts.training.get("data")))
    return {
        "license": SHIPPED_LICENSE if _is_shipped(facts.path) else UNKNOWN_LICENSE,
        "library_name": LIBRARIES.get(facts.path.suffix, "keras"),
        "pipeline_tag": TASK["type"],
        "tags": ["digitrec", "handwritten-digit-recognition"],
        **({"datasets": [trained_on]} if trained_on else {}),
        "metrics": ["accuracy", "f1", "brier_score"],
        "model-index": [{"name": facts.path.stem, "results": [_result(facts)]}],
    }


def _result(facts: Facts) -> dict[str, Any]:
    slug = re.sub(r"\W+", "-", data_name(facts.data)).strip("-").lower()
    return {
        "task": dict(TASK),
        "dataset": {
            "type": HUB.get(facts.data, slug),
            "name": data_name(facts.data),
            "split": facts.part,
        },
        "metrics": [
            {"type": kind, "name": name, "value": round(value, 6)}
            for (kind, name), value in _metrics(facts).items()
        ],
    }


def _metrics(facts: Facts) -> Mapping[tuple[str, str], float]:
    found, trust = facts.evaluation, facts.calibration
    return {
        ("accuracy", "Accuracy"): found.accuracy,
        ("f1", "Macro F1"): found.macro.f1,
        ("expected_calibration_error", "Expected calibration error, 15 bins"): trust.ece,
        ("brier_score", "Brier score"): trust.brier,
        ("nll", "Negative log-likelihood, nats"): trust.nll,
    }


def _is_shipped(path: Path) -> bool:
    try:
        return path.resolve().parent == shipped_model().resolve().parent
    except DigitrecError:
        return False
