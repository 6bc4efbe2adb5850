"""One scrape shows everything, each family once, under registered names and labels."""

import os
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families

from activities.meters import SdkMetrics
from activities.metrics_endpoint import MetricsEndpoint
from definitions.base import Priority
from definitions.meters import AGES, METERS, SDK_LABELS, Label, MeterKind, Source
from definitions.meters_page import page
from records.asks import NewAsk
from records.cases import AGE_BUCKETS
from records.errors import RecordsUnavailable
from records.outbox import Claim
from records.values import Arrival, Flush
from tests.definitions.cycle.lives import Life
from tests.definitions.cycle.test_rules import controlled
from tests.records.chains import chain, row
from tests.records.test_experiments import lock
from tests.records.test_gauges import A_YEAR, kept
from tests.web.conftest import NOW, FakeDesk, House
from web.app import create_app
from web.counts import Counts
from web.exporter import age_label

PAGE = Path(__file__).parents[2] / "docs" / "metrics.md"


class Buffer:
    """What a worker counted."""

    def __init__(self, *updates: tuple[str, int, float, dict[str, str]]) -> None:
        self._updates = [
            SimpleNamespace(
                metric=SimpleNamespace(name=name, kind=kind, unit="s" if kind == 2 else "", description=""),
                value=value,
                attributes=labels,
            )
            for name, kind, value, labels in updates
        ]

    def retrieve_updates(self) -> list[Any]:
        given, self._updates = self._updates, []
        return given


VPN = {
    "kind": "incident",
    "service": "vpn",
    "task_queue": "jidoka",
    "namespace": "default",
    "workflow_type": "Incident",
}
COUNTED = (
    ("jidoka_cases_opened", 0, 3.0, {**VPN, "priority": "P2", "channel": "mail"}),
    ("jidoka_step_seconds", 2, 42.0, {**VPN, "step": "queue", "step_kind": "waiting"}),
    ("temporal_workflow_task_replay_latency", 2, 0.01, {"namespace": "default"}),
)


def endpoint(*updates: tuple[str, int, float, dict[str, str]]) -> MetricsEndpoint:
    registry = CollectorRegistry()
    registry.register(SdkMetrics(Buffer(*updates)))
    return MetricsEndpoint(registry, "127.0.0.1", 0).start()


def case(house: House, case_id: str, **changes: Any) -> None:
    facts = chain(case_id, 1)
    changed = row(case_id, 1, **{"opened_at": NOW, "closed_at": None, "resolved_at": None, "due_at": None, **changes})
    house.store.events.flush(Flush(case_id=case_id, facts=tuple(facts), row=changed))


def values(families: dict[str, Metric], name: str) -> dict[tuple[str, ...], float]:
    return {tuple(s.labels.values()): s.value for s in families[name].samples}


def with_workers(house: House, *urls: str) -> House:
    """The same house, joined with these workers."""
    settings = house.settings.model_copy(update={"worker_metrics_urls": urls})
    app = create_app(FakeDesk(house.store), house.store, settings, house.secrets, lambda: NOW)
    return House(app, house.desk, house.store, house.secrets, settings, house.tokens)


async def scrape(house: House) -> tuple[str, dict[str, Metric]]:
    async with house.client() as client:
        answer = await client.get("/metrics")
    assert answer.status_code == 200
    families = list(text_string_to_metric_families(answer.text))
    assert len({f.name for f in families}) == len(families), "a family appears twice"
    return answer.text, {f.name: f for f in families}


