"""`POST /v1/models/digitrec:predict`, as TensorFlow Serving and KServe's first protocol have it.

An instance is a digit in MNIST's form, 28 lists of 28 numbers from 0 to 255, or a picture of any
kind as {"b64": "..."}; each is answered with the object that /predict answers.
"""

from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from digitrec.service import exchange as exchanges
from digitrec.service.answers import Json, as_answer
from digitrec.service.forms import Reading
from digitrec.service.health import Health
from digitrec.service.models import NAME
from digitrec.service.refusal import Refused
from digitrec.service.tensors import expect_at_most, images_of, picture_of
from digitrec.service.work import Answer, How, Named, Work

ROOT = f"/v1/models/{NAME}"


class Instances(BaseModel):
    """What is asked."""

    instances: Annotated[list[Any], Field(min_length=1)] = Field(
        description='each 28 x 28 numbers from 0 to 255, or {"b64": "a picture\'s file"}'
    )
    signature_name: str | None = Field(None, description="taken, and not looked at")


class Predictions(BaseModel):
    """What is answered: a reading an instance, in their order."""

    predictions: list[Reading]


def router(work: Work, health: Health) -> APIRouter:
    """The routes."""
    routes = APIRouter(route_class=Json, tags=["TensorFlow Serving, KServe V1"])

    @routes.get("/v1/models", summary="Which models there are")
    async def models() -> dict[str, list[str]]:
        return {"models": [NAME]}

    @routes.get(ROOT, summary="Whether the model is ready, and its version")
    async def status() -> dict[str, Any]:
        health.expect_ready()
        version = work.models.current.version
        state = {"error_code": "OK", "error_message": ""}
        return {
            "name": NAME,
            "ready": True,
            "model_version_status": [{"version": version, "state": "AVAILABLE", "status": state}],
        }

    @routes.post(
        f"{ROOT}:predict",
        summary="Read digits or pictures",
        response_model=None,
        responses={200: {"model": Predictions}},
    )
    async def predict(request: Request, asked: Instances) -> Response:
        expect_at_most(work.settings.max_items, len(asked.instances))
        exchange = exchanges.of(request.scope)
        answers: list[Answer | None] = [None] * len(asked.instances)
        digits, pictures = _told_apart(asked.instances)
        if digits:
            images = np.concatenate(list(digits.values()))
            _put(answers, digits, await work.read_digits(exchange, images))
        if pictures:
            _put(answers, pictures, await work.read(exchange, list(pictures.values()), How()))
        exchange.pictures = len(answers)
        return as_answer({"predictions": answers})

    return routes


def _told_apart(instances: list[Any]) -> tuple[dict[int, Any], dict[int, Named]]:
    """Digits (1, 28, 28) and pictures, each by its place. Raises Refused."""
    digits: dict[int, Any] = {}
    pictures: dict[int, Named] = {}
    for place, instance in enumerate(instances):
        where = f"instances[{place}]"
        if isinstance(instance, dict):
            if "b64" not in instance:
                raise Refused(400, f"{where}: expected b64; received {', '.join(instance)}")
            pictures[place] = Named(picture_of(instance["b64"], where))
        else:
            digits[place] = images_of([instance], where)
    return digits, pictures


def _put(answers: list[Answer | None], places: dict[int, Any], found: list[Answer]) -> None:
    for place, answer in zip(places, found, strict=True):
        answers[place] = answer
