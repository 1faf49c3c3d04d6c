"""Who may ask, what browsers are told, and what is never told."""

import json
import socket

import pytest
from served import served

from digitrec.errors import OptionError
from digitrec.service.refusal import Refused
from digitrec.service.security import check_key, check_origin, keys_of

PAGE = "https://page.example"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    keys = tmp_path_factory.mktemp("keys") / "keys"
    keys.write_text("first-key\nsecond-key\n")
    with served("--api-key-file", keys, "--allow-origin", PAGE) as server:
        yield server


@pytest.mark.parametrize(
    "headers",
    [
        {"x-api-key": "first-key"},
        {"x-api-key": "second-key"},
        {"authorization": "Bearer second-key"},
    ],
)
def test_who_has_a_key_is_answered(guarded, digits, headers):
    answer = guarded.http.post("/predict", content=digits[5], headers=headers)
    assert answer.json()["text"] == "5"


@pytest.mark.parametrize("headers", [{}, {"x-api-key": "first"}, {"authorization": "Bearer x"}])
@pytest.mark.parametrize(
    "path", ["/predict", "/corrections", "/v1/models/digitrec:predict", "/v2/models/digitrec/infer"]
)
def test_who_has_none_is_not(guarded, digits, headers, path):
    answer = guarded.http.post(path, content=digits[5], headers=headers)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.json() == {"error": "expected a key, as X-API-Key or as Authorization: Bearer"}


def test_health_and_the_page_need_no_key(guarded):
    for path in ("/", "/docs", "/openapi.json", "/v2/health/live", "/v2/health/ready"):
        assert guarded.http.get(path).status_code == 200
    assert guarded.http.get("/metrics").status_code == 401
    assert guarded.http.get("/v2").status_code == 401


def test_pages_of_an_origin_that_is_allowed_may_call(guarded, digits):
    asked = guarded.http.options(
        "/predict", headers={"origin": PAGE, "access-control-request-method": "POST"}
    )
    assert asked.headers["access-control-allow-origin"] == PAGE
    headers = {"origin": PAGE, "x-api-key": "first-key"}
    answer = guarded.http.post("/predict", content=digits[5], headers=headers)
    assert answer.headers["access-control-allow-origin"] == PAGE
    other = guarded.http.post(
        "/predict", content=digits[5], headers={**headers, "origin": "https://other.example"}
    )
    assert other.status_code == 403
    assert "access-control-allow-origin" not in other.headers


def test_what_is_refused_is_told_to_an_origin_that_is_allowed(guarded, digits):
    """A page could not say otherwise why there is no answer."""
    answer = guarded.http.post("/predict", content=digits[5], headers={"origin": PAGE})
    assert answer.status_code == 401
    assert answer.headers["access-control-allow-origin"] == PAGE


def test_what_browsers_ask_beforehand_has_an_id_and_a_line_too(guarded):
    headers = {"origin": PAGE, "access-control-request-method": "POST", "x-request-id": "before"}
    asked = guarded.http.options("/predict", headers=headers)
    assert asked.headers["x-request-id"] == "before"
    assert asked.headers["x-content-type-options"] == "nosniff"
    line = guarded.line("before")
    assert (line["method"], line["status"]) == ("OPTIONS", 200)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("POST /predict HTTP/1.1\r\nhost: x\r\ncontent-length: abc\r\n\r\n", 400),
        ("nonsense\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nhost: x\r\nx: " + 70_000 * "y", 431),
    ],
)
def test_what_is_no_request_is_answered_like_one(server, sent, status):
    with socket.create_connection(server.address, 30) as connection:
        connection.sendall(sent.encode())
        head, _, body = connection.recv(65536).decode().partition("\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ")
    assert json.loads(body)["error"].startswith("expected a ")
    headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:])
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-type"] == "application/json"
    line = server.line(headers["x-request-id"])
    assert (line["event"], line["status"]) == ("no request", status)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/predict", {"POST"}),
        ("DELETE", "/corrections", {"GET", "HEAD", "POST"}),
        ("POST", "/v2/health/live", {"GET", "HEAD"}),
        ("PUT", "/docs", {"GET", "HEAD"}),
        ("POST", "/main.js", {"GET", "HEAD"}),
    ],
)
def test_other_methods_are_told_which_are_allowed(server, method, path, allowed):
    answer = server.http.request(method, path)
    assert (answer.status_code, answer.json()) == (405, {"error": "Method Not Allowed"})
    assert set(answer.headers["allow"].split(", ")) == allowed


