"""What people correct is kept with their consent, is a data set, and makes a model better."""

import base64
import io
import sqlite3

import numpy as np
import pytest
import small_networks
from PIL import Image
from served import served

from digitrec import adapt, data, datasets
from digitrec.command import EXIT_FAILED, EXIT_OK
from digitrec.datasets.folder import load_whole
from digitrec.errors import DataError, OutputError, PictureError
from digitrec.reading.card import Card
from digitrec.reading.form import DIGIT_NAMES
from digitrec.reading.reader import digit_image
from digitrec.service import selftest
from digitrec.service.corrections import Correction, Store, export


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return tmp_path_factory.mktemp("corrections") / "kept.sqlite"


@pytest.fixture(scope="module")
def keeping(file):
    with served("--corrections", file, "--max-corrections", 12) as server:
        yield server


def base64_of(content: bytes) -> str:
    return base64.b64encode(content).decode()


def rows(file) -> list[tuple]:
    with sqlite3.connect(file) as kept:
        return kept.execute("SELECT label, model, picture FROM corrections").fetchall()


def test_by_default_nothing_is_kept(server, digits):
    assert server.http.get("/corrections").json() == {"kept": False}
    body = {"label": "3", "consent": True, "picture": base64_of(digits[3])}
    answer = server.http.post("/corrections", json=body)
    assert answer.status_code == 403
    assert answer.json()["error"] == "corrections are not kept here; see --corrections"


def test_pictures_and_pixels_are_kept_and_exported(keeping, file, digits, drawn, tmp_path, capsys):
    assert keeping.http.get("/corrections").json() == {"kept": True}
    pixels = selftest.digits()[9].ravel().tolist()
    for body in (
        {"label": "3", "picture": base64_of(digits[8])},
        {"label": 3, "picture": base64_of(digits[8])},
        {"label": "7", "picture": base64_of(drawn[7])},
        {"label": "9", "pixels": pixels},
        {"label": None, "picture": base64_of(drawn[5])},
    ):
        answer = keeping.http.post("/corrections", json={**body, "consent": True})
        assert (answer.status_code, answer.json()) == (200, {"kept": True})
    assert sorted(str(label) for label, _, _ in rows(file)) == ["3", "7", "9", "None"]
    assert {model for _, model, _ in rows(file)} == {answer.headers["x-model-version"]}
    output = tmp_path / "set"
    assert data.main(["corrections", str(file), "--output", str(output)]) == EXIT_OK
    assert capsys.readouterr().out == f"3: 1, 7: 1, 9: 1\nwritten: {output}\n"
    part, notes = load_whole(output, DIGIT_NAMES)
    assert (part.labels.tolist(), notes) == ([3, 7, 9], ())
    assert (part.images[0] == digit_image(np.asarray(Image.open(io.BytesIO(digits[8]))))).all()
    assert data.main(["corrections", str(file), "--output", str(output)]) == EXIT_FAILED
    assert "expected a new or an empty folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changed", "status", "message"),
    [
        ({"consent": False}, 400, "consent: Input should be True"),
        ({"consent": "true"}, 400, "consent: Input should be True"),
        ({"label": "x"}, 400, "label: expected 0, 1, 2"),
        ({"label": "1" * 99}, 400, "label"),
        ({"picture": "?"}, 400, "picture: expected base64"),
        ({"picture": None}, 400, "expected either picture or pixels"),
        ({"pixels": [0] * 784}, 400, "expected either picture or pixels"),
        ({"picture": None, "pixels": [0] * 9}, 400, "pixels: expected digits of 28 x 28"),
        ({"picture": base64_of(b"none")}, 422, "expected a picture"),
    ],
)
def test_what_is_not_kept(keeping, file, digits, changed, status, message):
    before = len(rows(file))
    body = {"label": "3", "consent": True, "picture": base64_of(digits[3]), **changed}
    answer = keeping.http.post("/corrections", json=body)
    assert answer.status_code == status
    assert answer.json()["error"].startswith(message)
    assert len(rows(file)) == before


def test_without_a_word_of_consent_nothing_is_kept(keeping, digits):
    body = {"label": "3", "picture": base64_of(digits[3])}
    assert keeping.http.post("/corrections", json=body).status_code == 400


def test_it_is_full_at_last(keeping, file, digits):
    statuses = []
    for number in range(15):
        image = Image.open(io.BytesIO(digits[2]))
        image.putpixel((0, 0), number)
        buffer = io.BytesIO()
        image.save(buffer, "PNG")
        body = {"label": "2", "consent": True, "picture": base64_of(buffer.getvalue())}
        statuses.append(keeping.http.post("/corrections", json=body).status_code)
    assert len(rows(file)) == 12
    assert statuses.count(200) + statuses.count(507) == 15
    assert statuses[-1] == 507


