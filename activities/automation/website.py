"""A website, looked at from here: whether it answers as it should, and how long its certificate still holds."""

import asyncio
import ssl
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Annotated
from urllib.parse import urlsplit

import httpx
from pydantic import Field, field_validator

from activities.automation.code import Automation, Failed, Report, Run, automation
from activities.automation.reach import NoAddress
from activities.webhook import WebhookRefused, checked_url
from definitions.automations import Risk
from definitions.base import Instant, Value

ANSWER_S = 15.0
MOST_BODY = 256 * 1024
DAY_S = 86_400


class Site(Value):
    """What to ask for, and what counts as well."""

    url: str
    status: int = 200
    contains: str | None = None
    """Words that the page must hold."""
    slow_s: Annotated[float, Field(gt=0)] = 5.0
    """An answer that takes longer is trouble."""
    ca_file: Path | None = None
    """Certificates to trust besides none: those of an authority of your own."""

    @field_validator("url")
    @classmethod
    def _may_be_asked(cls, url: str) -> str:
        try:
            # Plain http is what a diagnosis may have to look at; where it leads is judged when it is reached.
            host = urlsplit(url).hostname or ""
            checked_url(url, frozenset({host}))
        except (WebhookRefused, ValueError) as bad:
            raise ValueError(str(bad).replace("of the webhook", "of the site")) from None
        return url


class Answered(Report):
    """What the site said."""

    status: int | None = None
    seconds: float | None = None


@automation("web-health", title="Does the site answer as it should?", risk=Risk.READS)
class WebHealth(Automation[Site, Answered]):
    """One GET at one address; redirects are reported and not followed."""

    async def run(self, given: Site, run: Run) -> Answered:
        """Ask once. Trouble is a finding and no failure."""
        started = perf_counter()
        try:
            async with asyncio.timeout(ANSWER_S):
                status, body, leads_to = await _get(given, run)
        except (httpx.TransportError, TimeoutError, NoAddress) as error:
            said = error.message if isinstance(error, NoAddress) else f"it gives no answer ({_why(error)})"
            return self._trouble(
                given, run, f"{given.url}: {said}.", "See whether the server and the way to it are up; check DNS."
            )
        seconds = perf_counter() - started
        about = {"status": status, "seconds": round(seconds, 3)}
        if status != given.status:
            where = f", leading to {leads_to}" if leads_to else ""
            return self._trouble(
                given, run, f"{given.url} answers {status} instead of {given.status}{where}.",
                "Look at the logs of the server.", **about,
            )  # fmt: skip
        if given.contains is not None and given.contains not in body:
            return self._trouble(
                given, run, f"{given.url} answers {status}, but the page does not say {given.contains!r}.",
                "Open the page: it may show an error or something else.", **about,
            )  # fmt: skip
        if seconds > given.slow_s:
            return self._trouble(
                given, run, f"{given.url} answers {status}, but only after {seconds:.1f} s.",
                "See what the server is busy with.", **about,
            )  # fmt: skip
        return Answered(
            result=f"{given.url} answers {status} in {seconds:.2f} s.",
            checked=f"GET {given.url}", at=run.now, good=True,
            next_step="The trouble is more likely between the person and the server, or in their account.", **about,
        )  # fmt: skip

    @staticmethod
    def _trouble(given: Site, run: Run, result: str, next_step: str, **about: float | int) -> Answered:
        return Answered.model_validate(
            {"result": result, "checked": f"GET {given.url}", "at": run.now, "next_step": next_step, "good": False}
            | about
        )


async def _get(given: Site, run: Run) -> tuple[int, str, str | None]:
    parts = urlsplit(given.url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = await run.reach.address(host, port)
    literal = f"[{address}]" if ":" in address else address
    named = f"[{host}]" if ":" in host else host
    target = f"{parts.scheme}://{literal}:{port}{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    headers = {"Host": f"{named}:{parts.port}" if parts.port else named, "User-Agent": "jidoka"}
    verify = _context(given.ca_file) if parts.scheme == "https" else False
    async with (
        httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=ANSWER_S, verify=verify) as client,
        client.stream("GET", target, headers=headers, extensions={"sni_hostname": host}) as answer,
    ):
        body = bytearray()
        async for chunk in answer.aiter_bytes():
            body += chunk
            if len(body) > MOST_BODY:
                break
        return answer.status_code, body.decode(errors="replace"), answer.headers.get("location")


class Certificate(Value):
    """Whose certificate, and from when on it is to be worried about."""

    host: Annotated[str, Field(min_length=1, max_length=253)]
    port: Annotated[int, Field(gt=0, lt=65_536)] = 443
    days: Annotated[int, Field(ge=0)] = 14
    """Fewer days left than this is trouble."""
    ca_file: Path | None = None


class Holds(Report):
    """How long the certificate holds."""

    expires_at: Instant | None = None


@automation("tls-expiry", title="Does the certificate hold, and for how long?", risk=Risk.READS)
class TlsExpiry(Automation[Certificate, Holds]):
    """A handshake as a browser would make it."""

    async def run(self, given: Certificate, run: Run) -> Holds:
        """Connect once. A certificate that does not hold is a finding and no failure."""
        place = f"{given.host}:{given.port}"
        try:
            async with asyncio.timeout(ANSWER_S):
                expires_at = await _expiry(given, run)
        except ssl.SSLCertVerificationError as bad:
            return self._found(
                given, run, f"The certificate of {place} is not accepted: {bad.verify_message}.",
                "Renew the certificate, or serve the whole chain.",
            )  # fmt: skip
        except (OSError, TimeoutError, NoAddress) as error:
            said = error.message if isinstance(error, NoAddress) else f"no TLS connection ({_why(error)})"
            return self._found(given, run, f"{place}: {said}.", "See whether the server is up.")
        left = (expires_at - run.now).total_seconds() / DAY_S
        until = f"{left:.1f} days, until {expires_at:%Y-%m-%d %H:%M} UTC"
        if left < given.days:
            return self._found(
                given, run, f"The certificate of {place} holds only {until}.", "Renew the certificate.", expires_at
            )
        return Holds(
            result=f"The certificate of {place} is accepted and holds {until}.", checked=f"TLS handshake with {place}",
            at=run.now, good=True, next_step="Look elsewhere: TLS is in order.", expires_at=expires_at,
        )  # fmt: skip

    @staticmethod
    def _found(given: Certificate, run: Run, result: str, next_step: str, expires_at: datetime | None = None) -> Holds:
        return Holds(
            result=result, checked=f"TLS handshake with {given.host}:{given.port}", at=run.now, good=False,
            next_step=next_step, expires_at=expires_at,
        )  # fmt: skip


async def _expiry(given: Certificate, run: Run) -> datetime:
    address = await run.reach.address(given.host, given.port)
    _, writer = await asyncio.open_connection(
        address, given.port, ssl=_context(given.ca_file), server_hostname=given.host
    )
    try:
        certificate = writer.get_extra_info("peercert") or {}
    finally:
        writer.transport.abort()  # a polite goodbye may hang on a server that is in trouble
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)


def _context(ca_file: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise Failed(f"the ca_file {ca_file} cannot be used ({type(error).__name__})", "Correct the path.") from None


def _why(error: BaseException) -> str:
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return f"nothing within {ANSWER_S:.0f} s"
    return str(error).strip().rstrip(".") or type(error).__name__
