"""What is too much, too slow or too many is refused at once, and the service goes on."""

import asyncio
import contextlib
import io
import json
import socket
import time

import httpx
import pytest
from PIL import Image
from served import served

from digitrec.service import exchange as exchanges
from digitrec.service.limits import Limited
from digitrec.service.metrics import Metrics
from digitrec.service.refusal import Refused
from digitrec.service.settings import Settings

MOST = 20_000
HEAD = "POST /predict HTTP/1.1\r\nhost: x\r\n"


@pytest.fixture(scope="module")
def server():
    """Small limits."""
    words = ("--max-body", MOST, "--max-pixels", 1_000_000, "--max-items", 2)
    with served(*words, "--upload-timeout", 1, "--concurrency", 1, "--queue", 2) as running:
        yield running


def spoken(server, *sent: str | bytes) -> str:
    """All that the server answers to these bytes until it closes the connection."""
    answer = b""
    with (
        socket.create_connection(server.address, 30) as connection,
        contextlib.suppress(ConnectionResetError, BrokenPipeError),
    ):
        for part in sent:
            connection.sendall(part.encode() if isinstance(part, str) else part)
        while data := connection.recv(65536):
            answer += data
    return answer.decode()


def status(answer: str) -> int:
    return int(answer.split(" ")[1])


def test_a_body_that_says_that_it_is_too_large(server):
    answer = spoken(server, f"{HEAD}content-length: 30000000000\r\n\r\n")
    assert status(answer) == 413
    body = json.loads(answer.partition("\r\n\r\n")[2])
    assert body == {"error": "expected at most 20,000 bytes; received 30,000,000,000"}
    assert "connection: close" in answer


def test_who_sends_all_of_a_body_that_is_too_large_gets_the_answer(server):
    answer = server.http.post("/predict", content=bytes(20_000_000))
    assert (answer.status_code, answer.json()["error"][:15]) == (413, "expected at mos")


def test_a_body_in_chunks_that_is_too_large(server):
    def chunks():
        for _ in range(300):
            yield bytes(1000)

    assert server.http.post("/predict", content=chunks()).status_code == 413


def test_a_body_in_chunks_that_is_not(server, digits):
    def chunks():
        for place in range(0, len(digits[3]), 50):
            yield digits[3][place : place + 50]

    assert server.http.post("/predict", content=chunks()).json()["text"] == "3"


def test_a_length_that_says_too_little_is_all_that_is_read(server, digits):
    """What follows is no request; how much of the answers to it comes depends on the moment."""
    answer = spoken(server, f"{HEAD}content-length: 10\r\n\r\n", digits[3])
    assert answer == "" or "HTTP/1.1 400" in answer
    assert '"text":"3"' not in answer
    assert server.http.post("/predict", content=digits[3]).json()["text"] == "3"


def test_a_length_and_chunks_at_once_are_no_request(server):
    both = "content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n"
    assert status(spoken(server, f"{HEAD}{both}0\r\n\r\n")) == 400


def test_no_length_is_no_body(server):
    answer = spoken(server, f"{HEAD}connection: close\r\n\r\n")
    assert status(answer) == 422
    assert "received no bytes" in answer


@pytest.mark.parametrize("declared", [None, 10, MOST])
def test_lengths_that_lie_to_the_app(declared):
    """Whatever is said, what comes is counted."""
    headers = [] if declared is None else [(b"content-length", str(declared).encode())]
    parts = iter([bytes(15_000), bytes(15_000)])

    async def receive():
        return {"type": "http.request", "body": next(parts), "more_body": True}

    async def app(*_):
        pytest.fail("nothing should come here")

    scope = {"type": "http", "method": "POST", "path": "/predict", "headers": headers}
    exchanges.begun(scope)
    limited = Limited(app, Settings(max_body=MOST), (), Metrics())
    with pytest.raises(Refused, match="expected at most 20,000 bytes; received more") as refused:
        asyncio.run(limited(scope, receive, None))
    assert refused.value.status == 413
    assert limited.taken == limited.coming == 0


def test_a_picture_of_too_many_pixels_is_not_decoded(server):
    buffer = io.BytesIO()
    Image.new("1", (2000, 600)).save(buffer, "PNG")
    answer = server.http.post("/predict", content=buffer.getvalue())
    assert answer.status_code == 422
    expected = "expected at most 1 million pixels; received 2000 x 600"
    assert answer.json()["error"] == expected


def test_too_many_pictures(server, digits):
    files = [("picture", ("a.png", digit)) for digit in digits[:3]]
    answer = server.http.post("/predict", files=files)
    message = "expected at most 2 pictures; received more"
    assert (answer.status_code, answer.json()) == (413, {"error": message})
    instances = [[[0] * 28] * 28] * 3
    answer = server.http.post("/v1/models/digitrec:predict", json={"instances": instances})
    assert answer.status_code == 413


def test_a_slow_upload_is_given_up(server):
    began = time.perf_counter()
    answer = spoken(server, f"{HEAD}content-length: 100\r\n\r\n", "a few")
    assert status(answer) == 408
    assert "within 1 seconds" in answer
    assert time.perf_counter() - began > 0.9


@pytest.mark.parametrize("start", ["", "POST /pre", HEAD])
def test_a_slow_head_is_given_up(server, start):
    assert spoken(server, start) == ""


def test_a_head_without_end_is_refused(server):
    """Who goes on sending may not see the answer."""
    line = f"x: {'y' * 1000}\r\n"
    answer = spoken(server, HEAD + 66 * line)
    assert answer == "" or status(answer) == 431
    assert status(spoken(server, f"{HEAD}connection: close\r\n{60 * line}\r\n")) == 422


def test_too_many_at_once_are_sent_away_at_once(server, digits):
    """Three places are taken by uploads that do not go on."""
    with contextlib.ExitStack() as stack:
        for _ in range(3):
            slow = stack.enter_context(socket.create_connection(server.address))
            slow.sendall(f"{HEAD}content-length: 100\r\n\r\n".encode())
        deadline = time.perf_counter() + 5
        while "in_flight 3.0" not in server.http.get("/metrics").text:
            assert time.perf_counter() < deadline
        answer = server.http.post("/predict", content=digits[3])
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "1"
        assert answer.json() == {"error": "expected at most 3 requests at once; received more"}
        assert server.http.get("/v2/health/live").status_code == 200
    deadline = time.perf_counter() + 10
    while server.http.post("/predict", content=digits[3]).status_code == 503:
        assert time.perf_counter() < deadline
    assert "in_flight 0.0" in server.http.get("/metrics").text


def test_what_takes_too_long_is_given_up(digits, drawn):
    with served("--timeout", 0.01) as server:
        answer = server.http.post("/predict?stages=1", content=drawn[8])
        assert answer.status_code == 504
        assert "within 0.01 seconds" in answer.json()["error"]
        assert server.http.post("/predict", content=digits[8]).json()["text"] == "8"


def test_who_leaves_is_forgotten(server, digits):
    for _ in range(5):
        with socket.create_connection(server.address) as connection:
            connection.sendall(f"{HEAD}content-length: 100\r\n\r\n".encode())
    assert server.http.post("/predict", content=digits[1]).status_code == 200
    lines = [line for line in server.logged if line.get("status") == 499]
    assert len(lines) >= 1


def test_a_client_that_waits_for_continue_hears_it(server, digits):
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        answer = client.post("/predict", content=digits[1], headers={"expect": "100-continue"})
    assert answer.json()["text"] == "1"
