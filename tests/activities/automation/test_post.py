from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from activities.automation.code import Failed
from activities.automation.post import MailPost
from activities.mail.transport import MaildirTransport, PermanentFailure, Sent


def _clock() -> datetime:
    return datetime(2026, 3, 2, 9, tzinfo=UTC)


async def test_the_same_key_is_handed_over_once(tmp_path: Path) -> None:
    post = MailPost(MaildirTransport(tmp_path), "help@example.com", _clock)

    for key in ("REQ-1/reset", "REQ-1/reset", "REQ-2/reset"):
        await post.hand_over("rita@example.net", "Your password", "It is abc.\n", key)

    mails = [path.read_text() for path in (tmp_path / "new").iterdir()]
    assert len(mails) == 2
    assert all("Auto-Submitted: auto-generated" in mail and "Return-Path: <>" in mail for mail in mails)


@pytest.mark.parametrize(
    "address",
    [
        "rita@example.net\r\nBcc: eve@evil.test",
        "rita@example.net, eve@evil.test",
        "Rita <rita@example.net>",
        "rita",
        "",
    ],
)
async def test_an_address_of_the_directory_is_one_address_or_nothing_is_sent(tmp_path: Path, address: str) -> None:
    post = MailPost(MaildirTransport(tmp_path), "help@example.com", _clock)

    with pytest.raises(Failed):
        await post.hand_over(address, "Your password", "It is abc.\n", "key")
    assert list(tmp_path.rglob("*")) == []


async def test_what_a_mail_server_says_about_the_words_is_not_passed_on() -> None:
    class Refusing:
        def send(self, message: bytes, *, envelope_from: str, recipients: Sequence[str], message_id: str) -> Sent:
            raise PermanentFailure(f"554 refused: {message!r}")

        def has(self, message_id: str) -> bool | None:
            return None

    with pytest.raises(Failed) as failed:
        await MailPost(Refusing(), "help@example.com", _clock).hand_over("a@example.net", "S", "secret", "key")

    assert "secret" not in f"{failed.value.message} {failed.value.hint} {failed.value.__cause__}"
    assert "PermanentFailure" in failed.value.message
