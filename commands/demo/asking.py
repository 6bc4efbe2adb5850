"""Stories of people who ask for something, find the answer themselves, or say how it went."""

import asyncio

from commands.demo.cast import Requester
from commands.demo.scene import Scene
from commands.demo.stage import Stage
from definitions.feedback.giving import GiveFeedback
from definitions.feedback.state import Tone
from definitions.intake import OpenRequest
from definitions.knowledge import ArticleState, Audience, Step
from definitions.request.acts import Approve, TaskDone
from definitions.surveys import Answer
from definitions.tasks import TaskRow
from office.errors import NotFound
from office.knowledge import key_for
from office.schedules import run_surveys

ARTICLE = {
    "title": "Second screen stays black at the docking station",
    "problem": "The second screen stays black when the laptop is put on the docking station.",
    "answer": "1. Take the laptop off the docking station.\n"
    "2. Switch the second screen off and on at its own button.\n"
    "3. Put the laptop on the docking station again and wait ten seconds.",
    "cause": "The docking station keeps the picture size of the screen that was there before.",
    "service": "workplace",
    "audience": Audience.PUBLIC,
}


# -- requests ----------------------------------------------------------------------------------------------------


async def asked_and_approved(stage: Stage, scene: Scene) -> None:
    """A manager says yes, two tasks follow each other, and the requester says that all is well."""
    who, key, manager = _employee(stage, scene)
    await scene.at(stage, 0)
    fields = {"product": "diagrams", "reason": "Drawings for the tender in March"}
    case_id = await _asks(stage, who, key, "software-licence", fields)
    await scene.at(stage, 0.2)
    await stage.does(case_id, Approve, manager)
    by = scene.member(stage, "workplace")
    await scene.at(stage, 0.35)
    await _does_task(stage, case_id, "licence", by, {"licence": f"DG-{20_000 + int(stage.day, 16) % 10_000}"})
    await scene.at(stage, 0.6)
    await _does_task(stage, case_id, "install", by)
    await scene.at(stage, 0.9)
    await stage.replies(who, case_id, "resolved", "Yes, it runs. Thank you!")


async def forgotten_password(stage: Stage, scene: Scene) -> None:
    """An automation sets a temporary password; where the stack has no directory, a person gets the prepared task."""
    who, key, _ = _employee(stage, scene)
    await scene.at(stage, 0)
    case_id = await _asks(stage, who, key, "password-reset", {})
    await scene.at(stage, 0.3)
    if await _by_itself(stage, case_id, "reset"):
        stage.say(f"An automation does {case_id}/reset: nobody had to touch it.")
    else:
        await _does_task(stage, case_id, "reset", scene.member(stage, "service-desk"), why="an automation could not")
    await scene.at(stage, 0.9)
    await stage.replies(who, case_id, "resolved", "Yes, I am in again.")


def _employee(stage: Stage, scene: Scene) -> tuple[Requester, str, str]:
    """Somebody the organisation knows, their key, and whom they report to."""
    known = [person for person in stage.desk.organisation.people if person.manager and not person.teams]
    person = scene.dice.pick(f"{scene.name}/employee", [each for each in known if each.key != "max"])
    return Requester(person.name, person.addresses[0]), person.key, str(person.manager)


async def _asks(stage: Stage, who: Requester, key: str, item: str, fields: dict[str, str]) -> str:
    opened = await stage.desk.open_request(OpenRequest(item=item, fields=fields), actor=await stage.actor(key))
    stage.cases.append(opened.id)
    stage.say(f"{who.name} asks for {item}: {opened.id}.")
    return opened.id


async def _by_itself(stage: Stage, case_id: str, key: str) -> bool:
    """Whether the automation did the task; False once it has left it to a person."""

    def settled() -> bool | None:
        task = _task(stage, case_id, key)
        if task is None or (task.ended_at is None and task.assignee == "jidoka"):
            return None
        return task.ended_at is not None

    return await stage.seen(settled, f"what the automation does about {case_id}/{key}")


