import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.activities.automation.bench import Bench
from tests.activities.automation.servers import tls_server
from tests.web.programs import free_port, served

pytestmark = pytest.mark.story


async def _page(request: Request) -> Response:
    if request.url.path == "/moved":
        return RedirectResponse("http://169.254.169.254/")
    broken = request.url.path == "/broken"
    return PlainTextResponse("All systems go", status_code=503 if broken else 200)


@pytest.fixture(scope="module")
async def site() -> AsyncIterator[str]:
    async with served(Starlette(routes=[Route("/{path:path}", _page)])) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def tls_port(certificate: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with tls_server(tmp_path_factory.mktemp("tls"), certificate) as port:
        yield port


@pytest.mark.parametrize(
    ("path", "more", "good", "said"),
    [
        ("/", {}, True, "answers 200 in"),
        ("/", {"contains": "systems go"}, True, "answers 200 in"),
        ("/", {"contains": "welcome"}, False, "does not say 'welcome'"),
        ("/", {"slow_s": 0.000001}, False, "but only after"),
        ("/broken", {}, False, "answers 503 instead of 200"),
        ("/moved", {}, False, "answers 307 instead of 200, leading to http://169.254.169.254/"),
    ],
)
async def test_a_site_that_answers_is_judged_by_status_words_and_speed(
    bench: Bench, site: str, path: str, more: dict[str, object], good: bool, said: str
) -> None:
    result = await bench.run("web-health", {"url": site + path, **more})  # type: ignore[dict-item]

    assert (result.outcome, result.data["good"]) == ("done", good)
    assert said in result.finding


async def test_a_site_that_is_down_is_a_finding_and_no_failure(bench: Bench) -> None:
    result = await bench.run("web-health", {"url": f"http://127.0.0.1:{free_port()}/"})

    assert (result.outcome, result.data["good"]) == ("done", False)
    assert re.fullmatch(
        r"Trouble: http://127\.0\.0\.1:\d+/: it gives no answer \(.+\)\. Checked: GET http://127\.0\.0\.1:\d+/, "
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\. Next: See whether the server .+\.",
        result.finding,
    )


async def test_a_site_over_tls_is_asked_under_its_own_name(bench: Bench, certificate: Path, tls_port: int) -> None:
    url = f"https://localhost:{tls_port}/"

    trusted = await bench.run("web-health", {"url": url, "ca_file": str(certificate)})
    unknown = await bench.run("web-health", {"url": url})

    assert trusted.data["good"] is True
    assert unknown.data["good"] is False
    assert "self-signed certificate" in unknown.finding


async def test_a_certificate_that_soon_ends_is_trouble_and_one_that_holds_is_not(
    bench: Bench, certificate: Path, tls_port: int
) -> None:
    place = {"host": "localhost", "port": tls_port, "ca_file": str(certificate)}

    soon = await bench.run("tls-expiry", {**place, "days": 14})
    holds = await bench.run("tls-expiry", {**place, "days": 1})

    assert (soon.data["good"], holds.data["good"]) == (False, True)
    assert re.search(r"holds only (1\.9|2\.0) days, until \d{4}-\d\d-\d\d \d\d:\d\d UTC", soon.finding)
    assert "Next: Renew the certificate." in soon.finding


async def test_a_certificate_of_another_name_is_not_accepted(bench: Bench, certificate: Path, tls_port: int) -> None:
    result = await bench.run("tls-expiry", {"host": "127.0.0.1", "port": tls_port, "ca_file": str(certificate)})

    assert result.data["good"] is False
    assert "IP address mismatch" in result.finding


async def test_a_certificate_that_has_ended_is_named_as_such(bench: Bench, tmp_path: Path, certificate: Path) -> None:
    openssl = shutil.which("openssl")
    assert openssl, "the fixture of the certificate has looked for it"
    request, key, both = tmp_path / "request", tmp_path / "key", tmp_path / "both"
    name = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    for command in (
        ["req", "-newkey", "rsa:2048", "-nodes", *name, "-keyout", str(key), "-out", str(request)],
        ["x509", "-req", "-in", str(request), "-signkey", str(key), "-days", "-1", "-out", str(both)],
    ):
        subprocess.run([openssl, *command], check=True, capture_output=True, timeout=60)
    both.write_text(both.read_text() + key.read_text())

    with tls_server(tmp_path, both) as port:
        result = await bench.run("tls-expiry", {"host": "localhost", "port": port, "ca_file": str(both)})

    assert result.data["good"] is False
    assert "certificate has expired" in result.finding


async def test_nobody_there_for_tls_is_a_finding(bench: Bench) -> None:
    result = await bench.run("tls-expiry", {"host": "localhost", "port": free_port()})

    assert (result.outcome, result.data["good"]) == ("done", False)
    assert "no TLS connection" in result.finding
