"""A person's own words are found in answers of many mail programs and languages."""

import time

import pytest

from activities.mail.reply import own_words

_QUOTED = "> Hello Ada,\n>\n> please try again.\n"


@pytest.mark.parametrize(
    "attribution",
    [
        "On Sun, Nov 22, 2026 at 10:00 AM Service desk <help@example.com> wrote:",
        "On Sun, Nov 22, 2026 at 10:00 AM Service desk with a long name\n<help@example.com> wrote:",
        "> On 22 Nov 2026, at 10:00, Service desk <help@example.com> wrote:",
        "Am So., 22. Nov. 2026 um 10:00 Uhr schrieb Service desk <help@example.com>:",
        "Am 22.11.26 um 10:00 schrieb Service desk:",
        "Le dim. 22 nov. 2026 à 10:00, Service desk <help@example.com> a écrit :",
        "El dom, 22 nov 2026 a las 10:00, Service desk (<help@example.com>) escribió:",
        "Il giorno dom 22 nov 2026 alle ore 10:00 Service desk <help@example.com> ha scritto:",
        "Em dom., 22 de nov. de 2026 às 10:00, Service desk <help@example.com> escreveu:",
        "Op zo 22 nov. 2026 om 10:00 schreef Service desk <help@example.com>:",
        "Den sön 22 nov. 2026 kl 10:00 skrev Service desk <help@example.com>:",
        "niedz., 22 lis 2026 o 10:00 Service desk <help@example.com> napisał(a):",
        "вс, 22 нояб. 2026 г. в 10:00, Service desk <help@example.com> написал:",
        "2026年11月22日(日) 10:00 Service desk <help@example.com>さんは書きました:",
        "Service desk <help@example.com> 于2026年11月22日周日 10:00写道:",
    ],
)
def test_an_answer_above_the_quote_loses_attribution_and_quote(attribution: str) -> None:
    words = own_words(f"Yes, it works now.\n\nThank you\nAda\n\n{attribution}\n\n{_QUOTED}")

    assert words == "Yes, it works now.\n\nThank you\nAda"


@pytest.mark.parametrize(
    "separator",
    [
        "-----Original Message-----\nFrom: Service desk\nSent: Sunday",
        "-----Ursprüngliche Nachricht-----\nVon: Service desk",
        "-----Message d'origine-----\nDe : Service desk",
        "________________________________\nFrom: Service desk <help@example.com>\nSent: Sunday, 22 November 2026\n"
        "To: Ada\nSubject: Screen",
        "Von: Service desk <help@example.com>\nGesendet: Sonntag, 22. November 2026 10:00\nAn: Ada\nBetreff: Screen",
        "De : Service desk\nEnvoyé : dimanche 22 novembre 2026\nÀ : Ada\nObjet : Screen",
        "*From:* Service desk\n*Sent:* Sunday\n*To:* Ada\n*Subject:* Screen",
    ],
)
def test_all_below_outlooks_header_block_is_quoted(separator: str) -> None:
    words = own_words(f"No, still dark.\n\n{separator}\n\nHello Ada,\nplease try again.\n")

    assert words == "No, still dark."


def test_answers_between_and_below_the_quotes_are_kept() -> None:
    text = (
        "On 22 Nov 2026, Desk <help@example.com> wrote:\n> Which screen?\n\nThe left one.\n\n"
        "> Since when?\n\nSince Monday.\n\n-- \nAda Lovelace\nAnalytical Engines\n"
    )

    words = own_words(text)

    assert words == "The left one.\n\nSince Monday."


def test_a_signature_above_the_quote_is_left_out() -> None:
    words = own_words(f"Yes.\n\n-- \nAda\nPhone 1234\n\nOn 22 Nov 2026, Desk <help@example.com> wrote:\n{_QUOTED}")

    assert words == "Yes."


@pytest.mark.parametrize(
    "note",
    ["Sent from my iPhone", "Von meinem iPhone gesendet", "Envoyé de mon iPhone", "Get Outlook for iOS<https://x>"],
)
def test_the_note_of_a_telephone_is_left_out(note: str) -> None:
    words = own_words(f"Yes.\n\n{note}\n\nOn 22 Nov 2026, Desk <help@example.com> wrote:\n{_QUOTED}")

    assert words == "Yes."


@pytest.mark.parametrize(
    "text",
    [
        "At 10:30 the log wrote:\nerror 17\nerror 18",
        "The installer wrote: please restart\nand then nothing happened.",
        "From: the start page I cannot log in.\nIt worked yesterday.",
        "I need a screen -- a large one --\nfor my desk.",
        "What we wrote:\n\n1. one\n2. two",
    ],
)
def test_words_that_only_look_like_a_quote_stay(text: str) -> None:
    assert own_words(text) == text


def test_a_mail_of_quotes_alone_is_kept_whole() -> None:
    text = f"On 22 Nov 2026, Desk <help@example.com> wrote:\n{_QUOTED}".strip()

    assert own_words(text) == text


def test_a_forwarded_part_is_kept() -> None:
    text = "Can you help Bob?\n\n---------- Forwarded message ---------\nFrom: Bob\n\n> old\nThe lift is stuck."

    assert own_words(text) == text


@pytest.mark.parametrize(
    "line",
    ["On " + "wrote " * 60, ">" * 300, "From: " * 50, "_" * 300, "a wrote" + " " * 280 + "x", "wrote@2026 : : : :"],
)
def test_time_grows_with_the_length_only(line: str) -> None:
    # Twice as long as any text that is read.
    text = f"{line}\n" * (200_000 // len(line))

    started = time.process_time()
    own_words(text)

    assert time.process_time() - started < 3
