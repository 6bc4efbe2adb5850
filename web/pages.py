"""Two plain pages: what this is, and what the API takes. No script, nothing loaded from elsewhere."""

import json
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, JSONResponse

from web.doors import open_to_all
from web.html import document

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}"
    "code,pre{font:14px/1.45 ui-monospace,monospace;background:#f3f4f6;border-radius:4px}"
    "code{padding:.1em .3em}pre{padding:.75rem;overflow:auto}h2{margin-top:2rem}"
    "table{border-collapse:collapse}td,th{text-align:left;padding:.25rem .75rem .25rem 0;vertical-align:top}"
)

Schema = Mapping[str, Any]


def pages(schema: Callable[[], dict[str, Any]]) -> APIRouter:
    """`/`, `/api/docs` and `/api/openapi.json`. `schema` gives the OpenAPI document."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    @open_to_all("says what this is")
    async def home() -> HTMLResponse:
        return document("Jidoka", HOME, STYLE)

    @router.get("/api/docs")
    @open_to_all("describes the API; the same text is in the source code")
    async def docs() -> HTMLResponse:
        return document("API", described(schema()), STYLE)

    @router.get("/api/openapi.json")
    @open_to_all("describes the API; the same text is in the source code")
    async def openapi() -> JSONResponse:
        return JSONResponse(schema())

    return router


HOME = """
<h1>Jidoka</h1>
<p>This is the service desk's web door. It takes alerts and messages from other systems and offers the API.
People work with it by mail and with the command <code>jidoka</code>; there are no pages for them here yet.</p>
<ul>
<li><a href="/api/docs">What the API takes and gives</a> (<a href="/api/openapi.json">OpenAPI</a>)</li>
<li><a href="/healthz">Is this process alive?</a></li>
<li><a href="/readyz">Can it work just now, and if not, why?</a></li>
<li><a href="/metrics">Metrics</a></li>
</ul>
"""


def described(schema: Schema) -> str:
    """The OpenAPI document as HTML: every address, its parameters, its body and its answer."""
    parts = [
        "<h1>API</h1><p>Send <code>Authorization: Bearer TOKEN</code>. Errors are "
        '<code>{"error": {"code", "message", "hint"}}</code>. '
        '<a href="/api/openapi.json">The same as OpenAPI</a>.</p>'
    ]
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            parts.append(f"<h2><code>{escape(method.upper())} {escape(path)}</code></h2>")
            parts.append(f"<p>{escape(operation.get('description') or operation.get('summary', ''))}</p>")
            parts.append(_parameters(operation.get("parameters", [])))
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            if body:
                parts.append(_shape("Body", body, schema))
            for status, answer in operation.get("responses", {}).items():
                shape = answer.get("content", {}).get("application/json", {}).get("schema")
                if shape and status.startswith("2"):
                    parts.append(_shape(f"Answer {status}", shape, schema))
    return "".join(parts)


def _parameters(given: list[Schema]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(p['name'])}</code></td><td>{escape(p['in'])}"
        f"{', required' if p.get('required') else ''}</td><td>{escape(p.get('description', ''))}</td></tr>"
        for p in given
    )
    return f"<table>{rows}</table>" if rows else ""


def _shape(title: str, shape: Schema, schema: Schema) -> str:
    resolved: Any = shape
    if "$ref" in shape:
        resolved = schema["components"]["schemas"][shape["$ref"].rpartition("/")[2]]
    return f"<p>{escape(title)}</p><pre>{escape(json.dumps(resolved, indent=2, ensure_ascii=False))}</pre>"
