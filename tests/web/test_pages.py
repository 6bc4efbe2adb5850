"""The two pages: honest, and loading nothing from elsewhere."""

import base64
import hashlib
import re

import httpx
import pytest
from fastapi.routing import APIRoute

from tests.web.conftest import House
from tests.web.test_doors import api_routes
from web.pages import described


@pytest.mark.parametrize("path", ["/", "/api/docs"])
async def test_a_page_loads_nothing_and_runs_nothing(client: httpx.AsyncClient, path: str) -> None:
    page = await client.get(path)

    style = re.search(r"<style>(.*?)</style>", page.text, re.DOTALL)
    assert style is not None
    allowed = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"'sha256-{allowed}'" in page.headers["content-security-policy"]
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert not re.search(r"<script|\ssrc=|\son[a-z]+=|https?://|url\(|@import|<form|style=", page.text)


async def test_every_link_of_the_front_page_leads_somewhere(client: httpx.AsyncClient) -> None:
    home = await client.get("/")

    links = re.findall(r'href="([^"]+)"', home.text)
    answers = {link: (await client.get(link)).status_code for link in links}

    assert len(links) == 5
    assert set(answers.values()) == {200}


async def test_the_api_page_names_every_address_of_the_api(house: House, client: httpx.AsyncClient) -> None:
    page = await client.get("/api/docs")

    for route in api_routes(house.app.routes):
        assert isinstance(route, APIRoute)
        if route.include_in_schema:
            for method in route.methods:
                assert f"<code>{method} {route.path}</code>" in page.text
                assert route.description, f"{route.path} says nothing about itself"


async def test_the_openapi_document_is_whole(client: httpx.AsyncClient) -> None:
    schema = (await client.get("/api/openapi.json")).json()

    named = set(re.findall(r'"#/components/schemas/([^"]+)"', str(schema).replace("'", '"')))
    assert schema["openapi"].startswith("3.")
    assert named <= set(schema["components"]["schemas"])
    assert "/api/incidents/{case_id}/resolve" in schema["paths"]


def test_words_in_the_schema_cannot_become_markup() -> None:
    evil = "<script>alert(1)</script>"
    schema = {"paths": {f"/{evil}": {"get": {"description": evil, "parameters": [{"name": evil, "in": "query"}]}}}}

    page = described(schema)

    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 3


async def test_readiness_gives_every_reason(house: House, client: httpx.AsyncClient) -> None:
    ready = await client.get("/readyz")
    house.desk.reasons.append("temporal: connection refused")
    unready = await client.get("/readyz")

    assert (ready.status_code, ready.json()) == (200, {"ready": True, "reasons": []})
    assert (unready.status_code, unready.json()["reasons"]) == (503, ["temporal: connection refused"])
