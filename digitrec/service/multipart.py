"""Forms with files, taken apart in memory: pictures are never written to a disk."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from digitrec.service.exchange import Exchange
from digitrec.service.refusal import Refused
from digitrec.service.work import Named

MOST_FIELDS = 16
"""Of a form, beside its files."""


@dataclass(frozen=True)
class Form:
    """A form's files in their order, and its other fields by name."""

    files: list[Named]
    fields: dict[str, str]


class _InMemory(MultiPartParser):
    spool_max_size = 0
    """Of what the parser keeps of a file in memory: 0 is all of it."""


def is_form(exchange: Exchange) -> bool:
    """Whether a request brings a form with files."""
    return exchange.headers.get(b"content-type", b"").lower().startswith(b"multipart/form-data")


async def form_of(exchange: Exchange, max_items: int) -> Form:
    """The form that a request brings.

    Raises:
        Refused: it is broken, or has more files than `max_items`, which may be read.
    """
    try:
        parsed = await _InMemory(
            Headers(raw=list(exchange.headers.items())),
            _once(exchange.body),
            max_files=max_items,
            max_fields=MOST_FIELDS,
        ).parse()
    except MultiPartException as error:
        too_many = error.message.startswith("Too many files")
        raise Refused(
            413 if too_many else 400,
            f"expected at most {max_items} pictures; received more"
            if too_many
            else f"expected a form; {error.message}",
        ) from error
    files, fields = [], {}
    for name, value in parsed.multi_items():
        if isinstance(value, UploadFile):
            files.append(Named(await value.read(), value.filename or None))
        else:
            fields[name] = value
    return Form(files, fields)


async def _once(body: bytes) -> AsyncGenerator[bytes, None]:
    yield body
