"""The metrics of real incidents and requests whose runs are replayed at every step."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families
from temporalio.runtime import Runtime

from activities.meters import SdkMetrics, build_runtime
from activities.metrics_endpoint import MetricsEndpoint
from definitions.acts import Confirm
from definitions.meters import METERS, SDK_LABELS, MeterKind, Source, labels_problem
from definitions.request.acts import Approve, ClaimTask, TaskDone
from keys import Secrets
from records.values import CaseQuery
from settings import Settings
from tests.web.programs import eventually
from tests.web.test_api_story import Door
from tests.workflows.house import House, house
from tests.workflows.requests import VPN
from web.app import create_app

ROOT = Path(__file__).parents[2]


@pytest.fixture
def counted() -> Iterator[SdkMetrics]:
    """The process's default runtime, counting for the time of the test."""
    before = Runtime.default()
    runtime, metrics = build_runtime(logging.getLogger("test.metrics-story"), drain_s=0.05)
    Runtime.set_default(runtime, error_if_already_set=False)
    yield metrics
    Runtime.set_default(before, error_if_already_set=False)
    metrics.stop()


LIFE: list[tuple[str, str, dict[str, str]]] = [
    ("start", "jay", {}),
    ("start", "jay", {}),
    ("resolve", "jay", {"text": "Restarted."}),
    ("confirm", "rita", {}),
]
"""The second start is refused."""


def total(families: dict[str, Metric], name: str, **labels: str) -> float:
    """The sum of a family's samples that carry these labels (of a histogram: how often)."""
    family = families[name]
    ending = "_count" if family.type == "histogram" else ""
    return sum(
        s.value
        for s in family.samples
        if s.name.endswith(ending) and "le" not in s.labels and labels.items() <= s.labels.items()
    )


async def settled(home: House, case_id: str) -> None:
    """Wait until all it knows is stored: a run that is thrown out while it stores something stands still for 10 s."""

    async def stored() -> bool:
        return not (await home.run(case_id).query("view", home.desk.clock()))["unstored"]

    await eventually(stored, f"the facts of {case_id}")


async def told(home: House, client: httpx.AsyncClient) -> str | None:
    """The scrape in which every mail in the Maildir is counted; a mail is counted a moment after it is there."""
    text = (await client.get("/metrics")).text
    families = {f.name: f for f in text_string_to_metric_families(text)}
    if "jidoka_messages" not in families or {row.state for row in home.store.cases.ls(CaseQuery()).rows} != {"closed"}:
        return None
    return text if total(families, "jidoka_messages", outcome="sent") == len(home.mails()) > 0 else None


