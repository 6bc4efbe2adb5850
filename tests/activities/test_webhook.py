"""Pages by webhook: signed so that anyone can check, and never led to a place inside."""

import asyncio
import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.delivery import GaveUp
from activities.signature import BadSignature, signed_headers, verified_id
from activities.webhook import (
    MAX_BODY,
    PageHook,
    WebhookRefused,
    WebhookSender,
    WebhookUnavailable,
    checked_url,
    inside,
    system_resolve,
)

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
BODY = b'{"type": "page", "case": "INC-1"}'


class Receiver:
    """A real server that remembers what it got and answers as told."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.status = 200
        self.answer = b"ok"
        self.location = ""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(outer.status)
                if outer.location:
                    self.send_header("Location", outer.location)
                self.end_headers()
                try:
                    self.wfile.write(outer.answer)
                except (BrokenPipeError, ConnectionResetError):
                    outer.got.append(("cut off", {}, b""))

            def do_GET(self) -> None:
                outer.got.append((f"GET {self.path}", {}, b""))
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    started = Receiver()
    yield started
    started.stop()


def sender(url: str, *, allow: tuple[str, ...] = (), **given: object) -> WebhookSender:
    return WebhookSender(url, SECRET, clock=lambda: NOW, allow=frozenset(allow), **given)  # type: ignore[arg-type]


async def to_loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


async def test_a_page_arrives_once_with_its_id_and_a_signature_that_an_independent_check_accepts(
    receiver: Receiver,
) -> None:
    page = sender(f"http://pager.test:{receiver.port}/in?team=net", allow=("pager.test",), resolve=to_loopback)

    delivered = await page.send("inc-1.page-2", BODY)

    [(path, headers, body)] = receiver.got
    signed = b"inc-1.page-2." + headers["webhook-timestamp"].encode() + b"." + body
    expected = base64.b64encode(hmac.new(b"k" * 32, signed, hashlib.sha256).digest()).decode()
    assert (delivered.status, path, body) == (200, "/in?team=net", BODY)
    assert headers["webhook-id"] == "inc-1.page-2"
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["host"] == f"pager.test:{receiver.port}", "the name is kept although the address is pinned"


async def test_a_page_is_an_event_with_the_id_of_its_message_and_a_clear_no_is_given_up_on(receiver: Receiver) -> None:
    hook = PageHook(sender(f"http://127.0.0.1:{receiver.port}/", allow=("127.0.0.1",)), lambda: NOW)

    said = await hook.page("<p-1.2@example.com>", {"case_id": "INC-1", "step": "on-call"})
    receiver.status = 404
    with pytest.raises(GaveUp, match="answered 404"):
        await hook.page("<p-1.3@example.com>", {"case_id": "INC-1"})
    receiver.status = 503
    with pytest.raises(WebhookUnavailable):
        await hook.page("<p-1.4@example.com>", {"case_id": "INC-1"})

    _, headers, body = receiver.got[0]
    assert said == "HTTP 200"
    assert headers["webhook-id"] == "p-1.2@example.com"
    assert json.loads(body) == {
        "type": "page",
        "timestamp": "2026-11-22T04:00:00.000000Z",
        "data": {"case_id": "INC-1", "step": "on-call"},
    }


# Every spelling leads to the listener on this machine, or to a network that is not the internet.
FORMS = [
    *("127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1"),
    *("0177.0.0.1", "017700000001", "0177.1", "127.0.0.1.", "0", "0.0.0.0", "0.1.2.3", "localhost", "LOCALHOST"),
    *("localhost.", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]"),
    *("[0:0:0:0:0:ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[64:ff9b:1::7f00:1]", "[fe80::1]"),
    *("[fe80::1%25lo]", "[fd00::1]", "[fc00::1]", "[fec0::1]", "[ff02::1]", "[2001:db8::1]", "[2001:0:7f00:1::]"),
    *("10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "2852039166", "0xa9fea9fe"),
    *("[::ffff:169.254.169.254]", "[fd00:ec2::254]", "100.64.0.1", "192.0.0.192", "198.18.0.1", "224.0.0.1"),
    *("255.255.255.255", "240.0.0.1", "192.0.2.1", "user@127.0.0.1", "example.com@127.0.0.1", "127.0.0.1#example.com"),
    *("127.0.0.1\\@example.com", "①②⑦.⓪.⓪.①", "127。0。0。1", "lócalhost", "127.0.0.1 ", "127.0.0.1\t", "[::1"),
]


async def test_no_spelling_of_an_inside_address_reaches_a_listener(receiver: Receiver) -> None:
    refused = 0

    for form in FORMS:
        for scheme in ("http", "https"):
            with pytest.raises((WebhookRefused, WebhookUnavailable)):
                await sender(f"{scheme}://{form}:{receiver.port}/", timeout_s=2).send("m-1", BODY)
            refused += 1

    print(f"address forms x schemes {refused}, requests that reached the listener {len(receiver.got)}")
    assert len(FORMS) >= 40
    assert receiver.got == []


NUMBERS = [f for f in FORMS if f.isascii() and not set(f) & set("@#\\ \t%") and f != "[::1" and not f.endswith(".")]


@pytest.mark.parametrize("form", NUMBERS)
async def test_each_spelling_is_refused_by_the_address_it_leads_to(form: str) -> None:
    addresses = await system_resolve(form.strip("[]"), 443)

    assert addresses
    assert all(inside(address) for address in addresses)


async def test_one_inside_address_among_several_is_enough_to_refuse(receiver: Receiver) -> None:
    async def mixed(host: str, port: int) -> list[str]:
        return ["93.184.216.34", "127.0.0.1"]

    with pytest.raises(WebhookRefused, match="leads to this machine"):
        await sender(f"https://rebinding.test:{receiver.port}/", resolve=mixed).send("m-1", BODY)

    assert receiver.got == []


async def test_the_name_is_looked_up_once_so_that_a_second_answer_cannot_lead_elsewhere(receiver: Receiver) -> None:
    asked: list[str] = []

    async def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    page = sender(f"http://pager.test:{receiver.port}/", allow=("pager.test",), resolve=rebinding)

    await page.send("m-1", BODY)

    assert asked == ["pager.test"]
    assert len(receiver.got) == 1


async def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.status, receiver.location = 307, f"http://127.0.0.1:{receiver.port}/secret"

    with pytest.raises(WebhookRefused, match="a redirect"):
        await sender(f"http://127.0.0.1:{receiver.port}/", allow=("127.0.0.1",)).send("m-1", BODY)

    assert [path for path, _, _ in receiver.got] == ["/"]


async def test_a_proxy_of_the_environment_is_not_used(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{receiver.port}")
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{receiver.port}")

    async def nowhere(host: str, port: int) -> list[str]:
        return ["127.0.0.1"]

    with pytest.raises(WebhookUnavailable):
        await sender("http://pager.test:1/", allow=("pager.test",), resolve=nowhere).send("m-1", BODY)

    assert receiver.got == []


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, WebhookRefused), (401, WebhookRefused), (404, WebhookRefused), (410, WebhookRefused),
        (408, WebhookUnavailable), (425, WebhookUnavailable), (429, WebhookUnavailable),
        (500, WebhookUnavailable), (502, WebhookUnavailable), (503, WebhookUnavailable),
    ],
)  # fmt: skip
async def test_a_no_is_told_from_a_not_now(receiver: Receiver, status: int, error: type[Exception]) -> None:
    receiver.status = status

    with pytest.raises(error, match=f"answered {status}"):
        await sender(f"http://127.0.0.1:{receiver.port}/", allow=("127.0.0.1",)).send("m-1", BODY)


async def test_an_endless_answer_is_cut_off(receiver: Receiver) -> None:
    receiver.answer = b"x" * 20_000_000

    delivered = await sender(f"http://127.0.0.1:{receiver.port}/", allow=("127.0.0.1",)).send("m-1", BODY)

    assert delivered.status == 200


async def test_a_silent_receiver_is_given_up_on_in_time() -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    async with server:
        page = sender(f"http://127.0.0.1:{port}/", allow=("127.0.0.1",), timeout_s=0.2)
        with pytest.raises(WebhookUnavailable, match=r"no answer in 0\.2 s"):
            await page.send("m-1", BODY)


@pytest.mark.parametrize("url", ["ftp://example.com", "file:///etc/passwd", "gopher://example.com", "https://", "//x"])
def test_only_web_addresses_can_be_configured(url: str) -> None:
    with pytest.raises(WebhookRefused) as refused:
        checked_url(url, frozenset())

    assert "webhook_allow_hosts" in refused.value.hint


async def test_a_page_that_is_too_long_is_refused_before_it_is_sent(receiver: Receiver) -> None:
    with pytest.raises(WebhookRefused, match="more than"):
        await sender(f"http://127.0.0.1:{receiver.port}/", allow=("127.0.0.1",)).send("m-1", b"x" * (MAX_BODY + 1))

    assert receiver.got == []


def test_public_addresses_are_let_through() -> None:
    found = [inside(a) for a in ("93.184.216.34", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808")]

    assert found == [None] * 5


@given(st.binary(max_size=500), st.integers(-299, 299))
def test_what_is_signed_verifies(body: bytes, off: int) -> None:
    headers = signed_headers(SECRET, "m-1", NOW + timedelta(seconds=off), body)

    assert verified_id(SECRET, headers, body, NOW) == "m-1"


@pytest.mark.parametrize(
    "changed", ["body", "id", "timestamp", "signature", "secret", "late", "early", "missing", "v2"]
)
def test_whatever_is_changed_after_signing_is_refused(changed: str) -> None:
    headers, body, secret, now = signed_headers(SECRET, "m-1", NOW, BODY), BODY, SECRET, NOW
    match changed:
        case "body":
            body += b" "
        case "id" | "timestamp":
            headers[f"webhook-{changed}"] += "1"
        case "signature":
            headers["webhook-signature"] = "v1,AAAA v1, é"
        case "secret":
            secret = "whsec_" + base64.b64encode(b"x" * 32).decode()
        case "late" | "early":
            now += timedelta(seconds=301 if changed == "late" else -301)
        case "missing":
            del headers["webhook-signature"]
        case _:
            headers["webhook-signature"] = headers["webhook-signature"].replace("v1,", "v2,")

    with pytest.raises(BadSignature) as refused:
        verified_id(secret, headers, body, now)

    assert SECRET not in str(refused.value)


def test_a_secret_can_be_changed_without_a_gap() -> None:
    old = signed_headers("whsec_" + base64.b64encode(b"old" * 8).decode(), "m-1", NOW, BODY)
    new = signed_headers(SECRET, "m-1", NOW, BODY)
    both = {**new, "webhook-signature": f"{old['webhook-signature']} {new['webhook-signature']}"}

    assert verified_id(SECRET, both, BODY, NOW) == "m-1"
