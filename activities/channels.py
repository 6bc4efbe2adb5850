"""Words for people: messages about a case by mail, pages by mail and signed webhook, each sent once."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Literal, Protocol

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.cycle_page import enclosed
from activities.delivery import Delivery, handed_over
from activities.letters import letter, page_letter
from activities.mail.compose import Attachment, OutboundMail
from activities.mail.etiquette import CAPS, within_caps
from activities.mail.transport import Transport
from activities.offering import reader, short
from activities.readers import Readers
from activities.render import REQUIRED, BadTemplateContext, MailContext, render
from activities.request_letters import asked_for, lines_of, own_part
from definitions.facts import TextRef
from definitions.kinds import noun_of
from definitions.knowledge_sight import sight_of
from definitions.request.kind import REQUEST
from definitions.runs import PageMessage, Sent, TellMessage
from definitions.standards import InForce
from records.briefing import Briefing
from records.outbox import Claim, OutboxRow
from records.store import Store
from records.values import Clock

RECEIVED, OFFER, PAGE, ANSWER = "received", "offer", "page", "answer"
HOW = "approval_how"
"""Sent only because somebody wrote to us."""
ASKED = ("approval_asked", "approval_reminder", "approval_escalated")
"""Each is sent once for a stage: no loop is made of them, and whoever has many to decide on is asked about each."""
DAY_S = 86_400
LONGEST_CAP = timedelta(seconds=max(cap.window_s for cap in CAPS))


class WebhookPages(Protocol):
    """The signed webhook that pages go to, where one is set up."""

    async def page(self, message_id: str, event: dict[str, object]) -> str:
        """Deliver; raises GaveUp for good, anything else to try again."""
        ...


class ChannelActivities:
    """Looks up words and addresses, writes the message, sends it through the ledger."""

    def __init__(
        self,
        store: Store,
        standard: InForce,
        transport: Transport,
        clock: Clock,
        *,
        webhook: WebhookPages | None = None,
        link: Callable[[str], str | None] = lambda case_id: None,
        solved: Callable[[str], str | None] = lambda token: None,
        by_mail: bool = False,
    ) -> None:
        """`link` leads to a case, `solved` to the page on which the holder of a reply token says that it is solved.

        `by_mail` says that mail comes in with its sender proven, so that an answer to a mail may decide.
        """
        self._store, self._standard, self._transport, self._clock = store, standard, transport, clock
        self._webhook, self._link, self._solved, self._by_mail = webhook, link, solved, by_mail
        self._readers = Readers(store, standard, clock)
        self._delivery = Delivery(store, standard().desk_address.rpartition("@")[2])

    @activity.defn(name="channels.tell")
    def tell(self, message: TellMessage) -> list[Sent]:
        """One message to one person about their case, by mail."""
        readers = self._readers.of(message)
        if not readers:
            return [Sent(to=message.to, channel="email", outcome="gap", reason="nobody is on duty, and nobody leads")]
        sent, troubles = [], []
        for person, acts_for in readers:
            try:
                sent.append(self._tell(message, person, acts_for))
            except Exception as trouble:
                # What cannot reach one of them now must not keep it from the others; it is tried again.
                troubles.append(trouble)
        if troubles:
            raise troubles[0]
        return sent

    def _tell(self, message: TellMessage, person: str, acts_for: str | None) -> Sent:
        info = activity.info()
        key = f"{info.workflow_id}/{info.workflow_run_id}/{info.activity_id}/{person}"
        briefing = self._briefing(message.case_id, person, message.title, message.text, message.by)
        context = letter(
            message,
            self._standard(),
            title=briefing.title or message.case_id,
            words=briefing.words,
            reader=self._readers.name(person, briefing.person_name),
            zone=self._readers.zone(person),
            by=self._readers.name(message.by, briefing.by_name) or self._standard().name,
            link=self._link(message.case_id),
            articles=self._articles(message),
        )
        said, attached = enclosed(self._store, message.case_id, message.template)
        own = {"lines": (*message.lines, *said)} if said else self._own_part(message, acts_for)
        context = context.model_copy(update=own)
        answers_a_mail = message.template == HOW or (
            message.template in (RECEIVED, OFFER) and message.channel == "email"
        )
        claim = self._delivery.claim(
            key=key,
            case_id=message.case_id,
            recipient=person,
            channel="email",
            template=ANSWER if answers_a_mail else message.template,
        )
        return self._mail(claim, briefing, context, own_template(message), attached)

    @activity.defn(name="channels.page")
    def page(self, message: PageMessage) -> list[Sent]:
        """One escalation step to whoever is responsible at this moment, over every channel of the step."""
        person, why = self._readers.responsible(message)
        if person is None:
            return [Sent(to=message.notify, channel="page", outcome="gap", reason=why)]
        briefing = self._briefing(message.case_id, person, message.title)
        context = page_letter(
            message,
            self._standard(),
            title=briefing.title or message.case_id,
            reader=self._readers.name(person, briefing.person_name),
            zone=self._readers.zone(person),
            link=self._link(message.case_id),
        )
        sent, troubles = [], []
        for via in message.via:
            # One page per step: the step's own id is the key, whatever run or attempt this is.
            claim = self._delivery.claim(
                key=f"{message.case_id}/{message.page}/{via}/{person}",
                case_id=message.case_id,
                recipient=person,
                channel="email" if via == "mail" else "webhook",
                template=PAGE,
            )
            try:
                page = self._mail(claim, briefing, context, PAGE) if via == "mail" else self._hook(claim, message)
            except Exception as trouble:
                # One channel that is away must not keep the others from waking somebody; this one is tried again.
                troubles.append(trouble)
            else:
                sent.append(page.model_copy(update={"reason": page.reason or why}))
        if troubles:
            raise troubles[0]
        return sent

    # -- by mail -------------------------------------------------------------------------------------------------

    def _mail(
        self,
        claim: Claim,
        briefing: Briefing,
        context: MailContext,
        template: str,
        attached: tuple[Attachment, ...] = (),
    ) -> Sent:
        address = briefing.address
        why = self._capped(claim, briefing) if address else "no address is known"
        if why is not None or address is None:
            self._delivery.suppress(claim, str(why))
            return Sent(to=claim.recipient, channel="email", outcome="suppressed", reason=why)
        try:
            rendered = render(template, context)
        except BadTemplateContext as wrong:
            # Trying again cannot help: the fault is in our words, and the case says that nothing was sent.
            raise ApplicationError(str(wrong), type="BadTemplateContext", non_retryable=True) from wrong
        ours = [e.message_id for e in briefing.about_case if e.recipient == claim.recipient and e.channel == "email"]
        first = [briefing.first_message_id] if briefing.first_message_id and template != PAGE else []
        earlier = tuple(known for known in (*first, *ours) if known != claim.message_id)

        desk = self._standard()

        def send(message_id: str, token: str | None) -> str:
            nonlocal rendered
            if context.articles and token and template == OFFER:
                rendered = render(template, context.model_copy(update={"solved_link": self._solved(token)}))
            mail = OutboundMail(
                message_id=message_id,
                case_id=claim.case_id,
                at=self._clock(),
                sender=desk.desk_address,
                sender_name=desk.name,
                to=address,
                to_name=context.reader_name or context.requester_name,
                subject=rendered.subject,
                text=rendered.text,
                html=rendered.html,
                reply_to=_with_token(desk.desk_address, token),
                in_reply_to=earlier[-1] if earlier else None,
                references=earlier,
                automatic="auto-replied" if claim.template == ANSWER else "auto-generated",
                urgent=template == PAGE,
                attached=attached,
            )
            return handed_over(self._transport, mail)

        answerable = template != PAGE
        return _sent(self._delivery.once(claim, send=send, has=self._transport.has, answerable=answerable))

    def _briefing(
        self, case_id: str, person: str, title: TextRef | None, words: TextRef | None = None, by: str | None = None
    ) -> Briefing:
        return self._store.briefings.about(
            case_id=case_id,
            person=person,
            title=title.id if title else None,
            words=words.id if words else None,
            by=by,
            since=self._clock() - LONGEST_CAP,
        )

    def _capped(self, claim: Claim, briefing: Briefing) -> str | None:
        if claim.template == PAGE:
            return None  # one per step, never answered: no loop, and nobody may be left asleep
        now = self._clock()
        if any(earlier.message_id == claim.message_id for earlier in briefing.about_case):
            # This very message was on its way when a worker died: the ledger knows how to go on, no cap does.
            return None
        if briefing.muted_until is not None and briefing.muted_until > now:
            return f"the conversation is muted until {briefing.muted_until:%Y-%m-%d %H:%M} UTC: a loop was seen"
        answering = claim.template == ANSWER
        kind: Literal["answer", "notice"] = "answer" if answering else "notice"
        caps = [cap for cap in CAPS if cap.kind == kind and (claim.template not in ASKED or cap.window_s >= DAY_S)]
        counts = {
            cap.name: sum(
                earlier.at is not None
                and earlier.message_id != claim.message_id
                and earlier.at >= now - timedelta(seconds=cap.window_s)
                and (earlier.template == ANSWER or not answering)
                for earlier in (briefing.about_case if cap.scope == "case" else briefing.to_person)
            )
            for cap in caps
        }
        answer = within_caps(kind, counts, caps=caps)
        return None if answer.allowed else answer.reason

    # -- by webhook ----------------------------------------------------------------------------------------------

    def _hook(self, claim: Claim, message: PageMessage) -> Sent:
        webhook = self._webhook
        if webhook is None:
            why = "no webhook for pages is set up (page_webhook_url)"
            self._delivery.suppress(claim, why)
            return Sent(to=claim.recipient, channel="webhook", outcome="suppressed", reason=why)
        event = message.model_dump(mode="json", exclude={"title", "via"}) | {"person": claim.recipient}

        def send(message_id: str, token: str | None) -> str:
            return asyncio.run(webhook.page(message_id, event))

        return _sent(self._delivery.once(claim, send=send, has=_cannot_tell))

    # -- who and what --------------------------------------------------------------------------------------------

    def _articles(self, message: TellMessage) -> tuple[tuple[str, str], ...]:
        """Title and short answer of each, as far as the reader may see it now."""
        sight, today = sight_of(reader(self._store, message.to)), self._clock().date()
        found = [self._store.articles.get(key, sight, today, drafts=False) for key in message.articles]
        return tuple((shown.version.content.title, short(shown.version.content.answer)) for shown in found if shown)

    def _own_part(self, message: TellMessage, acts_for: str | None) -> dict[str, object]:
        """What mails about requests say besides."""
        if noun_of(message.case_id) != REQUEST.name:
            return {}
        asked = asked_for(self._store, message.case_id)
        if asked is None:
            return {}
        return own_part(
            *(message, asked, self._standard(), self._readers.called),
            acts_for=acts_for,
            by_mail=self._by_mail,
            lines=lines_of(self._store, message),
        )


def own_template(message: TellMessage) -> str:
    """The template that the kind of case has of its own for this message, else the one for all."""
    own = f"{noun_of(message.case_id)}_{message.template}"
    return own if own in REQUIRED else message.template


def _with_token(desk: str, token: str | None) -> str | None:
    local, _, domain = desk.rpartition("@")
    return f"{local}+{token}@{domain}" if token else None


def _sent(row: OutboxRow) -> Sent:
    if row.state not in ("sent", "failed", "suppressed"):
        raise ApplicationError(f"message {row.key} is {row.state}", type="Unfinished")
    return Sent(to=row.recipient, channel=row.channel, outcome=row.state, message_id=row.message_id, reason=row.error)


def _cannot_tell(message_id: str) -> None:
    """A webhook cannot be asked; it is sent again under the same id, which the receiver ignores."""
