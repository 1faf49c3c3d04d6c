"""TensorFlow Serving's and KServe's protocols say the same as /predict."""

import base64
import io
import json
import time

import numpy as np
import pytest
from PIL import Image

from digitrec import Reader
from digitrec.service import selftest

V1 = "/v1/models/digitrec"
V2 = "/v2/models/digitrec"


def base64_of(content: bytes) -> str:
    return base64.b64encode(content).decode()


@pytest.fixture(scope="module")
def images() -> list:
    return selftest.digits().tolist()


@pytest.fixture(scope="module")
def in_form() -> list[dict]:
    """What the library says of digits in MNIST's form."""
    return [reading.as_dict() for reading in Reader().read_digits(selftest.digits())]


def test_v1_digits_and_pictures_in_one_request(server, images, in_form, drawn):
    instances = [images[3], {"b64": base64_of(drawn[8])}, {"b64": base64_of(b"none")}, images[5]]
    answer = server.http.post(f"{V1}:predict", json={"instances": instances})
    predictions = answer.json()["predictions"]
    assert predictions[0] == in_form[3]
    assert predictions[1] == Reader().read(drawn[8]).as_dict()
    assert (predictions[2]["status"], predictions[2]["error"][:18]) == (
        "error",
        "expected a picture",
    )
    assert predictions[3] == in_form[5]
    assert answer.headers["x-model-version"]


@pytest.mark.parametrize("shape", [(28, 28), (28, 28, 1), (784,)])
def test_v1_shapes_of_digits(server, images, in_form, shape):
    instance = np.reshape(images[7], shape).tolist()
    answer = server.http.post(f"{V1}:predict", json={"instances": [instance]})
    assert answer.json() == {"predictions": [in_form[7]]}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"instances": []}, "instances: List should have at least 1 item"),
        ({}, "instances: Field required"),
        ({"instances": [[1, 2]]}, "instances[0]: expected digits of 28 x 28 pixels; received"),
        ({"instances": [[[1], [2, 3]]]}, "instances[0]: expected lists of numbers; "),
        ({"instances": [[[256] * 28] * 28]}, "instances[0]: expected numbers from 0 to 255"),
        ({"instances": [[["x"] * 28] * 28]}, "instances[0]: expected lists of numbers; "),
        ({"instances": [{"b65": "x"}]}, "instances[0]: expected b64; received b65"),
        ({"instances": [{"b64": "?"}]}, "instances[0]: expected base64; "),
        ({"instances": [{"b64": 7}]}, "instances[0]: expected a picture in base64"),
        ({"instances": [None]}, "instances[0]: expected "),
    ],
)
def test_v1_what_is_not_understood(server, body, message):
    answer = server.http.post(f"{V1}:predict", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(message)


def test_v1_status(server):
    assert server.http.get("/v1/models").json() == {"models": ["digitrec"]}
    told = server.http.get(V1).json()
    (version,) = told["model_version_status"]
    assert (told["name"], told["ready"], version["state"]) == ("digitrec", True, "AVAILABLE")
    assert server.http.get("/v1/models/other").status_code == 404


def infer(server, **changed):
    image = selftest.digits()[:2]
    data = image.ravel().tolist()
    given = {"name": "image", "datatype": "UINT8", "shape": [2, 28, 28, 1], "data": data}
    body = {"id": "42", "inputs": [{**given, **changed.pop("given", {})}], **changed}
    return server.http.post(f"{V2}/infer", json=body)


def outputs(answer) -> dict:
    return {output["name"]: output for output in answer.json()["outputs"]}


def test_v2_digits(server, in_form):
    answer = infer(server)
    told = answer.json()
    assert (told["model_name"], told["id"]) == ("digitrec", "42")
    assert told["model_version"] == answer.headers["x-model-version"]
    found = outputs(answer)
    assert found["text"]["data"] == ["0", "1"]
    assert found["status"]["data"] == ["ok", "ok"]
    assert [json.loads(text) for text in found["reading"]["data"]] == in_form[:2]
    assert found["probabilities"]["shape"] == [2, 10]
    expected = [digit["digits"][0]["probabilities"] for digit in in_form[:2]]
    assert np.reshape(found["probabilities"]["data"], (2, 10)).tolist() == expected


def test_v2_nested_data_and_floats(server, images):
    nested = {"shape": [2, 28, 28], "datatype": "FP32", "data": images[:2]}
    assert outputs(infer(server, given=nested)) == outputs(infer(server))


def test_v2_an_empty_digit_has_no_probabilities(server):
    blank = {"shape": [1, 784], "data": [0] * 784}
    found = outputs(infer(server, given=blank))
    assert found["status"]["data"] == ["empty"]
    assert found["probabilities"]["data"] == [0] * 10


def test_v2_pictures(server, drawn):
    files = {
        "name": "picture", "datatype": "BYTES", "shape": [2],
        "data": [base64_of(drawn[4]), base64_of(drawn[9])],
    }  # fmt: skip
    answer = infer(server, given=files)
    assert outputs(answer)["text"]["data"] == [Reader().read(drawn[n]).text for n in (4, 9)]
    assert "probabilities" not in outputs(answer)


def test_v2_outputs_that_are_wanted(server):
    answer = infer(server, outputs=[{"name": "status"}, {"name": "text"}])
    assert [output["name"] for output in answer.json()["outputs"]] == ["status", "text"]
    answer = infer(server, outputs=[{"name": "txt"}])
    message = "outputs: expected text, status, reading, probabilities; received txt"
    assert (answer.status_code, answer.json()) == (400, {"error": message})


def test_v2_no_id_no_id(server):
    assert "id" not in infer(server, id=None).json()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"name": "pixels"}, "inputs: expected image or picture; received pixels"),
        ({"datatype": "BOOL"}, "image: expected one of UINT8"),
        ({"shape": [2, 28, 28, 3]}, "image: expected numbers in the shape given"),
        ({"shape": [2, 28, 27]}, "image: expected numbers in the shape given"),
        ({"shape": []}, "image: expected "),
        ({"shape": [1, 1568]}, "image: expected digits of 28 x 28 pixels"),
        ({"shape": [0]}, "inputs.0.shape.0: Input should be greater"),
        ({"data": "x"}, "inputs.0.data: Input should be a valid list"),
        ({"name": "picture"}, "picture: expected BYTES"),
        (
            {"name": "picture", "datatype": "BYTES", "shape": [1], "data": [3]},
            "picture: expected a",
        ),
    ],
)
def test_v2_what_is_not_understood(server, given, message):
    answer = infer(server, given=given)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(message)


