import numpy as np

from digitrec.datasets.sheet import CELL, GAP, GAP_GREY, contact_sheet, draw_rows


def test_each_class_begins_a_row_and_long_ones_go_on(tmp_path):
    labels = np.array([1, 0, 1, 1, 2])
    images = (np.arange(1, 6, dtype=np.uint8) * 10)[:, None, None].repeat(28, 1).repeat(28, 2)
    sheet = np.asarray(contact_sheet(images, labels, ("a", "b", "c", "d"), columns=2))
    assert sheet.shape == (4 * CELL + GAP, 2 * CELL + GAP)
    middle = CELL // 2
    greys = sheet[middle::CELL, middle::CELL]
    assert greys.tolist() == [[20, GAP_GREY], [10, 30], [40, GAP_GREY], [50, GAP_GREY]]
    assert set(sheet[:GAP].flat) | set(sheet[:, -GAP:].flat) == {GAP_GREY}


def test_a_digit_is_drawn_twice_its_size_and_upright():
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 0, 27] = 255
    sheet = np.asarray(draw_rows([image], columns=1))
    rows, columns = np.nonzero(sheet == 255)
    assert set(rows) == {GAP, GAP + 1}
    assert set(columns) == {GAP + 54, GAP + 55}
