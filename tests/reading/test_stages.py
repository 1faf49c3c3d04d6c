"""What is drawn of a reading: facts of its pixels, whatever the picture was."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image

from digitrec import Reader
from digitrec.errors import OptionError, OutputError
from digitrec.reading import drawing, stages
from digitrec.reading.drawing import FAINT, OF_STATUS
from digitrec.reading.ink import Ink
from digitrec.reading.layout import Place
from digitrec.reading.layout.pieces import Piece
from digitrec.reading.picture import Picture
from digitrec.reading.reader import Seen
from digitrec.reading.reading import Digit, reading_of

GREY_PAPER = (201, 202, 203)
"""A colour that nothing else on a sheet has."""


def digit(status: str = "ok", *, name: int | str = 3, box=(10, 20, 30, 40), classes: int = 10):
    shares = np.full(classes, 0.3 / (classes - 1))
    shares[3] = 0.7
    return Digit(name, 0.7, status, 0, box, tuple(shares.tolist()))


def seen(
    *digits: Digit, width: int = 120, height: int = 90, scale: float = 1, file: str = "a.png"
) -> Seen:
    """What might have been seen of a picture of grey paper; each digit's ink fills its box."""
    strokes = np.zeros((height, width), np.float32)
    strokes[height - 3 :, width - 3 :] = 255
    places = []
    for one in digits:
        x, y, wide, high = (round(side / scale) for side in one.box)
        strokes[y : y + high, x : x + wide] = 255
        places.append(Place(Piece(x, y, np.ones((high, wide), bool)), 0))
    pixels = np.full((height, width, 3), GREY_PAPER, np.uint8)
    images = np.random.default_rng(0).integers(0, 256, (len(digits), 28, 28), np.uint8)
    notes = ("dark ink on light ground",)
    return Seen(
        Picture(pixels, scale=scale),
        Ink(strokes, strokes > 0, scale, notes),
        places,
        images,
        reading_of(digits, notes, file),
    )


def drawn(of: Seen, tmp_path, draw=stages.draw_boxes, name: str = "drawn.png") -> np.ndarray:
    draw(of, tmp_path / name)
    with Image.open(tmp_path / name) as image:
        return np.asarray(image.convert("RGB"))


def like(pixels: np.ndarray, colour: tuple[int, int, int]) -> np.ndarray:
    """Where the pixels have that colour, bool."""
    return (pixels == colour).all(axis=2)


@pytest.mark.parametrize("status", ["ok", "uncertain", "not_a_digit"])
def test_a_frame_lies_just_around_each_digit(tmp_path, status):
    pixels = drawn(seen(digit(status), width=220, height=90), tmp_path)
    assert pixels.shape == (90, 220, 3)
    frame = like(pixels, OF_STATUS[status])
    assert frame[18, 8:42].all()  # a pixel thick, and one away from the box at 10, 20
    assert frame[61, 8:42].all()
    assert frame[18:62, 8].all()
    assert frame[18:62, 41].all()
    assert not frame[20:60, 10:40].any()


def test_frames_are_where_they_were_in_a_picture_that_was_shrunk(tmp_path):
    pixels = drawn(seen(digit(box=(100, 200, 300, 400)), width=300, height=90, scale=10), tmp_path)
    rows, columns = np.nonzero(like(pixels, OF_STATUS["ok"]))
    assert pixels.shape == (90, 300, 3)
    assert (columns.min(), columns.max(), rows.max()) == (8, 41, 61)