@pytest.mark.story
async def test_an_incident_is_counted_once_however_often_its_run_is_replayed(
    counted: SdkMetrics, tmp_path: Path, migrated: Path
) -> None:
    registry = CollectorRegistry()
    registry.register(counted)
    endpoint = MetricsEndpoint(registry, "127.0.0.1", 0).start()
    secrets, settings = Secrets.fresh(), Settings(data_dir=tmp_path, worker_metrics_urls=(endpoint.url,))

    # Room for one run only: working on two in turns replays each from the start, again and again.
    async with house(tmp_path, migrated, max_cached_workflows=1) as home:
        app = create_app(home.desk, home.store, settings, secrets, home.desk.clock)
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=30) as client:
            door, cases, statuses = Door(home, client, secrets), [], []
            for _ in range(2):
                cases.append((await door.post("", "rita", service="vpn", title="VPN drops")).json()["id"])
                await settled(home, cases[-1])
            for act, who, body in LIFE:
                for case in cases:
                    statuses.append((await door.post(f"/{case}/{act}", who, **body)).status_code)
                    await settled(home, case)
            text = await eventually(lambda: told(home, client), "every mail and its count")
    endpoint.stop()

    families = {f.name: f for f in text_string_to_metric_families(text)}
    assert statuses == [200, 200, 409, 409, 200, 200, 200, 200]
    assert total(families, "temporal_workflow_task_replay_latency_seconds") >= 6, "too little was replayed"
    assert total(families, "jidoka_cases_opened", kind="incident", service="vpn", channel="api") == 2
    assert total(families, "jidoka_cases_resolved", kind="incident", service="vpn", outcome="confirmed") == 2
    assert total(families, "jidoka_touch_seconds") == total(families, "jidoka_wait_seconds") == 2
    assert total(families, "jidoka_acts", outcome="done") == 6
    assert total(families, "jidoka_acts", outcome="refused") == total(families, "jidoka_acts", act="start") - 2 == 2
    assert total(families, "jidoka_messages", channel="email", outcome="sent") >= 2
    assert total(families, "jidoka_target_outcomes", outcome="met") == 6
    assert total(families, "jidoka_web_requests", status="409") == 2
    for name, family in families.items():
        if name.startswith("jidoka_"):
            meter = METERS[name]
            assert family.type == meter.kind.value
            for sample in family.samples:
                given = frozenset(label for label, value in sample.labels.items() if value) - {"le"}
                extra = {"worker"} if meter.source in (Source.WORKFLOW, Source.ACTIVITY, Source.WORKER) else set()
                assert labels_problem(meter, given - extra) is None
                assert (given & SDK_LABELS == set()) or meter.source in (Source.WORKFLOW, Source.ACTIVITY)
    assert not any(case in text for case in cases)
    assert not re.search(r"rita|jay|VPN drops", text)


@pytest.mark.story
async def test_a_request_is_counted_once_however_often_its_run_is_replayed(
    counted: SdkMetrics, tmp_path: Path, migrated: Path
) -> None:
    registry = CollectorRegistry()
    registry.register(counted)
    # Room for one run only: working on two in turns replays each from the start, again and again.
    async with house(tmp_path, migrated, max_cached_workflows=1) as home:
        cases = [await home.request("vpn-access", VPN) for _ in range(2)]
        by_hand = ("account", "certificate", "gateway")
        acts_ = [Approve(by="chloe"), *(act for key in by_hand for act in taken_and_done("jay", key))]
        acts_ += [TaskDone(by="sam", task="first-connection"), Confirm(by="rita")]
        for act in acts_:
            for case in cases:
                await settled(home, case)
                await home.act(case, act)
        for case in cases:
            await home.ends(case)

    families = {f.name: f for f in text_string_to_metric_families(generate_latest(registry).decode())}
    assert total(families, "temporal_workflow_task_replay_latency_seconds") >= 6, "too little was replayed"
    assert total(families, "jidoka_cases_opened", kind="request", service="vpn") == 2
    assert total(families, "jidoka_approvals", outcome="granted") == 2
    assert total(families, "jidoka_approval_wait_seconds", outcome="granted") == 2
    assert total(families, "jidoka_tasks", outcome="done") == total(families, "jidoka_task_wait_seconds") == 8
    assert total(families, "jidoka_cases_resolved", kind="request", outcome="confirmed") == 2


def taken_and_done(by: str, task: str) -> tuple[ClaimTask, TaskDone]:
    return ClaimTask(by=by, task=task), TaskDone(by=by, task=task)


def test_every_metric_named_in_the_code_is_registered_and_every_registered_one_is_named() -> None:
    code = ""
    for folder in ("activities", "workflows", "web"):
        code += "\n".join(path.read_text() for path in (ROOT / folder).rglob("*.py"))
    code += (ROOT / "worker.py").read_text() + (ROOT / "definitions" / "rules" / "counted.py").read_text()

    named = set(re.findall(r'"(jidoka_[a-z_]+)"', code))

    assert named <= set(METERS), "counted but not registered"
    assert set(METERS) <= named, "registered but nobody counts it"
    assert all(m.kind is not MeterKind.HISTOGRAM or m.buckets for m in METERS.values())
