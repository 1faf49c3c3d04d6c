"""The page closes what it opens, needs nothing beside it, and shows what it should."""

import base64
import io
import re
from dataclasses import replace
from importlib import resources

import html_pages
import numpy as np
import pytest
from PIL import Image

from digitrec.insight.report import charts, page, pictures
from digitrec.insight.trust.labels import Dispute
from digitrec.insight.trust.mcnemar import paired

SECTIONS = (
    "Accuracy",
    "Worst mistakes",
    "Each class",
    "How sure it is",
    "When to be silent",
    "What is no digit",
    "Labels that may be wrong",
    "Speed and size",
    "Recipe",
    "Model card",
)


@pytest.fixture(scope="module")
def html(facts):
    return page.of_one(facts)


@pytest.fixture(scope="module")
def pair_html(small):
    first, second = small
    return page.of_two(first, second, paired(first.evaluation, second.evaluation), 0.05)


@pytest.fixture(params=["html", "pair_html"])
def any_html(request):
    return request.getfixturevalue(request.param)


def test_it_is_well_formed(any_html):
    found = html_pages.Page(any_html)
    assert found.wrong == []
    assert len(found.ids) == len(set(found.ids))


def test_it_needs_nothing_beside_it(any_html):
    found = html_pages.Page(any_html)
    assert "http" not in any_html
    assert "@import" not in any_html
    assert {"script", "link", "iframe", "object"}.isdisjoint(found.names)
    for address in found.addresses:
        assert address.startswith(("data:image/png;base64,", "#"))
    assert all(inside.startswith("#") for inside in re.findall(r"url\(([^)]*)\)", any_html))


def test_what_it_points_to_is_in_it(any_html):
    found = html_pages.Page(any_html)
    inside = re.findall(r"url\(#([^)]*)\)", any_html)
    inside += [address[1:] for address in found.addresses if address.startswith("#")]
    assert inside
    assert set(inside) <= set(found.ids)


def test_it_has_every_section(html, facts):
    text = html_pages.Page(html).text
    for section in SECTIONS:
        assert section in text
    assert facts.name in text
    assert facts.sha256[:16] in text
    assert f"{facts.evaluation.errors} misses of 400" in text
    assert "model-index:" in text


def test_every_mistake_is_a_picture(html, facts):
    shown = html_pages.Page(html).addresses
    for mistake in facts.evaluation.mistakes[: page.MOST_MISTAKES]:
        assert pictures.data_uri(facts.answers.images[mistake.index]) in shown


def test_it_follows_the_reader_by_day_and_night(html):
    assert "prefers-color-scheme: dark" in html
    assert 'name="viewport"' in html
    assert charts.INK not in html
    assert charts.PAPER not in html


def test_what_a_name_says_is_no_html(facts):
    found = html_pages.Page(page.of_one(replace(facts, name="<b>&.tflite")))
    assert found.wrong == []
    assert "<b>&.tflite" in found.text


def test_of_mnists_test_the_disputed_are_shown_and_framed(facts, monkeypatch):
    worst = facts.evaluation.mistakes[0].index
    monkeypatch.setattr(page, "DISPUTED", (worst, 3))
    text = page.of_one(replace(facts, dispute=Dispute((worst,), 9, 398)))
    assert "The labels of 2 of MNIST's test digits are disputed" in text
    assert text.count('class="marked"') == 3  # as a mistake, as disputed, as doubted


def test_a_model_of_other_classes_and_unknown_origin_has_a_page(small):
    first, _ = small
    text = html_pages.Page(page.of_one(first)).text
    assert "What is no digit" not in text
    assert "How it was trained is not known" in text


def test_two_models_are_told_apart(pair_html, small):
    first, second = small
    text = html_pages.Page(pair_html).text
    assert f"{second.name} is worse: 38 digits only {first.name} reads rightly" in text
    assert f"38 digits that only {first.name} is right on" in text
    for called in ("accuracy", "Brier score", "multiply-adds", "ECE, adaptive"):
        assert called in text


def test_a_digit_is_dark_on_white():
    image = np.zeros((28, 28), np.uint8)
    image[3, 4] = 200
    uri = pictures.data_uri(image)
    with Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2]))) as picture:
        pixels = np.asarray(picture)
    assert (pixels[3, 4], pixels[0, 0], pixels.shape) == (55, 255, (28, 28))


def test_the_templates_are_in_the_package():
    names = {
        item.name for item in (resources.files("digitrec.insight.report") / "templates").iterdir()
    }
    assert {"base.html", "one.html", "two.html", "model.html", "card.md", "style.css"} <= names