async def _does_task(
    stage: Stage, case_id: str, key: str, by: str, form: dict[str, str] | None = None, *, why: str = ""
) -> None:
    """Done, once the plan has come to it."""

    def open_now() -> TaskRow | None:
        task = _task(stage, case_id, key)
        return task if task is not None and task.ended_at is None else None

    await stage.seen(open_now, f"the task {case_id}/{key}")
    note = await asyncio.to_thread(stage.desk.tasks.note, case_id, key, form or {}, None)
    text = await stage.desk.words(note, by) if note else None
    did = f"does the task {key} ({why}) of" if why else f"does the task {key} of"
    await stage.does(case_id, TaskDone, by, as_=did, task=key, text=text)


def _task(stage: Stage, case_id: str, key: str) -> TaskRow | None:
    return next((task for task in stage.desk.store.tasks.of(case_id) if task.key == key), None)


# -- help before a person ----------------------------------------------------------------------------------------


async def solved_by_an_article(stage: Stage, scene: Scene) -> None:
    """The first answer carries the article that answers; one word closes the case, and no person touched it."""
    await scene.at(stage, 0)
    await _published(stage, scene.member(stage, "workplace"))
    await scene.at(stage, 0.2)
    who = scene.people[0]
    case_id = await stage.mails(
        who, "My second screen stays black at the docking station", "Since this morning, only the laptop has a picture."
    )
    await scene.at(stage, 0.6)
    await stage.replies(who, case_id, "answer", "solved")


async def _published(stage: Stage, author: str) -> None:
    """The article is there for readers; a day that was lived before has left it."""
    room = stage.desk.knowledge
    writer = await stage.actor(author)
    lead = await stage.actor(stage.desk.organisation.team("workplace").lead)
    if lead.person == author:
        # Nobody approves what they wrote themselves.
        writer = await stage.actor(next(one.person for one in stage.desk.organisation.team("workplace").members))
    key = key_for("demo", "docking")

    def written() -> str:
        try:
            room.get(key, lead)
            return f"The article {key} is there for readers: {ARTICLE['title']!r}."
        except NotFound:
            shown, _ = room.write(ARTICLE, writer, why="it keeps coming", key=key)
        if shown.article.state is ArticleState.DRAFT:
            room.step(key, Step.APPROVE, lead)
        room.step(key, Step.PUBLISH, lead)
        return f"{writer.person} writes {key}, {lead.person} approves and publishes it: {ARTICLE['title']!r}."

    stage.say(await asyncio.to_thread(written))


# -- voice -------------------------------------------------------------------------------------------------------


async def thanked(stage: Stage, scene: Scene) -> None:
    """Solved; the requester answers the survey and pays a compliment, which reaches whoever solved it."""
    who, trouble = scene.people[0], scene.trouble
    await scene.at(stage, 0)
    case_id = await stage.mails(who, trouble.subject, trouble.text)
    await scene.solve(stage, case_id, ack=0.1, resolve=0.4)
    await scene.at(stage, 0.5)
    await stage.replies(who, case_id, "resolved", "Yes, works again. Thanks!")
    await _says_how_it_went(stage, who, case_id)
    await scene.at(stage, 0.9)
    giver = await stage.actor(await stage.person(who))
    given = GiveFeedback(
        text="Quick, friendly, and I understood every word.", tone=Tone.COMPLIMENT, case=case_id, channel="web"
    )
    opened = await stage.desk.feedback.give(given, giver)
    stage.cases.append(opened.id)
    stage.say(f"{who.name} pays a compliment about {case_id}: {given.text!r} It becomes {opened.id}.")


async def _says_how_it_went(stage: Stage, who: Requester, case_id: str) -> None:
    """By a reply to the mail of the survey; unasked, where they were asked in the weeks before."""
    store, person = stage.desk.store, await stage.person(who)

    def ended() -> bool | None:
        row = store.cases.get(case_id)
        return True if row is not None and row.closed_at else None

    await stage.seen(ended, f"the end of {case_id}")
    done = await run_surveys(await stage.desk.client())
    stage.say(f"A round of surveys: {done.sent} people are asked how it went.")
    asks = await asyncio.to_thread(store.asks.of_case, case_id)
    mine = next((ask for ask in asks if ask.person == person and ask.asked_at), None)
    if mine is not None:
        await stage.replies(who, mine.id, "survey", "5", about="how it went")
    else:
        await stage.desk.voice.rate(case_id, Answer(score=5), await stage.actor(person))
        stage.say(f"{who.name}, who was asked lately, says so unasked: 5 of 5.")
