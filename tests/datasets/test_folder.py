import shutil

import drawn_digits
import numpy as np
import pytest
from PIL import Image

from digitrec import datasets
from digitrec.errors import DataError
from digitrec.reading.reader import digit_image


def draw_class(folder, digit, count, *, size=48):
    """Pictures of one digit, each turned a little more than the one before."""
    folder.mkdir(parents=True)
    for number in range(count):
        picture = drawn_digits.draw(digit, size=size, turn=2 * number - count)
        picture.save(folder / f"{number:03}.png")


@pytest.fixture
def sevens_and_eights(tmp_path):
    draw_class(tmp_path / "7", 7, 10)
    draw_class(tmp_path / "8", 8, 20)
    return tmp_path


def test_a_folder_of_class_folders_is_cut_80_10_10(sevens_and_eights):
    digits = datasets.load(sevens_and_eights)
    assert digits.classes == ("7", "8")
    counts = {name: np.bincount(digits.part(name).labels).tolist() for name in digits.readers}
    assert counts == {"train": [8, 16], "validation": [1, 2], "test": [1, 2]}
    assert digits.name == str(sevens_and_eights)
    assert digits.notes == ()


def test_pictures_go_the_readers_way_each_once(sevens_and_eights):
    digits = datasets.load(sevens_and_eights)
    found = {
        (image.tobytes(), digits.classes[label])
        for name in digits.readers
        for image, label in zip(digits.part(name).images, digits.part(name).labels, strict=True)
    }
    assert found == {
        (digit_image(path).tobytes(), path.parent.name) for path in sevens_and_eights.rglob("*.png")
    }


def test_the_images_are_on_disk_and_not_in_memory(sevens_and_eights):
    assert isinstance(datasets.load(sevens_and_eights).train.images, np.memmap)


def test_the_cut_is_the_same_every_time(sevens_and_eights):
    first, second = (datasets.load(sevens_and_eights).test.images for _ in range(2))
    assert np.array_equal(first, second)


@pytest.mark.parametrize("name", ["validation", "val", "valid"])
def test_folders_of_parts_are_taken_as_they_are(tmp_path, name):
    for part, count in (("train", 6), (name, 2), ("test", 3)):
        draw_class(tmp_path / part / "plus", 4, count)
        draw_class(tmp_path / part / "minus", 1, count)
    digits = datasets.load(tmp_path)
    assert digits.classes == ("minus", "plus")
    assert {part: len(digits.part(part)) for part in digits.readers} == {
        "train": 12,
        "validation": 4,
        "test": 6,
    }


def test_without_a_validation_folder_a_tenth_of_train_is_held_back(tmp_path):
    draw_class(tmp_path / "train" / "7", 7, 10)
    draw_class(tmp_path / "train" / "8", 8, 10)
    digits = datasets.load(tmp_path)
    assert {part: len(digits.part(part)) for part in digits.readers} == {
        "train": 18,
        "validation": 2,
    }
    with pytest.raises(DataError, match="expected a test part; it has train, validation"):
        _ = digits.test


def test_other_files_hidden_ones_and_folders_below_a_class(sevens_and_eights):
    seven = sevens_and_eights / "7"
    for name in ("notes.txt", "labels.csv", "a.json", "Thumbs.db", ".DS_Store", ".hidden.png"):
        (seven / name).write_text("no picture")
    (sevens_and_eights / ".cache").mkdir()
    shutil.copytree(sevens_and_eights / "8", seven / "more" / "deep")
    digits = datasets.load(sevens_and_eights)
    assert digits.notes == ()
    assert sum(np.bincount(digits.part(name).labels) for name in digits.readers).tolist() == [
        30,
        20,
    ]


def test_any_form_of_picture_will_do(tmp_path):
    for name, digit in (("a", 7), ("b", 8)):
        draw_class(tmp_path / name, digit, 4)
        picture = drawn_digits.draw(digit)
        picture.save(tmp_path / name / "grey.jpg")
        picture.convert("P").save(tmp_path / name / "palette.GIF")
        Image.fromarray(255 - np.asarray(picture)).save(tmp_path / name / "light-on-dark.bmp")
    assert sum(len(datasets.load(tmp_path).part(name)) for name in ("train", "test")) == 13


def add_broken(folder, count):
    for number in range(count):
        (folder / f"broken-{number:02}.png").write_bytes(b"no picture")


def test_few_unreadable_files_are_listed_counted_and_left_out(tmp_path):
    for name in ("7", "8"):
        draw_class(tmp_path / name, int(name), 600, size=32)
    add_broken(tmp_path / "8", 12)
    digits = datasets.load(tmp_path)
    assert sum(len(digits.part(name)) for name in digits.readers) == 1200
    [note] = digits.notes
    assert note.startswith("12 of 1,212 files are not readable pictures: 8/broken-")
    assert note.count("broken-") == 10
    assert note.endswith(" and 2 more; they are left out")


def test_more_than_one_in_a_hundred_is_an_error(sevens_and_eights):
    add_broken(sevens_and_eights / "8", 1)
    with pytest.raises(DataError, match=r"at most 1 % unreadable; 1 of 31 .* 8/broken-00\.png"):
        datasets.load(sevens_and_eights)


@pytest.mark.parametrize(
    ("folders", "complaint"),
    [
        ([], "at least two classes .* received none"),
        (["7"], "at least two classes .* received 7"),
        (["7", "8"], "7: expected pictures; there is none"),
        (["train"], "train: .* at least two classes .* received none"),
        (["train/7", "train/8", "val", "valid"], "one folder for validation; received val, valid"),
    ],
)
def test_folders_without_classes_or_pictures_are_refused(tmp_path, folders, complaint):
    for folder in folders:
        (tmp_path / folder).mkdir(parents=True)
    with pytest.raises(DataError, match=complaint) as caught:
        datasets.load(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_class_that_training_does_not_know_is_refused(tmp_path):
    for folder in ("train/7", "train/8", "test/9"):
        draw_class(tmp_path / folder, 7, 3)
    with pytest.raises(DataError, match="expected a folder of one of the classes, 7, 8"):
        datasets.load(tmp_path)


def test_too_few_pictures_to_cut_are_refused_by_the_folders_name(tmp_path):
    for digit in (7, 8):
        draw_class(tmp_path / str(digit), digit, 1)
    with pytest.raises(DataError, match=f"^{tmp_path}: expected at least 3 digits"):
        datasets.load(tmp_path)
