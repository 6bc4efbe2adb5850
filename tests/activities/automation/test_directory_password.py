import asyncio
from pathlib import Path

import pytest
from pydantic import JsonValue

from activities.automation.code import Failed
from activities.automation.ldap import Directory, DirectoryServer, Refusal, connected
from activities.automation.reach import Reach
from definitions.runs import AutomationCall
from tests.activities.automation.bench import LOOPBACK, Bench
from tests.activities.automation.conftest import SERVICE_PASSWORD
from tests.activities.automation.servers import BASE, SERVICE, Slapd
from tests.web.programs import free_port

pytestmark = pytest.mark.story


@pytest.fixture
def account(slapd: Slapd, certificate: Path) -> dict[str, JsonValue]:
    return {
        "url": f"ldaps://localhost:{slapd.tls_port}", "ca_file": str(certificate), "bind_dn": SERVICE,
        "bind_password": "secrets:directory", "base": f"ou=people,{BASE}",
    }  # fmt: skip


async def _lets_in(account: dict[str, JsonValue], person: str, password: str) -> bool:
    server = DirectoryServer.model_validate({name: account[name] for name in ("url", "ca_file")})
    async with connected(server, Reach(LOOPBACK)) as directory:
        try:
            await directory.sign_in(f"uid={person},ou=people,{BASE}", password)
        except Refusal:
            return False
        return True


def _password(bench: Bench) -> str:
    [(_, words)] = bench.letters.sent.values()
    return words.partition("Temporary password: ")[2].partition("\n")[0]


@pytest.mark.parametrize("scheme", ["ldaps", "ldap"])
async def test_a_forgotten_password_is_replaced_and_only_its_owner_learns_the_new_one(
    bench: Bench, slapd: Slapd, account: dict[str, JsonValue], scheme: str
) -> None:
    port = slapd.tls_port if scheme == "ldaps" else slapd.port
    inputs = {**account, "url": f"{scheme}://localhost:{port}"}

    result = await bench.run("ldap-password-reset", {"person": "rita"}, inputs=inputs)

    assert result.outcome == "done", result.finding
    [(to, _)] = bench.letters.sent.values()
    new = _password(bench)
    assert to == "rita.private@example.net"
    assert await _lets_in(account, "rita", new)
    assert not await _lets_in(account, "rita", "forgotten")
    for told in (result.model_dump_json(), str(bench.store.automations.runs()), slapd.log()):
        assert new not in told
        assert SERVICE_PASSWORD not in told


async def test_it_looks_afterwards_whether_the_temporary_password_lets_somebody_in(
    bench: Bench, account: dict[str, JsonValue], monkeypatch: pytest.MonkeyPatch
) -> None:
    held = await bench.run("ldap-password-reset", {"person": "rita"}, inputs=account)
    set_password = Directory.set_password

    async def another(self: Directory, dn: str, password: str) -> None:
        await set_password(self, dn, f"{password}-and-more")

    monkeypatch.setattr(Directory, "set_password", another)
    lost = await bench.run("ldap-password-reset", {"person": "rita"}, inputs=account)

    assert (held.outcome, held.data["verified"]) == ("done", True)
    assert held.finding.endswith("Looked afterwards: it holds.")
    assert (lost.outcome, lost.data["verified"]) == ("done", False)
    assert "it does not hold. Next: finish it by hand." in lost.finding


async def test_a_temporary_password_must_be_changed_at_once(bench: Bench, account: dict[str, JsonValue]) -> None:
    await bench.run("ldap-password-reset", {"person": "rita"}, inputs=account)

    server = DirectoryServer.model_validate({name: account[name] for name in ("url", "ca_file")})
    async with connected(server, Reach(LOOPBACK)) as directory:
        await directory.sign_in(f"uid=rita,ou=people,{BASE}", _password(bench))
        with pytest.raises(Refusal, match="refused to search"):
            await directory.find(BASE, "uid", "rita", ("mail",))


