"""The reference: the same life of an incident as a plain Temporal workflow that stores nothing.

The same five updates with validators, the same timers, the same mails (a file each, by the same transport, with the
same words), the same search attributes, in the same order, on a worker with the same options.
"""

import asyncio
from collections import deque
from datetime import datetime, timedelta
from pathlib import Path

from temporalio import activity, workflow
from temporalio.common import SearchAttributeKey
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.mail.transport import MaildirTransport
    from definitions.base import Instant, Value

STAGE = SearchAttributeKey.for_keyword("JidokaStage")
TEAM = SearchAttributeKey.for_keyword("JidokaTeam")

# When the product's one timer is armed for: a share of each target of a P3 case of the VPN service.
RESPONSE_IN_DANGER = timedelta(hours=1.5)
RESOLUTION_IN_DANGER = timedelta(hours=12)
CUSTOMER_IN_DANGER = timedelta(hours=36)


class BareStart(Value):
    """The input of a run."""

    case_id: str
    service: str
    title: str
    requester: str
    opened_at: Instant


class BareAct(Value):
    """What a person does."""

    by: str
    text: str | None = None


class BareReceipt(Value):
    """The answer to an act."""

    id: str
    stage: str


class BareMail(Value):
    """One mail to send."""

    case_id: str
    template: str
    to: str


class BareChannel:
    """Writes mails whose content is given beforehand."""

    def __init__(self, maildir: Path, contents: dict[str, bytes]) -> None:
        self._transport, self._contents = MaildirTransport(maildir), contents

    @activity.defn(name="bare.mail")
    def send(self, mail: BareMail) -> str:
        """One file for one mail; returns its Message-ID."""
        message_id = f"<{mail.case_id}.{mail.template}@bare.example>"
        sent = self._transport.send(
            self._contents[mail.template], envelope_from="", recipients=[mail.to], message_id=message_id
        )
        return sent.message_id


@workflow.defn
class BareIncident:
    """One incident, with nothing but what Temporal gives."""

    @workflow.init
    def __init__(self, start: BareStart) -> None:
        self.start_ = start
        self.stage = "queued"
        self.due: datetime | None = start.opened_at + RESPONSE_IN_DANGER
        self.outbox: deque[str] = deque(["received"])
        self.sending = False

    @workflow.run
    async def run(self, start: BareStart) -> BareReceipt:
        """Until the requester's yes and the last mail."""
        workflow.upsert_search_attributes([TEAM.value_set("network")])
        keepers = [asyncio.create_task(self._keep_time()), asyncio.create_task(self._carry_out())]
        await workflow.wait_condition(lambda: self.stage == "closed" and not self.outbox and not self.sending)
        await workflow.wait_condition(workflow.all_handlers_finished)
        for task in keepers:
            task.cancel()
        return self._receipt()

    async def _keep_time(self) -> None:
        while True:
            armed = self.due
            moved = lambda armed=armed: self.due != armed  # noqa: E731
            if armed is None:
                await workflow.wait_condition(moved)
                continue
            try:
                await workflow.wait_condition(moved, timeout=max(timedelta(0), armed - workflow.now()))
            except TimeoutError:
                self.due = None

    async def _carry_out(self) -> None:
        while True:
            await workflow.wait_condition(lambda: bool(self.outbox))
            self.sending = True
            template = self.outbox.popleft()
            await workflow.execute_activity_method(
                BareChannel.send,
                BareMail(case_id=self.start_.case_id, template=template, to=self.start_.requester),
                start_to_close_timeout=timedelta(seconds=60),
            )
            self.sending = False

    def _enter(self, stage: str) -> None:
        self.stage = stage
        workflow.upsert_search_attributes([STAGE.value_set(stage)])

    def _receipt(self) -> BareReceipt:
        return BareReceipt(id=self.start_.case_id, stage=self.stage)

    def _only_from(self, *stages: str) -> None:
        if self.stage not in stages:
            raise ApplicationError(f"{self.start_.case_id} is {self.stage}", type="Refused", non_retryable=True)

    @workflow.update
    async def acknowledge(self, act: BareAct) -> BareReceipt:
        """I have seen it."""
        self._enter("acknowledged")
        self.due = self.start_.opened_at + RESOLUTION_IN_DANGER
        self.outbox.append("acknowledged")
        return self._receipt()

    @acknowledge.validator
    def _may_acknowledge(self, act: BareAct) -> None:
        self._only_from("queued")

    @workflow.update
    async def start(self, act: BareAct) -> BareReceipt:
        """Work begins."""
        self._enter("in_progress")
        return self._receipt()

    @start.validator
    def _may_start(self, act: BareAct) -> None:
        self._only_from("queued", "acknowledged")

    @workflow.update
    async def comment(self, act: BareAct) -> BareReceipt:
        """Words for the requester."""
        self.outbox.append("update")
        return self._receipt()

    @comment.validator
    def _may_comment(self, act: BareAct) -> None:
        self._only_from("queued", "acknowledged", "in_progress", "resolved")

    @workflow.update
    async def resolve(self, act: BareAct) -> BareReceipt:
        """It works again."""
        self._enter("resolved")
        self.due = self.start_.opened_at + CUSTOMER_IN_DANGER
        self.outbox.append("resolved")
        return self._receipt()

    @resolve.validator
    def _may_resolve(self, act: BareAct) -> None:
        self._only_from("queued", "acknowledged", "in_progress")

    @workflow.update
    async def confirm(self, act: BareAct) -> BareReceipt:
        """The requester's yes."""
        self._enter("closed")
        self.due = None
        return self._receipt()

    @confirm.validator
    def _may_confirm(self, act: BareAct) -> None:
        self._only_from("resolved")
