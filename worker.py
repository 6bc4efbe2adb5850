"""Composition root: connects, builds what workflows and activities need, registers it, serves metrics, runs."""

import asyncio
import ctypes
import gc
import logging
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from typing import Any

from prometheus_client import CollectorRegistry
from temporalio.client import Client
from temporalio.worker import Worker, WorkflowRunner

from activities.automation.building import Following
from activities.automation.guarded import Tools
from activities.automation.post import MailPost
from activities.automation.reach import Reach
from activities.automation.secrets import Safe
from activities.automations import Automation, AutomationActivities
from activities.channels import ChannelActivities, WebhookPages
from activities.cycles import CycleActivities
from activities.heartbeats import Heartbeats
from activities.known_errors import FindKnownErrors
from activities.learning import Weekly
from activities.mail.server import MailServer
from activities.mail.transport import MaildirTransport, SmtpTransport, Transport
from activities.meters import build_runtime
from activities.metrics_endpoint import MetricsEndpoint
from activities.offering import FindOffer
from activities.records import RecordActivities
from activities.reviews import ReviewActivities
from activities.routing import LearnedTeam
from activities.similar import SimilarCases
from activities.triage import Look, LookAround
from activities.voice import VoiceActivities
from activities.webhook import PageHook, WebhookSender
from definitions.loading import load
from definitions.organisation import Organisation
from definitions.standards import InForce
from desk import Desk
from office.cycling import Cycling
from office.cycling_reading import Apart
from office.opening import connect, lots_of, open_desk, open_store
from office.relay import relaying
from office.rounds import Rounds
from office.schedules import ensure_surveys
from records.group_commit import GroupCommit
from records.store import Store
from settings import Clock, Settings, SettingsError, system_clock
from workflows.automation import AutomationWorkflow
from workflows.cases import CASES
from workflows.letters import LettersWorkflow
from workflows.light import LightRunner
from workflows.survey import SurveyWorkflow

WORKFLOWS: Sequence[type[Any]] = (*CASES.values(), AutomationWorkflow, LettersWorkflow, SurveyWorkflow)
THREADS = 20
TASK_FOR = timedelta(seconds=5)
CACHED_RUNS = 1_000
CHECKPOINT_EVERY_S = 60.0
FOLLOW_EVERY_S = 60.0
LEARN_EVERY_S = 600.0
"""How often it is looked whether a week is over that has not taught routing yet."""
COLLECT_AFTER = (5_000, 5, 1)
"""Objects made since the last look for cycles; looks at the young for one at the older, and so on (`gc`).

A run that leaves the cache is such a cycle of a tenth of a MiB: with rarer looks hundreds of them would pile up.
"""
M_ARENA_MAX, ARENAS = -8, 2
"""What `mallopt` of glibc calls it (malloc.h), and how many: with one for each of sixty threads, memory that a thread
has given back is of no use to the others. With ten thousand cases open that was 40 MiB."""


def transport_of(settings: Settings) -> Transport:
    """SMTP where a server is named, else the Maildir under the data directory."""
    if settings.mail_smtp_url is None:
        return MaildirTransport(settings.mail_maildir)
    return SmtpTransport(MailServer.from_url(settings.mail_smtp_url))


def webhook_of(settings: Settings, clock: Clock = system_clock) -> WebhookPages | None:
    """The signed webhook for pages, where one is configured."""
    if settings.page_webhook_url is None:
        return None
    sender = WebhookSender(
        settings.page_webhook_url,
        settings.secrets().page_secret,
        clock=clock,
        allow=frozenset(settings.webhook_allow_hosts),
    )
    return PageHook(sender, clock)


def automations_of(
    settings: Settings, store: Store, standard: InForce, clock: Clock = system_clock
) -> Callable[[], Mapping[str, Automation]]:
    """Every automation by key: those of the organisation behind their guards, and what the engine itself looks up."""
    try:
        secrets = settings.secrets()
        kept, seed = secrets.automation, secrets.token_salt
    except SettingsError:
        kept, seed = {}, ""  # before the first `up`; a run that needs a secret then says that it is not there
    tools = Tools(
        book=store.automations,
        clock=clock,
        reach=Reach(frozenset(host.casefold() for host in settings.automation_allow_hosts)),
        post=MailPost(transport_of(settings), settings.mail_from or standard().desk_address, clock),
        safe=lambda: Safe(kept, seed),
    )
    theirs = Following(standard, tools, modules=settings.automation_modules, inputs=settings.automation_inputs)
    looks = LookAround(_looks(store, standard, seed, clock))
    return lambda: {**theirs(), "find-duplicates": looks}


def _looks(store: Store, standard: InForce, seed: str, clock: Clock) -> dict[str, Look]:
    """What triage looks up for a new case."""
    return {
        "similar": SimilarCases(store, standard, clock),
        "offer": FindOffer(store, standard, clock),
        "problems": FindKnownErrors(store, standard),
        "routing": LearnedTeam(store, standard, clock, seed.encode()),
    }


