"""A forgotten password, reset by itself in a real directory; by a person when that is away; an approval by mail."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from keys import Secrets
from tests.activities.automation.servers import BASE, SERVICE, Slapd
from tests.activities.mail.conftest import certificate
from tests.stack.conftest import base_port, eventually
from tests.stories.conftest import Stack
from tests.stories.letters import reply

__all__ = ["certificate"]

pytestmark = [pytest.mark.story, pytest.mark.timeout(300)]

PASSWORD = "s3cret-of-the-service"
SERVER = "mx.example.com"
RESET = ("request", "open", "--item", "password-reset")


class OwnStack(Stack):
    """A stack with a directory behind it, and a mail server that says whose a mail is."""

    own: dict[str, str]

    def environment(self, **more: str) -> dict[str, str]:
        return super().environment(**self.own) | more


@pytest.fixture(scope="module")
def slapd(certificate: Path) -> Slapd:
    return Slapd(certificate, PASSWORD)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, slapd: Slapd, certificate: Path) -> Iterator[OwnStack]:
    made = OwnStack(tmp_path_factory.mktemp("passwords") / "desk", base_port())
    where = {
        "url": f"ldaps://localhost:{slapd.tls_port}", "ca_file": str(certificate), "bind_dn": SERVICE,
        "base": f"ou=people,{BASE}",
    }  # fmt: skip
    made.own = {
        "JIDOKA_AUTOMATION_ALLOW_HOSTS": "localhost",
        "JIDOKA_AUTOMATION_INPUTS": json.dumps({"password-reset": where}),
        "JIDOKA_MAIL_AUTHSERV_ID": SERVER,
    }
    made.data_dir.mkdir()
    secrets = made.data_dir / "secrets.toml"
    Secrets.ensure(secrets)
    secrets.write_text(secrets.read_text().replace("[automation]\n", f'[automation]\ndirectory = "{PASSWORD}"\n'))
    up = made.process("up", "--detach", "--base-port", str(made.base), "-o", "json")
    assert up.status == 0, up.out + up.err
    yield made
    down = made.process("down")
    assert down.status == 0, down.out + down.err


def resolved(desk: OwnStack, case: str) -> dict[str, object]:
    shown: dict[str, object] = eventually(
        lambda: (found := desk.ask("request", "show", case, "--as", "sam"))["state"] == "resolved" and found, "the end"
    )
    return shown


def test_a_password_is_reset_touchlessly_in_seconds_and_by_a_person_while_the_directory_is_away(
    desk: OwnStack, slapd: Slapd, capsys: pytest.CaptureFixture[str]
) -> None:
    with slapd.serving():
        began = time.monotonic()
        first = resolved(desk, desk.ask(*RESET, "--as", "rita")["id"])
        took = time.monotonic() - began
        changed = slapd.changes().count("uid=rita")
    with capsys.disabled():
        print(f"\nresolved {took:.1f} s after the command was given, {changed} change in the directory, touchless")
    private = eventually(lambda: handed_over(desk), "the temporary password")

    away = desk.ask(*RESET, "--as", "rita")["id"]
    task = f"{away}/reset"
    waits = eventually(
        lambda: [t for t in desk.ask("task", "ls", "--as", "sam") if t["id"] == task], "the task for a person"
    )
    prepared = desk.ask("task", "show", task, "--as", "sam")
    promised = desk.ask("request", "show", away, "--as", "rita")["promises"]
    done = desk.ask("task", "done", task, "--note", "Set by hand, told by phone.", "--as", "sam")

    told = [str(mail["Subject"]) for mail in desk.mails(str(first["id"]))]
    assert (first["touchless"], first["outcome"], changed) == (True, None, 1)
    assert "Temporary password: " in str(private)
    assert len(told) == 2, "received, and done"
    assert waits is not None
    assert "could not be reached" in prepared["why"] or "Next:" in prepared["why"]
    assert prepared["case"]["requester"] == "rita@example.org"
    assert [(p["what"], p["state"]) for p in promised] == [("resolve", "open")]
    assert (done["state"], done["touchless"]) == ("resolved", False)
    assert [p["state"] for p in done["promises"]] == ["kept"]
    assert PASSWORD not in json.dumps(done)


def handed_over(desk: OwnStack) -> str | None:
    """The mail to the private address; it stands in no case."""
    folder = desk.data_dir / "mail" / "outbox" / "new"
    return next((text for path in folder.glob("*") if "rita.private@" in (text := path.read_text())), None)


def test_a_yes_by_mail_counts_with_a_token_of_ones_own_and_a_server_that_vouches(desk: OwnStack) -> None:
    fields = ("--field", "reason=I work from home", "--field", "device=company laptop")
    case = desk.ask("request", "open", "--item", "vpn-access", *fields, "--as", "rita")["id"]
    asked = eventually(
        lambda: next((mail for mail in desk.mails(case) if "chloe@" in str(mail["To"])), None), "the question"
    )
    assert asked is not None

    def said(name: str, words: str, sender: str = "chloe@example.org", *, proven: bool = True) -> dict[str, object]:
        letter = reply(asked, name, words, sender=sender)
        domain = sender.partition("@")[2]
        head = f"Authentication-Results: {SERVER}; dmarc=pass header.from={domain}\n".encode() if proven else b""
        taken: dict[str, object] = desk.ask("intake", "email", stdin=head + letter)
        return taken

    def standing() -> str:
        return str(desk.ask("request", "show", case, "--as", "sam")["approvals"][0]["standing"])

    def explained(words: str) -> bool:
        return any(words in mail.as_string() for mail in desk.mails(case) if "chloe@" in str(mail["To"]))

    said("mail-1", "approve", proven=False)
    unproven = eventually(lambda: explained("does not prove who sent it"), "how to decide")
    still = standing()
    said("mail-2", "approve", sender="omar@example.org")
    stranger = standing()
    said("mail-3", "yes, but only until March")
    condition = standing()
    said("mail-4", "no")
    reasonless = eventually(lambda: explained("a no needs its reason"), "that a no needs a reason")
    said("mail-5", "Approve\n\nChloé")
    granted = eventually(lambda: standing() == "granted", "the yes by mail")
    said("mail-6", "reject: I have thought again")

    answers = desk.ask("request", "show", case, "--as", "sam")["approvals"][0]["said"]
    assert "You can also answer this mail" in asked.get_body(("plain",)).get_content().replace("\n", " ")  # type: ignore[union-attr]
    assert (unproven, reasonless, granted) == (True, True, True)
    assert (still, stranger, condition) == ("open", "open", "open")
    assert [(a["by"], a["yes"]) for a in answers] == [("chloe", True)]
