"""`digitrec predict`: what it prints for people and for machines, and how it ends."""

import csv
import io
import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import tiny_models
from PIL import Image
from tiny_models import Tiny

from digitrec import Digit, Reader, Reading, predict
from digitrec.command.answer_forms import as_text
from digitrec.reading import card as cards
from digitrec.reading.card import Card


@pytest.mark.usefixtures("pictures")
def test_a_line_a_picture(run, model):
    digit = Reader(model).read("good.png").digits[0]
    status, lines, err = run("good.png", "blank.png")
    assert lines == [
        f"good.png: {digit.digit} ({100 * digit.confidence:.1f} %)",
        "blank.png: empty",
    ]
    assert (status, err) == (0, "")


@pytest.mark.usefixtures("pictures")
def test_one_bad_file_does_not_stop_the_others(run):
    status, lines, err = run("bad.png", "good.png", "none.png", "blank.png")
    assert status == 1
    assert [line.partition(":")[0] for line in lines] == ["good.png", "blank.png"]
    bad, none = err.splitlines()
    assert bad.startswith("digitrec predict: bad.png: expected a whole picture; its data is broken")
    assert none == "digitrec predict: none.png: no such file"


@pytest.mark.usefixtures("pictures")
def test_the_likeliest_answers(run, model):
    probabilities = Reader(model).read("good.png").digits[0].probabilities
    ranked = sorted(range(10), key=lambda digit: -probabilities[digit])
    shown = [f"{digit} ({100 * probabilities[digit]:.1f} %)" for digit in ranked]
    assert run("good.png", "--top-k", 3)[1] == [f"good.png: {', '.join(shown[:3])}"]
    assert run("good.png", "--top-k", 99)[1] == [f"good.png: {', '.join(shown)}"]


@pytest.mark.usefixtures("pictures")
def test_a_doubtful_reading_is_marked(run, model):
    path = cards.path_for(model)
    before = path.read_bytes()
    try:
        cards.write(model, replace(cards.read(model), uncertain_below=1.0))
        status, (line,), err = run("good.png", "--top-k", 2)
    finally:
        path.write_bytes(before)
    assert line.count("?") == 1
    assert line.startswith("good.png: ")
    assert line[len("good.png: d")] == "?"
    assert (status, err) == (0, "")


@pytest.mark.usefixtures("pictures")
def test_what_is_no_digit_is_not_printed_as_one(run, model):
    path = cards.path_for(model)
    before = path.read_bytes()
    try:
        cards.write(model, replace(cards.read(model), reject_energy=-1e9))
        status, lines, err = run("good.png", "blank.png")
    finally:
        path.write_bytes(before)
    assert lines == ["good.png: not_a_digit", "blank.png: empty"]
    assert (status, err) == (0, "")


def test_lines_are_parted_and_what_is_no_digit_left_out():
    digits = [
        Digit(number, 1.0, status, line, (0, 0, 1, 1), tuple(np.eye(10)[number].tolist()))
        for number, status, line in ((4, "ok", 0), (2, "not_a_digit", 0), (7, "uncertain", 1))
    ]
    reading = Reading("4\n7", tuple(digits), "uncertain", (), "a.png")
    line = as_text("a.png", reading, top_k=1, classes=tuple("0123456789"))
    assert line == "a.png: 4 (100.0 %) / 7? (100.0 %)"


@pytest.mark.usefixtures("pictures")
def test_json_is_one_object_a_line_for_every_file(run, model):
    status, lines, err = run("good.png", "bad.png", "blank.png", "--json")
    assert status == 1
    assert err.count("\n") == 1
    good, bad, blank = map(json.loads, lines)
    assert good == json.loads(json.dumps(Reader(model).read("good.png").as_dict()))
    assert (bad["file"], bad["status"], bad["digits"]) == ("bad.png", "error", [])
    assert bad["error"] in err
    assert (blank["file"], blank["status"], blank["text"]) == ("blank.png", "empty", "")


def test_json_is_ascii_whatever_the_names_are(pictures, run):
    (pictures / "good.png").rename(pictures / "größe 七.png")
    _, (line,), _ = run("größe 七.png", "--json")
    assert line.isascii()
    assert json.loads(line)["file"] == "größe 七.png"


@pytest.mark.usefixtures("pictures")
def test_csv_of_pictures_has_their_names(run, model):
    status, lines, _ = run("good.png", "bad.png", "blank.png", "--csv")
    text = Reader(model).read("good.png").text
    assert lines == ["ImageId,Label", f"good.png,{text}", "bad.png,", "blank.png,"]
    assert status == 1


def test_csv_of_rows_counts_from_1(tmp_path, run):
    images = np.random.default_rng(0).integers(0, 256, (20, 28, 28), np.uint8)
    images[:, [0, -1]], images[:, :, [0, -1]] = 0, 0
    path = tmp_path / "test.csv"
    names = ",".join(f"pixel{number}" for number in range(784))
    np.savetxt(path, images.reshape(20, -1), "%d", ",", header=names, comments="")
    expected = tiny_models.logits(images).argmax(axis=1)
    status, lines, err = run(path, "--csv")
    assert lines == ["ImageId,Label", *(f"{row},{label}" for row, label in enumerate(expected, 1))]
    assert (status, err) == (0, "")
    assert run(path)[1][2].startswith(f"{path}#3: {expected[2]} (")
    assert json.loads(run(path, "--json")[1][19])["file"] == f"{path}#20"


