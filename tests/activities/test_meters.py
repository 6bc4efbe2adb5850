"""What the SDK counts reaches a scrape: once, under the right name, in the right unit."""

import logging
import subprocess
import sys
import urllib.error
import urllib.request
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families
from temporalio import workflow
from temporalio.runtime import Runtime
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities import meters
from activities.meters import SdkMetrics, build_runtime
from activities.metrics_endpoint import MetricsEndpoint
from definitions.meters import LONG, METERS, SDK_LABELS, labels_problem, meter

ROOT = Path(__file__).parents[2]
COUNTER, GAUGE, HISTOGRAM = 0, 1, 2


class FakeBuffer:
    """Gives out what a test put in."""

    def __init__(self) -> None:
        self.updates: list[SimpleNamespace] = []

    def put(self, name: str, form: int, value: float, unit: str = "", /, **attributes: str) -> None:
        metric = SimpleNamespace(name=name, kind=form, unit=unit, description=f"About {name}.")
        self.updates.append(SimpleNamespace(metric=metric, value=value, attributes=attributes))

    def retrieve_updates(self) -> list[SimpleNamespace]:
        given, self.updates = self.updates, []
        return given


def scraped(metrics: SdkMetrics) -> dict[str, Metric]:
    registry = CollectorRegistry()
    registry.register(metrics)
    families = list(text_string_to_metric_families(generate_latest(registry).decode()))
    assert len({f.name for f in families}) == len(families), "a family appears twice"
    return {f.name: f for f in families}


def test_counters_add_up_and_gauges_keep_the_last_value() -> None:
    buffer = FakeBuffer()
    metrics = SdkMetrics(buffer)
    for value in (2, 3):
        buffer.put("jidoka_flush_failures", COUNTER, value)
        buffer.put("temporal_num_pollers", GAUGE, value, poller_type="workflow_task")

    families = scraped(metrics)

    assert [(s.name, s.value) for s in families["jidoka_flush_failures"].samples] == [
        ("jidoka_flush_failures_total", 5)
    ]
    assert [s.value for s in families["temporal_num_pollers"].samples] == [3]


def test_families_whose_updates_differ_in_labels_are_one_family() -> None:
    buffer = FakeBuffer()
    metrics = SdkMetrics(buffer)
    buffer.put("temporal_request", COUNTER, 1, operation="Poll")
    buffer.put("temporal_request", COUNTER, 1, operation="Poll", status="late")

    family = scraped(metrics)["temporal_request"]

    assert [s.labels for s in family.samples] == [
        {"operation": "Poll", "status": ""},
        {"operation": "Poll", "status": "late"},
    ]


def test_our_durations_have_buckets_that_reach_weeks_and_the_sdk_s_have_those_of_machines() -> None:
    buffer = FakeBuffer()
    metrics = SdkMetrics(buffer)
    for seconds in (1.0, 1.5, 3 * 86_400.0, 90 * 86_400.0):
        buffer.put("jidoka_wait_seconds", HISTOGRAM, seconds, "seconds", kind="incident", service="vpn")
    buffer.put("temporal_long_request_latency", HISTOGRAM, 0.02, "s")

    families = scraped(metrics)

    ours = {s.labels["le"]: s.value for s in families["jidoka_wait_seconds"].samples if s.name.endswith("_bucket")}
    assert len(ours) == len(LONG) + 1
    assert (ours["1.0"], ours["5.0"], ours["259200.0"], ours["2419200.0"], ours["+Inf"]) == (1, 2, 3, 3, 4)
    assert "temporal_long_request_latency_seconds" in families


def test_a_label_without_bounds_is_cut_off_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meters, "MAX_SERIES", 10)
    buffer = FakeBuffer()
    metrics = SdkMetrics(buffer)
    for number in range(25):
        buffer.put("jidoka_acts", COUNTER, 1, act=str(number))

    families = scraped(metrics)

    assert len(families["jidoka_acts"].samples) == 10
    assert families["jidoka_metric_updates_lost"].samples[0].value == 15


def test_every_family_of_the_registry_keeps_the_naming_rules() -> None:
    for family in METERS.values():
        exposed = family.exposed

        assert exposed.startswith("jidoka_")
        assert exposed.endswith("_total") == (family.kind == "counter")
        assert not {label.value for label in family.labels} & SDK_LABELS
        assert family.help.endswith(".")
    with pytest.raises(KeyError, match="add it to definitions/meters"):
        meter("jidoka_unheard_of")


def test_labels_that_do_not_fit_are_named() -> None:
    problem = labels_problem(meter("jidoka_promises"), frozenset({"service", "person", "task_queue"}))

    assert problem == "jidoka_promises: labels unknown person; missing outcome"


