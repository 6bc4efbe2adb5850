"""`jidoka feedback`: say what is good or bad, answer it, say what was done about it."""

from typing import TYPE_CHECKING, Any

import click

from commands.cases_acts import named
from commands.cases_door import asked, valid
from commands.cases_reads import reads
from commands.cases_verbs import carry_out, opened, verb
from commands.cases_words import needed, words_from
from commands.common import App, Failure, Noun, key_option, pass_app

if TYPE_CHECKING:
    from definitions.people import Actor
    from desk import Desk

NUMBERS = ("score", "effort", "minutes")


@click.group(cls=Noun)
def group() -> None:
    """Say what is good or bad; answer it, and say what was done about it."""


@group.command("give")
@click.option("--case", metavar="ID", help="The case it is about.")
@click.option("--score", type=int, metavar="N", help="How satisfied you are with your case, 1 to 5.")
@click.option("--effort", type=int, metavar="N", help="How easy it was made for you, 1 to 7 (very easy).")
@click.option("--minutes", type=int, metavar="N", help="Working time it cost you.")
@click.option("--text", metavar="WORDS", help="What you want to say; `-` reads stdin.")
@click.option("--tone", type=click.Choice(["complaint", "compliment", "suggestion"]), help="What it is (suggestion).")
@click.option("--service", metavar="KEY", help="What it is about, where it is about no case.")
@click.option("--about", metavar="WHO", multiple=True, help="Whom it is about; a compliment reaches them. Repeatable.")
@click.option("--anonymous", is_flag=True, help="Nobody learns who said it, so nobody can answer.")
@key_option
@pass_app
def give(app: App, idempotency_key: str | None, **given: Any) -> None:
    """Rate your case, or say something that somebody is to answer.

    `feedback give --case INC-7k2m9x4q --score 4 --effort 6 --text 'Quick!'` rates it;
    `feedback give --text 'Nobody called back' --tone complaint` opens feedback.
    """
    numbers = {name: given.pop(name) for name in NUMBERS}
    given["text"] = words_from(given["text"])
    if any(value is not None for value in numbers.values()):
        _rate(app, given, numbers)
        return
    from definitions.feedback.giving import GiveFeedback

    given["text"] = needed(given["text"], "--text")
    wanted = {name: value for name, value in given.items() if value not in (None, ())}
    feedback = valid(GiveFeedback, wanted | {"external_id": idempotency_key})

    opened(
        app,
        lambda desk, actor: desk.feedback.give(feedback, actor),
        waiting="it to be taken in",
        back="`jidoka feedback ls --mine` lists it.",
        again="It was given before:",
        unread="it was given without a name" if feedback.anonymous else None,
    )


def _rate(app: App, given: dict[str, Any], numbers: dict[str, Any]) -> None:
    from definitions.surveys import Answer

    if given["case"] is None:
        raise Failure("usage", "Numbers are for a case of yours.", "Name it with --case, or give words only.")
    other = [name for name in ("tone", "service", "about", "anonymous") if given[name]]
    if other:
        raise Failure(
            "usage",
            f"Numbers rate a case, --{other[0]} is for feedback in words.",
            "Give one of the two; a second call gives the other.",
        )
    answer = valid(
        Answer, {name: value for name, value in numbers.items() if value is not None} | {"text": given["text"]}
    )

    async def work(desk: "Desk", actor: "Actor") -> dict[str, Any]:
        kept = await desk.voice.rate(given["case"], answer, actor)
        said = {name: getattr(kept, name) for name in NUMBERS}
        return {"case": kept.case_id, **said, "words": kept.text is not None, "feedback": kept.feedback}

    said = asked(app, work, waiting="it to be kept")

    def text() -> str:
        from commands.feedback_text import rated_text

        return rated_text(said)

    app.emit(said, text)


@verb("answer", group.add_command)
@click.option("--note", metavar="WORDS", help="What you answer; whoever gave it reads it. `-` reads stdin.")
def answer(app: App, case_id: str, **given: Any) -> None:
    """Answer whoever gave it; it stays open until something was done."""
    given["note"] = needed(given["note"], "--note")
    carry_out(app, case_id, "AnswerGiver", given)


@verb("share", group.add_command)
@click.option("--with", "people", metavar="WHO", multiple=True, required=True, help="Whom it praises. Repeatable.")
def share(app: App, case_id: str, people: tuple[str, ...], **given: Any) -> None:
    """Pass a compliment on to those it is about; their lead reads it too."""

    async def fields(desk: "Desk", _: "Actor") -> dict[str, Any]:
        return {"people": tuple(desk.identity.person(who) for who in people)}

    carry_out(app, case_id, "ShareWith", given, fields=fields)


@verb("close", group.add_command)
@click.option("--did", metavar="WORDS", help="What was done about it; whoever gave it reads it. `-` reads stdin.")
@click.option("--why-not", metavar="WORDS", help="Why nothing is done about it. `-` reads stdin.")
def close(app: App, case_id: str, did: str | None, why_not: str | None, **given: Any) -> None:
    """Close it with what was done, or with why nothing is."""
    if (did is None) == (why_not is None):
        raise Failure("usage", "Say what was done, or why nothing is.", "Give one of --did and --why-not.")
    given["note"] = needed(did, "--did") if did is not None else needed(why_not, "--why-not")
    carry_out(app, case_id, "CloseFeedback", given | {"done": did is not None})


for shared in (*reads("feedback"), *named("assign", "comment", "reopen", "cancel")):
    group.add_command(shared)
