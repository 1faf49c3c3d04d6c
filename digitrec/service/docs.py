"""`/docs`: what OpenAPI says, as a page that needs nothing from elsewhere, not even scripts."""

from collections.abc import Iterator
from html import escape
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body><h1>{title} {version}</h1><p>{description}
For programs: <a href="openapi.json">openapi.json</a>.</p>
{sections}
</body></html>
"""


def add(api: FastAPI) -> None:
    """Give an app its page."""

    async def show(_: Request) -> HTMLResponse:
        return HTMLResponse(page(api.openapi()))

    api.add_route("/docs", show)


def page(told: dict[str, Any]) -> str:
    """The page of an OpenAPI description."""
    operations = [
        (path, method, operation)
        for path, methods in told["paths"].items()
        for method, operation in methods.items()
    ]
    about = {name: escape(told["info"][name]) for name in ("title", "version", "description")}
    return PAGE.format(**about, sections="\n".join(_section(*each) for each in operations))


def _section(path: str, method: str, operation: dict[str, Any]) -> str:
    return (
        f"<h2><code>{method.upper()} {escape(path)}</code></h2>\n"
        f"<p>{escape(operation.get('summary', ''))}. {escape(operation.get('description', ''))}</p>"
        f"\n<ul>{''.join(f'<li>{line}</li>' for line in _lines(operation))}</ul>"
    )


def _lines(operation: dict[str, Any]) -> Iterator[str]:
    """Parameters, what may be sent, and what may come back."""
    for parameter in operation.get("parameters", []):
        values = " | ".join(map(str, parameter["schema"].get("enum", [])))
        name, explained = parameter["name"], parameter.get("description", "")
        yield f"<code>?{escape(name)}={escape(values)}</code> {escape(explained)}"
    if sent := operation.get("requestBody", {}).get("content"):
        yield f"takes {escape(', '.join(sent))}"
    for status, answer in operation["responses"].items():
        yield f"{status}: {escape(answer['description'])}"
