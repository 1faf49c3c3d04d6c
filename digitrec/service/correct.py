"""`/corrections`: whether they are kept, and keeping one, with consent alone."""

import io
from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from PIL import Image
from pydantic import BaseModel, Field

from digitrec.errors import OutputError, PictureError
from digitrec.reading.form import SIDE
from digitrec.service import exchange as exchanges
from digitrec.service.answers import Json, as_answer
from digitrec.service.corrections import Correction, Store
from digitrec.service.logs import log
from digitrec.service.refusal import Refused
from digitrec.service.tensors import images_of, picture_of
from digitrec.service.work import Work

LONGEST_LABEL = 64


class Corrected(BaseModel):
    """A picture, or a digit's pixels, and what it is."""

    label: Annotated[str, Field(min_length=1, max_length=LONGEST_LABEL)] | int | None = Field(
        description="a class's name, such as 7; null: no digit"
    )
    consent: Literal[True] = Field(description="the person agrees that the picture is kept")
    picture: str | None = Field(None, description="a picture's file in base64")
    pixels: Annotated[list[float], Field(max_length=SIDE * SIDE)] | None = Field(
        None, description="instead: a digit in MNIST's form, 784 numbers from 0 to 255"
    )


class Kept(BaseModel):
    """Whether corrections are kept here."""

    kept: bool


def router(work: Work, store: Store | None) -> APIRouter:
    """The routes; without a store, all that they say is that nothing is kept."""
    routes = APIRouter(route_class=Json, tags=["corrections"])

    @routes.get("/corrections", summary="Whether corrections are kept here")
    async def keeps() -> Kept:
        return Kept(kept=store is not None)

    @routes.post(
        "/corrections", summary="Keep a correction", response_model=None,
        responses={200: {"model": Kept}, 507: {"description": "There is no room for more."}},
    )  # fmt: skip
    async def keep(request: Request, corrected: Corrected) -> Response:
        """Keep a picture and what it is, for training; only if the person agrees to that."""
        if store is None:
            raise Refused(403, "corrections are not kept here; see --corrections")
        exchange = exchanges.of(request.scope)
        model = work.models.current
        label = _label(corrected.label, model.classifier.classes)
        correction = Correction(_picture(corrected), label, model.version)
        exchange.model = model.version
        if not await work.in_time(work.in_thread(lambda: _kept(store, correction))):
            raise Refused(507, f"expected room for a correction; {store.most} are kept already")
        return as_answer({"kept": True})

    return routes


def _label(given: str | int | None, classes: tuple[str, ...]) -> str | None:
    if given is None or str(given) in classes:
        return None if given is None else str(given)
    raise Refused(400, f"label: expected {', '.join(classes)} or null; received {given}")


def _picture(corrected: Corrected) -> bytes:
    if (corrected.picture is None) == (corrected.pixels is None):
        raise Refused(400, "expected either picture or pixels")
    if corrected.picture is not None:
        return picture_of(corrected.picture, "picture")
    (image,) = images_of([corrected.pixels], "pixels")
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    return buffer.getvalue()


def _kept(store: Store, correction: Correction) -> bool:
    try:
        return store.keep(correction)
    except PictureError as error:
        raise Refused(422, str(error)) from error
    except OutputError as error:
        log("error", error=str(error))
        raise Refused(507, "the correction cannot be kept; the log says why") from error
