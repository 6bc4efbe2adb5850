"""Everything that can go wrong at this door, as `{"error": {"code", "message", "hint"}}`."""

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from temporalio.service import RPCError, RPCStatusCode

from definitions.slices import UnknownKey

log = logging.getLogger("jidoka.web")

STATUS = {
    "usage": 422,
    "settings": 422,
    "not_found": 404,
    "not_allowed": 403,
    "refused": 409,
    "failed": 409,
    "unreachable": 503,
    "timeout": 504,
}
"""HTTP status by the code an error of ours carries; every other code is 500."""

AWAY = "Nothing was half done; try again in a moment."
_HTTP = {
    404: ("not_found", "There is nothing at this address.", "GET /api/docs lists every address."),
    405: ("method_not_allowed", "This address does not take that method.", "GET /api/docs lists every address."),
}


class Problem(HTTPException):
    """An answer that is no success. (An HTTPException, since FastAPI turns any other one into a 400 in places.)"""

    def __init__(
        self, status: int, code: str, message: str, hint: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, message, headers)
        self.code, self.message, self.hint = code, message, hint

    def as_data(self) -> dict[str, dict[str, str]]:
        """The document that says it."""
        return {"error": {"code": self.code, "message": self.message, "hint": self.hint}}


def problem_of(error: Exception) -> Problem:
    """The answer for any exception; what we did not foresee says nothing about our insides."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, HTTPException):
        said = _HTTP.get(error.status_code, ("failed", str(error.detail), "Correct it and try again."))
        return Problem(error.status_code, *said, error.headers)
    if isinstance(error, UnknownKey):
        return Problem(422, "usage", str(error.args[0]) if error.args else "unknown name", "Use a name from the list.")
    code, message, hint = (getattr(error, name, None) for name in ("code", "message", "hint"))
    if isinstance(code, str) and isinstance(message, str) and isinstance(hint, str):
        return Problem(STATUS.get(code, 500), code, message, hint)
    if isinstance(error, RPCError):
        return _of_rpc(error)
    if isinstance(error, (TimeoutError, ConnectionError)):
        return Problem(503, "unreachable", "A part of the desk does not answer.", AWAY)
    log.error("unforeseen error", exc_info=error)
    return Problem(500, "internal", "Something unforeseen happened here; it is in the log.", "Try again or report it.")


def _of_rpc(error: RPCError) -> Problem:
    if error.status is RPCStatusCode.NOT_FOUND:
        return Problem(404, "not_found", "There is no such case, or its run is gone.", "Check the id.")
    if error.status in (
        *(RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED),
        RPCStatusCode.RESOURCE_EXHAUSTED,
    ):
        return Problem(503, "unreachable", "The Temporal server does not answer.", AWAY)
    log.error("Temporal answered %s", error.status, exc_info=error)
    return Problem(500, "internal", "The Temporal server could not do it; it is in the log.", "Try again or report it.")


def invalid(errors: list[Any]) -> Problem:
    """Which fields are wrong and why. What was sent is not repeated: it may be a secret."""
    said = []
    for error in errors[:10]:
        where = ".".join(str(part) for part in error["loc"] if part not in ("body", "query", "path", "header"))
        said.append(f"{where or 'body'}: {error['msg']}")
    more = f" (and {len(errors) - 10} more)" if len(errors) > 10 else ""
    return Problem(422, "usage", "; ".join(said) + more, "Correct the fields; GET /api/docs describes them.")


def answer(problem: Problem) -> JSONResponse:
    """The HTTP answer."""
    return JSONResponse(problem.as_data(), status_code=problem.status_code, headers=problem.headers)


def install(app: FastAPI) -> None:
    """Make the app answer every error in this one shape."""

    async def on_error(request: Request, error: Exception) -> JSONResponse:
        return answer(problem_of(error))

    async def on_invalid(request: Request, error: Exception) -> JSONResponse:
        return answer(invalid(list(error.errors()) if isinstance(error, RequestValidationError) else []))

    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_error)
