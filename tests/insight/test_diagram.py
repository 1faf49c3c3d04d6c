"""Networks as pictures."""

import pytest
from PIL import Image

from digitrec import networks
from digitrec.errors import OutputError
from digitrec.insight.architecture import rows
from digitrec.insight.diagram import assigned, plot


@pytest.fixture(scope="module")
def found():
    return rows(networks.build("tiny_690"))


def test_a_picture_is_as_high_as_there_are_rows(found, tmp_path):
    heights = []
    for count in (5, 10):
        plot(found[:count], "tiny", tmp_path / "tiny.png")
        with Image.open(tmp_path / "tiny.png") as picture:
            heights.append(picture.height)
            assert len(picture.convert("RGB").getcolors(100_000)) > 3
    assert heights[1] - heights[0] == pytest.approx(5 * 0.46 * 120, abs=2)


def test_weights_used_again_have_their_own_colour(found, tmp_path):
    shares = []
    for count in (5, len(found)):
        plot(found[:count], "tiny", tmp_path / "tiny.png")
        with Image.open(tmp_path / "tiny.png") as picture:
            colours = {c: n for n, c in picture.convert("RGB").getcolors(100_000)}
        shares.append(colours[0xF6, 0xCF, 0xA8])
    assert shares[1] > 20 * shares[0]  # in the first there is only the legend's


def test_lines_beside_the_same_boxes_have_lanes_of_their_own():
    lanes = assigned([(1, 9), (2, 4), (4, 6), (3, 5), (1, 9)])
    assert lanes == {(2, 4): 0, (4, 6): 0, (3, 5): 1, (1, 9): 2}


def test_without_skips_there_are_no_lanes():
    assert assigned([]) == {}


def test_a_picture_that_cannot_be_written_is_an_output_error(found, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        plot(found, "tiny", tmp_path / "file" / "tiny.png")
