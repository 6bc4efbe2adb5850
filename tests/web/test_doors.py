"""Who may come in where: every route, every role, every situation."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from activities.signature import signed_headers
from definitions.people import Action, Object, Role
from tests.web.conftest import NOW, House
from web.doors import entrance_of

OPEN_TO_ALL = {
    *("/", "/healthz", "/readyz", "/api/docs", "/api/openapi.json", "/voice/{token}", "/voice/{token}/{score}"),
    "/solved/{token}",
}

SITUATIONS = {
    "o": Object(kind="case", team="workplace", requester="WHO"),
    "p": Object(kind="case", team="workplace", requester="stranger", participants=("WHO",)),
    "t": Object(kind="case", team="network", requester="stranger"),
    "x": Object(kind="case", team="workplace", requester="stranger"),
    "O": Object(kind="case", team="workplace", requester="WHO", closed=True),
    "X": Object(kind="case", team="workplace", requester="stranger", closed=True),
}
"""Own, takes part, own team, somebody else's; in capitals: closed."""

BODIES: dict[str, dict[str, Any]] = {
    "pause": {"reason": "vendor"},
    "comment": {"text": "Hello."},
    "comment_internal": {"text": "Among us."},
    "resolve": {"text": "Works again."},
    "merge": {"into": "INC-other"},
    "link": {"parent": "INC-other"},
    "set_priority": {"impact": "high", "urgency": "low"},
}

WORK = {"analyst": "optx", "lead": "optx", "admin": "optx"}
EVER = {"analyst": "optxOX", "lead": "optxOX", "admin": "optxOX"}

MAY: dict[str, dict[str, str]] = {
    "show": {**EVER, "requester": "opO", "vendor": "opO"},
    "acknowledge": WORK,
    "start": WORK,
    "pause": WORK,
    "resume": WORK,
    "assign": WORK,
    "resolve": WORK,
    "set_priority": WORK,
    "comment": {**EVER, "requester": "opO", "vendor": "opO"},
    "comment_internal": EVER,
    "link": EVER,
    "reopen": {**EVER, "requester": "oO"},
    "confirm": {"requester": "o"},
    "solved": {"requester": "o"},
    "cancel": {**WORK, "requester": "o"},
    "merge": WORK,
    "major": WORK,
    "unmerge": EVER,
}
"""Act -> role -> situations in which the answer is yes. Written by hand; whatever is not here is no."""

SELF, OTHER = {"service": "vpn", "title": "T"}, {"service": "vpn", "title": "T", "requester": "stranger@example.org"}
WIFI = {"item": "guest-wifi", "fields": {"guests": "2", "days": "1", "from_day": "2026-03-10"}}
PLACES: list[tuple[str, str, dict[str, Any], set[str]]] = [
    ("POST", "/api/incidents", {"json": SELF}, {"requester", "analyst", "lead", "admin"}),
    ("POST", "/api/incidents", {"json": OTHER}, {"analyst", "lead", "admin"}),
    ("POST", "/api/incidents", {"json": {**SELF, "channel": "phone"}}, {"analyst", "lead", "admin"}),
    ("GET", "/api/incidents", {}, {"requester", "analyst", "lead", "operator", "admin"}),
    ("GET", "/api/incidents", {"params": {"requester": "stranger"}}, {"analyst", "lead", "operator", "admin"}),
    ("POST", "/api/requests", {"json": WIFI}, {"requester", "analyst", "lead", "admin"}),
    (
        *("POST", "/api/requests", {"json": {**WIFI, "requester": "stranger@example.org"}}),
        {"analyst", "lead", "admin"},
    ),
    ("POST", "/api/requests", {"json": {**WIFI, "channel": "phone"}}, {"analyst", "lead", "admin"}),
    ("GET", "/api/catalogue", {}, {"requester", "analyst", "lead", "admin"}),
    ("GET", "/api/catalogue/{item}", {}, {"requester", "analyst", "lead", "admin"}),
    ("POST", "/api/feedback", {"json": {"text": "Well done."}}, {"requester", "analyst", "lead", "admin"}),
    ("GET", "/metrics", {}, {"analyst", "lead", "operator", "admin", "hook"}),
    ("POST", "/hooks/alertmanager", {"json": {"version": "4", "alerts": []}}, {"hook"}),
    ("POST", "/hooks/{source}", {"content": b"{}"}, set()),
]
"""Asked from another machine. A signed hook takes no token at all; its signature has a test of its own."""


