"""`POST /predict`: a picture, or a form with one or many; the JSON of `predict --json` out."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request, Response

from digitrec.reading.form import POLARITIES
from digitrec.service import exchange as exchanges
from digitrec.service.answers import Direct, as_answer
from digitrec.service.exchange import Exchange
from digitrec.service.forms import Error, Reading, Readings
from digitrec.service.multipart import form_of, is_form
from digitrec.service.refusal import Refused
from digitrec.service.work import How, Named, Work

YES, NO = ("1", "true", "yes"), ("0", "false", "no", "")

PICTURE: dict[str, Any] = {"type": "string", "format": "binary"}

DOCUMENTED: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "image/*": {"schema": PICTURE},
            "application/octet-stream": {"schema": PICTURE},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {"picture": {"type": "array", "items": PICTURE, "minItems": 1}},
                    "required": ["picture"],
                }
            },
        },
    },
    "parameters": [
        {
            "name": name,
            "in": "query",
            "description": explained,
            "schema": {"type": "string", "enum": values},
        }
        for name, explained, values in (
            ("single", "read each picture whole, as one digit", ["0", "1"]),
            ("polarity", "whether ink is dark or light", [*POLARITIES]),
            ("stages", "add every stage of the reading as a PNG", ["0", "1"]),
        )
    ],
}


def add(api: FastAPI, work: Work) -> None:
    """Give an app the route."""

    async def predict(request: Request) -> Response:
        """Read a picture that is the request's body, or those of a form.

        One picture is answered with an object, several with `{"results": [...]}`, in their order;
        one that cannot be opened has status `error`, and the others are read.
        """
        exchange = exchanges.of(request.scope)
        how = how_of(request.query_params) if request.scope["query_string"] else How()
        pictures = await _pictures(exchange, work.settings.max_items)
        answers = await work.read(exchange, pictures, how)
        if len(answers) == 1:
            return as_answer(answers[0], 422 if answers[0]["error"] else 200)
        return as_answer({"results": answers})

    api.router.add_api_route(
        "/predict",
        predict,
        methods=["POST"],
        tags=["digitrec"],
        summary="Read digits from pictures",
        response_model=None,
        openapi_extra=DOCUMENTED,
        responses={
            200: {"model": Reading | Readings, "description": "What was read."},
            422: {"model": Reading | Error, "description": "The one picture cannot be opened."},
        },
        route_class_override=Direct,
    )


def how_of(query: Mapping[str, str]) -> How:
    """How a request wants its pictures to be read. Raises Refused."""
    polarity = next((name for name in POLARITIES if name == query.get("polarity", "auto")), None)
    if polarity is None:
        raise Refused(
            400, f"polarity: expected {', '.join(POLARITIES)}; received {query['polarity']}"
        )
    return How(_yes(query, "single"), polarity, _yes(query, "stages"))


def _yes(query: Mapping[str, str], name: str) -> bool:
    given = query.get(name, "").lower()
    if given not in YES + NO:
        raise Refused(400, f"{name}: expected 0 or 1; received {given}")
    return given in YES


async def _pictures(exchange: Exchange, max_items: int) -> list[Named]:
    if not is_form(exchange):
        return [Named(exchange.body)]
    files = (await form_of(exchange, max_items)).files
    if not files:
        raise Refused(400, "expected a form with a file for each picture; received none")
    return files
