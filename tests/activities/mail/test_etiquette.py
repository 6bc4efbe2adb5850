"""Whom the desk answers, and how often."""

import pytest

from activities.mail.etiquette import CAPS, may_answer, within_caps
from tests.activities.mail.desk import received

_NONE = {cap.name: 0 for cap in CAPS}


def _reason(headers: str = "", sender: str = "Ada <ada@example.org>", subject: str = "Screen") -> str | None:
    return received(f"{headers}From: {sender}\nTo: help@example.com\nSubject: {subject}\n\nHello\n").automatic


def test_a_persons_mail_is_answered() -> None:
    message = received("Auto-Submitted: no\nFrom: ada@example.org\nSubject: Screen\n\nHello\n")

    answer = may_answer(message, _NONE)

    assert message.automatic is None
    assert answer.allowed


@pytest.mark.parametrize(
    "header",
    [
        "Return-Path: <>",
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated (out of office)",
        "Auto-submitted: AUTO-NOTIFIED; owner-email=x",
        "Precedence: bulk",
        "Precedence: list",
        "Precedence: junk",
        "List-Id: Lunch <lunch.example.org>",
        "X-Auto-Response-Suppress: All",
        "X-Auto-Response-Suppress: DR, OOF, AutoReply",
        "X-Autoreply: yes",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=x",
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=x",
    ],
)
def test_what_declares_itself_automatic_is_not_answered(header: str) -> None:
    message = received(f"{header}\nFrom: ada@example.org\nTo: help@example.com\nSubject: Screen\n\nHello\n")

    answer = may_answer(message, _NONE)

    assert message.automatic
    assert not answer.allowed
    assert answer.reason.startswith("not answered: ")


@pytest.mark.parametrize(
    "sender",
    [
        "MAILER-DAEMON@example.net",
        "postmaster@example.net",
        "noreply@example.net",
        "No-Reply@example.net",
        "do-not-reply@example.net",
        "bounces+123@example.net",
        "lunch-request@example.net",
        "owner-lunch@example.net",
        "help@example.com",
        "help+anything@example.com",
        "SUPPORT@example.com",
        "<>",
        "",
    ],
)
def test_robots_and_ourselves_are_not_answered(sender: str) -> None:
    assert _reason(sender=sender)


@pytest.mark.parametrize(
    "sender", ["norbert@example.org", "nora.eply@example.org", "bouncer@example.org", "root.beer@example.org"]
)
def test_people_with_names_like_robots_are_answered(sender: str) -> None:
    assert _reason(sender=sender) is None


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Your case",
        "Out of Office: Ada",
        "Out of office",
        "Re: Out of the office auto-reply: back on Monday",
        "Abwesenheitsnotiz: Ada",
        "Automatische Antwort: Ihr Fall",
        "=?utf-8?q?R=C3=A9ponse_automatique_=3A_votre_dossier?=",
        "Undeliverable: your case",
        "Mail delivery failed: returning message to sender",
    ],
)
def test_an_out_of_office_answer_is_known_by_its_subject(subject: str) -> None:
    assert _reason(subject=subject)


@pytest.mark.parametrize(
    "subject",
    [
        "My out of office reply does not work",
        "Out of office reply is broken since Monday",
        "Automatic reply does not stop",
        "Undelivered packages in the ERP",
        "Auto parking gate",
    ],
)
def test_a_person_who_writes_about_such_answers_is_answered(subject: str) -> None:
    assert _reason(subject=subject) is None


@pytest.mark.parametrize("cap", CAPS, ids=[cap.name for cap in CAPS])
def test_a_full_cap_holds_the_next_mail_back_and_says_which(cap: object) -> None:
    full = next(one for one in CAPS if one is cap)

    below = within_caps(full.kind, {**_NONE, full.name: full.most - 1})
    reached = within_caps(full.kind, {**_NONE, full.name: full.most})

    assert below.allowed
    assert not reached.allowed
    assert f"this {full.scope}" in reached.reason


def test_a_vacation_responder_that_declares_nothing_gets_at_most_two_answers() -> None:
    robot = received("From: ada@example.org\nTo: help@example.com\nSubject: I am away\n\nBack on Monday.\n")
    sent = 0

    for _ in range(50):
        counts = {cap.name: sent if cap.kind == "answer" else 0 for cap in CAPS}
        sent += may_answer(robot, counts).allowed

    assert sent == 2


def test_a_count_that_is_missing_is_an_error_and_not_a_yes() -> None:
    message = received("From: ada@example.org\nSubject: Screen\n\nHello\n")

    with pytest.raises(KeyError):
        may_answer(message, {})
