"""The card's head is what Hugging Face's Hub reads, and its body says who is served worse."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from digitrec.insight.report import model_card

SECTIONS = ("Intended use", "Limits", "Training", "Evaluation", "Who is served worse")


def parted(text: str) -> tuple[dict, str]:
    empty, head, body = text.split("---\n", 2)
    assert empty == ""
    return yaml.safe_load(head), body


def test_the_head_has_what_a_model_index_wants(facts):
    head, _ = parted(model_card.text(facts))
    assert head["license"] == "apache-2.0"
    assert head["library_name"] == "litert"
    assert head["pipeline_tag"] == "image-classification"
    assert head["datasets"] == ["ylecun/mnist"]
    assert all(isinstance(name, str) for name in (*head["tags"], *head["metrics"]))
    (model,) = head["model-index"]
    assert model["name"] == "digitrec"
    (result,) = model["results"]
    assert result["task"]["type"] == "image-classification"
    assert {"type", "name", "split"} == set(result["dataset"])
    assert result["dataset"]["split"] == "test"
    values = {metric["type"]: metric["value"] for metric in result["metrics"]}
    assert values["accuracy"] == pytest.approx(facts.evaluation.accuracy)
    assert all(isinstance(value, float) for value in values.values())
    assert set(head["metrics"]) <= set(values)


def test_the_body_says_for_what_how_measured_and_who_is_served_worse(facts):
    _, body = parted(model_card.text(facts))
    for section in SECTIONS:
        assert f"\n## {section}\n" in body
    assert f"({facts.evaluation.errors} misses)" in body
    assert "Trained on 55,000 images of MNIST, checked by SHA-256" in body
    assert "letters of other scripts" in body
    assert body.count("\n| ") > 20
    assert "\n\n\n" not in body


def test_the_body_says_how_ways_of_writing_are_served(facts):
    _, body = parted(model_card.text(facts))
    for by, some in facts.groups.items():
        assert f"| {by} | images | read rightly | 95 % interval |" in body
        assert f"| {some[0].name} | {some[0].count} | " in body
    assert "Crossed 7" in body
    assert "It can be fooled on purpose" in body


def test_of_a_model_of_unknown_origin_it_says_that(small):
    head, body = parted(model_card.text(small[0]))
    assert head["license"] == "unknown"
    assert "datasets" not in head
    assert "What it was trained on is not known." in body
    assert "was not measured" in body


def test_a_folder_of_digits_is_named_without_where_it_is(facts):
    head, body = parted(model_card.text(replace(facts, data="/home/me/Own digits.npz")))
    dataset = head["model-index"][0]["results"][0]["dataset"]
    assert dataset == {"type": "own-digits-npz", "name": "Own digits.npz", "split": "test"}
    assert "/home/me" not in body


@pytest.mark.parametrize(
    ("name", "library"),
    [("a.tflite", "litert"), ("a.onnx", "onnx"), ("a.keras", "keras"), ("a", "keras")],
)
def test_the_library_is_that_which_runs_the_file(name, library, small):
    assert model_card.head_of(replace(small[0], path=Path(name)))["library_name"] == library
