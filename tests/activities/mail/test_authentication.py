"""Whose word counts for who sent a mail: the receiving server's, and nobody else's."""

import pytest

from tests.activities.mail.desk import received


def _verified(*results: str, sender: str = "ada@example.org") -> bool:
    headers = "".join(f"Authentication-Results: {result}\n" for result in results)
    return received(f"{headers}From: {sender}\nTo: help@example.com\nSubject: x\n\nHello\n").verified


@pytest.mark.parametrize(
    "result",
    [
        "mx.example.com; dmarc=pass (p=NONE sp=NONE) header.from=example.org",
        "MX.example.com 1; spf=fail; dmarc=pass header.from=Example.ORG",
        "mx.example.com; spf=pass smtp.mailfrom=bounce@example.org",
        "mx.example.com; dkim=pass (2048-bit key) header.d=example.org header.s=a; spf=none",
    ],
)
def test_a_pass_of_the_trusted_server_for_the_senders_domain_counts(result: str) -> None:
    assert _verified(result)


def test_a_domain_above_the_senders_vouches_for_it() -> None:
    assert _verified("mx.example.com; dkim=pass header.d=example.org", sender="ada@mail.example.org")


@pytest.mark.parametrize(
    "result",
    [
        "mx.evil.test; dmarc=pass header.from=example.org",
        "mx.example.com.evil.test; dmarc=pass header.from=example.org",
        "mx.example.com; dmarc=fail header.from=example.org",
        "mx.example.com; dmarc=pass header.from=evil.test",
        "mx.example.com; dmarc=pass",
        "mx.example.com; spf=pass smtp.mailfrom=bounce@evil.test",
        "mx.example.com; dkim=pass header.d=user.example.org",
        "mx.example.com; dkim=pass header.d=org",
        "mx.example.com; dmarc=fail (dmarc=pass header.from=example.org) header.from=example.org",
        'mx.example.com; spf=fail smtp.mailfrom="x; dmarc=pass header.from=example.org"',
        "mx.example.com; none",
        ";",
        "",
    ],
)
def test_any_other_word_does_not_count(result: str) -> None:
    assert not _verified(result)


def test_only_the_topmost_result_counts() -> None:
    forged = "mx.example.com; dmarc=pass header.from=example.org"

    assert not _verified("mx.example.com; dmarc=fail header.from=example.org", forged)
    assert not _verified("relay.example.net; none", forged)


@pytest.mark.parametrize(
    "sender",
    [
        "ada@example.org\nFrom: sam@example.com",
        "ada@example.org, sam@example.com",
        "ada@example.org]<bob@evil.test>",
        '"sam@example.com" <ada@example.org>, bob@evil.test',
    ],
)
def test_a_sender_that_can_be_read_in_two_ways_is_never_verified(sender: str) -> None:
    assert not _verified("mx.example.com; dmarc=pass header.from=example.org", sender=sender)


def test_without_a_trusted_server_nobody_is_verified() -> None:
    assert not _verified()
