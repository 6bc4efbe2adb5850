"""Words for people: messages about a case by mail, pages by mail and signed webhook, each sent once."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.delivery import Delivery, GaveUp
from activities.letters import letter, page_letter
from activities.mail.compose import OutboundMail, Unaddressable, compose
from activities.mail.etiquette import CAPS, within_caps
from activities.mail.transport import PermanentFailure, Transport
from activities.render import BadTemplateContext, MailContext, render
from definitions.facts import TextRef
from definitions.organisation import Organisation, UnknownKey
from definitions.runs import PageMessage, Sent, TellMessage
from definitions.teams import on_call
from records.directory import Known
from records.outbox import OutboxRow
from records.store import Store
from records.values import Clock


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
        organisation: Organisation,
        transport: Transport,
        clock: Clock,
        *,
        webhook: WebhookPages | None = None,
        link: Callable[[str], str | None] = lambda case_id: None,
    ) -> None:
        self._store, self._organisation, self._transport, self._clock = store, organisation, transport, clock
        self._webhook, self._link = webhook, link
        self._delivery = Delivery(store.outbox, organisation.desk_address.rpartition("@")[2])

    @activity.defn(name="channels.tell")
    async def tell(self, message: TellMessage) -> list[Sent]:
        """One message to one person about their case, by mail."""
        info = activity.info()
        key = f"{info.workflow_id}/{info.workflow_run_id}/{info.activity_id}/{message.to}"
        words, title, quote = await asyncio.to_thread(self._words, message)
        by = await self._name(message.by)
        reader = await self._name(message.to)
        context = letter(
            message,
            self._organisation,
            title=title,
            words=words,
            quote=quote,
            reader=reader,
            zone=self._zone(message.to),
            by=by,
            link=self._link(message.case_id),
        )
        sent = await self._mail(
            key, message.case_id, message.to, reader, message.template, context, reply=True, urgent=False
        )
        return [sent]

    @activity.defn(name="channels.page")
    async def page(self, message: PageMessage) -> list[Sent]:
        """One escalation step to whoever is responsible at this moment, over every channel of the step."""
        person, why = await asyncio.to_thread(self._responsible, message)
        if person is None:
            return [Sent(to=message.notify, channel="page", outcome="gap", reason=why)]
        steps = len({*message.via})
        title = await asyncio.to_thread(self._text, message.title) or message.case_id
        reader = await self._name(person)
        context = page_letter(
            message,
            self._organisation,
            title=title,
            reader=reader,
            zone=self._zone(person),
            link=self._link(message.case_id),
            number=0,
            steps=steps,
        )
        sent = []
        for channel in message.via:
            # One page per step: the step's own id is the key, whatever run or attempt this is.
            key = f"{message.case_id}/{message.page}/{channel}/{person}"
            if channel == "mail":
                page = await self._mail(key, message.case_id, person, reader, "page", context, reply=False, urgent=True)
            else:
                page = await self._hook(key, message, person)
            sent.append(page.model_copy(update={"reason": page.reason or why}))
        return sent

    # -- by mail -------------------------------------------------------------------------------------------------

    async def _mail(
        self,
        key: str,
        case_id: str,
        person: str,
        name: str,
        template: str,
        context: MailContext,
        *,
        reply: bool,
        urgent: bool,
    ) -> Sent:
        address = await asyncio.to_thread(self._store.directory.address_of, person)
        why = (
            "no address is known"
            if address is None
            else await asyncio.to_thread(self._capped, case_id, person, template)
        )
        if why is not None or address is None:
            await self._delivery.suppress(
                key=key, case_id=case_id, recipient=person, channel="email", template=template, why=why or ""
            )
            return Sent(to=person, channel="email", outcome="suppressed", reason=why)
        try:
            rendered = render(template, context)
        except BadTemplateContext as wrong:
            # Trying again cannot help: the fault is in our words, and the case says that nothing was sent.
            raise ApplicationError(str(wrong), type="BadTemplateContext", non_retryable=True) from wrong
        references = await asyncio.to_thread(self._references, case_id, person)
        token = await asyncio.to_thread(self._store.conversations.issue_token, case_id, person) if reply else None

        async def send(message_id: str) -> str:
            earlier = tuple(known for known in references if known != message_id)
            mail = OutboundMail(
                message_id=message_id,
                case_id=case_id,
                at=self._clock(),
                sender=self._organisation.desk_address,
                sender_name=self._organisation.name,
                to=address,
                to_name=name,
                subject=rendered.subject,
                text=rendered.text,
                html=rendered.html,
                reply_to=_with_token(self._organisation.desk_address, token),
                in_reply_to=earlier[-1] if earlier else None,
                references=earlier,
                automatic="auto-replied" if template == "received" else "auto-generated",
                urgent=urgent,
            )
            try:
                handed = await self._transport.send(
                    compose(mail), envelope_from=mail.envelope_from, recipients=[address], message_id=message_id
                )
            except (PermanentFailure, Unaddressable) as refusal:
                raise GaveUp(str(refusal)) from refusal
            return handed.detail

        row = await self._delivery.once(
            key=key,
            case_id=case_id,
            recipient=person,
            channel="email",
            template=template,
            send=send,
            has=self._transport.has,
        )
        return _sent(row)

    def _capped(self, case_id: str, person: str, template: str) -> str | None:
        now = self._clock()
        muted = self._store.conversations.muted_until(case_id)
        # Pages go to people who serve: a requester whose mail loops or comes back must not silence them.
        if muted is not None and muted > now and template != "page":
            return f"the conversation is muted until {muted:%Y-%m-%d %H:%M} UTC: mail looped or came back"
        answering = "received" if template == "received" else None
        caps = [cap for cap in CAPS if cap.kind == ("answer" if answering else "notice")]
        counts = {
            cap.name: self._store.outbox.sent_since(
                now - timedelta(seconds=cap.window_s),
                case_id=case_id if cap.scope == "case" else None,
                recipient=person if cap.scope == "recipient" else None,
                template=answering,
            )
            for cap in caps
        }
        answer = within_caps("answer" if answering else "notice", counts, caps=caps)
        return None if answer.allowed else answer.reason

    def _references(self, case_id: str, person: str) -> tuple[str, ...]:
        """The conversation's Message-IDs, oldest first: what began it, then ours to this person."""
        start = self._store.inbox.start_of(case_id)
        first = [start.message_id] if start is not None and start.message_id else []
        ours = [
            row.message_id
            for row in self._store.outbox.of(case_id)
            if row.recipient == person and row.channel == "email" and row.state == "sent"
        ]
        return (*first, *ours)

    # -- by webhook ----------------------------------------------------------------------------------------------

    async def _hook(self, key: str, message: PageMessage, person: str) -> Sent:
        if self._webhook is None:
            why = "no webhook for pages is set up (webhook_page_url)"
            await self._delivery.suppress(
                key=key, case_id=message.case_id, recipient=person, channel="webhook", template="page", why=why
            )
            return Sent(to=person, channel="webhook", outcome="suppressed", reason=why)
        webhook = self._webhook
        event: dict[str, object] = message.model_dump(mode="json", exclude={"title", "via"}) | {"person": person}

        async def send(message_id: str) -> str:
            return await webhook.page(message_id, event)

        row = await self._delivery.once(
            key=key,
            case_id=message.case_id,
            recipient=person,
            channel="webhook",
            template="page",
            send=send,
            has=_cannot_tell,
        )
        return _sent(row)

    # -- who and what --------------------------------------------------------------------------------------------

    def _responsible(self, message: PageMessage) -> tuple[str | None, str]:
        if message.notify == "assignee" and message.assignee:
            return message.assignee, "has the case"
        try:
            team = self._organisation.team(message.team or self._organisation.triage)
        except UnknownKey as unknown:
            return None, str(unknown)
        if message.notify == "lead":
            return team.lead, "leads the team"
        if message.notify == "manager":
            return team.manager, "manages the team"
        duty = on_call(team, self._clock(), self._store.directory.swaps(team.key).values())
        if duty.person is None:
            # A gap in the rota is shown on the case; the page still reaches somebody.
            return team.lead, f"{duty.reason}: the lead is paged instead"
        return duty.person, duty.reason

    def _words(self, message: TellMessage) -> tuple[str | None, str, str]:
        words = self._text(message.text)
        title = self._text(message.title) or message.case_id
        start = self._store.inbox.start_of(message.case_id) if message.template in ("received", "reopened") else None
        payload = start.payload if start is not None and isinstance(start.payload, dict) else {}
        quote = payload.get("text")
        known = self._store.texts.get(str(quote["id"])) if isinstance(quote, dict) else None
        return words, title, known or ""

    def _text(self, ref: TextRef | None) -> str | None:
        return self._store.texts.get(ref.id) if ref else None

    async def _name(self, person: str) -> str:
        try:
            return self._organisation.person(person).name
        except UnknownKey:
            return _name_in(await asyncio.to_thread(self._store.directory.get, person))

    def _zone(self, person: str) -> str:
        try:
            return self._organisation.person(person).zone
        except UnknownKey:
            return self._organisation.calendars[0].zone


def _name_in(known: Known | None) -> str:
    return known.name if known else ""


def _with_token(desk: str, token: str | None) -> str | None:
    local, _, domain = desk.rpartition("@")
    return f"{local}+{token}@{domain}" if token else None


def _sent(row: OutboxRow) -> Sent:
    if row.state not in ("sent", "failed"):
        raise ApplicationError(f"message {row.key} is {row.state}", type="Unfinished")
    return Sent(to=row.recipient, channel=row.channel, outcome=row.state, message_id=row.message_id, reason=row.error)


async def _cannot_tell(message_id: str) -> None:
    """A webhook cannot be asked; it is sent again under the same id, which the receiver ignores."""
