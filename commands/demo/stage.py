"""Where the day is played: every door that people and machines come through, on the stack that runs."""

import asyncio
import hashlib
import secrets
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from functools import partial
from typing import Any, TypeVar

import httpx

from commands.demo.cast import Requester
from commands.demo.mailbox import found, reply, written
from definitions.acts import Act, Redefine
from definitions.case import Receipt
from definitions.intake import OpenIncident, Received
from definitions.people import Actor, Door
from desk import Desk
from office.errors import DeskError, Unreachable
from office.intake import PostRoom
from records.values import CaseRow
from settings import Settings

T = TypeVar("T")
PATIENCE_S = 30.0
LOOK_EVERY_S = 0.1
VERBS = {
    "Acknowledge": "takes",
    "Start": "starts on",
    "Pause": "pauses",
    "Assign": "hands over",
    "Comment": "speaks on",
    "Resolve": "resolves",
    "Cancel": "cancels",
    "Merge": "merges",
    "Link": "links",
    "Redefine": "moves",
    "Approve": "says yes to",
    "RecordKnownError": "says what is known of",
    "ResolveProblem": "ends the cause of",
    "Conclude": "concludes",
}


class TooLate(DeskError):
    """Something that the stack does by itself did not happen in time."""

    code = "timeout"


class Stage:
    """Plays what one person or machine does, says it aloud, and counts it."""

    def __init__(
        self,
        desk: Desk,
        settings: Settings,
        http: httpx.AsyncClient,
        *,
        seconds: float,
        say: Callable[[float, str], None],
    ) -> None:
        self.desk, self._http, self._say = desk, http, say
        self._post, self._maildir = PostRoom(desk, settings), settings.mail_maildir
        self._seconds, self._began = seconds, asyncio.get_running_loop().time()
        # The same seed again is the same day, but its mails and alerts are new ones.
        self.day = secrets.token_hex(3)
        self._mails = 0
        self.cases: list[str] = []
        self.mails_in: Counter[str] = Counter()
        self.alerts_in: Counter[str] = Counter()

    # -- time and telling ----------------------------------------------------------------------------------------

    @property
    def passed(self) -> float:
        """Seconds since the day began."""
        return asyncio.get_running_loop().time() - self._began

    async def until(self, share: float) -> None:
        """Wait for this share of the day; who is late goes on at once."""
        await asyncio.sleep(max(0.0, share * self._seconds - self.passed))

    def say(self, what: str) -> None:
        """One beat of the day."""
        self._say(self.passed, what)

    async def seen(self, look: Callable[[], T | None], what: str) -> T:
        """What `look` gives as soon as it gives something. Raises TooLate."""
        limit = self.passed + PATIENCE_S
        while True:
            answer = await asyncio.to_thread(look)
            if answer is not None:
                return answer
            if self.passed > limit:
                raise TooLate(f"{what} did not come within {PATIENCE_S:g} s", "Look at `jidoka doctor` and the logs.")
            await asyncio.sleep(LOOK_EVERY_S)

    # -- people who need help ------------------------------------------------------------------------------------

    async def mails(self, who: Requester, subject: str, text: str) -> str:
        """Somebody writes to the desk; gives the case it became."""
        mail = written(
            who, self.desk.organisation.desk_address, subject, text, message_id=self._message_id(), at=self.desk.clock()
        )
        answer = await self._posted(mail)
        if answer.case_id is None:
            raise DeskError(f"a mail became no case: {answer.reason}", "See `jidoka quarantine ls`.")
        self.cases.append(answer.case_id)
        self.say(f"{who.name} mails: {subject!r}. It becomes {answer.case_id}.")
        return answer.case_id

    async def replies(
        self, who: Requester, case_id: str, template: str, text: str, *, vacation: bool = False, about: str = ""
    ) -> str:
        """Somebody answers the newest mail of this kind that the desk sent them; gives what became of it.

        `about`: what the mail is about, where it is no case.
        """
        ours = await self.reads(who, case_id, template)
        mail = reply(who, ours, text, message_id=self._message_id(), at=self.desk.clock(), vacation=vacation)
        answer = await self._posted(mail)
        if vacation:
            self.say(f"{who.name}'s mailbox answers {case_id} by itself: {answer.outcome} ({answer.reason}).")
        else:
            self.say(f"{who.name} replies on {about or case_id}: {text!r}")
        return answer.outcome

    async def reads(self, who: Requester, case_id: str, template: str) -> EmailMessage:
        """The newest mail of this kind that the desk sent to somebody about a case."""
        person = await self.person(who)

        def newest() -> EmailMessage | None:
            rows = [
                row
                for row in self.desk.store.outbox.of(case_id)
                if (row.recipient, row.template, row.channel) == (person, template, "email")
            ]
            if rows and rows[-1].state in ("suppressed", "failed"):
                raise DeskError(f"the mail {template!r} about {case_id} was not sent: {rows[-1].error}")
            return found(self._maildir, rows[-1].message_id) if rows and rows[-1].state == "sent" else None

        return await self.seen(newest, f"the mail {template!r} about {case_id}")

    async def person(self, who: Requester) -> str:
        """Their key, once they wrote or were known before."""
        key = await asyncio.to_thread(self.desk.store.directory.person_of, who.address)
        if key is None:
            raise DeskError(f"nobody has the address {who.address}")
        return key

    async def unreadable(self) -> None:
        """Something arrives at the desk's address that is no mail at all."""
        answer = await self._post.take(f"\x16\x03\x01 {self.day} this was never a mail".encode(), source="pipe")
        self.mails_in[answer.outcome] += 1
        self.say(f"Something that is no mail arrives: {answer.outcome} ({answer.reason}).")

    async def phones(
        self,
        who: Requester,
        service: str,
        title: str,
        *,
        by: str,
        channel: str = "phone",
        level: str = "medium",
        category: str | None = None,
    ) -> str:
        """Somebody calls or comes by, and an analyst writes it down; `level` is impact and urgency."""
        request = OpenIncident.model_validate(
            {"service": service, "title": title, "requester": who.address, "channel": channel}
            | {"impact": level, "urgency": level, "category": category}
        )
        opened = await self.desk.open_incident(request, actor=await self.actor(by))
        self.cases.append(opened.id)
        how = "calls" if channel == "phone" else "comes by"
        self.say(f"{who.name} {how}: {title!r}. {by} writes it down as {opened.id}.")
        return opened.id

    async def _posted(self, mail: EmailMessage) -> Received:
        answer = await self._post.take(mail.as_bytes())
        self.mails_in[answer.outcome] += 1
        return answer

    def _message_id(self) -> str:
        self._mails += 1
        return f"<demo-{self.day}-{self._mails}@example.org>"

    # -- machines ------------------------------------------------------------------------------------------------

    async def alerts(
        self, service: str, name: str, sources: list[str], *, firing: bool, since: datetime, adopt: bool = True
    ) -> str:
        """Alertmanager posts one notification to the web; gives the case it went to."""
        alerts = [self._alert(service, name, source, firing, since) for source in sources]
        body = {"version": "4", "groupKey": f"{name}-{self.day}", "truncatedAlerts": 0, "alerts": alerts}
        try:
            answer = await self._http.post("/hooks/alertmanager", json=body)
        except httpx.TransportError as error:
            raise Unreachable(f"the web does not answer: {error}", "Run `jidoka doctor`.") from error
        if answer.is_error:
            raise DeskError(f"the web refused alerts with {answer.status_code}", "Look at the web's log.")
        received = [Received.model_validate(one) for one in answer.json()["received"]]
        self.alerts_in.update(one.outcome for one in received)
        case_id = next(one.case_id for one in received if one.case_id)
        fresh = case_id not in self.cases
        if fresh:
            self.cases.append(case_id)
        many = f"{len(alerts)} alerts {name} {'fire' if firing else 'are over'}"
        said = many if len(alerts) > 1 else f"{name} {'fires' if firing else 'is over'}"
        self.say(f"Monitoring: {said}. {'One case: ' if fresh else 'They go to '}{case_id}.")
        if fresh and adopt:
            await self._to_demo_goals(case_id)
        return case_id

    def _alert(self, service: str, name: str, source: str, firing: bool, since: datetime) -> dict[str, Any]:
        labels = {"alertname": f"{name}-{self.day}", "service": service, "severity": "critical", "instance": source}
        return {
            "status": "firing" if firing else "resolved",
            "labels": labels,
            "annotations": {"summary": f"{name} at {source}"},
            "startsAt": since.isoformat(),
            "endsAt": self.desk.clock().isoformat() if not firing else "0001-01-01T00:00:00Z",
            "fingerprint": hashlib.sha256(f"{self.day}/{name}/{source}".encode()).hexdigest()[:16],
        }

    async def _to_demo_goals(self, case_id: str) -> None:
        """The web opened it on the goals of the stack's own organisation; a lead moves it to those of the demo."""
        row = await self.routed(case_id)
        definition = self.desk.definition(row.service)
        if row.definition_version != definition.version:
            lead = self.desk.organisation.team(str(row.team)).lead
            await self._carried_out(case_id, Redefine(by=lead, definition=definition, category=row.category))

    # -- people who help -----------------------------------------------------------------------------------------

    async def routed(self, case_id: str) -> CaseRow:
        """The case as soon as it has found its team."""

        def placed() -> CaseRow | None:
            row = self.desk.store.cases.get(case_id)
            return row if row is not None and row.team is not None else None

        return await self.seen(placed, f"the team of {case_id}")

    async def does(
        self, case_id: str, kind: type[Act], by: str, words: str | None = None, *, as_: str = "", **more: Any
    ) -> Receipt:
        """What an analyst does to a case, with what they say; `as_` is the verb where its usual one says too little."""
        text = await self.desk.words(words, by) if words else None
        given = {"by": by, **({"text": text} if text else {}), **more}
        receipt = await self._carried_out(case_id, kind.model_validate(given))
        about = "" if as_ else "".join(f" ({name} {value})" for name, value in more.items() if isinstance(value, str))
        self.say(f"{by} {as_ or VERBS[kind.__name__]} {case_id}{about}{f': {words!r}' if words else '.'}")
        return receipt

    async def _carried_out(self, case_id: str, act: Act) -> Receipt:
        return await self.desk.act(case_id, act, actor=await self.actor(act.by))

    async def actor(self, person: str) -> Actor:
        """Somebody as they come in by the command line."""
        return await asyncio.to_thread(partial(self.desk.identity.actor, person, Door.CLI, verified=True))
