"""/predict answers what the library answers, in the form of `predict --json`."""

import base64
import io
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from digitrec import Reader


@pytest.fixture(scope="module")
def reader():
    return Reader()


def form(*contents: bytes) -> list:
    return [("picture", (f"{number}.png", each)) for number, each in enumerate(contents)]


def test_a_raw_picture_is_answered_as_the_library_does(server, reader, digits, drawn):
    for content in [*digits, *drawn]:
        answer = server.http.post("/predict", content=content)
        assert answer.status_code == 200
        assert answer.json() == reader.read(content).as_dict()


def test_forms_of_one_and_of_many(server, reader, drawn):
    one = server.http.post("/predict", files=form(drawn[7])).json()
    assert one == {**reader.read(drawn[7]).as_dict(), "file": "0.png"}
    many = server.http.post("/predict", files=form(*drawn)).json()
    assert [each["file"] for each in many["results"]] == [f"{n}.png" for n in range(10)]
    assert [each["text"] for each in many["results"]] == [reader.read(d).text for d in drawn]


def test_one_bad_picture_fails_alone(server, digits, drawn):
    answer = server.http.post(
        "/predict", files=form(digits[3], b"no picture", drawn[1][:99], drawn[4])
    )
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [each["status"] == "error" for each in results] == [False, True, True, False]
    assert "expected a picture" in results[1]["error"]
    assert "broken" in results[2]["error"]
    assert results[0]["text"] == "3"


@pytest.mark.parametrize("content", [b"no picture", b""])
def test_a_bad_picture_alone_is_unprocessable(server, content):
    answer = server.http.post("/predict", content=content)
    assert answer.status_code == 422
    assert answer.json()["status"] == "error"
    assert answer.json()["error"].startswith("expected a picture")


def test_options_of_the_reading(server, reader, drawn):
    light = Reader(polarity="light").read(drawn[5]).as_dict()
    assert server.http.post("/predict?polarity=light", content=drawn[5]).json() == light
    whole = Reader(single=True).read(drawn[5]).as_dict()
    assert server.http.post("/predict?single=1", content=drawn[5]).json() == whole


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("polarity=drak", "polarity: expected auto, dark, light; received drak"),
        ("single=perhaps", "single: expected 0 or 1; received perhaps"),
    ],
)
def test_options_that_are_none(server, drawn, query, message):
    answer = server.http.post(f"/predict?{query}", content=drawn[5])
    assert (answer.status_code, answer.json()) == (400, {"error": message})


@pytest.mark.parametrize("kind", ["digits", "drawn"])
def test_stages_are_pictures(server, request, kind):
    content = request.getfixturevalue(kind)[5]
    answer = server.http.post("/predict?stages=1", content=content).json()
    stages = answer.pop("stages")
    assert answer == server.http.post("/predict", content=content).json()
    assert list(stages) == ["picture", "ink", "boxes", "digits"]
    (digit,) = stages.pop("digits")
    assert opened(digit).size == (28, 28)
    sizes = {opened(data).size for data in stages.values()}
    assert len(sizes) == 1


def opened(data: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(data)))


def test_many_at_once_are_answered_as_one_alone(server, digits, drawn):
    """Bit for bit, whatever digit went to the classifier together with which."""
    contents = [*digits, *drawn] * 8
    alone = {
        content: server.http.post("/predict", content=content).text for content in set(contents)
    }
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda c: server.http.post("/predict", content=c).text, contents))
    assert answers == [alone[content] for content in contents]
    told = server.http.get("/metrics").text
    sizes = dict(line.rsplit(" ", 1) for line in told.splitlines() if "batch_size_" in line)
    assert float(sizes["digitrec_batch_size_sum"]) > float(sizes["digitrec_batch_size_count"])


def test_forms_that_are_none(server):
    for content, message in (
        (b"--x--\r\n", "expected a form with a file"),
        (b"x", "expected a form"),
    ):
        answer = server.http.post(
            "/predict",
            content=content,
            headers={"content-type": "multipart/form-data; boundary=x"},
        )
        assert answer.status_code == 400
        assert answer.json()["error"].startswith(message)


def test_neither_tensorflow_nor_what_trains_is_loaded(tmp_path):
    program = (
        "import asyncio, sys\n"
        "from digitrec.service.app import build\n"
        "from digitrec.service.settings import Settings\n"
        "async def main(): build(Settings(), None)\n"
        "asyncio.run(main())\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True,
        cwd=tmp_path, env={"PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    loaded = set(done.stdout.split())
    assert {"fastapi", "ai_edge_litert"} <= loaded
    assert loaded.isdisjoint({"tensorflow", "keras", "scipy", "sklearn", "matplotlib", "jax"})


def test_what_it_answers_is_what_predict_prints(server, run_cli, tmp_path, drawn):
    (tmp_path / "0.png").write_bytes(drawn[2])
    printed = json.loads(run_cli("predict", "0.png", "--json", cwd=tmp_path).stdout)
    assert server.http.post("/predict", files=form(drawn[2])).json() == printed
