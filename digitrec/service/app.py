"""The whole service as one ASGI app: what is let in, what is told, what answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.staticfiles import StaticFiles

from digitrec import __version__
from digitrec.service import correct, docs, inference_v2, kserve_v1, predict, selftest
from digitrec.service import metrics as telling
from digitrec.service.answers import Direct, as_answer
from digitrec.service.corrections import Store
from digitrec.service.exchange import App
from digitrec.service.forms import Error
from digitrec.service.health import Health
from digitrec.service.limits import Limited
from digitrec.service.metrics import Metrics
from digitrec.service.models import Models
from digitrec.service.observed import Observed
from digitrec.service.readings import Readings
from digitrec.service.refusal import Refused, as_json
from digitrec.service.refusing import FAILED, Refusing
from digitrec.service.security import keys_of
from digitrec.service.settings import Settings
from digitrec.service.work import Work

PAGE = Path(__file__).with_name("page")

ERRORS = {
    400: "The request cannot be understood.",
    401: "A key is missing or wrong.",
    403: "A page of another origin asks.",
    408: "The body came too slowly.",
    413: "Too many bytes or pictures.",
    422: "A picture cannot be opened.",
    503: "Too many requests at once: come again.",
    504: "It took too long.",
}
"""What may be answered besides 200, to any request."""


@dataclass(frozen=True)
class Service:
    """The app and what it is run with."""

    app: App
    settings: Settings
    models: Models
    metrics: Metrics
    work: Work
    limited: Limited
    health: Health


def build(settings: Settings, model: str | None) -> Service:
    """Everything, ready to be run by Uvicorn; call it in the event loop.

    Raises:
        ModelError: the model cannot be used or fails its test.
        OptionError: a file of keys that cannot be read.
        OutputError: the file of corrections or of readings cannot be written.
    """
    models, metrics = Models(model), Metrics()
    metrics.model(models.current.version)
    selftest.warm_up(models.current.classifier)
    api = _api()
    api.state.max_items = settings.max_items
    limited = Limited(api, settings, keys_of(settings.api_key_file), metrics)
    readings = Readings(settings.log_readings) if settings.log_readings else None
    work = Work(settings, models, metrics, lambda: limited.coming, readings)
    health = Health()
    _add_routes(api, work, health, _store(settings))
    opened = _open_to(settings.origins, Refusing(limited))
    app = Observed(opened, metrics, lambda: models.current.version)
    return Service(app, settings, models, metrics, work, limited, health)


def _open_to(origins: Sequence[str], app: App) -> App:
    """An app that tells browsers, of what it refuses too, that pages of these origins may ask."""
    if not origins:
        return app
    return CORSMiddleware(
        app, allow_origins=origins, allow_methods=["GET", "POST"],
        allow_headers=["*"], expose_headers=["x-request-id", "x-model-version"],
    )  # fmt: skip


def _store(settings: Settings) -> Store | None:
    if settings.corrections is None:
        return None
    return Store(Path(settings.corrections), settings.max_corrections, settings.max_pixels)


def _api() -> FastAPI:
    api = FastAPI(
        title="digitrec",
        version=__version__,
        description="Reads handwritten digits from pictures.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses={
            status: {"model": Error, "description": explained}
            for status, explained in ERRORS.items()
        },
    )
    api.add_exception_handler(Refused, _as_refused)
    api.add_exception_handler(HTTPException, _as_error)
    api.add_exception_handler(Exception, _as_failure)
    api.add_exception_handler(RequestValidationError, _as_refusal)
    return api


async def _as_refused(_: Request, error: Exception) -> Response:
    """What we refuse ourselves."""
    if not isinstance(error, Refused):
        raise error
    return Response(as_json(error), error.status, error.headers, "application/json")


async def _as_error(request: Request, error: Exception) -> Response:
    """What the framework itself refuses, such as an unknown address, in our form."""
    if not isinstance(error, HTTPException):
        raise error
    answer = as_answer({"error": str(error.detail)}, error.status_code)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        answer.headers["allow"] = _allowed(request)
    return answer


def _allowed(request: Request) -> str:
    """The methods of an address; what is not described is a page."""
    described = request.app.openapi()["paths"].get(request.url.path, {"get": None})
    methods = [method.upper() for method in described]
    return ", ".join([*methods, "HEAD"] if "GET" in methods else methods)


async def _as_failure(*_: object) -> Response:
    """A fault of ours, without a trace: the log has it."""
    return as_answer({"error": FAILED}, 500)


async def _as_refusal(_: Request, error: Exception) -> Response:
    """JSON of another form than the one that is documented: its first fault."""
    fault = error.errors()[0] if isinstance(error, RequestValidationError) else {}
    where = ".".join(map(str, fault.get("loc", ())[1:])) or "body"
    return as_answer({"error": f"{where}: {fault.get('msg', error)}"}, 400)


def _add_routes(api: FastAPI, work: Work, health: Health, store: Store | None) -> None:
    predict.add(api, work)
    api.include_router(kserve_v1.router(work, health))
    api.include_router(inference_v2.router(work, health))
    api.include_router(correct.router(work, store))
    _add_metrics(api, work.metrics)
    docs.add(api)
    if PAGE.is_dir() and any(PAGE.iterdir()):
        # not mounted: a mount takes all methods of all addresses
        api.router.default = StaticFiles(directory=PAGE, html=True)
    else:
        api.add_route("/", _no_page)


def _add_metrics(api: FastAPI, metrics: Metrics) -> None:
    async def tell(_: Request) -> Response:
        return Response(metrics.text(), headers={"content-type": telling.CONTENT_TYPE})

    api.router.add_api_route(
        "/metrics", tell, summary="What Prometheus asks for", response_class=PlainTextResponse,
        route_class_override=Direct,
    )  # fmt: skip


async def _no_page(_: Request) -> Response:
    return PlainTextResponse("digitrec: POST a picture to /predict; /docs says more\n")
