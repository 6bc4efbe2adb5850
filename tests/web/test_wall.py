"""What stands in front of every route."""

from collections.abc import AsyncIterator

import pytest
from temporalio.service import RPCError, RPCStatusCode

from definitions.people import Object
from definitions.slices import UnknownKey
from records.errors import RecordsUnavailable
from tests.web.conftest import House
from web.wall import MAX_BODY, host_name


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8080", 200), ("localhost", 200), ("LOCALHOST:1", 200), ("[::1]:8080", 200),
        ("evil.example", 421), ("127.0.0.1.evil.example", 421), ("", 421), ("localhost@evil.example", 421),
        ("[::1].evil.example", 421), ("127.0.0.2:8080", 421),
    ],
)  # fmt: skip
async def test_only_known_host_names_are_answered(house: House, host: str, status: int) -> None:
    async with house.client() as client:
        answer = await client.get("/healthz", headers={"Host": host})

    assert answer.status_code == status


def test_a_port_is_no_part_of_the_name() -> None:
    assert [host_name(h) for h in ("A:1", "a", "[::1]:80", "[::1]")] == ["a", "a", "[::1]", "[::1]"]


async def test_a_body_over_the_limit_is_refused_announced_or_not(house: House) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(MAX_BODY // 65_536 + 2):
            yield b"x" * 65_536

    async with house.client() as client:
        for path in ("/hooks/alertmanager", "/hooks/shop", "/api/incidents"):
            announced = await client.post(path, content=b"x" * (MAX_BODY + 1), headers=house.hook())
            streamed = await client.post(
                path, content=endless(), headers={**(house.hook() if "alert" in path else house.bearer("admin"))}
            )

            assert announced.status_code == 413
            # Those who must prove themselves by a token first are turned away before anything is read.
            assert streamed.status_code in (413, 401)
            assert streamed.json()["error"]["code"] in ("too_large", "not_allowed")


async def test_a_silly_content_length_is_refused(house: House) -> None:
    async with house.client() as client:
        answer = await client.post("/hooks/alertmanager", content=b"{}", headers={"Content-Length": "-1"})

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"), ("GET", "/api/incidents/", 404, "not_found"),
        ("DELETE", "/api/incidents", 405, "method_not_allowed"), ("GET", "/hooks/../etc/passwd", 404, "not_found"),
        ("GET", "/hooks/alertmanager", 405, "method_not_allowed"), ("POST", "/healthz", 405, "method_not_allowed"),
        ("OPTIONS", "/api/incidents", 405, "method_not_allowed"),
    ],
)  # fmt: skip
async def test_what_is_not_there_is_said_in_the_one_shape(
    house: House, method: str, path: str, status: int, code: str
) -> None:
    async with house.client() as client:
        answer = await client.request(method, path, headers=house.bearer("admin"))

    assert answer.status_code == status
    assert set(answer.json()["error"]) == {"code", "message", "hint"}
    assert answer.json()["error"]["code"] == code


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (RuntimeError("token abc123 at /srv/secret.py"), 500, "internal"),
        (RecordsUnavailable("the database does not answer"), 503, "unreachable"),
        (RPCError("no", RPCStatusCode.UNAVAILABLE, b""), 503, "unreachable"),
        (RPCError("no", RPCStatusCode.NOT_FOUND, b""), 404, "not_found"),
        (RPCError("secret", RPCStatusCode.INTERNAL, b""), 500, "internal"),
        (TimeoutError(), 503, "unreachable"),
        (UnknownKey("there is no service fax; there are vpn, email"), 422, "usage"),
    ],
)
async def test_an_error_is_answered_without_what_is_inside(
    house: House, error: Exception, status: int, code: str
) -> None:
    house.desk.fails = error
    house.desk.objects["INC-1"] = Object(kind="case", id="INC-1", team="network")

    async with house.client() as client:
        answer = await client.get("/api/incidents/INC-1", headers=house.bearer("analyst"))

    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert not {"abc123", "Traceback", "secret", "RuntimeError"} & set(answer.text.replace("/", " ").split())


async def test_every_answer_carries_the_safe_headers_and_no_cors(house: House) -> None:
    paths = ("/", "/healthz", "/readyz", "/metrics", "/api/docs", "/api/openapi.json", "/nothing", "/api/incidents")

    async with house.client() as client:
        answers = [await client.get(path, headers={"Origin": "https://evil.example"}) for path in paths]
        answers.append(await client.get("/", headers={"Host": "evil.example"}))

    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert not any(name.startswith("access-control") for name in answer.headers)


async def test_wrong_fields_are_named_and_what_was_sent_is_not_repeated(house: House) -> None:
    body = {"service": "VPN hunter2", "title": "", "impact": "hunter2", "password": "hunter2"}

    async with house.client() as client:
        answer = await client.post("/api/incidents", json=body, headers=house.bearer("requester"))

    assert answer.status_code == 422
    assert "hunter2" not in answer.text
    for name in ("service", "title", "impact", "password"):
        assert name in answer.json()["error"]["message"]


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"null", b"\xff\xfe", b'{"a":' * 5_000, b'"' + b"x" * 1_000])
async def test_a_broken_body_is_a_clear_no(house: House, content: bytes) -> None:
    async with house.client() as client:
        answer = await client.post("/api/incidents", content=content, headers=house.bearer("requester"))

    assert answer.status_code in (400, 422)
    assert set(answer.json()["error"]) == {"code", "message", "hint"}
