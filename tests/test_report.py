"""digitrec report, on tiny models and digits whose answers are known; and as a gate."""

import json

import html_pages
import numpy as np
import pytest
import tiny_models

from digitrec import report
from digitrec.reading.card import Card

COUNT = 40
CLASSES = tuple("0123456789")
TURNED = (*CLASSES[5:], *CLASSES[:5])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Digits of which good.tflite reads all but two rightly, and worse.tflite none."""
    folder = tmp_path_factory.mktemp("report")
    images = np.random.default_rng(0).integers(0, 256, (COUNT, 28, 28), dtype=np.uint8)
    images[:, :14] = images[:, :14] // np.arange(1, COUNT + 1)[:, None, None]
    labels = tiny_models.logits(images).argmax(axis=1)
    wrong = np.where(np.arange(COUNT) < 2, (labels + 1) % 10, labels)
    np.savez(folder / "digits.npz", x_train=images, y_train=labels, x_test=images, y_test=wrong)
    for name, classes in (("good", CLASSES), ("worse", TURNED), ("letters", tuple("abcdefghij"))):
        tiny_models.write(folder / f"{name}.tflite", card=Card("tiny", classes=classes))
    (folder / "other").mkdir()
    tiny_models.write(folder / "other/good.tflite", card=Card("tiny"))
    tiny_models.write(folder / "bare.tflite")
    return folder


@pytest.fixture
def run(folder, tmp_path, capsys):
    """Run the verb; give its exit status, output, error output; the page is tmp_path/page.html."""

    def run(*words):
        models = [
            str(folder / word) if str(word).endswith(".tflite") else str(word) for word in words
        ]
        fixed = ["--data", str(folder / "digits.npz"), "--output", str(tmp_path / "page.html")]
        return report.main([*models, *fixed, "--no-timing", "--changed=0"]), *capsys.readouterr()

    return run


def test_a_page_and_the_findings_in_words(run, tmp_path):
    status, output, errors = run("good.tflite")
    assert status == 0
    assert "95.00 % of the test digits rightly: 2 misses of 40" in output
    assert "dares to answer" in output
    assert "wrote" in errors
    found = html_pages.Page((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert found.wrong == []
    assert "good.tflite" in found.text
    assert list(tmp_path.iterdir()) == [tmp_path / "page.html"]


def test_json_and_the_model_card(run, tmp_path):
    status, output, _ = run("good.tflite", "--json", "--card", tmp_path / "README.md")
    answer = json.loads(output)
    assert status == 0
    assert (answer["evaluation"]["errors"], answer["part"]) == (2, "test")
    assert answer["price"]["start_up"] is None
    assert (tmp_path / "README.md").read_text(encoding="utf-8").startswith("---\nlicense:")


def test_costs_choose_the_limit(run):
    costs = {}
    for wrong in (1, 1_000_000):
        _, output, _ = run("good.tflite", "--json", "--cost-wrong", wrong, "--cost-reject", 1)
        costs[wrong] = json.loads(output)["selection"]
    assert costs[1]["costs"] == {"wrong": 1, "reject": 1}
    assert costs[1]["by_theory"] == 0
    assert costs[1_000_000]["by_theory"] == pytest.approx(1 - 1e-6)


def test_other_parts(run):
    _, output, _ = run("good.tflite", "--json", "--part", "validation")
    assert json.loads(output)["evaluation"]["errors"] == 0


def test_the_gate_is_open_for_a_model_that_is_no_worse(run, tmp_path):
    for pair in (("good.tflite", "other/good.tflite"), ("worse.tflite", "good.tflite")):
        status, output, errors = run(*pair)
        assert status == 0
        assert "McNemar's exact test: p" in output
        assert "expected a model" not in errors
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "is better" in text


def test_the_gate_is_shut_for_a_model_that_is_worse(run, tmp_path):
    status, output, errors = run("good.tflite", "worse.tflite")
    assert status == 1
    assert "worse.tflite is worse: 38 digits only good.tflite reads rightly" in output
    assert (
        "worse.tflite: expected a model no worse than the first; it misses 38 more of 40" in errors
    )
    assert errors.count("digitrec report:") == 1
    assert html_pages.Page((tmp_path / "page.html").read_text(encoding="utf-8")).wrong == []


def test_at_level_0_nothing_is_worse(run):
    status, output, _ = run("good.tflite", "worse.tflite", "--level", 0, "--json")
    answer = json.loads(output)
    assert status == 0
    assert [model["evaluation"]["errors"] for model in answer["models"]] == [2, 40]
    assert (answer["pair"]["more_misses"], answer["pair"]["worse"]) == (38, False)


def test_models_of_one_name_are_told_apart(run, folder, tmp_path):
    run("good.tflite", "other/good.tflite")
    text = html_pages.Page((tmp_path / "page.html").read_text(encoding="utf-8")).text
    assert str(folder / "other/good.tflite") in text


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (("none.tflite",), 1, "none.tflite: no such model file"),
        (("good.tflite", "none.tflite"), 1, "none.tflite: no such model file"),
        (("bare.tflite",), 1, "has no card"),
        (("letters.tflite",), 1, "expected a model of the data's classes"),
        (("good.tflite", "--part", "tset"), 2, "did you mean test?"),
        (("good.tflite", "--cost-wrong", "-1"), 2, "expected a number of at least 0; received -1"),
        (("good.tflite", "--cost-wrong", "0"), 2, "costs: expected one above 0"),
        (("good.tflite", "--cost-reject", "much"), 2, "received much"),
        (("good.tflite", "--level", "5"), 2, "expected a number from 0 to 1; received 5"),
        (("good.tflite", "good.tflite", "good.tflite"), 2, "unknown argument"),
    ],
)
def test_bad_input_is_one_line_and_no_page(words, status, message, run, tmp_path):
    try:
        found, output, errors = run(*words)
    except SystemExit as end:
        found, output, errors = end.code, "", None
    assert (found, output) == (status, "")
    assert errors is None or (message in errors and errors.count("\n") <= 2)
    assert list(tmp_path.iterdir()) == []


def test_the_card_is_not_written_over_the_page(run, tmp_path):
    status, _, errors = run("good.tflite", "--card", tmp_path / "page.html")
    assert status == 2
    assert "card: expected another file than the page's" in errors


def test_a_page_that_cannot_be_written_is_named(folder, tmp_path, capsys):
    (tmp_path / "file").write_text("not a folder")
    words = [
        str(folder / "good.tflite"),
        "--data",
        str(folder / "digits.npz"),
        "--no-timing",
        "--changed=0",
    ]
    assert report.main([*words, "--output", str(tmp_path / "file/page.html")]) == 1
    assert "page.html: cannot be written" in capsys.readouterr().err