def api_routes(routes: list[BaseRoute]) -> Iterator[APIRoute]:
    """All of them, those of included routers too."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif isinstance(inner := getattr(route, "original_router", None), APIRouter):
            yield from api_routes(inner.routes)
        else:
            pytest.fail(f"an unknown kind of route: {route!r}")


def test_every_route_says_what_it_needs_or_why_it_is_open_to_all(house: House) -> None:
    routes = list(api_routes(house.app.routes))

    silent = [r.path for r in routes if entrance_of(r.endpoint) is None]
    is_open = {r.path for r in routes if (e := entrance_of(r.endpoint)) and e.action is None and e.why_open}

    assert len(routes) >= 26
    assert silent == []
    assert is_open == OPEN_TO_ALL


async def test_a_route_that_says_nothing_lets_nobody_in(house: House) -> None:
    @house.app.get("/forgotten")
    async def forgotten() -> str:
        return "secret"

    async with house.client() as client:
        answers = [await client.get("/forgotten", headers=house.bearer(role)) for role in Role]

    assert {a.status_code for a in answers} == {403}
    assert not any("secret" in a.text for a in answers)


async def test_every_route_by_every_role_in_every_situation(house: House) -> None:
    asked, wrong = 0, []
    covered: set[str] = set(OPEN_TO_ALL)

    def judge(yes: bool, status: int, *what: object) -> None:
        nonlocal asked
        asked += 1
        allowed = 200 <= status < 300
        denied = status in (401, 403, 404)
        if allowed != yes or (not yes and not denied):
            wrong.append((*what, status))

    async with house.client(peer="203.0.113.9") as client:
        for act, rights in MAY.items():
            for who in [*Role, "hook", "nobody"]:
                for letter, situation in SITUATIONS.items():
                    about = situation.model_copy(
                        update={
                            "id": "INC-1",
                            "requester": str(who) if situation.requester == "WHO" else situation.requester,
                            "participants": tuple(str(who) for _ in situation.participants),
                        }
                    )
                    house.desk.objects["INC-1"] = about
                    method, path = (
                        ("GET", "/api/incidents/INC-1") if act == "show" else ("POST", f"/api/incidents/INC-1/{act}")
                    )
                    answer = await client.request(
                        method, path, headers=_headers(house, who), json=None if act == "show" else BODIES.get(act, {})
                    )
                    judge(letter in rights.get(str(who), ""), answer.status_code, act, who, letter)
            covered.add("/api/incidents/{case_id}" if act == "show" else f"/api/incidents/{{case_id}}/{act}")
        for method, path, given, roles in PLACES:
            for who in [*Role, "hook", "nobody"]:
                answer = await client.request(
                    method,
                    path.replace("{source}", "shop").replace("{item}", "vpn-access"),
                    headers=_headers(house, who),
                    **given,
                )
                judge(str(who) in roles, answer.status_code, method, path, who)
            covered.add(path)

    print(f"wrong decisions {len(wrong)} of {asked}")
    assert wrong == []
    assert asked >= 800
    assert covered == {route.path for route in api_routes(house.app.routes)}


def _headers(house: House, who: str) -> dict[str, str]:
    return {"hook": house.hook(), "nobody": {}}.get(who) or (house.bearer(who) if who in house.tokens else {})


async def test_whoever_may_not_see_a_case_does_not_learn_that_it_exists(house: House) -> None:
    house.desk.objects["INC-1"] = Object(kind="case", id="INC-1", requester="stranger", team="workplace")

    async with house.client() as client:
        hidden = await client.get("/api/incidents/INC-1", headers=house.bearer("requester"))
        missing = await client.get("/api/incidents/INC-2", headers=house.bearer("requester"))
        told = await client.post("/api/incidents/INC-1/confirm", headers=house.bearer("analyst"), json={})

    assert (hidden.status_code, hidden.text) == (404, missing.text)
    assert told.status_code == 403
    assert "ask requester" in told.json()["error"]["message"]


@pytest.mark.parametrize("token", ["", "x", "é", "a" * 10_000, "null"])
async def test_a_token_nobody_was_given_is_refused(house: House, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}".encode("latin-1", "replace").decode("latin-1")}

    async with house.client() as client:
        answer = await client.get("/api/incidents", headers={k: v.encode("latin-1") for k, v in headers.items()})  # type: ignore[arg-type]

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_revoked_token_stops_at_once(house: House) -> None:
    async with house.client() as client:
        before = await client.get("/api/incidents", headers=house.bearer("analyst"))
        house.store.directory.revoke_api_tokens("analyst")
        after = await client.get("/api/incidents", headers=house.bearer("analyst"))

    assert (before.status_code, after.status_code) == (200, 401)


async def test_metrics_need_no_token_on_this_machine_but_through_a_proxy_they_do(house: House) -> None:
    async with house.client() as near, house.client(peer="203.0.113.9") as far:
        here = await near.get("/metrics")
        proxied = [await near.get("/metrics", headers={name: "203.0.113.9"}) for name in ("X-Forwarded-For", "Via")]
        away = await far.get("/metrics")

    assert here.status_code == 200
    assert [a.status_code for a in proxied] == [401, 401]
    assert away.status_code == 401


async def test_a_signature_is_for_its_own_source_only(house: House) -> None:
    own = "whsec_" + base64.b64encode(b"shop" * 8).decode()
    house.secrets.hook_secrets["shop"] = own
    shared = signed_headers(house.secrets.webhook_secret, "m-1", NOW, b"{}")

    async with house.client() as client:
        refused = await client.post("/hooks/shop", content=b"{}", headers=shared)
        accepted = await client.post("/hooks/shop", content=b"{}", headers=signed_headers(own, "m-1", NOW, b"{}"))

    assert refused.status_code == 401
    assert own not in refused.text
    assert accepted.status_code == 422, "the signature holds and the body says nothing"


def test_every_act_with_an_address_is_in_the_matrix_and_every_action_is_known() -> None:
    assert {Action(act) for act in MAY} >= {Action(name) for name in BODIES}