async def test_gauges_say_what_is_in_the_records(house: House) -> None:
    case(house, "INC-a", priority=Priority.P1, team="network", opened_at=NOW - timedelta(hours=5))
    case(house, "INC-b", priority=Priority.P1, team="network", due_at=NOW - timedelta(seconds=1))
    case(house, "INC-c", priority=Priority.P3, team=None, due_at=NOW + timedelta(hours=1))
    case(house, "INC-d", closed_at=NOW, due_at=NOW - timedelta(days=1))
    for number in range(3):
        house.store.inbox.receive(
            Arrival(source="mail", external_id=str(number), at=NOW, channel="mail", kind="message")
        )
    house.store.quarantine.add("mail", "unreadable")
    for number, answered in enumerate((True, False, False)):
        new = NewAsk(survey="after-case", measures="csat", person=f"p{number}", turn=1)
        ask = house.store.asks.draw(new, every=timedelta(days=1), apart=timedelta(days=1))
        assert ask is not None
        house.store.asks.asked(ask.id)
        if answered:
            house.store.asks.answer(ask.id, {"score": 5}, channel="web")
    house.store.outbox.claim(
        Claim(key="k", case_id="INC-a", recipient="rita", channel="email", template="received", message_id="<1@x>")
    )

    _, families = await scrape(house)

    open_ = families["jidoka_open_cases"].samples
    assert sum(s.value for s in open_) == 3
    assert {(s.labels["priority"], s.labels["team"]): s.value for s in open_} == {
        ("P1", "network"): 2,
        ("P3", "none"): 1,
    }
    assert {s.labels["age"]: s.value for s in families["jidoka_open_cases_by_age"].samples} == {"1h": 2, "1d": 1}
    assert [s.value for s in families["jidoka_overdue_cases"].samples] == [1]
    assert values(families, "jidoka_inbox_pending") == {(): 3}
    assert values(families, "jidoka_quarantine_items") == {(): 1}
    assert values(families, "jidoka_outbox_messages") == {("claimed",): 1}
    assert values(families, "jidoka_survey_questions") == {("answered", "after-case"): 1, ("open", "after-case"): 2}
    assert values(families, "jidoka_records_up") == {(): 1}


async def test_gauges_say_how_improvement_goes(house: House) -> None:
    going, watched = Life(), controlled()
    for number, life in enumerate((going, watched)):
        kept(house.store, life, number)
    lock(house.store)

    _, families = await scrape(house)

    assert values(families, "jidoka_open_cycles") == {("dmaic", "define"): 1, ("dmaic", "watch"): 1}
    age = (NOW - going.now).total_seconds()
    assert values(families, "jidoka_oldest_cycle_seconds")["dmaic", "define"] == age
    assert values(families, "jidoka_experiments") == {("running",): 1}
    assert values(families, "jidoka_verified_benefit_seconds") == {("time_to_resolve",): pytest.approx(A_YEAR)}
    assert values(families, "jidoka_verified_benefit_cases") == {}


async def test_the_counters_of_two_workers_stay_apart_in_one_family(house: House) -> None:
    one, two = endpoint(*COUNTED), endpoint(*COUNTED)
    joined = with_workers(house, one.url, two.url)

    try:
        _, families = await scrape(joined)
    finally:
        one.stop()
        two.stop()

    opened = families["jidoka_cases_opened"].samples
    assert [s.value for s in opened] == [3, 3]
    assert {s.labels["worker"] for s in opened} == {url.split("/")[2] for url in (one.url, two.url)}
    assert set(values(families, "jidoka_worker_up").values()) == {1}
    assert families["jidoka_step_seconds"].type == "histogram"


async def test_a_dead_worker_is_shown_as_down_and_takes_nothing_else_with_it(house: House) -> None:
    alive, dead = endpoint(*COUNTED), endpoint()
    dead.stop()
    joined = with_workers(house, alive.url, dead.url)

    try:
        _, families = await scrape(joined)
    finally:
        alive.stop()

    assert values(families, "jidoka_worker_up") == {
        (alive.url.split("/")[2],): 1,
        (dead.url.split("/")[2],): 0,
    }
    assert [s.value for s in families["jidoka_cases_opened"].samples] == [3]
    assert values(families, "jidoka_records_up") == {(): 1}


