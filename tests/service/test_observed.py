"""What goes wrong inside is an answer without a trace, and a line in the log."""

import asyncio
import json

import pytest

from digitrec.service.metrics import Metrics
from digitrec.service.observed import Observed
from digitrec.service.refusal import Gone, Refused
from digitrec.service.refusing import Refusing


def answered(app) -> tuple[int, dict, bytes]:
    """Status, headers and body that an app's request is answered with; 0 when it is not."""
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.disconnect"}

    scope = {"type": "http", "method": "POST", "path": "/x", "headers": []}
    asyncio.run(Observed(Refusing(app), Metrics(), lambda: "v1")(scope, receive, send))
    if not sent:
        return 0, {}, b""
    return sent[0]["status"], dict(sent[0]["headers"]), b"".join(m["body"] for m in sent[1:])


def test_a_fault_is_told_to_the_log_alone(capsys):
    async def app(*_):
        raise RuntimeError("the secret of line 7")

    status, headers, body = answered(app)
    assert status == 500
    assert json.loads(body) == {"error": "something went wrong here; the log says what"}
    assert headers[b"x-content-type-options"] == b"nosniff"
    error, request = map(json.loads, capsys.readouterr().err.splitlines())
    assert error["error"] == "RuntimeError: the secret of line 7"
    assert (error["id"], request["status"]) == (request["id"], 500)


def test_a_fault_after_the_answer_began_is_no_second_answer():
    async def app(_, __, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError

    assert answered(app)[0] == 200


def test_what_is_refused_is_one_line():
    async def app(*_):
        raise Refused(418, "expected\ntea", {"Retry-After": "1"})

    status, headers, body = answered(app)
    assert (status, json.loads(body)) == (418, {"error": "expected tea"})
    assert headers[b"retry-after"] == b"1"


def test_nobody_is_answered_who_has_left(capsys):
    async def app(*_):
        raise Gone

    assert answered(app)[0] == 0
    assert json.loads(capsys.readouterr().err)["status"] == 499


@pytest.mark.parametrize("kind", ["lifespan", "websocket"])
def test_other_kinds_are_handed_on(kind):
    seen = []

    async def app(scope, *_):
        seen.append(scope["type"])

    asyncio.run(Observed(Refusing(app), Metrics(), lambda: "v1")({"type": kind}, None, None))
    assert seen == [kind]
