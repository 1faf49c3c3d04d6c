"""Whatever is sent, as the service describes it or otherwise, is answered, and never by 500."""

import base64
import json
import random
from collections import Counter

import httpx
import mutated_pictures
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import load_all_checks

from digitrec.service import selftest
from digitrec.service.app import ERRORS

SOME, MANY = 160, 2_000
EACH = 50
"""Requests of each operation that are made from the description."""
ROUTES = (
    "/predict",
    "/predict?stages=1",
    "/v1/models/digitrec:predict",
    "/v2/models/digitrec/infer",
)
BOUNDARY = "part"


@pytest.mark.slow
def test_the_description_is_true(server):
    load_all_checks()
    api = schemathesis.openapi.from_url(f"{server.url}/openapi.json")
    operations = [found.ok() for found in api.get_all_operations()]
    assert {operation.label for operation in operations} >= {"POST /predict", "GET /metrics"}
    for operation in operations:
        holds(operation.as_strategy())


def holds(cases) -> None:
    """Send what a strategy makes; each answer is one that the description has."""

    @settings(
        max_examples=EACH,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases)
    def each(case) -> None:
        case.call_and_validate(excluded_checks=excluded())

    each()


def excluded() -> list:
    """What a description in OpenAPI has no words for: bytes that are no picture are refused."""
    from schemathesis.specs.openapi import checks

    return [
        checks.positive_data_acceptance,
        checks.negative_data_rejection,
        checks.unsupported_method,
        checks.missing_required_header,
    ]


@pytest.mark.parametrize("count", [SOME, pytest.param(MANY, marks=pytest.mark.slow)])
def test_bodies_that_are_nearly_right_are_answered(server, count):
    statuses = Counter(answered(server, number) for number in range(count))
    assert set(statuses) <= {200, *ERRORS} - {503}
    assert statuses[200] > 0.1 * count
    assert sum(times for status, times in statuses.items() if status != 200) > 0.3 * count
    digit = server.http.post("/predict", content=mutated_pictures.mutated(0)[1])
    assert digit.status_code in (200, 422)


def answered(server, number: int) -> int:
    """The status of the answer to body number N; a second request on the same connection too."""
    route, headers, content = body(number)
    answer = server.http.post(route, content=content, headers=headers)
    if answer.status_code != 200:
        told = answer.json()
        assert "Traceback" not in answer.text
        assert told["error"]
        assert "\n" not in told["error"], (number, told)
    return answer.status_code


def body(number: int) -> tuple[str, dict[str, str], bytes]:
    """Where it goes, its headers, and bytes of which most were once a picture, JSON or a form."""
    chance = random.Random(f"body {number}")
    route = chance.choice(ROUTES)
    _, picture = mutated_pictures.mutated(number)
    if "predict" not in route.split("/")[1]:
        content = json.dumps(request(route, picture, chance)).encode()
        headers = {"content-type": "application/json"}
    elif chance.random() < 0.5:
        content, headers = picture, {"content-type": chance.choice(("image/png", ""))}
    else:
        content = form(picture, chance)
        headers = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
    if chance.random() < 0.6:
        content = chance.choice(mutated_pictures.MUTATIONS)(content, chance)
    return route, headers, content


def request(route: str, picture: bytes, chance: random.Random) -> dict:
    """What the two protocols of JSON take: a digit or a picture."""
    encoded = base64.b64encode(picture).decode()
    digit = selftest.digits()[chance.randrange(10)].tolist()
    if route.startswith("/v1"):
        return {"instances": [chance.choice((digit, {"b64": encoded}))]}
    if chance.random() < 0.5:
        given = {"name": "picture", "shape": [1], "datatype": "BYTES", "data": [encoded]}
    else:
        given = {"name": "image", "shape": [1, 28, 28], "datatype": "UINT8", "data": digit}
    return {"id": str(chance.random()), "inputs": [given]}


def form(picture: bytes, chance: random.Random) -> bytes:
    """A form with one file, or with several."""
    sent = httpx.Request(
        "POST",
        "http://none",
        files=[("picture", (f"{part}.png", picture)) for part in range(chance.choice((1, 1, 3)))],
        headers={"content-type": f"multipart/form-data; boundary={BOUNDARY}"},
    )
    return sent.read()