async def test_without_the_records_the_scrape_says_so_and_shows_no_stale_gauges(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(now: object) -> None:
        raise RecordsUnavailable("the database does not answer")

    monkeypatch.setattr(house.store.cases, "counts", away)

    _, families = await scrape(house)

    assert values(families, "jidoka_records_up") == {(): 0}
    assert "jidoka_open_cases" not in families


async def test_a_scrape_has_only_registered_names_and_bounded_labels(house: House) -> None:
    worker = endpoint(*COUNTED)
    joined = with_workers(house, worker.url)
    case(joined, "INC-a", requester="rita")
    async with joined.client() as client:
        for path in ("/nothing", "/healthz", "/api/incidents/INC-secret", "/hooks/whatever"):
            await client.get(path)
        await client.post("/hooks/alertmanager", json={}, headers=joined.hook())

    try:
        text, families = await scrape(joined)
    finally:
        worker.stop()

    exposed = {m.name: m for m in METERS.values()}
    ours = {name: family for name, family in families.items() if name.startswith("jidoka_")}
    assert set(ours) <= set(exposed)
    assert {m.name for m in METERS.values() if m.source in (Source.EXPORTER, Source.WEB)} <= set(ours)
    for name, family in ours.items():
        meter = exposed[name]
        extra = {"worker"} if meter.source not in (Source.EXPORTER, Source.WEB) else set()
        assert family.type == meter.kind.value
        assert family.documentation == meter.help
        for sample in family.samples:
            labels = set(sample.labels) - {"le"} - SDK_LABELS - extra
            assert labels == {label.value for label in meter.labels}, name
            assert sample.name.startswith(meter.exposed if meter.kind is MeterKind.COUNTER else name)
    assert not any(word in text for word in ("INC-", "rita", "whatever"))


def test_labels_come_from_the_fixed_list_and_a_wrong_one_is_refused() -> None:
    counts = Counts()

    with pytest.raises(ValueError, match="unknown person; missing outcome"):
        counts.add("jidoka_intake", channel="api", person="rita")
    with pytest.raises(KeyError, match="no metric jidoka_other"):
        counts.add("jidoka_other")

    assert all(isinstance(label, Label) for meter in METERS.values() for label in meter.labels)


def test_every_age_band_of_the_records_has_a_name() -> None:
    assert [age_label(bound) for bound in AGE_BUCKETS] == list(AGES)


def test_the_metrics_page_says_what_the_registry_says() -> None:
    assert PAGE.read_text() == page(), "run: python -m definitions.meters_page > docs/metrics.md"


def promtool() -> str:
    found = shutil.which("promtool")
    if found is None:
        message = "promtool is not installed (Debian package prometheus)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found


async def test_promtool_finds_nothing_to_say_about_our_metrics(house: House) -> None:
    worker = endpoint(*COUNTED)
    joined = with_workers(house, worker.url)
    case(joined, "INC-a")

    try:
        text, _ = await scrape(joined)
    finally:
        worker.stop()
    checked = subprocess.run([promtool(), "check", "metrics"], input=text, capture_output=True, text=True, timeout=60)

    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


@pytest.mark.parametrize("what", ["config prometheus.yml", "rules alerts.yml"])
def test_the_shipped_prometheus_files_are_accepted_by_promtool(what: str) -> None:
    command, file = what.split()
    shipped = PAGE.parents[1] / "deploy" / "prometheus"

    checked = subprocess.run(
        [promtool(), "check", command, file], cwd=shipped, capture_output=True, text=True, timeout=60
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_alert_rules_use_only_metrics_that_exist() -> None:
    import re

    shipped = (PAGE.parents[1] / "deploy" / "prometheus" / "alerts.yml").read_text()

    named = set(re.findall(r"\bjidoka_[a-z_]+", shipped))

    known = {meter.exposed for meter in METERS.values()}
    assert named
    assert {re.sub(r"_(bucket|count|sum)$", "", name) for name in named} <= known
