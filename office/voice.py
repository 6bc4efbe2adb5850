"""What people say of it: answers to surveys, by whatever way they come, each kept once with the last word counting."""

import asyncio
from datetime import timedelta

from definitions.facts import TextRef
from definitions.feedback.giving import GiveFeedback
from definitions.feedback.state import Tone
from definitions.people import Action, Actor
from definitions.slices import UnknownKey
from definitions.standards import InForce
from definitions.surveys import Answer, Survey, complains, mistakes
from office.acceptance import Acceptance
from office.access import allow
from office.errors import ActRefused, NotFound, Unreachable, Unusable
from office.feedback import Feedback, about_of
from records.asks import PREFIX, Ask, NewAsk
from records.errors import NotStored
from records.store import Store
from settings import Clock


class Voice:
    """Takes answers."""

    def __init__(
        self, store: Store, standard: InForce, clock: Clock, acceptance: Acceptance, feedback: Feedback
    ) -> None:
        self._store, self._standard, self._clock = store, standard, clock
        self._acceptance, self._feedback = acceptance, feedback

    async def rate(self, case_id: str, answer: Answer, actor: Actor, *, channel: str = "cli") -> Ask:
        """What the requester says of their case, asked or not. Raises NotFound, NotAllowed, Unusable."""
        about = await asyncio.to_thread(about_of, self._store, case_id)
        allow(actor, Action.RATE, about.object, "Only who asked for it can say how it went.")
        survey = self._after_case(about.service)
        refuse(survey, answer)
        new = NewAsk(
            survey=survey.key, measures=survey.measures, person=actor.person,
            case_id=about.id, service=about.service, team=about.object.team,
        )  # fmt: skip
        ask = await asyncio.to_thread(self._store.asks.unasked, new)
        return await self.take(ask, answer, channel=channel)

    async def take(self, ask: Ask, answer: Answer, *, channel: str, words: TextRef | None = None) -> Ask:
        """Keep an answer; a bad one becomes a complaint that somebody answers. Raises Unusable, ActRefused.

        `words`: where those of the answer are kept already.
        """
        survey = self.open_survey(ask)
        refuse(survey, answer)
        said = answer.model_dump(exclude={"text"}, exclude_none=True)
        text = (answer.text or "").strip()
        if text:
            said["text"] = (words or await self._acceptance.words(text, ask.person)).model_dump()
        kept = await asyncio.to_thread(self._store.asks.answer, ask.id, said, channel=channel)
        if kept.role == "requester" and complains(survey, answer):
            kept = await self._complaint(survey, kept, text, channel)
        return kept

    def by_token(self, token: str) -> Ask:
        """The question that this token answers. Raises NotFound."""
        found = self._store.conversations.check_token(token)
        if found is None or not found[0].startswith(PREFIX):
            raise NotFound("this link leads to no question", "It may have been cut off: take it whole from the mail.")
        return self.get(found[0])

    def get(self, ask_id: str) -> Ask:
        """One question. Raises NotFound."""
        try:
            return self._store.asks.get(ask_id)
        except NotStored as unknown:
            raise NotFound(unknown.message, "It may be long over.") from None

    def survey(self, ask: Ask) -> Survey:
        """What was asked. Raises ActRefused when it is asked no more."""
        try:
            return self._standard().survey(ask.survey)
        except UnknownKey:
            raise ActRefused("this is no longer asked", "Write to the desk instead.") from None

    def open_survey(self, ask: Ask) -> Survey:
        """As `survey`, while answers are taken. Raises ActRefused afterwards."""
        survey = self.survey(ask)
        until = (ask.asked_at or ask.drawn_at) + timedelta(days=survey.open_days)
        if self._clock() > until:
            raise ActRefused(f"answers were taken until {until:%Y-%m-%d}", "Write to the desk instead.")
        return survey

    def _after_case(self, service: str) -> Survey:
        for survey in self._standard().surveys:
            if survey.asks == "requester" and (not survey.services or service in survey.services):
                return survey
        raise Unusable(f"nobody is asked about cases of {service}", "Give words: `jidoka feedback give --text`.")

    async def _complaint(self, survey: Survey, ask: Ask, words: str, channel: str) -> Ask:
        """One for each question; a further word on it reaches whoever has the first."""
        if ask.feedback is not None:
            return ask
        rated = f"{ask.score} of {survey.high} ({survey.question})" if ask.score is not None else survey.question
        case = await asyncio.to_thread(about_of, self._store, ask.case_id) if ask.case_id else None
        given = GiveFeedback(
            text=f"{words}\n\nRated {rated}".strip() if words else f"Rated {rated}, without words.",
            tone=Tone.COMPLAINT, service=ask.service, channel=channel, source="survey",
        )  # fmt: skip
        try:
            opened = await self._feedback.open(given, case=case, by=ask.person, external_id=ask.id)
            name = opened.id
        except Unreachable:
            # It is accepted, and the relay starts it; its id stands in the inbox.
            row = await asyncio.to_thread(self._store.inbox.find, given.source, ask.id)
            if row is None or row.case_id is None:
                raise
            name = row.case_id
        await asyncio.to_thread(self._store.asks.led_to, ask.id, name)
        return ask.model_copy(update={"feedback": name})


def refuse(survey: Survey, answer: Answer) -> None:
    """Raise Unusable for what is no answer."""
    if wrong := mistakes(survey, answer):
        raise Unusable("; ".join(wrong), f"The question: {survey.question}")
