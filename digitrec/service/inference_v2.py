"""The Open Inference Protocol, version 2, of KServe, Triton and others: `/v2`.

Infer takes one of two inputs: `image`, digits in MNIST's form, or `picture`, files of any kind in
base64; and gives `text`, `status`, `reading` (the JSON of /predict), and for `image` also
`probabilities`.
"""

import json
from collections.abc import Callable
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from digitrec import __version__
from digitrec.reading.form import SIDE
from digitrec.service import exchange as exchanges
from digitrec.service.answers import Json, as_answer
from digitrec.service.exchange import Exchange
from digitrec.service.health import Health
from digitrec.service.models import NAME
from digitrec.service.refusal import Refused
from digitrec.service.tensors import expect_at_most, images_of, picture_of
from digitrec.service.work import Answer, How, Named, Work

ROOT = f"/v2/models/{NAME}"
NUMBERS = ("UINT8", "INT16", "INT32", "INT64", "FP16", "FP32", "FP64")
MOST_DIMENSIONS = 4


class Input(BaseModel):
    """A tensor that comes in, row by row or in nested lists."""

    name: str = Field(description="image or picture")
    shape: Annotated[list[Annotated[int, Field(ge=1)]], Field(max_length=MOST_DIMENSIONS)]
    datatype: str
    data: list[Any]
    parameters: dict[str, Any] = {}


class Wanted(BaseModel):
    """The name of a tensor that is wanted."""

    name: str
    parameters: dict[str, Any] = {}


class Inference(BaseModel):
    """What is asked."""

    id: str | None = None
    parameters: dict[str, Any] = {}
    inputs: Annotated[list[Input], Field(min_length=1, max_length=1)]
    outputs: list[Wanted] = []


class Output(BaseModel):
    """A tensor that goes out, row by row."""

    name: str
    shape: list[int]
    datatype: str
    data: list[str] | list[float]


class Inferred(BaseModel):
    """What is answered."""

    model_name: str
    model_version: str
    id: str | None = None
    outputs: list[Output]


def router(work: Work, health: Health) -> APIRouter:
    """The routes."""
    routes = APIRouter(route_class=Json, tags=["Open Inference Protocol V2"])

    @routes.get("/v2", summary="What this server is")
    async def server() -> dict[str, Any]:
        return {"name": NAME, "version": __version__, "extensions": []}

    @routes.get("/v2/health/live", summary="Whether the service lives")
    async def live() -> dict[str, bool]:
        return {"live": True}

    @routes.get("/v2/health/ready", summary="Whether it is to be given requests")
    async def ready() -> dict[str, bool]:
        health.expect_ready()
        return {"ready": True}

    @routes.get(f"{ROOT}/ready", summary="Whether the model is ready")
    async def model_ready() -> dict[str, Any]:
        health.expect_ready()
        return {"name": NAME, "ready": True}

    @routes.get(ROOT, summary="What the model takes and gives")
    async def metadata() -> dict[str, Any]:
        return _metadata(work)

    @routes.post(
        f"{ROOT}/infer",
        summary="Read digits or pictures",
        response_model=None,
        responses={200: {"model": Inferred}},
    )
    async def infer(request: Request, asked: Inference) -> Response:
        exchange = exchanges.of(request.scope)
        (given,) = asked.inputs
        if given.name not in _READERS:
            raise Refused(400, f"inputs: expected {' or '.join(_READERS)}; received {given.name}")
        answers = await _READERS[given.name](work, exchange, given)
        outputs = _outputs(answers, given.name, len(work.models.current.classifier.classes))
        told = {"id": asked.id} if asked.id is not None else {}
        return as_answer(
            {
                "model_name": NAME,
                "model_version": exchange.model,
                **told,
                "outputs": _chosen(outputs, [each.name for each in asked.outputs]),
            }
        )

    return routes


def _metadata(work: Work) -> dict[str, Any]:
    model = work.models.current
    classes = len(model.classifier.classes)
    shapes = {"text": [-1], "status": [-1], "reading": [-1], "probabilities": [-1, classes]}
    return {
        "name": NAME,
        "versions": [model.version],
        "platform": "litert",
        "inputs": [
            {"name": "image", "datatype": "UINT8", "shape": [-1, SIDE, SIDE, 1]},
            {"name": "picture", "datatype": "BYTES", "shape": [-1]},
        ],
        "outputs": [
            {
                "name": name,
                "datatype": "FP64" if name == "probabilities" else "BYTES",
                "shape": shape,
            }
            for name, shape in shapes.items()
        ],
    }


async def _of_images(work: Work, exchange: Exchange, given: Input) -> list[Answer]:
    if given.datatype not in NUMBERS:
        raise Refused(400, f"image: expected one of {', '.join(NUMBERS)}; received others")
    expect_at_most(work.settings.max_items, given.shape[0] if given.shape else 0)
    images = images_of(_shaped(given), "image")
    return await work.read_digits(exchange, images)


async def _of_pictures(work: Work, exchange: Exchange, given: Input) -> list[Answer]:
    if given.datatype != "BYTES" or given.shape != [len(given.data)]:
        raise Refused(400, "picture: expected BYTES, as many as the shape says; received others")
    expect_at_most(work.settings.max_items, len(given.data))
    files = [Named(picture_of(each, "picture")) for each in given.data]
    return await work.read(exchange, files, How())


_READERS: dict[str, Callable[[Work, Exchange, Input], Any]] = {
    "image": _of_images,
    "picture": _of_pictures,
}


def _shaped(given: Input) -> Any:
    """The data in its shape; it may come flat. Raises Refused when it does not fit."""
    try:
        return np.asarray(given.data, np.float64).reshape(given.shape)
    except (TypeError, ValueError, OverflowError) as error:
        raise Refused(400, f"image: expected numbers in the shape given; {error}") from error


def _outputs(answers: list[Answer], given: str, classes: int) -> list[dict[str, Any]]:
    """All tensors that there are of these answers."""
    texts = {
        "text": [answer["text"] for answer in answers],
        "status": [answer["status"] for answer in answers],
        "reading": [json.dumps(answer) for answer in answers],
    }
    outputs: list[dict[str, Any]] = [
        {"name": name, "shape": [len(answers)], "datatype": "BYTES", "data": data}
        for name, data in texts.items()
    ]
    if given == "image":
        rows = [_probabilities(answer, classes) for answer in answers]
        outputs.append(
            {
                "name": "probabilities",
                "shape": [len(rows), classes],
                "datatype": "FP64",
                "data": [value for row in rows for value in row],
            }
        )
    return outputs


def _probabilities(answer: Answer, classes: int) -> list[float]:
    """Those of the digit; all 0 of an image without ink."""
    digits = answer["digits"]
    return digits[0]["probabilities"] if digits else [0.0] * classes


def _chosen(outputs: list[dict[str, Any]], names: list[str]) -> list[dict[str, Any]]:
    """Those that are wanted, in their order; all when none is named. Raises Refused."""
    if not names:
        return outputs
    by_name = {output["name"]: output for output in outputs}
    for name in names:
        if name not in by_name:
            raise Refused(400, f"outputs: expected {', '.join(by_name)}; received {name}")
    return [by_name[name] for name in names]
