"""Decisions by mail: what an answer to the question of a request says, and whether it may count."""

import asyncio
import re
from typing import NamedTuple

from definitions.facts import TextRef
from definitions.kinds import kind_of
from definitions.people import Action, Actor, Object
from definitions.request.acts import Approve, NotDecided, Reject
from definitions.rights import may
from definitions.tasks import TaskRow
from office.acceptance import Acceptance
from office.courier import Courier
from office.errors import ActRefused
from office.taskbook import Decision, TaskBook
from records.store import Store

YES = re.compile(
    r"^\W*(i )?(approved?|yes|yep|agreed?|ok(ay)?|ja|genehmigt|einverstanden|oui|approuvé|d['’]accord|s[ií]|aprobado)"
    r"(,? (please|thanks|thank you|danke|bitte|merci|gracias))?\W*$",
    re.IGNORECASE,
)
"""A line that says this and nothing else: whoever adds a condition has not agreed yet."""
NO = re.compile(
    r"^\W*(reject(ed)?|declined?|refused?|abgelehnt|rejeté|rechazado)\b\W*(?P<why>.*)$"
    r"|^\W*(no|nein|non)\b(\s*[:.,;–-]\s*(?P<because>.*))?$",
    re.IGNORECASE,
)


class Verdict(NamedTuple):
    """Yes, or no and why; the reason is empty where none was given."""

    yes: bool
    why: str = ""


def decision_in(text: str) -> Verdict | None:
    """What the words decide; None when they are no plain yes or no."""
    first, _, rest = text.strip().partition("\n")
    if "?" in first:
        return None
    if YES.match(first):
        return Verdict(True)
    if (no := NO.match(first.strip())) is not None:
        return Verdict(False, "\n".join(filter(None, ((no["why"] or no["because"] or "").strip(), rest.strip()))))
    return None


class Decisions:
    """Takes decisions out of mails to requests."""

    def __init__(self, store: Store, acceptance: Acceptance, courier: Courier, tasks: TaskBook) -> None:
        self._store, self._acceptance, self._courier, self._tasks = store, acceptance, courier, tasks

    async def take(self, case_id: str, actor: Actor, words: TextRef, *, own: bool, key: str) -> bool:
        """Carry out the decision in `words`; False when they are to be heard like any others.

        `own` says that they came with the actor's own reply token. What looks like a decision and cannot be one is
        heard, and whoever sent it is told how to decide.
        """
        if Approve not in kind_of(case_id).acts:
            return False
        text = (await asyncio.to_thread(self._store.texts.get_many, [words.id])).get(words.id, "")
        verdict = decision_in(text)
        selves = {actor.person, *actor.acting_for}
        tasks = [task for task in await self._tasks.of(case_id) if task.kind == "approve"] if verdict else []
        asked = next((task for task in tasks if selves & set(task.people)), None)
        if verdict is None or asked is None:
            return False
        about = Object(kind="case", id=case_id, participants=asked.people)
        action = Action.APPROVE if verdict.yes else Action.REJECT
        if not own or not may(actor, action, about).allowed:
            return await self._told_how(case_id, actor.person, "unproven", asked)
        if not verdict.yes and not verdict.why:
            return await self._told_how(case_id, actor.person, "no_reason", asked)
        try:
            act = await self._act(verdict, case_id, actor)
            await self._courier.send(case_id, act, key=key)
        except ActRefused as refusal:
            return await self._told_how(case_id, actor.person, refusal.message, asked)
        for person in {actor.person, act.for_whom or actor.person}:
            await asyncio.to_thread(self._store.conversations.join, case_id, person)
        return True

    async def _act(self, verdict: Verdict, case_id: str, actor: Actor) -> Decision:
        if verdict.yes:
            return await self._tasks.in_whose_name(Approve(by=actor.person, channel="email"), case_id, actor)
        why = await self._acceptance.words(verdict.why, actor.person)
        return await self._tasks.in_whose_name(Reject(by=actor.person, channel="email", text=why), case_id, actor)

    async def _told_how(self, case_id: str, person: str, why: str, asked: TaskRow) -> bool:
        """The words are heard all the same; but to one that has ended there is nothing more to say."""
        heard = await self._courier.tell(case_id, NotDecided(person=person, why=why[:300], task=asked.key))
        return not heard
