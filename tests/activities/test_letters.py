"""What a mail says of a message: true names, and what happens next."""

from datetime import UTC, datetime

import pytest

from activities.letters import FALLBACK, letter
from activities.render import MailContext, render
from definitions.base import Priority
from definitions.example import organisation
from definitions.runs import TellMessage

AT = datetime(2026, 11, 26, 13, 30, tzinfo=UTC)


def _letter(template: str, words: str | None = None, **given: object) -> MailContext:
    message = TellMessage.model_validate(
        {"case_id": "INC-7k2m9x4q", "template": template, "to": "rita", "by": "lena", "channel": "email"}
        | {"service": "vpn", "team": "platform", "priority": Priority.P3, "at": AT, "reason": "INC-abcd1234"}
        | given
    )
    reader = "Rita Sommer"
    return letter(message, organisation, title="T", words=words, reader=reader, zone="UTC", by="Lena Vogt", link=None)


@pytest.mark.parametrize("template", ["assigned", "reopened"])
def test_whoever_handed_a_case_over_or_said_no_is_not_said_to_have_it(template: str) -> None:
    mail = render(template, _letter(template))

    assert "Lena" not in mail.text
    assert "A person of our Platform team" in mail.text.replace("\n", " ")


@pytest.mark.parametrize("template", sorted(FALLBACK.keys() - {"cancelled"}))
def test_nobody_is_said_to_have_written_words_that_we_filled_in(template: str) -> None:
    context = {"auto_close_at": AT}

    ours = render(template, _letter(template).model_copy(update=context))
    theirs = render(template, _letter(template, "The disk is larger now.").model_copy(update=context))

    assert "Lena Vogt wrote" not in ours.text
    assert "Lena Vogt wrote" in theirs.text


@pytest.mark.parametrize("template", ["update", "parent_update"])
def test_news_say_what_happens_next_too(template: str) -> None:
    assert "What happens next: " in render(template, _letter(template, "We look at the disk.")).text