async def test_asking_again_for_the_same_case_changes_nothing_more(
    bench: Bench, slapd: Slapd, account: dict[str, JsonValue]
) -> None:
    reset = bench.guarded("ldap-password-reset", inputs=account)
    call = AutomationCall(automation="ldap-password-reset", case_id="REQ-1", inputs={"person": "rita"})
    before = len(slapd.changes())

    for _ in range(3):
        await reset(call)

    assert slapd.changes()[before:] == ["uid=rita"]
    assert len(bench.letters.sent) == 1


async def test_an_attempt_cut_off_after_the_change_hands_over_the_password_it_had_set(
    bench: Bench, slapd: Slapd, account: dict[str, JsonValue], monkeypatch: pytest.MonkeyPatch
) -> None:
    reset = bench.guarded("ldap-password-reset", inputs=account)
    call = AutomationCall(automation="ldap-password-reset", case_id="REQ-2", inputs={"person": "rita"})
    before = len(slapd.changes())

    async def killed(*_: str) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patch:
        patch.setattr(bench.letters, "hand_over", killed)
        with pytest.raises(asyncio.CancelledError):
            await reset(call)
    result = await reset(call)

    assert result.outcome == "done"
    assert slapd.changes()[before:] == ["uid=rita"]
    assert await _lets_in(account, "rita", _password(bench))


async def test_a_dry_run_finds_the_account_and_leaves_it_alone(
    bench: Bench, slapd: Slapd, account: dict[str, JsonValue]
) -> None:
    before = len(slapd.changes())
    call = AutomationCall(automation="ldap-password-reset", case_id="REQ-3", inputs={"person": "rita"}, mode="dry_run")

    result = await bench.guarded("ldap-password-reset", inputs=account)(call)

    assert result.outcome == "nothing"
    assert "would be reset" in result.finding
    assert len(slapd.changes()) == before


@pytest.mark.parametrize(
    ("person", "change", "said"),
    [
        ("nobody", {}, "no account called nobody"),
        ("omar", {}, "has no mail to send a temporary password to"),
        ("rita", {"bind_password": "secrets:unknown"}, "the secret secrets:unknown is not there"),
        ("rita", {"bind_dn": f"uid=rita,ou=people,{BASE}"}, "refused to let us in (invalid_credentials)"),
        ("rita", {"base": "dc=elsewhere"}, "refused to search below dc=elsewhere"),
        ("rita", {"ca_file": None}, "self-signed certificate"),
        ("*", {}, "person"),
        ("rita)(uid=*", {}, "person"),
    ],
)
async def test_what_stands_in_the_way_is_said_and_nothing_is_changed(
    bench: Bench, slapd: Slapd, account: dict[str, JsonValue], person: str, change: dict[str, JsonValue], said: str
) -> None:
    before = len(slapd.changes())

    result = await bench.run("ldap-password-reset", {"person": person}, inputs={**account, **change})

    assert result.outcome == "failed"
    assert said in result.finding
    assert "Next: " in result.finding
    assert (len(slapd.changes()), bench.letters.sent) == (before, {})


async def test_a_directory_that_is_down_ends_with_a_person_who_knows_why(
    bench: Bench, account: dict[str, JsonValue]
) -> None:
    down = {**account, "url": f"ldaps://localhost:{free_port()}"}

    result = await bench.run("ldap-password-reset", {"person": "rita"}, inputs=down)

    assert result.outcome == "failed"
    assert "cannot be used just now (ConnectionRefusedError). Next: See whether it is up" in result.finding


async def test_a_password_is_never_sent_in_clear(slapd: Slapd, certificate: Path) -> None:
    for url in ("http://localhost", "ldap://localhost/x", "ldaps://me@localhost", "ldapi:///var"):
        with pytest.raises(ValueError, match="url"):
            DirectoryServer(url=url)

    # The server offers StartTLS with a certificate that is not trusted here: nothing goes over the plain line.
    with pytest.raises(Failed, match="self-signed"):
        async with connected(DirectoryServer(url=f"ldap://localhost:{slapd.port}"), Reach(LOOPBACK)) as directory:
            await directory.sign_in(SERVICE, SERVICE_PASSWORD)