def test_csv_fields_are_quoted_when_they_need_it(pictures, run):
    if sys.platform == "win32":
        pytest.skip("Windows has no such names")
    name = 'a "b", c.png'
    (pictures / "good.png").rename(pictures / name)
    _, lines, _ = run(name, "--csv")
    header, row = csv.reader(io.StringIO("\n".join(lines)))
    assert header == ["ImageId", "Label"]
    assert row[0] == name


@pytest.mark.parametrize(
    "forms", [["--json", "--csv"], ["--top-k", "2", "--json"], ["--top-k", "1", "--csv"]]
)
@pytest.mark.usefixtures("pictures")
def test_one_form_at_a_time(run, forms):
    status, lines, err = run("good.png", *forms)
    assert (status, lines) == (2, [])
    assert err == "digitrec predict: expected one of --top-k, --json and --csv; received more\n"


@pytest.mark.usefixtures("pictures")
def test_the_polarity_can_be_told(run):
    assert run("good.png", "--polarity", "dark")[1] == run("good.png")[1]
    assert run("good.png", "--polarity", "light")[1] == ["good.png: empty"]


def test_a_polarity_that_is_none_is_found_before_the_model_is_looked_for(capsys):
    with pytest.raises(SystemExit) as ended:
        predict.main(["good.png", "--polarity", "drak", "--model", "none.tflite"])
    assert ended.value.code == 2
    err = capsys.readouterr().err
    assert "expected one of auto, dark, light; received drak (did you mean dark?)" in err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
def test_a_line_break_in_a_name_does_not_break_the_line(pictures, run):
    (pictures / "good.png").rename(pictures / "go\nod.png")
    (pictures / "bad.png").rename(pictures / "b\nad.png")
    status, (line,), err = run("go\nod.png", "b\nad.png")
    assert line.startswith(r"go\nod.png: ")
    assert err.startswith(r"digitrec predict: b\nad.png: expected a whole picture")
    assert (status, err.count("\n")) == (1, 1)
    _, (line,), _ = run("go\nod.png", "--json")
    assert json.loads(line)["file"] == "go\nod.png"


@pytest.mark.usefixtures("pictures")
def test_an_empty_name_is_one_line(run):
    status, lines, err = run("")
    assert (status, lines) == (1, [])
    assert err.startswith("digitrec predict: '': expected the name of a picture file")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
def test_a_closed_stdin_is_one_line(model):
    done = subprocess.run(
        ["sh", "-c", '"$0" -m digitrec predict - --model "$1" <&-', sys.executable, model],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "digitrec predict: -: expected a picture on stdin; it is closed\n"


@pytest.mark.parametrize("value", ["0", "-1", "2.5", "all"])
@pytest.mark.usefixtures("pictures")
def test_top_k_is_a_number_from_1(run, value):
    with pytest.raises(SystemExit) as ended:
        run("good.png", "--top-k", value)
    assert ended.value.code == 2


def test_no_file_is_wrong_usage(capsys):
    with pytest.raises(SystemExit) as ended:
        predict.main([])
    assert ended.value.code == 2
    assert "required: FILE" in capsys.readouterr().err


@pytest.mark.usefixtures("pictures")
def test_a_model_without_a_card_needs_its_scale(capsys, tmp_path):
    model = str(tiny_models.write(tmp_path / "unknown.tflite"))
    assert predict.main(["good.png", "--model", model]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "give --input-scale pixels|unit|symmetric" in err
    assert predict.main(["good.png", "--model", model, "--input-scale", "unit"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("pictures")
def test_a_scale_where_the_card_has_one_is_wrong_usage(run):
    status, lines, err = run("good.png", "--input-scale", "unit")
    assert (status, lines) == (2, [])
    assert "leave out the input scale" in err


@pytest.mark.parametrize("content", [None, b"", b"TFL3 but no more"])
@pytest.mark.usefixtures("pictures")
def test_a_model_that_cannot_be_used_is_one_line(capsys, tmp_path, content):
    path = tmp_path / "broken.tflite"
    if content is not None:
        path.write_bytes(content)
    assert predict.main(["good.png", "--model", str(path), "--input-scale", "unit"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"digitrec predict: {path}: ")
    assert err.count("\n") == 1


@pytest.mark.usefixtures("pictures")
def test_other_classes_are_printed_by_their_names(capsys, tmp_path):
    names = ("plus", "minus", "times")
    model = tiny_models.write(tmp_path / "signs.tflite", Tiny(classes=3), Card("signs", names))
    assert predict.main(["good.png", "--model", str(model), "--top-k", "3"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in names)


def test_a_picture_of_one_digit_can_be_told(run, pictures):
    two = Image.new("L", (120, 60), 255)
    for left in (20, 90):
        two.paste(0, (left, 12, left + 6, 42))
    two.save(pictures / "two.png")
    (several,), (one,) = (
        run("two.png", "--json", "--polarity", "dark", *single)[1] for single in ([], ["--single"])
    )
    assert [digit["box"] for digit in json.loads(one)["digits"]] == [[20, 12, 76, 30]]
    assert len(json.loads(several)["digits"]) == 2
