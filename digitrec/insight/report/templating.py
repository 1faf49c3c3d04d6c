"""Where the templates of pages and cards are, and how figures are written in them."""

from pathlib import Path
from typing import TYPE_CHECKING

from digitrec.errors import needs_extra
from digitrec.insight import text
from digitrec.insight.report.pictures import data_uri, mapped_uri

if TYPE_CHECKING:
    from jinja2 import Environment


NAMES = {"mnist": "MNIST", "uci": "UCI optical recognition of handwritten digits"}


def environment() -> "Environment":
    """The templates, of which those of HTML write what they are given so that it is no HTML.

    Raises:
        MissingExtraError: Jinja2 is not installed.
    """
    with needs_extra("train"):
        from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
    found = Environment(
        loader=PackageLoader("digitrec.insight.report"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {
        "percent": text.percent,
        "span": text.span,
        "picture": data_uri,
        "mapped": mapped_uri,
        "known": known,
        "data_name": data_name,
    }
    return found


def known(value: object, unit: str = "", form: str = ",") -> str:
    """A figure with its unit, or that there is none."""
    return "not measured" if value is None else f"{value:{form}}{unit}"


def data_name(data: str) -> str:
    """What people call some digits; of a folder its own name, without where it is."""
    return NAMES.get(data, Path(data).name)