def test_a_picture_is_kept_without_what_else_its_file_says(tmp_path):
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "a camera's maker", 6
    buffer = io.BytesIO()
    Image.new("RGB", (40, 60), "white").save(buffer, "JPEG", exif=exif, comment=b"where I live")
    store = Store(tmp_path / "kept.sqlite", 9, 10**6)
    assert store.keep(Correction(buffer.getvalue(), "1", "v"))
    ((_, _, picture),) = rows(tmp_path / "kept.sqlite")
    assert b"maker" in buffer.getvalue()
    assert b"maker" not in picture
    assert b"where I live" not in picture
    assert Image.open(io.BytesIO(picture)).size == (60, 40)  # upright


def test_pictures_that_are_none_or_too_large_are_not_kept(tmp_path, digits):
    store = Store(tmp_path / "kept.sqlite", 9, 700)
    for content in (b"none", digits[1]):
        with pytest.raises(PictureError):
            store.keep(Correction(content, "1", "v"))
    assert rows(tmp_path / "kept.sqlite") == []


def test_files_that_are_none_of_ours(tmp_path):
    (tmp_path / "text").write_text("no database, and long enough to be seen to be none" * 9)
    with pytest.raises(OutputError, match="corrections cannot be kept"):
        Store(tmp_path / "text", 9, 10**6)
    with pytest.raises(DataError, match="expected a file of corrections"):
        export(tmp_path / "text", tmp_path / "out")
    with pytest.raises(DataError, match="no such file of corrections"):
        export(tmp_path / "none", tmp_path / "out")
    Store(tmp_path / "empty.sqlite", 9, 10**6)
    with pytest.raises(DataError, match="expected corrections; there are none"):
        export(tmp_path / "empty.sqlite", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("label", ["..", "a/b", ".hidden"])
def test_labels_that_are_no_folders_names(tmp_path, digits, label):
    store = Store(tmp_path / "kept.sqlite", 9, 10**6)
    store.keep(Correction(digits[1], label, "v"))
    with pytest.raises(DataError, match="expected the name of a class"):
        export(tmp_path / "kept.sqlite", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.fixture(scope="module")
def odd_hand():
    """Forty pictures each of UCI's 2, 3 and 5 as somebody writes them who mirrors them."""
    test = small_networks.uci().test
    chosen = {digit: np.flatnonzero(test.labels == digit)[:24] for digit in (2, 3, 5)}
    return {
        digit: [test.images[place][:, ::-1].copy() for place in places]
        for digit, places in chosen.items()
    }


def png(image: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(255 - image).resize((112, 112)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.slow
def test_correct_retrain_better(keeping, file, odd_hand, tmp_path, capsys):
    """A third of a hand's digits is corrected; of the other two thirds fewer are misread then."""
    model = small_networks.save(
        small_networks.with_features(), tmp_path / "reader.keras", Card("reader")
    )
    kept = tmp_path / "kept.sqlite"
    with served("--corrections", kept) as server:
        for digit, images in odd_hand.items():
            for image in images[:8]:
                body = {"label": digit, "consent": True, "picture": base64_of(png(image))}
                assert server.http.post("/corrections", json=body).status_code == 200
    assert data.main(["corrections", str(kept), "--output", str(tmp_path / "set")]) == EXIT_OK
    words = [str(model), str(tmp_path / "set"), "--output", str(tmp_path / "mine.keras")]
    assert adapt.main([*words, "--data", "uci", "--most-lost", "200"]) == EXIT_OK
    before, after = (misread(name, odd_hand) for name in (model, tmp_path / "mine.keras"))
    assert before >= 10
    assert after <= before / 2


def misread(model, hand) -> int:
    """How many of a hand's digits that were not corrected a Keras model misreads."""
    from digitrec.compression.source import load_keras

    network, _ = load_keras(model)
    wrong = 0
    for digit, images in hand.items():
        seen = np.stack([digit_image(png(image)) for image in images[8:]])
        wrong += int((np.asarray(network(seen[..., None] * 1.0)).argmax(axis=1) != digit).sum())
    return wrong


def test_train_reads_the_folder_too(file, keeping, digits, tmp_path):
    store = Store(tmp_path / "kept.sqlite", 100, 10**6)
    for number in range(30):
        image = np.asarray(Image.open(io.BytesIO(digits[number % 3]))).copy()
        image[0, 0] = number
        buffer = io.BytesIO()
        Image.fromarray(image).save(buffer, "PNG")
        store.keep(Correction(buffer.getvalue(), str(number % 3), "v"))
    export(tmp_path / "kept.sqlite", tmp_path / "set")
    digits_of = datasets.load(str(tmp_path / "set"))
    assert digits_of.classes == ("0", "1", "2")
    assert sum(len(digits_of.part(name).labels) for name in digits_of.readers) == 30