@workflow.defn
class Counting:
    """Counts on both sides of timers, so that a replay passes each count again."""

    @workflow.run
    async def run(self, rounds: int) -> None:
        vpn = {"kind": "incident", "service": "vpn"}
        meter_ = workflow.metric_meter()
        opened = meter_.create_counter("jidoka_cases_opened", "Cases opened.", "cases")
        step = meter_.create_histogram_float("jidoka_step_seconds", "Elapsed time.", "seconds")
        opened.add(1, {**vpn, "priority": "P2", "channel": "mail"})
        for _ in range(rounds):
            began = workflow.now()
            await workflow.sleep(timedelta(hours=6))
            step.record((workflow.now() - began).total_seconds(), {**vpn, "step": "queue", "step_kind": "waiting"})


@pytest.fixture
def runtime() -> Iterator[tuple[Runtime, SdkMetrics]]:
    built, metrics = build_runtime(logging.getLogger(f"test.{uuid.uuid4().hex}"), drain_s=0.05)
    yield built, metrics
    metrics.stop()


@pytest.fixture
async def skipping(runtime: tuple[Runtime, SdkMetrics]) -> AsyncIterator[WorkflowEnvironment]:
    binary = Path(sys.executable).with_name("temporal-test-server")
    async with await WorkflowEnvironment.start_time_skipping(
        runtime=runtime[0], test_server_existing_path=str(binary)
    ) as env:
        yield env


async def test_a_replay_never_counts_twice(runtime: tuple[Runtime, SdkMetrics], skipping: WorkflowEnvironment) -> None:
    worker = Worker(
        skipping.client,
        task_queue="meters",
        workflows=[Counting],
        max_cached_workflows=0,
        workflow_runner=UnsandboxedWorkflowRunner(),
    )

    async with worker:
        # One after the other: this server skips time for all runs at once, under the feet of a task that is being done.
        for number in range(5):
            await skipping.client.execute_workflow(Counting.run, 4, id=f"m-{number}", task_queue="meters")
    families = scraped(runtime[1])

    opened = families["jidoka_cases_opened"].samples
    assert [s.value for s in opened] == [5]
    assert set(opened[0].labels) - SDK_LABELS == {"kind", "service", "priority", "channel"}
    steps = {s.name: s.value for s in families["jidoka_step_seconds"].samples if "le" not in s.labels}
    assert steps["jidoka_step_seconds_count"] == 20
    assert steps["jidoka_step_seconds_sum"] == pytest.approx(20 * 6 * 3600, abs=60)
    replayed = families["temporal_workflow_task_replay_latency_seconds"].samples
    assert sum(s.value for s in replayed if s.name.endswith("_count")) > 5, "nothing was replayed, so nothing was shown"


OVERFLOW = """
import logging, os, threading
from activities.meters import build_runtime

logging.basicConfig(format="%(message)s")
runtime, metrics = build_runtime(logging.getLogger("core"), buffer_size=50, drain_s=3600)
counter = runtime.metric_meter.create_counter("jidoka_flush_failures", "help", "flushes")
for _ in range(200):
    counter.add(1)
pause, seen = threading.Event(), {}
for _ in range(400):  # SDK Core hands its log lines over from a thread of its own, some milliseconds later
    for family in metrics.collect():
        seen[family.name] = family.samples[0].value
    if seen["jidoka_metric_updates_lost"] + seen["jidoka_flush_failures"] >= 200:
        break
    pause.wait(0.02)
print(int(seen["jidoka_flush_failures"]), int(seen["jidoka_metric_updates_lost"]), flush=True)
os._exit(0)
"""


def test_updates_that_do_not_fit_in_the_buffer_are_counted_and_said_once() -> None:
    # A process of its own: SDK Core logs to whichever runtime of the process was first.
    done = subprocess.run(
        [sys.executable, "-c", OVERFLOW], capture_output=True, text=True, timeout=60, check=True, cwd=ROOT
    )

    counted, lost = map(int, done.stdout.split())
    # The runtime counts a thing or two of its own at start, which take up room as well.
    assert 40 <= counted <= 50
    assert 200 - counted <= lost <= 205 - counted
    assert done.stderr.count(meters.FULL) == 1


def test_the_endpoint_shows_metrics_and_nothing_else_and_gives_its_port_back() -> None:
    registry = CollectorRegistry()
    registry.register(SdkMetrics(FakeBuffer()))
    endpoint = MetricsEndpoint(registry, "127.0.0.1", 0).start()
    url = endpoint.url

    with urllib.request.urlopen(url, timeout=5) as answer:
        text = answer.read().decode()
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(url.replace("/metrics", "/etc/passwd"), timeout=5)
    refused.value.close()
    port = int(url.rsplit(":", 1)[1].removesuffix("/metrics"))
    with pytest.raises(OSError, match="give a free port in metrics_port"):
        MetricsEndpoint(registry, "127.0.0.1", port)
    endpoint.stop()
    MetricsEndpoint(registry, "127.0.0.1", port).stop()

    assert "jidoka_metric_updates_lost_total 0.0" in text
    assert refused.value.code == 404
