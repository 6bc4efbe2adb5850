"""Every message says what happens next and by when, in text and HTML alike, whatever words it carries."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.mail.html import text_of
from activities.mail.reply import own_words
from activities.render import REQUIRED, BadTemplateContext, MailContext, render

_AT = datetime(2026, 11, 26, 13, 30, tzinfo=UTC)
_HOSTILE = (
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}{% for x in y %}",
    '"><img src=http://x.example onerror=x()>',
    "a\r\nBcc: v@z.example",
    "\u202egnp.exe\u200b",
    "=HYPERLINK(1)",
)


def _context(**wanted: Any) -> dict[str, object]:
    return {
        "case_id": "INC-7k2m9x4q",
        "title": "VPN drops every ten minutes",
        "service": "Remote access",
        "priority": "P2",
        "requester_name": "Ada Lovelace",
        "zone": "Europe/Berlin",
        "next_step": "Somebody from the network team looks at it.",
        "promise_by": _AT,
        "by_name": "Sam Carter",
        "team": "Network",
        "text": "I changed the profile.",
        "quote": "My VPN drops.",
        "link": "https://desk.example.com/cases/INC-7k2m9x4q",
        "waiting_on": "requester",
        "auto_close_at": _AT,
        "reason": "Nobody took it in time.",
        "other_case_id": "INC-abcd1234",
        "missed_by": _AT - timedelta(hours=2),
        "due_at": _AT,
        "choices": tuple((str(n), f"https://desk.example.com/voice/abc/{n}") for n in range(1, 6)),
        "worst": "very dissatisfied",
        "best": "very satisfied",
        "about": "VPN drops every ten minutes",
        "asked_by": "Rita Sommer",
        "for_name": "Omar Farouk",
        "acts_for": "Chloé Dubois",
        "gives": "You can work from outside the offices.",
        "answers": (("On which device", "company laptop"),),
        "cost": "20.00 EUR a month, paid by your department",
        "commands": (("Take it", "jidoka task claim REQ-7k2m9x4q/account"),),
        "lines": ("Send the welcome letter: it has been read.",),
        "articles": (("VPN drops again and again", "1. Use a cable.\n2. Switch to TCP."),),
        "remedy": "A new profile for your VPN.",
        "escalation_step": 2,
        "escalation_steps": 3,
        **wanted,
    }


def _words(text: str) -> str:
    return re.sub(r"\W+", " ", text)


@pytest.mark.parametrize("template", REQUIRED)
def test_every_message_says_what_happens_next_and_by_when_in_the_readers_zone(template: str) -> None:
    message = render(template, _context())

    for form in (message.text, text_of(message.html)):
        assert "What happens next:" in form or "What to do:" in form
        assert "Thursday 26 November 2026, 14:30 CET (Europe/Berlin)" in _lines_joined(form)
        assert "INC-7k2m9x4q" in form


@pytest.mark.parametrize("template", REQUIRED)
def test_text_and_html_carry_the_same_words(template: str) -> None:
    message = render(template, _context(link=None))

    text = _words(message.text.replace("> ", ""))
    html = _words(text_of(message.html))

    assert sorted(text.split()) == sorted(html.split())


@pytest.mark.parametrize("template", REQUIRED)
def test_every_message_can_be_written_with_only_what_it_needs(template: str) -> None:
    full = _context()
    needed = {name: full[name] for name in ("case_id", "title", "service", *REQUIRED[template])}

    message = render(template, needed)

    assert message.text.startswith("Hello,\n")
    assert not re.search(r"None|\{\{|\{%|Undefined|\n\n\n", message.text)
    assert "None" not in message.html


@pytest.mark.parametrize("template", REQUIRED)
@pytest.mark.parametrize("hostile", _HOSTILE)
def test_no_words_run_load_or_turn_into_a_template(template: str, hostile: str) -> None:
    fields = ("title", "service", "requester_name", "next_step", "by_name", "team", "text", "quote", "reason")

    others = {"reader_name": hostile, "other_case_id": hostile, "remedy": hostile, "articles": ((hostile, hostile),)}
    message = render(template, _context(**dict.fromkeys(fields, hostile), **others))

    assert not re.search(r"<(script|img)", message.html)
    assert "49" not in message.text
    assert "\n" not in message.subject
    assert "\u202e" not in message.subject + message.text + message.html


@settings(max_examples=60, deadline=None)
@given(words=st.text(max_size=300), name=st.text(max_size=60), template=st.sampled_from(sorted(REQUIRED)))
def test_any_words_give_a_whole_message(words: str, name: str, template: str) -> None:
    context = _context(title=words, quote=words, requester_name=name, by_name=name, text=words or "x")

    message = render(template, context | {"by_name": name or "x"})

    assert message.html.rstrip().endswith("</html>")
    assert message.text.endswith("\n")
    assert not set(message.subject) & set("\r\n\0")


def test_lines_of_text_are_at_most_72_letters_but_links_stay_whole() -> None:
    link = "https://desk.example.com/" + "x" * 120

    message = render("update", _context(text="word " * 200, link=link))

    assert all(len(line) <= 76 for line in message.text.splitlines() if link not in line)
    assert f"See your case: {link}" in message.text


@pytest.mark.parametrize(
    ("zone", "at", "shown"),
    [
        ("UTC", _AT, "Thursday 26 November 2026, 13:30 UTC"),
        (
            "Europe/Berlin",
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
            "Sunday 25 October 2026, 02:30 CEST (Europe/Berlin)",
        ),
        (
            "Europe/Berlin",
            datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
            "Sunday 25 October 2026, 02:30 CET (Europe/Berlin)",
        ),
        ("America/Sao_Paulo", _AT, "Thursday 26 November 2026, 10:30 UTC-03 (America/Sao_Paulo)"),
        ("Asia/Kolkata", _AT, "Thursday 26 November 2026, 19:00 IST (Asia/Kolkata)"),
    ],
)
def test_a_time_names_its_zone_also_in_the_hour_that_comes_twice(zone: str, at: datetime, shown: str) -> None:
    message = render("received", _context(zone=zone, promise_by=at))

    assert shown in _lines_joined(message.text)


@pytest.mark.parametrize(
    ("name", "greeting"),
    [
        ("Ada Lovelace", "Hello Ada,"),
        ("Ada", "Hello Ada,"),
        ("Lovelace, Ada", "Hello Lovelace, Ada,"),
        ("A. Lovelace", "Hello A. Lovelace,"),
        ("", "Hello,"),
    ],
)
def test_people_are_greeted_by_the_name_they_would_use(name: str, greeting: str) -> None:
    assert render("received", _context(requester_name=name)).text.startswith(greeting + "\n")


def test_a_page_says_step_reason_due_and_what_to_do() -> None:
    message = render("page", _context(reader_name="Kim Park"))

    assert message.subject == "P2 page: VPN drops every ten minutes"
    assert message.text.startswith("Hello Kim,")
    for part in ("(step 2 of 3)", "Nobody took it in time.", "Due: Thursday 26", "What to do:", "Priority: P2"):
        assert part in _lines_joined(message.text)


def test_an_answer_to_our_mail_loses_our_words_and_keeps_the_persons() -> None:
    ours = render("resolved", _context()).text
    quoted = "".join(f"> {line}\n" for line in ours.splitlines())

    answer = own_words(f"yes\n\nOn Thu, 26 Nov 2026 at 14:30, Service desk <help@example.com> wrote:\n\n{quoted}")

    assert answer == "yes"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", " https://x.example"])
def test_only_web_links_become_links(link: str) -> None:
    assert "<a " not in render("received", _context(link=link)).html


@pytest.mark.parametrize(
    ("template", "context", "says"),
    [
        ("recieved", _context(), "there is no template 'recieved'"),
        ("received", _context(next_step=""), "received needs next_step"),
        ("resolved", _context(auto_close_at=None), "resolved needs auto_close_at"),
        ("received", _context(zone="Mars/Olympus"), "Mars/Olympus"),
        ("received", _context(promise_by=datetime(2026, 1, 1)), "promise_by"),  # noqa: DTZ001
        ("received", _context(colour="red"), "colour"),
        ("promise_broken", _context(promise_by=None), "promise_broken needs promise_by"),
    ],
)
def test_a_message_that_would_be_wrong_or_empty_is_refused(
    template: str, context: dict[str, object], says: str
) -> None:
    with pytest.raises(BadTemplateContext, match=says):
        render(template, context)


def test_every_template_file_is_known_and_every_known_template_has_a_file() -> None:
    folder = Path(__file__).parents[2] / "activities" / "templates"

    assert sorted(file.stem for file in folder.glob("*/*.j2")) == sorted(REQUIRED)
    assert all(name in MailContext.model_fields for names in REQUIRED.values() for name in names)


def _lines_joined(text: str) -> str:
    return " ".join(unescape(text).split())
