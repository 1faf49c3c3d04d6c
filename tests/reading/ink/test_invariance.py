"""The same digits are read whatever light, colours, paper, pen, size and compression do to them."""

import drawn_pictures as drawn
import numpy as np
import pytest
from drawn_pictures import BLACK, BLUE, CREAM, GREY, PENCIL, RED, WHITE, on_paper
from drawn_writing import felt_pen, grainy, writing

from digitrec import Reader

TEXTS = ("2048", "35\n71", "9")
"""A line, two lines, and one digit alone: different ways through the layout."""

GREEN, YELLOW, DARK_GREEN = (60, 150, 70), (250, 225, 120), (30, 80, 50)


@pytest.fixture(scope="module")
def reader() -> Reader:
    reader = Reader()
    if reader.classifier.card.reject_energy is None:
        pytest.skip("the model was not taught what is no digit")
    return reader


def picture(text: str, **options: float) -> np.ndarray:
    return on_paper(writing(text, **options), paper=CREAM, pen=BLUE)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("what", ["brightness", "contrast", "saturation"])
@pytest.mark.parametrize("factor", [0.6, 0.8, 1.2, 1.4])
def test_an_editors_sliders(reader, text, what, factor):
    assert reader.read(drawn.adjusted(picture(text), **{what: factor})).text == text


@pytest.mark.parametrize("hue", range(0, 360, 30))
def test_any_hue(reader, hue):
    assert reader.read(drawn.adjusted(picture("2048"), hue=hue)).text == "2048"


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("factor", [0.5, 0.7, 1.5, 2, 4])
def test_any_scale(reader, text, factor):
    assert reader.read(drawn.scaled(picture(text), factor)).text == text


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("factor", [0.5, 1])
def test_a_jpeg_of_quality_40(reader, text, factor):
    assert reader.read(drawn.jpeg(drawn.scaled(picture(text), factor), quality=40)).text == text


@pytest.mark.parametrize("text", TEXTS)
def test_light_on_dark(reader, text):
    assert reader.read(drawn.inverted(picture(text))).text == text


@pytest.mark.parametrize("text", TEXTS)
def test_all_of_it_at_once(reader, text):
    changed = drawn.adjusted(picture(text), brightness=0.7, contrast=0.7, saturation=1.4, hue=100)
    assert reader.read(drawn.jpeg(drawn.noise(drawn.scaled(changed, 1.5)), quality=40)).text == text


INK = writing("2048")
BLUE_INK = on_paper(INK, paper=WHITE, pen=BLUE)

GROUNDS = {
    "ruled paper": drawn.ruled(BLUE_INK),
    "ruled paper that lies askew": drawn.ruled(BLUE_INK, tilt=2),
    "squared paper": drawn.ruled(BLUE_INK, every=25, squared=True),
    "rough paper": drawn.texture(BLUE_INK),
    "cheque paper": drawn.guilloche(BLUE_INK, colour=(205, 225, 212)),
    "a raster of dots": drawn.dots(BLUE_INK, colour=(200, 205, 200)),
    "a coloured sheet": on_paper(INK, paper=YELLOW, pen=BLACK),
    "a sheet as dark as the ink": on_paper(INK, paper=GREEN, pen=RED),
    "a board": on_paper(INK, paper=DARK_GREEN, pen=WHITE),
    "a dark table on the left": drawn.table(BLUE_INK, side="left"),
    "a dark table below": drawn.table(BLUE_INK, side="bottom"),
    "a dark table all around": drawn.on_table(BLUE_INK),
    "a finger": drawn.finger(BLUE_INK),
    "a phone's shadow": drawn.shadow(BLUE_INK),
    "a hard shadow": drawn.shadow(BLUE_INK, soft=1, light=0.6),
    "light from one side": drawn.gradient(BLUE_INK),
    "a lamp": drawn.spot(BLUE_INK),
    "a timestamp": drawn.timestamp(drawn.scaled(BLUE_INK, 2)),
    "a frame": drawn.framed(BLUE_INK),
    "a line below": drawn.underlined(BLUE_INK, y=185),
    "a dark band": drawn.striped(BLUE_INK),
    "a camera's noise": drawn.noise(BLUE_INK, sigma=15),
    "out of focus": drawn.blurred(BLUE_INK, 3),
    "a pale pencil": on_paper(writing("2048", thickness=5), paper=WHITE, pen=PENCIL),
    "a pencil on rough paper": drawn.texture(
        on_paper(grainy(writing("2048", thickness=6), share=0.15), paper=WHITE, pen=PENCIL)
    ),
    "a thick felt pen with gaps": on_paper(felt_pen(writing("2048", thickness=20))),
    "a tight crop": on_paper(writing("2048", margin=0), paper=CREAM, pen=BLACK),
    "grey paper": on_paper(INK, paper=GREY, pen=BLACK),
}


@pytest.mark.parametrize("ground", GROUNDS)
def test_grounds(reader, ground):
    assert reader.read(GROUNDS[ground]).text == "2048"


@pytest.mark.parametrize("ground", GROUNDS)
def test_grounds_as_a_phone_saves_them(reader, ground):
    assert reader.read(drawn.jpeg(GROUNDS[ground], quality=60)).text == "2048"
