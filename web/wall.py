"""What stands in front of every route: known host names, bounded bodies, safe headers, no traceback."""

import json
import re
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.problems import Problem, problem_of

MAX_BODY = 4 * 1024 * 1024

HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?")

HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
POLICY = (
    b"content-security-policy",
    b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
)


class Wall:
    """Outermost ASGI layer. `counted` is told the route and the status of every answer."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: frozenset[str],
        counted: Callable[[str, int], None],
        max_body: int = MAX_BODY,
    ) -> None:
        self._app, self._hosts, self._counted, self._max_body = app, hosts, counted, max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        status = 0

        async def guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _with_headers(list(message["headers"]))
            await send(message)

        try:
            self._check(scope)
            await self._app(scope, self._bounded(receive), guarded)
        except Exception as error:
            problem = problem_of(error)
            # Once an answer has begun it cannot be changed; cutting it off says that it is not whole.
            if status:
                raise
            await _answer(problem, guarded)
        finally:
            route = scope.get("route")
            self._counted(getattr(route, "path", "none"), status)
        return None

    def _check(self, scope: Scope) -> None:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        host = host_name(headers.get(b"host", ""))
        if host not in self._hosts:
            raise Problem(
                421, "wrong_host", "This server is not known by that host name.", "Use the address in web_url."
            )
        length = headers.get(b"content-length", "0")
        if not length.isdigit():
            raise Problem(400, "usage", "Content-Length must be a number.", "Correct the client.")
        if int(length) > self._max_body:
            raise _too_large(self._max_body)

    def _bounded(self, receive: Receive) -> Receive:
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            # Without a Content-Length the size shows only while reading.
            if read > self._max_body:
                raise _too_large(self._max_body)
            return message

        return counted


def host_name(header: str) -> str:
    """The name in a Host header, without its port, in lower case; empty when it is not one."""
    found = HOST.fullmatch(header)
    return found[1].lower() if found else ""


def _too_large(limit: int) -> Problem:
    return Problem(413, "too_large", f"The body is larger than {limit} bytes.", "Send less at once.")


def _with_headers(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    present = {name.lower() for name, _ in headers}
    return headers + [pair for pair in (*HEADERS, POLICY) if pair[0] not in present]


async def _answer(problem: Problem, send: Send) -> None:
    body = json.dumps(problem.as_data()).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    headers += [(name.lower().encode(), value.encode()) for name, value in (problem.headers or {}).items()]
    await send({"type": "http.response.start", "status": problem.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": body})
