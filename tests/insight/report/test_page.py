"""The page closes what it opens, needs nothing beside it, and shows what it should."""

import base64
import io
import re
from dataclasses import replace
from importlib import resources

import html_pages
import numpy as np
import pytest
import tiny_models
from PIL import Image
from tiny_models import Tiny

from digitrec import datasets
from digitrec.datasets.digits import Digits, Part
from digitrec.insight.report import charts, page, pictures
from digitrec.insight.report.facts import Asked, gather
from digitrec.insight.trust.labels import Dispute
from digitrec.insight.trust.mcnemar import paired
from digitrec.reading.card import Card
from digitrec.reading.classifier import Classifier

SECTIONS = (
    "Accuracy",
    "Worst mistakes",
    "Each class",
    "Who is served worse",
    "How sure it is",
    "When to be silent",
    "What is no digit",
    "Moved and corrupted digits",
    "Attacks",
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


def test_every_mistake_has_a_map_of_what_speaks_for_it(html, facts):
    shown = html_pages.Page(html).addresses
    for mistake in facts.evaluation.mistakes[: page.MOST_MISTAKES]:
        image, values = facts.answers.images[mistake.index], facts.maps[mistake.index]
        assert pictures.mapped_uri(image, values) in shown


def test_what_is_measured_is_drawn_as_well(html):
    drawn = re.findall(r'<svg role="img" aria-label="([^"]*)"', html)
    wanted = ("reliability", "risk against", "precision against", "groups", "energy", "moved",
              "by severity")  # fmt: skip
    for what in wanted:
        assert any(what in called for called in drawn), what


def test_fooled_digits_are_shown(html, facts):
    shown = html_pages.Page(html).addresses
    by_squares = facts.attacked[0]
    assert by_squares.fooled
    assert pictures.data_uri(by_squares.images[by_squares.fooled[0]]) in shown


def test_it_follows_the_reader_by_day_and_night(html):
    assert "prefers-color-scheme: dark" in html
    assert 'name="viewport"' in html
    assert charts.INK not in html
    assert charts.PAPER not in html


def test_what_a_name_says_is_no_html(facts):
    name = """<u>&$x^$" onload=".tflite"""
    found = html_pages.Page(page.of_one(replace(facts, name=name)))
    assert found.wrong == []
    assert found.text.count(name) == 3  # title, heading, and the chart that names models
    assert "u" not in found.names


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


def test_a_model_without_a_mistake_has_a_page(small):
    path = small[0].path
    digits = datasets.load(path.parent / "digits.npz")
    html = page.of_one(
        gather(
            path, Classifier(path), digits, Asked("validation", timed=False, changed=0, attacked=0)
        )
    )
    found = html_pages.Page(html)
    assert found.wrong == []
    assert "It reads every digit rightly." in found.text
    assert found.names.count("img") == 0


@pytest.mark.parametrize("count", [2, 40])
def test_few_or_many_classes_of_any_name_have_a_page(count, tmp_path):
    classes = tuple(f"sign {number}" for number in range(count))
    images = np.random.default_rng(1).integers(0, 256, (60, 28, 28), dtype=np.uint8)
    images[:, :14] = images[:, :14] // np.arange(1, 61)[:, None, None]
    part = Part(images, np.arange(60) % count)
    digits = Digits("signs", {"validation": lambda: part, "test": lambda: part}, classes)
    card = Card("tiny", classes=classes)
    path = tiny_models.write(tmp_path / "signs.tflite", Tiny(classes=count), card)
    html = page.of_one(gather(path, Classifier(path), digits, Asked(timed=False, changed=0)))
    found = html_pages.Page(html)
    assert found.wrong == []
    assert "sign 1" in found.text
    assert ("confusion" in html.partition("</style>")[2]) == (count == 2)


def test_two_models_are_told_apart(pair_html, small):
    first, second = small
    text = html_pages.Page(pair_html).text
    assert f"{second.name} is worse: 38 digits only {first.name} reads rightly" in text
    assert f"Only {first.name} is right: 38" in text
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