def test_v2_about_the_server_and_the_model(server):
    assert server.http.get("/v2").json()["name"] == "digitrec"
    assert server.http.get("/v2/health/live").json() == {"live": True}
    assert server.http.get("/v2/health/ready").json() == {"ready": True}
    assert server.http.get(f"{V2}/ready").json() == {"name": "digitrec", "ready": True}
    told = server.http.get(V2).json()
    assert told["inputs"][0] == {"name": "image", "datatype": "UINT8", "shape": [-1, 28, 28, 1]}
    assert [output["name"] for output in told["outputs"]] == [*outputs(infer(server))]
    assert told["versions"] == [infer(server).json()["model_version"]]


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", ""])
def test_json_is_json_whatever_it_is_called(server, images, kind):
    body = json.dumps({"instances": [images[4]]}).encode()
    answer = server.http.post(f"{V1}:predict", content=body, headers={"content-type": kind})
    assert answer.json()["predictions"][0]["text"] == "4"


def test_json_that_is_none(server):
    for body in (b"{", b"[" * 100_000, b"\xff", b"NaN"):
        answer = server.http.post(
            f"{V2}/infer", content=body, headers={"content-type": "application/json"}
        )
        assert answer.status_code == 400
        assert "error" in answer.json()


@pytest.mark.parametrize("path", [f"{V1}:predict", f"{V2}/infer", "/corrections"])
def test_json_of_millions_of_numbers_is_refused_before_it_is_parsed(server, path):
    """Python would let nothing else run meanwhile: health would wait as long."""
    body = b'{"instances": [[' + b"0," * 4_500_000 + b"0]]}"
    began = time.perf_counter()
    json.loads(body)
    parsing = time.perf_counter() - began
    answer = server.http.post(path, content=body)
    message = "expected at most 51,176 values in JSON; received more"
    assert (answer.status_code, answer.json()) == (413, {"error": message})
    assert server.line(answer.headers["x-request-id"])["ms"] / 1000 < parsing


def test_as_many_digits_as_may_be_are_not_too_many_values(server, images, in_form):
    instances = [np.reshape(images[number % 10], (28, 28, 1)).tolist() for number in range(64)]
    answer = server.http.post(f"{V1}:predict", json={"instances": instances})
    assert answer.json()["predictions"] == [in_form[number % 10] for number in range(64)]


def test_a_refusal_does_not_say_again_all_that_was_sent(server):
    instance = {str(number): 0 for number in range(9_000)}
    answer = server.http.post(f"{V1}:predict", json={"instances": [instance]})
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("instances[0]: expected b64; received 0, 1")
    assert len(answer.json()["error"]) <= 500


def test_the_openapi_description_and_its_page(server):
    told = server.http.get("/openapi.json").json()
    assert told["info"]["title"] == "digitrec"
    page = server.http.get("/docs").text
    for path in ("/predict", f"{V1}:predict", f"{V2}/infer", "/metrics", "/corrections"):
        assert path in told["paths"]
        assert f"{path}</code>" in page
    assert "<script" not in page
    assert "//" not in page.replace("</", "")


def test_prometheus_is_told(server, digits):
    server.http.post("/predict", content=digits[0])
    answer = server.http.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    text = answer.text
    for name in (
        "digitrec_requests_total", "digitrec_request_seconds_bucket", "digitrec_batch_size_bucket",
        "digitrec_queue_depth", "digitrec_requests_in_flight", "digitrec_pictures_total",
        'digitrec_digits_total{digit="0"}', "digitrec_build_info{", "digitrec_model_info{",
    ):  # fmt: skip
        assert f"\n{name}" in text
    assert 'digitrec_requests_total{route="/predict",status="200"}' in text


def test_a_picture_of_any_kind_is_read(server):
    buffer = io.BytesIO()
    Image.fromarray(selftest.digits()[2]).resize((56, 56)).save(buffer, "BMP")
    assert server.http.post("/predict", content=buffer.getvalue()).json()["text"] == "2"