def activities_of(*instances: object) -> list[Any]:
    """Every activity method of these objects."""
    return [
        method
        for instance in instances
        for name in dir(instance)
        if hasattr(method := getattr(instance, name), "__temporal_activity_definition")
    ]


def runner() -> WorkflowRunner:
    """The same for workers and replays."""
    return LightRunner()


def spare_collector() -> None:
    """Call it when all is loaded: what is here for good is looked at no more, and new objects less often.

    Each act makes thousands of objects that die with it; by its defaults the collector took a twelfth of a life's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def spare_memory() -> None:
    """Call it first of all: few arenas for many threads. Where the C library is not glibc nothing is done."""
    tune = getattr(ctypes.CDLL(None), "mallopt", None)
    if tune is not None:
        tune(M_ARENA_MAX, ARENAS)


def build(
    client: Client,
    settings: Settings,
    store: Store,
    organisation: Organisation,
    commit: GroupCommit,
    clock: Clock = system_clock,
) -> Worker:
    """A worker with everything registered; `clock` is that of the server, which a simulation may turn on.

    `organisation` is that of the code.
    """
    link = f"{settings.web_url}/cases/" if not settings.embedded else None

    async def connected() -> Client:
        return client

    desk = Desk(store, organisation, clock, connected, task_queue=settings.task_queue, lots=lots_of(settings))
    standard = desk.standards.organisation
    return Worker(
        client,
        task_queue=settings.task_queue,
        workflows=WORKFLOWS,
        activities=activities_of(
            RecordActivities(commit),
            ChannelActivities(
                store,
                standard,
                transport_of(settings),
                clock,
                webhook=webhook_of(settings, clock),
                link=lambda case_id: f"{link}{case_id}" if link else None,
                solved=lambda token: f"{settings.web_url}/solved/{token}",
                by_mail=settings.mail_authserv_id is not None,
            ),
            ReviewActivities(desk.reviews),
            CycleActivities(Cycling(desk, Apart(settings.database_url, settings.data_dir))),
            VoiceActivities(
                *(store, standard, transport_of(settings), clock),
                secret=lots_of(settings),
                link=lambda token: f"{settings.web_url}/voice/{token}",
            ),
            AutomationActivities(automations_of(settings, store, standard, clock)),
        ),
        # Enough for both kinds at once: a slow mail server must not keep facts from being written.
        activity_executor=ThreadPoolExecutor(2 * THREADS),
        max_concurrent_activities=THREADS,
        max_concurrent_local_activities=THREADS,
        # A killed worker's tasks go to another one after these seconds.
        sticky_queue_schedule_to_start_timeout=TASK_FOR,
        max_cached_workflows=CACHED_RUNS,
        workflow_runner=runner(),
        interceptors=(Heartbeats(),),
    )


async def serve(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT, then finish what is under way."""
    spare_memory()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    code = load(settings.definitions)
    runtime, sdk_metrics = build_runtime(logging.getLogger("temporalio.core"))
    registry = CollectorRegistry()
    registry.register(sdk_metrics)
    async with AsyncExitStack() as stack:
        store = stack.enter_context(open_store(settings))
        commit = stack.enter_context(GroupCommit(store.events))
        client = await connect(settings, runtime)
        stack.callback(sdk_metrics.stop)
        endpoint = MetricsEndpoint(registry, settings.metrics_host, settings.metrics_port).start()
        stack.callback(endpoint.stop)
        desk = open_desk(settings, store, code)
        standard = await asyncio.to_thread(desk.standards.organisation)
        await asyncio.to_thread(store.directory.sync, standard.people)
        await ensure_surveys(client, standard, settings.task_queue)
        await stack.enter_async_context(build(client, settings, store, code, commit))
        await stack.enter_async_context(relaying(desk))
        await stack.enter_async_context(Rounds(desk.ideas.follow, every_s=FOLLOW_EVERY_S, what="following ideas"))
        if settings.embedded:
            # Elsewhere one `jidoka audit checkpoint` is scheduled for all workers.
            seal = partial(asyncio.to_thread, store.audit.checkpoint)
            await stack.enter_async_context(Rounds(seal, every_s=CHECKPOINT_EVERY_S, what="the checkpoint"))
            # Elsewhere one `jidoka routing learn` is scheduled, as for the checkpoint.
            weekly = Weekly(store, settings.database_url, settings.data_dir, system_clock)

            async def learn() -> bool:
                return desk.organisation.learned_routing is not None and await weekly()

            await stack.enter_async_context(Rounds(learn, every_s=LEARN_EVERY_S, what="learning for routing"))
        spare_collector()
        logging.getLogger("jidoka").info("worker ready on task queue %s", settings.task_queue)
        await stop.wait()


def main(settings: Settings) -> int:
    """`jidoka worker`."""
    logging.basicConfig(
        level=settings.log_level.upper(), stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s"
    )
    asyncio.run(serve(settings))
    return 0


if __name__ == "__main__":
    from cli import entrypoint

    sys.argv.insert(1, "worker")
    entrypoint()