@pytest.mark.parametrize(
    "path", ["/v2/health/live", "/v2/health/ready", "/metrics", "/docs", "/", "/main.js"]
)
def test_head_is_answered_as_get_is_without_a_body(server, path):
    answer, whole = server.http.head(path), server.http.get(path)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == whole.headers["content-type"]
    assert answer.headers["x-request-id"]


def test_by_default_no_other_page_may_call(server, digits):
    foreign = server.http.post("/predict", content=digits[5], headers={"origin": PAGE})
    assert foreign.status_code == 403
    assert "access-control-allow-origin" not in foreign.headers
    own = server.http.post("/predict", content=digits[5], headers={"origin": server.url})
    assert own.status_code == 200


def test_it_listens_on_loopback_alone(server):
    assert server.url.startswith("http://127.0.0.1:")


@pytest.mark.parametrize("path", ["/", "/predict", "/nothing", "/docs"])
def test_browsers_are_told_what_they_may_do(server, path):
    headers = server.http.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "server" not in headers


def test_each_answer_has_an_id_and_a_line(server, digits):
    given = server.http.post("/predict", content=digits[5], headers={"x-request-id": "order-7"})
    made = server.http.post("/predict", content=digits[5])
    assert given.headers["x-request-id"] == "order-7"
    forged = server.http.get("/v2", headers={"x-request-id": 'a" b'}).headers["x-request-id"]
    assert forged not in ('a" b', made.headers["x-request-id"])
    line = server.line("order-7")
    assert (line["method"], line["path"], line["status"]) == ("POST", "/predict", 200)
    assert (line["pictures"], line["bytes"]) == (1, len(digits[5]))
    assert line["model"] == given.headers["x-model-version"]


def test_every_answer_has_the_version_of_the_model(server, digits):
    version = server.http.post("/predict", content=digits[5]).headers["x-model-version"]
    answers = [server.http.get(path) for path in ("/", "/v2/health/live", "/nothing", "/metrics")]
    answers.append(server.http.post("/predict", content=b"", headers={"origin": PAGE}))
    assert {answer.headers["x-model-version"] for answer in answers} == {version}


def test_neither_pictures_nor_what_they_say_are_logged(server, digits):
    server.http.post("/predict", files={"picture": ("secret-name.png", digits[5])})
    text = json.dumps(server.logged)
    assert "secret-name" not in text
    assert '"digits"' not in text
    assert not any({"text", "digits"} & line.keys() for line in server.logged)


@pytest.mark.parametrize("path", ["/nothing", "/predict/", "/../etc/passwd", "/%2e%2e/serve.py"])
def test_what_is_not_there_is_told_without_traces(server, path):
    answer = server.http.get(path)
    assert answer.status_code in (404, 405)
    assert answer.json()["error"] in ("Not Found", "Method Not Allowed")


def test_keys_are_a_line_each(tmp_path):
    path = tmp_path / "keys"
    path.write_text("one\n\ntwo \n")
    assert keys_of(str(path)) == (b"one", b"two")
    assert keys_of(None) == ()
    with pytest.raises(OptionError, match="cannot be read"):
        keys_of(str(tmp_path / "none"))


def test_only_whole_keys_open():
    check_key((b"key",), "/predict", {b"x-api-key": b"key"})
    for given in (b"", b"ke", b"keyy", b"KEY", b"\xff"):
        with pytest.raises(Refused):
            check_key((b"key",), "/predict", {b"x-api-key": given})


@pytest.mark.parametrize(
    ("origin", "host", "let_in"),
    [
        (b"http://a:1", b"a:1", True),
        (b"https://a", b"a", True),
        (b"http://b", b"a", False),
        (b"null", b"a", False),
        (b"http://ok", b"a", True),
    ],
)
def test_origins(origin, host, let_in):
    headers = {b"origin": origin, b"host": host}
    check_origin((b"http://ok",), "GET", headers)
    if let_in:
        check_origin((b"http://ok",), "POST", headers)
    else:
        with pytest.raises(Refused, match="expected a page of this service's own"):
            check_origin((b"http://ok",), "POST", headers)
