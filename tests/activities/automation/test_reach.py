"""Nothing that takes a host leads to a place inside, whatever the spelling."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from pydantic import JsonValue

from activities.automation.code import Failed
from activities.automation.reach import Forbidden, NoAddress, Reach
from definitions.runs import AutomationCall
from tests.activities.automation.bench import Bench
from tests.activities.test_webhook import NUMBERS

NOWHERE: frozenset[str] = frozenset()


@pytest.fixture
async def forbidden() -> AsyncIterator[tuple[int, list[int]]]:
    """A listener on loopback that nobody may reach, and how often somebody did."""
    reached: list[int] = []

    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.append(1)
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], reached


def _asks(host: str, port: int) -> dict[str, dict[str, JsonValue]]:
    ssh: dict[str, JsonValue] = {
        "host": host, "port": port, "user": "root", "key_file": "/none", "known_hosts": "/none"
    }  # fmt: skip
    place: dict[str, JsonValue] = {"host": host, "port": port, "security": "none"}
    literal = f"[{host}]" if ":" in host else host
    return {
        "web-health": {"url": f"http://{literal}:{port}/"},
        "tls-expiry": {"host": host, "port": port},
        "dns-check": {"name": "example.test", "servers": [host], "port": port},
        "disk-space": ssh,
        "service-state": {**ssh, "service": "x"},
        "mailbox-test": {"smtp": place, "imap": place, "sender": "a@example.test", "recipient": "a@example.test"},
        "ldap-password-reset": {
            "url": f"ldaps://{literal}:{port}", "person": "rita", "bind_dn": "cn=x", "base": "dc=x",
            "bind_password": "secrets:directory",
        },
    }  # fmt: skip


@pytest.mark.parametrize("does", _asks("", 0))
async def test_no_spelling_of_loopback_lets_an_automation_in(
    bench: Bench, forbidden: tuple[int, list[int]], does: str
) -> None:
    port, reached = forbidden
    guarded = bench.guarded(does, allow=NOWHERE, budget={"per_hour": 999, "per_day": 999}, breaker={"failures": 999})
    outcomes = set()
    for host in ("localhost", *NUMBERS):
        call = AutomationCall(automation=does, case_id=host, inputs=_asks(host, port)[does])
        result = await guarded(call)
        outcomes.add(result.outcome)

    assert reached == []
    assert outcomes <= {"failed", "done"}
    assert len(NUMBERS) >= 20


async def test_what_is_refused_says_how_to_allow_it() -> None:
    with pytest.raises(Forbidden) as refused:
        await Reach().address("localhost", 80)

    assert refused.value.message == "localhost leads to this machine, where automations may not connect"
    assert refused.value.hint == "If they may, add localhost to the setting automation_allow_hosts."


async def test_a_name_is_judged_by_every_address_it_has() -> None:
    async def mixed(host: str, port: int) -> list[str]:
        return ["203.0.114.1", "10.0.0.1"]

    with pytest.raises(Forbidden, match="a private network"):
        await Reach(resolve=mixed).address("two.example.test", 443)


async def test_a_second_look_up_cannot_lead_elsewhere() -> None:
    answers = iter((["203.0.114.1"], ["127.0.0.1"]))

    async def rebinding(host: str, port: int) -> list[str]:
        return next(answers)

    assert await Reach(resolve=rebinding).address("rebind.example.test", 443) == "203.0.114.1"
    assert next(answers) == ["127.0.0.1"], "it was asked once"


async def test_a_name_without_an_address_is_told_from_a_forbidden_one() -> None:
    async def nothing(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    with pytest.raises(NoAddress, match="has no address"):
        await Reach(resolve=nothing).address("gone.example.test", 443)


@pytest.mark.parametrize("host", ["a b", "a@b", "a/b", "a\\b", "a%b", "ü.test", "a\nb"])
async def test_what_is_no_host_name_is_not_looked_up(host: str) -> None:
    async def never(host: str, port: int) -> list[str]:
        raise AssertionError("looked up")

    with pytest.raises(Failed, match="not a host name"):
        await Reach(resolve=never).address(host, 443)
