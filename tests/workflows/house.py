"""A whole small house for one test: a time-skipping server, a worker, records, a Maildir, a desk."""

import email
import email.policy
import shutil
import sys
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from unittest.mock import patch

from temporalio import activity
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer, Worker

from activities.automation.building import Following
from activities.automation.guarded import Tools
from activities.automation.post import MailPost
from activities.automation.reach import Reach
from activities.automation.secrets import Safe
from activities.automations import AutomationActivities
from activities.channels import ChannelActivities
from activities.cycles import CycleActivities, Cycles
from activities.known_errors import FindKnownErrors
from activities.mail.transport import MaildirTransport
from activities.offering import FindOffer
from activities.records import RecordActivities
from activities.reviews import ReviewActivities
from activities.routing import LearnedTeam
from activities.similar import SimilarCases
from activities.triage import LookAround
from activities.voice import VoiceActivities
from definitions.acts import Act
from definitions.case import Receipt
from definitions.example import organisation
from definitions.facts import TextRef
from definitions.intake import OpenIncident, OpenRequest
from definitions.organisation import Organisation
from definitions.people import Actor, Door
from definitions.search_attributes import SEARCH_ATTRIBUTES
from desk import Desk
from office.wire import data_converter
from records.group_commit import GroupCommit
from records.store import Store
from settings import Clock
from worker import WORKFLOWS, activities_of, runner
from workflows.blocks import errands

QUEUE = "jidoka"
SECRET = b"not known outside this house"
VOICE = "http://127.0.0.1:8080/voice"


class House:
    """What a test needs at hand."""

    def __init__(self, env: WorkflowEnvironment, store: Store, desk: Desk, maildir: Path) -> None:
        self.env, self.store, self.desk, self.maildir = env, store, desk, maildir
        self.opened: list[str] = []
        self.cycles: Cycles | None = None
        """What answers cycles of improvement."""
        self.replay_at_end = True

    def person(self, key: str) -> Actor:
        """Somebody at the command line."""
        return self.desk.identity.actor(self.desk.identity.known_or_new(key), Door.CLI, verified=True)

    async def open(self, title: str = "VPN drops", *, by: str = "rita@example.org", **more: Any) -> str:
        """An incident of the VPN service, unless said otherwise."""
        request = OpenIncident.model_validate({"service": "vpn", "title": title} | more)
        opened = await self.desk.open_incident(request, actor=self.person(by))
        self.opened.append(opened.id)
        return opened.id

    async def request(
        self, item: str, fields: dict[str, str] | None = None, *, by: str = "rita@example.org", **more: Any
    ) -> str:
        """A request for an item of the catalogue."""
        wanted = OpenRequest(item=item, fields=fields or {}, **more)
        opened = await self.desk.open_request(wanted, actor=self.person(by))
        self.opened.append(opened.id)
        return opened.id

    def words(self, text: str) -> TextRef:
        """Somebody's words, kept."""
        return self.store.texts.put(text)

    def sent(self, case_id: str) -> list[tuple[str, str]]:
        """Template and recipient of every mail about the case, in order."""
        return [(str(row.template), row.recipient) for row in self.store.outbox.of(case_id) if row.state == "sent"]

    async def ends(self, case_id: str) -> None:
        """Wait, on skipped time, until the run is over."""
        await self.env.client.get_workflow_handle(case_id).result()

    async def act(self, case_id: str, act: Act, *, key: str | None = None) -> Receipt:
        """What a person does, past the question whether they may."""
        return await self.desk.send(case_id, act, key=key)

    async def show(self, case_id: str, by: str = "sam") -> dict[str, Any]:
        """The whole case as `by` sees it."""
        return await self.desk.show(case_id, actor=self.person(by))

    async def types(self, case_id: str) -> list[str]:
        """The types of its facts in order."""
        return [event["type"] for event in (await self.show(case_id))["events"]]

    def run(self, case_id: str) -> WorkflowHandle[Any, Any]:
        """The run of a case."""
        return self.env.client.get_workflow_handle(case_id)

    async def pass_time(self, **span: float) -> None:
        """Let server time go on by a timedelta."""
        await self.env.sleep(timedelta(**span))

    def mails(self) -> list[EmailMessage]:
        """What was sent, oldest first."""
        files = sorted((self.maildir / "new").glob("*"), key=lambda path: path.stat().st_mtime_ns)
        return [_read(path) for path in files]

    async def replays(self, case_id: str) -> None:
        """The history of the case's run replays on today's code."""
        history = await self.run(case_id).fetch_history()
        await Replayer(workflows=WORKFLOWS, data_converter=data_converter, workflow_runner=runner()).replay_workflow(
            history
        )


