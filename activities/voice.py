"""Asking people how it went: who is drawn, and one mail to each, sent once."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.delivery import Delivery, GaveUp, handed_over
from activities.mail.compose import OutboundMail
from activities.mail.transport import Transport
from activities.render import BadTemplateContext, MailContext, Rendered, render
from definitions.base import Value
from definitions.case import CaseState
from definitions.slices import UnknownKey
from definitions.standards import InForce
from definitions.surveys import APART, ASKED_WITHIN, LOOK_BACK, Survey, asked_about, turn
from records.asks import Ask, NewAsk
from records.briefing import Briefing
from records.outbox import Claim
from records.store import Store
from records.values import Clock

TEMPLATE = "survey"


class AskRound(Value):
    """What one round of surveys came to."""

    drawn: int
    sent: int
    skipped: int


class VoiceActivities:
    """Draws people by the keyed hash of the installation, and writes to them.

    `link`: the address of the page on which the holder of a token answers.
    """

    def __init__(
        self,
        store: Store,
        standard: InForce,
        transport: Transport,
        clock: Clock,
        *,
        secret: bytes,
        link: Callable[[str], str],
    ) -> None:
        self._store, self._standard, self._transport, self._clock = store, standard, transport, clock
        self._secret, self._link = secret, link
        self._delivery = Delivery(store, standard().desk_address.rpartition("@")[2])

    @activity.defn(name="voice.ask")
    def ask(self) -> AskRound:
        """One round: draw, then write to everybody drawn; doing it again goes on where it stopped."""
        drawn = sum(
            self._store.asks.draw(new, every=timedelta(days=survey.every_days), apart=APART) is not None
            for survey in self._standard().surveys
            for new in self._wanted(survey)
        )
        sent = skipped = 0
        troubles = []
        for ask in self._store.asks.waiting():
            try:
                why = self._send(ask)
            except Exception as trouble:
                # One address that cannot be reached now keeps nobody else from being asked; it is tried again.
                troubles.append(trouble)
                continue
            if why is None:
                self._store.asks.asked(ask.id)
                sent += 1
            else:
                self._store.asks.skip(ask.id, why)
                skipped += 1
        if troubles:
            raise troubles[0]
        return AskRound(drawn=drawn, sent=sent, skipped=skipped)

    def _wanted(self, survey: Survey) -> Iterator[NewAsk]:
        """Whom this survey would ask now, if they were not asked lately."""
        now = self._clock()
        if survey.asks == "everybody":
            for person in self._store.asks.people():
                mine = turn(survey, person, now, self._secret)
                if mine.drawn and now < mine.begins + ASKED_WITHIN:
                    yield NewAsk(survey=survey.key, measures=survey.measures, person=person, turn=mine.number)
            return
        for raw in self._store.asks.ended(survey.key, now - LOOK_BACK):
            state = CaseState.model_validate(raw)
            whom = asked_about(survey, state)
            if whom is not None and (mine := turn(survey, whom, now, self._secret)).drawn:
                yield NewAsk(
                    survey=survey.key, measures=survey.measures, person=whom, turn=mine.number,
                    role="requester" if survey.asks == "requester" else "staff",
                    case_id=state.id, service=state.service, team=state.team,
                )  # fmt: skip

    def _send(self, ask: Ask) -> str | None:
        """Why the mail is not to be sent; None when it was. Raises what is worth another try."""
        try:
            survey = self._standard().survey(ask.survey)
        except UnknownKey:
            return "it is no longer asked"
        briefing = self._briefing(ask)
        if briefing.address is None:
            return "no address is known"
        now = self._clock()
        if briefing.muted_until is not None and briefing.muted_until > now:
            return "no mail reaches this person about the case"
        claim = self._delivery.claim(
            key=f"survey/{ask.id}", case_id=ask.id, recipient=ask.person, channel="email", template=TEMPLATE
        )
        address = briefing.address

        def send(message_id: str, token: str | None) -> str:
            if token is None:
                raise ApplicationError("a survey was claimed without its token", type="Unfinished")
            return self._hand_over(claim, address, message_id, token, self._words(survey, ask, briefing, token))

        row = self._delivery.once(claim, send=send, has=self._transport.has, answerable=True)
        return None if row.state == "sent" else (row.error or f"the mail is {row.state}")

    def _briefing(self, ask: Ask) -> Briefing:
        case = self._store.cases.get(ask.case_id) if ask.case_id else None
        title = case.title.id if case is not None and case.title else None
        return self._store.briefings.about(
            case_id=ask.case_id or ask.id, person=ask.person, title=title, since=self._clock()
        )

    def _words(self, survey: Survey, ask: Ask, briefing: Briefing, token: str) -> Rendered:
        page = self._link(token)
        until = self._clock() + timedelta(days=survey.open_days)
        context = MailContext.model_validate(
            {
                "case_id": ask.case_id or ask.id,
                "title": f"{survey.title} {briefing.title}" if briefing.title else survey.title,
                "service": self._service(ask.service),
                "requester_name": self._name(ask.person, briefing.person_name),
                "zone": self._zone(ask.person),
                "text": survey.question,
                "choices": tuple((str(score), f"{page}/{score}") for score in survey.scale),
                "worst": survey.worst,
                "best": survey.best,
                "about": briefing.title or "",
                "reason": survey.asks,
                "auto_close_at": until,
                "next_step": "Press a number, or answer this mail with one. A word or two of your own helps us most.",
                "link": page,
                "desk_name": self._standard().name,
            }
        )
        try:
            return render(TEMPLATE, context)
        except BadTemplateContext as wrong:
            # The fault is in our words: no further try mends it.
            raise GaveUp(str(wrong)) from wrong

    def _hand_over(self, claim: Claim, address: str, message_id: str, token: str, words: Rendered) -> str:
        local, _, domain = self._standard().desk_address.rpartition("@")
        mail = OutboundMail(
            message_id=message_id,
            at=self._clock(),
            sender=self._standard().desk_address,
            sender_name=self._standard().name,
            to=address,
            subject=words.subject,
            text=words.text,
            html=words.html,
            reply_to=f"{local}+{token}@{domain}",
        )
        return handed_over(self._transport, mail)

    def _service(self, key: str | None) -> str:
        try:
            return self._standard().service(key).title if key else self._standard().name
        except UnknownKey:
            return str(key)

    def _name(self, person: str, otherwise: str) -> str:
        try:
            return self._standard().person(person).name
        except UnknownKey:
            return otherwise

    def _zone(self, person: str) -> str:
        try:
            return self._standard().person(person).zone
        except UnknownKey:
            return self._standard().calendars[0].zone
