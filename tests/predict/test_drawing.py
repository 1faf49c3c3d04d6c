"""`digitrec predict --stages` and `--draw`: what is drawn, and what cannot be."""

from pathlib import Path

import pytest
from PIL import Image

from digitrec import Reader


@pytest.mark.usefixtures("pictures")
def test_stages_are_a_sheet_for_each_picture_that_can_be_opened(run):
    plain = run("good.png", "bad.png", "blank.png", "good.png")
    drawn = run("good.png", "bad.png", "blank.png", "good.png", "--stages", "new/stages")
    assert drawn == plain
    names = sorted(path.name for path in Path("new/stages").iterdir())
    assert names == ["blank.png.png", "good.png-2.png", "good.png.png"]


@pytest.mark.usefixtures("pictures")
def test_the_picture_is_drawn_with_its_boxes(run, model):
    assert run("good.png", "--draw", "read.png")[0] == 0
    x, y, _, height = Reader(model).read("good.png").digits[0].box
    with Image.open("good.png") as before, Image.open("read.png") as after:
        times = after.width / before.width
        assert times == after.height / before.height >= 1
        left, top = round(times * x) - 2, round(times * (y + height / 2))
        green = after.getpixel((left, top))
        assert max(green) - min(green) > 50
        assert after.getpixel((left - 3, top)) == (255, 255, 255)


@pytest.mark.usefixtures("pictures")
def test_what_is_drawn_of_an_empty_picture_is_the_picture(run):
    assert run("blank.png", "--draw", "read.png")[0] == 0
    with Image.open("read.png") as after:
        assert after.getextrema() == ((255, 255),) * 3


def test_a_picture_on_stdin_can_be_drawn(run_cli, model, pictures):
    content = (pictures / "good.png").read_bytes()
    done = run_cli(
        "predict", "-", "--model", model, "--draw", "read.jpg", stdin=content, cwd=pictures
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (pictures / "read.jpg").stat().st_size > 0


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["good.png", "blank.png", "--draw", "read.png"], "expected one picture; received 2"),
        (["good.png", "good.png", "--draw", "read.png"], "expected one picture; received 2"),
        (["*.png", "--draw", "read.png"], "expected one picture; received 3"),
        ([".", "--draw", "read.png"], "expected one picture; received 3"),
        (["empty", "--draw", "read.png"], "expected one picture; received 0"),
        (["good.png", "--draw", "read.txt"], "expected a name that ends in .png, .jpg, .jpeg; rec"),
        (["good.png", "--draw", ""], "expected a name that ends in .png, .jpg, .jpeg; rec"),
        (["good.png", "--draw", "good.png"], "expected another file than the picture good.png"),
        (["good.png", "--draw", "empty/../good.png"], "expected another file than the picture"),
        (["rows.csv", "--draw", "read.png"], "expected pictures to draw; received the rows of"),
        (
            ["good.png", "rows.csv", "--stages", "new"],
            "expected pictures to draw; received the row",
        ),
    ],
)
def test_what_cannot_be_drawn_is_wrong_usage_before_anything_is_done(
    run, pictures, arguments, reason
):
    (pictures / "rows.csv").write_text("0,1\n")
    (pictures / "empty").mkdir()
    before = {path: path.stat().st_mtime_ns for path in pictures.rglob("*")}
    status, lines, err = run(*arguments)
    assert (status, lines, err.count("\n")) == (2, [], 1)
    assert reason in err
    assert {path: path.stat().st_mtime_ns for path in pictures.rglob("*")} == before


@pytest.mark.parametrize("option", [["--stages", "good.png"], ["--draw", "blank.png/read.png"]])
@pytest.mark.usefixtures("pictures")
def test_where_nothing_can_be_written_is_one_line(run, option):
    status, lines, err = run("good.png", *option)
    assert (status, lines, err.count("\n")) == (1, [], 1)
    assert "cannot be written" in err
    assert sorted(path.name for path in Path().iterdir()) == ["bad.png", "blank.png", "good.png"]


@pytest.mark.usefixtures("pictures")
def test_a_picture_that_cannot_be_opened_is_not_drawn(run):
    assert run("bad.png", "--draw", "read.png", "--stages", "new")[0] == 1
    assert not Path("read.png").exists()
    assert not Path("new").exists()
