"""Alerts of monitoring, brought to the one open case of their service and group: a storm makes one case."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence

from definitions.acts import AlertSeen, AlertsHeard
from definitions.base import Level, digest
from definitions.intake import Alert, Received
from definitions.rules.opening import Opening
from definitions.standards import InForce
from office.acceptance import Acceptance
from office.courier import Courier
from records.store import Store
from records.values import Arrival, InboxRow
from settings import Clock

SEVERITY = {"critical": (Level.HIGH, Level.HIGH), "page": (Level.HIGH, Level.HIGH), "error": (Level.MEDIUM, Level.HIGH)}


class Alerting:
    """Takes in what monitoring says."""

    def __init__(self, store: Store, standard: InForce, clock: Clock, acceptance: Acceptance, courier: Courier) -> None:
        self._store, self._standard, self._clock = store, standard, clock
        self._acceptance, self._courier = acceptance, courier

    async def alerts(self, batch: Sequence[Alert]) -> list[Received]:
        """Bring alerts to the open case of their service and group; a storm makes one case."""
        answers: list[Received] = []
        fresh: dict[str, list[InboxRow]] = defaultdict(list)
        for alert in batch:
            row = await self._alert(alert)
            if not row.created:
                answers.append(Received(outcome="duplicate", case_id=row.case_id, reason="this alert was here before"))
            elif row.case_id is None:
                await asyncio.to_thread(self._store.inbox.mark, row.id, "done", "resolved, and no case is open for it")
                answers.append(Received(outcome="ignored", reason="it is resolved, and no case is open for it"))
            else:
                fresh[row.case_id].append(row)
                answers.append(Received(outcome="opened" if row.starts else "threaded", case_id=row.case_id))
        for case_id, rows in fresh.items():
            for row in rows:
                if row.starts:
                    await self._courier.start(row)
            await self.news(case_id, [row for row in rows if not row.starts])
        return answers

    async def _alert(self, alert: Alert, again: str = "") -> InboxRow:
        organisation = self._standard()
        named = alert.labels.get("service", "")
        services = {service.key for service in organisation.services}
        definition = self._acceptance.definition(named if named in services else organisation.default_service)
        seen = AlertSeen(
            fingerprint=alert.fingerprint,
            starts_at=alert.starts_at,
            firing=alert.status == "firing",
            name=alert.labels.get("alertname", "")[:120],
        )
        impact, urgency = SEVERITY.get(alert.labels.get("severity", ""), (Level.MEDIUM, Level.MEDIUM))
        words = alert.annotations.get("summary") or alert.labels.get("alertname") or "alert"
        # The same words under the same id: an alert that comes again is no second text.
        title = await asyncio.to_thread(
            self._store.texts.put, words[:300], id=f"t-{digest([alert.source, alert.fingerprint, words])[:24]}"
        )
        opening = Opening(
            service=definition.key,
            channel="alert",
            title=title,
            text=None,
            requester=None,
            by="jidoka",
            at=min(alert.at, self._clock()),
            impact=impact,
            urgency=urgency,
            alerts=(seen,),
        )
        external = f"{alert.fingerprint}/{alert.starts_at.isoformat()}/{alert.status}{again}"
        conversation = f"alert:{definition.key}:{alert.group}"
        if alert.status == "firing":
            return await self._acceptance.accept(
                opening, definition, source=alert.source, external_id=external, conversation=conversation
            )
        arrival = Arrival(
            source=alert.source,
            external_id=external,
            at=opening.at,
            channel="alert",
            kind="alert",
            payload=opening.model_dump(mode="json"),
            conversation=conversation,
            conversation_kind="alert",
        )
        return await asyncio.to_thread(self._store.inbox.receive, arrival)

    async def news(self, case_id: str, rows: Sequence[InboxRow]) -> None:
        """Tell a case what stored alerts say; what fires after its end begins a new one."""
        if not rows:
            return
        seen = [alert for row in rows for alert in Opening.model_validate(row.payload).alerts]
        news = AlertsHeard(alerts=tuple(seen))
        heard = await self._courier.tell(case_id, news)
        if not heard and await self._courier.ensure_started(case_id):
            heard = await self._courier.tell(case_id, news)
        if not heard:
            # The case ended a moment ago: its conversation is over, and what fires still needs a new one.
            await asyncio.to_thread(self._store.conversations.close, case_id)
        for row in rows:
            firing = any(alert.firing for alert in Opening.model_validate(row.payload).alerts)
            if heard or not firing:
                await asyncio.to_thread(self._store.inbox.mark, row.id, "delivered")
            else:
                await self._reopen_alert(row)

    async def _reopen_alert(self, row: InboxRow) -> None:
        opening = Opening.model_validate(row.payload)
        definition = self._acceptance.definition(opening.service)
        again = await self._acceptance.accept(
            opening,
            definition,
            source=row.source,
            external_id=f"{row.external_id}/again",
            conversation=row.conversation,
        )
        await self._courier.start(again)
        await asyncio.to_thread(self._store.inbox.mark, row.id, "done", f"went to {again.case_id}")