def test_the_answer_is_written_in_white_above_the_frame(tmp_path):
    pixels = drawn(seen(digit(), width=220, height=90), tmp_path)
    label = pixels[:18]
    rows, columns = np.nonzero(like(label, OF_STATUS["ok"]))
    assert (columns.min(), rows.max()) == (8, 17)
    inside = label[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    assert (inside.min(axis=2) > 200).any()
    assert not like(inside, GREY_PAPER).any()


def test_where_there_is_no_room_above_it_is_written_inside(tmp_path):
    pixels = drawn(seen(digit(box=(10, 2, 30, 60)), width=220, height=90), tmp_path)
    assert like(pixels, OF_STATUS["ok"])[2:12, 10:18].sum() > 30


def test_a_digit_and_what_is_none_are_labelled_otherwise(tmp_path):
    read, refused = (
        drawn(seen(digit(status), width=220, height=90), tmp_path)[:18]
        for status in ("ok", "not_a_digit")
    )
    assert drawing.answer(digit("not_a_digit")) == "-"
    assert (read.min(axis=2) > 200).sum() != (refused.min(axis=2) > 200).sum()


@pytest.mark.parametrize(
    ("side", "drawn_side"), [(28, 196), (30, 180), (100, 200), (150, 150), (300, 300)]
)
def test_tiny_pictures_are_enlarged_by_whole_pixels(tmp_path, side, drawn_side):
    assert drawn(seen(width=side, height=side), tmp_path).shape == (drawn_side, drawn_side, 3)


@pytest.mark.parametrize("name", ["read.jpg", "read.JPEG", "read.png"])
def test_the_form_is_what_the_name_says(tmp_path, name):
    drawn(seen(digit()), tmp_path, name=name)
    with Image.open(tmp_path / name) as image:
        assert image.format == ("PNG" if name.endswith("png") else "JPEG")


@pytest.mark.parametrize("name", ["read.txt", "read", "read.gif", ""])
def test_other_forms_are_refused(tmp_path, name):
    with pytest.raises(OptionError, match=r"expected a name that ends in \.png, \.jpg, \.jpeg; "):
        stages.draw_boxes(seen(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def sheet(of: Seen) -> np.ndarray:
    return np.asarray(stages.sheet(of))


def test_a_sheet_shows_the_digit_as_the_network_sees_it():
    of = seen(digit())
    large = np.kron(of.images[0], np.ones((4, 4), np.uint8))
    difference = cv2.matchTemplate(sheet(of)[:, :, 0], large, cv2.TM_SQDIFF)
    assert difference.min() < 1e-5 * difference.max()


def cell(of: Seen) -> np.ndarray:
    """What a sheet shows of the only digit."""
    return sheet(of)[-stages.MARGIN - stages.CELL[1] :, stages.MARGIN :]


def bar_lengths(pixels: np.ndarray, colour: tuple[int, int, int]) -> list[int]:
    """How long the bars of a colour are, from above; words are no solid bars."""
    solid = cv2.erode(like(pixels, colour).astype(np.uint8), np.ones((7, 1), np.uint8))
    lengths = solid.sum(axis=1)
    return [
        int(long)
        for long, above in zip(lengths[1:], lengths[:-1], strict=True)
        if not above and long
    ]


@pytest.mark.parametrize("status", ["ok", "uncertain", "not_a_digit"])
def test_bars_are_as_long_as_probabilities(status):
    bars = cell(seen(digit(status)))[:, stages.TILE :]
    (longest,) = [long for long in bar_lengths(bars, OF_STATUS[status]) if long > 20]
    assert longest == pytest.approx(0.7 * stages.LONGEST_BAR, abs=1.5)


def test_every_class_of_ten_has_a_bar_and_of_more_the_likeliest():
    for classes in (10, 26):
        name = 3 if classes == 10 else "d"
        bars = cell(seen(digit(name=name, classes=classes)))[:, stages.TILE :]
        assert len(bar_lengths(bars, stages.PALE)) == 9


def test_only_the_ten_digits_are_written_beside_their_bars():
    """Of other classes only the answer's name is known."""
    beside = slice(stages.TILE + 2, stages.TILE + 20)
    names = [
        (cell(seen(digit(name=name, classes=classes)))[stages.ANSWER + 8 :, beside] < 150).any()
        for name, classes in ((3, 10), ("d", 26), ("d", 10))
    ]
    assert names == [True, False, False]


def test_what_is_left_out_is_red_and_neighbours_differ():
    of = seen(digit(box=(10, 20, 20, 40)), digit(box=(30, 20, 20, 40)))
    pixels = sheet(of)
    for colour in (stages.LEFT_OUT, *stages.INKS):
        assert like(pixels, colour).sum() >= 9
    assert not like(sheet(seen(digit())), stages.INKS[1]).any()


def test_the_picture_is_shown_with_and_without_boxes():
    pixels = sheet(seen(digit(), width=120, height=90))
    panels = like(pixels, GREY_PAPER).any(axis=0)
    starts = np.flatnonzero(panels[1:] & ~panels[:-1])
    assert len(starts) == 2
    plain, boxed = pixels[:, starts[0] : starts[0] + 240], pixels[:, starts[1] : starts[1] + 240]
    below = slice(150, 330)
    assert not like(plain[below], OF_STATUS["ok"]).any()
    assert like(boxed[below], OF_STATUS["ok"]).any()


@pytest.mark.parametrize(
    ("width", "height"),
    [(28, 28), (1, 1), (1, 900), (900, 1), (2, 2000), (3000, 40), (1333, 1000), (40, 41)],
)
@pytest.mark.parametrize("count", [0, 1, 9])
def test_sheets_are_as_wide_as_ever_and_not_too_high(width, height, count):
    of = seen(*[digit(box=(0, 0, 1, 1))] * count, width=width, height=height)
    pixels = sheet(of)
    rows = -(-count // stages.COLUMNS)
    assert pixels.shape[1] == stages.WIDTH + 2 * stages.MARGIN
    assert pixels.shape[0] <= 1250 + rows * stages.CELL[1]


def test_a_page_full_of_digits_is_cut_off_and_says_so():
    full = sheet(seen(*[digit(box=(0, 0, 1, 1))] * 100))
    over = sheet(seen(*[digit(box=(0, 0, 1, 1))] * 300))
    assert 0 < over.shape[0] - full.shape[0] < 30
    assert over.shape[0] < 4500
    last = over[full.shape[0] - stages.MARGIN : -stages.MARGIN]
    assert like(last, FAINT).any()


def test_an_empty_picture_has_words_and_no_cells():
    empty, full = sheet(seen()), sheet(seen(digit()))
    assert full.shape[0] == empty.shape[0] + stages.CELL[1] + stages.GAP
    assert (empty[stages.MARGIN : stages.MARGIN + stages.TITLE] < 100).any()
    assert like(empty, OF_STATUS["empty"]).any()


@pytest.mark.parametrize("file", ["a\nb.png", "\udcff\udcfe.png", "x" * 250 + ".png", "七.png", ""])
def test_any_name_is_shown_in_one_line(file):
    assert sheet(seen(digit(), file=file)).shape == sheet(seen(digit())).shape


def test_long_texts_and_notes_stay_on_the_sheet():
    of = seen(digit())
    long = replace(of.reading, text="0123456789" * 50, notes=("word " * 200,))
    pixels = sheet(replace(of, reading=long))
    assert pixels.shape[1] == stages.WIDTH + 2 * stages.MARGIN
    assert (pixels[:, -stages.MARGIN + 4 :] == 255).all()
    assert pixels.shape[0] == sheet(of).shape[0] + 2 * (stages.TEXT + 6)


@pytest.mark.parametrize(
    ("text", "width"), [("one two three", 40), ("unbreakable" * 9, 60), ("", 10), ("a", 1000)]
)
def test_words_are_wrapped_into_their_width(text, width):
    lines = drawing.wrapped(text, 14, width, most=3)
    assert 1 <= len(lines) <= 3
    assert all(drawing.font(14).getlength(line) <= width for line in lines)
    assert "".join(lines).replace("...", "").replace(" ", "")[:3] == text.replace(" ", "")[:3]


def test_pictures_of_one_name_have_a_sheet_each(tmp_path):
    draw = stages.drawer(tmp_path / "new", None)
    for file in ("x/a.png", "y/a.png", "a.png-2", "a.png"):
        draw(seen(file=file))
    draw(replace(seen(), reading=replace(seen().reading, file=None)))
    names = sorted(path.name for path in (tmp_path / "new").iterdir())
    assert names == ["a.png-2-2.png", "a.png-2.png", "a.png-3.png", "a.png.png", "picture.png"]


def test_one_file_takes_one_picture(tmp_path):
    draw = stages.drawer(None, tmp_path / "read.png")
    draw(seen(digit()))
    before = (tmp_path / "read.png").read_bytes()
    with pytest.raises(OptionError, match="--draw: expected one picture; received more"):
        draw(seen())
    assert (tmp_path / "read.png").read_bytes() == before


def test_what_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    for draw in (
        stages.drawer(tmp_path / "file", None),
        stages.drawer(None, tmp_path / "file/read.png"),
    ):
        with pytest.raises(OutputError, match="cannot be written"):
            draw(seen())
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("shape", [(28, 28), (1, 1), (300, 3), (3, 300), (400, 300)])
def test_the_reader_shows_what_it_saw(float_model, tmp_path, shape):
    grey = np.full(shape, 255, np.uint8)
    grey[shape[0] // 3 : -(-2 * shape[0] // 3), shape[1] // 2 : shape[1] // 2 + 3] = 0
    reader = Reader(float_model, watch=stages.drawer(tmp_path, tmp_path / "read.png"))
    reader.read(grey)
    assert {path.name for path in tmp_path.iterdir()} == {"picture.png", "read.png"}