def _read(path: Path) -> EmailMessage:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


@asynccontextmanager
async def house(
    tmp_path: Path,
    template: Path | str,
    org: Organisation = organisation,
    *,
    cycles: Cycles | None = None,
    **worker: Any,
) -> AsyncIterator[House]:
    """Everything of it, real but for the time; `template` is a SQLite file to copy or the URL of a database.

    `cycles` answers what cycles of improvement ask; without it they find nobody.
    """
    url = template if isinstance(template, str) else f"sqlite:///{tmp_path / 'jidoka.db'}"
    if isinstance(template, Path):
        shutil.copy(template, tmp_path / "jidoka.db")
    async with AsyncExitStack() as stack:
        # Its limit is of the wall clock, and a busy machine is no reason for a case to be routed otherwise.
        stack.enter_context(patch.object(errands, "QUICK", timedelta(minutes=2)))
        env = await stack.enter_async_context(
            await WorkflowEnvironment.start_time_skipping(
                test_server_existing_path=str(Path(sys.executable).with_name("temporal-test-server")),
                data_converter=data_converter,
            )
        )
        await register(env.client)
        clock = await _clock(env)
        store = stack.enter_context(Store(url, tmp_path / "blobs", clock, tmp_path / "audit"))
        commit = stack.enter_context(GroupCommit(store.events))
        store.directory.sync(org.people)
        maildir = tmp_path / "mail"

        async def connected() -> Client:
            return env.client

        desk = Desk(store, org, clock, connected, task_queue=QUEUE, lots=b"lots")
        standard = desk.standards.organisation
        triage = LookAround(
            {
                "similar": SimilarCases(store, standard, clock),
                "offer": FindOffer(store, standard, clock),
                "problems": FindKnownErrors(store, standard),
                "routing": LearnedTeam(store, standard, clock, b"seed"),
            }
        )
        theirs = Following(standard, _tools(store, clock, maildir))
        acts = activities_of(
            RecordActivities(commit),
            ReviewActivities(desk.reviews),
            ChannelActivities(store, standard, MaildirTransport(maildir), clock),
            VoiceActivities(
                *(store, standard, MaildirTransport(maildir), clock),
                secret=SECRET,
                link=lambda token: f"{VOICE}/{token}",
            ),
            *([CycleActivities(cycles)] if cycles is not None else []),
            AutomationActivities(lambda: {"find-duplicates": triage, **theirs()}),
        )
        pool = stack.enter_context(ThreadPoolExecutor(4))
        await stack.enter_async_context(
            Worker(
                env.client,
                task_queue=QUEUE,
                workflows=worker.pop("workflows", WORKFLOWS),
                activities=acts,
                activity_executor=pool,
                max_cached_workflows=worker.pop("max_cached_workflows", 1000),
                workflow_failure_exception_types=[Exception],
                workflow_runner=worker.pop("workflow_runner", runner()),
                **worker,
            )
        )

        ours = House(env, store, desk, maildir)
        ours.cycles = cycles
        yield ours
        # A cache of 0 would do this at every step, but it evicts runs under their local activities (10 s time-outs).
        for case_id in ours.opened if ours.replay_at_end else ():
            await ours.replays(case_id)


def _tools(store: Store, clock: Clock, maildir: Path) -> Tools:
    post = MailPost(MaildirTransport(maildir), organisation.desk_address, clock)
    return Tools(book=store.automations, clock=clock, reach=Reach(), post=post, safe=lambda: Safe({}, "seed"))


async def register(client: Client) -> None:
    """Name the search attributes to a server."""
    kinds = {"KeywordList": "KEYWORD_LIST"}
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(
            namespace=client.namespace,
            search_attributes={
                name: IndexedValueType.Value(f"INDEXED_VALUE_TYPE_{kinds.get(kind, kind.upper())}")
                for name, kind in SEARCH_ATTRIBUTES.items()
            },
        )
    )


async def _clock(env: WorkflowEnvironment) -> Any:
    """The server's time: within an activity that of its start, elsewhere that of the last look."""
    state = {"now": await env.get_current_time()}
    sleep = env.sleep

    async def slept(span: timedelta | float) -> None:
        await sleep(span)
        state["now"] = await env.get_current_time()

    env.sleep = slept  # type: ignore[method-assign, assignment]

    def clock() -> datetime:
        if activity.in_activity():
            return activity.info().started_time
        return state["now"].astimezone(UTC)

    return clock
