"""A real Prometheus fires, a real Alertmanager tells us, a real case hears both that it burns and that it is over."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry, Gauge

from activities.metrics_endpoint import MetricsEndpoint
from keys import Secrets
from records.values import CaseQuery
from settings import Settings
from tests.web.programs import eventually, free_port, program, running, served
from tests.workflows.house import House, house
from web.app import create_app

PROMETHEUS = """
global: {scrape_interval: 200ms, scrape_timeout: 200ms, evaluation_interval: 200ms}
alerting: {alertmanagers: [{static_configs: [{targets: ["127.0.0.1:%(alertmanager)d"]}]}]}
rule_files: [rules.yml]
scrape_configs:
  - job_name: tunnels
    static_configs: [{targets: ["127.0.0.1:%(tunnels)d"]}]
  - job_name: jidoka
    scrape_interval: 1s
    scrape_timeout: 1s
    static_configs: [{targets: ["127.0.0.1:%(web)d"]}]
"""
RULES = """
groups:
  - name: tunnels
    rules:
      - alert: TunnelDown
        expr: tunnel_up == 0
        labels: {service: vpn, severity: critical}
        annotations: {summary: "Tunnel {{ $labels.tunnel }} is down"}
"""
ALERTMANAGER = """
route: {receiver: jidoka, group_by: [alertname], group_wait: 200ms, group_interval: 500ms, repeat_interval: 1h}
receivers:
  - name: jidoka
    webhook_configs:
      - url: http://127.0.0.1:%(web)d/hooks/alertmanager
        send_resolved: true
        http_config: {authorization: {credentials_file: %(token)s}}
"""


async def heard(home: House, case_id: str) -> dict[str, bool]:
    """The last that the case heard of each alert: still firing or not."""
    shown = json.loads(json.dumps(await home.show(case_id), default=str))
    states: dict[str, bool] = {}
    for event in shown["events"]:
        for alert in event["data"].get("alerts", []):
            states[alert["fingerprint"]] = alert["firing"]
    return states


@pytest.mark.story
async def test_a_rule_that_fires_and_resolves_is_one_case_that_hears_both(tmp_path: Path, migrated: Path) -> None:
    prometheus = program("prometheus", "prometheus")
    alertmanager = program("prometheus-alertmanager", "prometheus-alertmanager")
    registry, names = CollectorRegistry(), ("berlin", "lisbon", "oslo")
    up = Gauge("tunnel_up", "1 when the tunnel works", ["tunnel"], registry=registry)
    for name in names:
        up.labels(name).set(1)
    tunnels = MetricsEndpoint(registry, "127.0.0.1", 0).start()
    secrets, settings = Secrets.fresh(), Settings(data_dir=tmp_path, worker_metrics_urls=())
    token = tmp_path / "token"
    token.write_text(secrets.hook_token)

    async with (
        house(tmp_path, migrated) as home,
        served(create_app(home.desk, home.store, settings, secrets, home.desk.clock)) as web,
        httpx.AsyncClient(trust_env=False) as client,
    ):
        ports = {
            "alertmanager": free_port(), "prometheus": free_port(), "web": web, "token": token,
            "tunnels": int(tunnels.url.split(":")[2].split("/")[0]),
        }  # fmt: skip
        (tmp_path / "prometheus.yml").write_text(PROMETHEUS % ports)
        (tmp_path / "rules.yml").write_text(RULES)
        (tmp_path / "alertmanager.yml").write_text(ALERTMANAGER % ports)

        async def query(expression: str) -> list[Any]:
            try:
                answer = await client.get(
                    f"http://127.0.0.1:{ports['prometheus']}/api/v1/query", params={"query": expression}
                )
            except httpx.TransportError:
                return []
            return list(answer.json()["data"]["result"]) if answer.status_code == 200 else []

        with (
            running(
                *(alertmanager, f"--config.file={tmp_path / 'alertmanager.yml'}"),
                *(f"--storage.path={tmp_path / 'am'}", "--cluster.listen-address="),
                f"--web.listen-address=127.0.0.1:{ports['alertmanager']}",
                log=tmp_path / "alertmanager.log",
            ),
            running(
                *(prometheus, f"--config.file={tmp_path / 'prometheus.yml'}"),
                *(f"--storage.tsdb.path={tmp_path / 'tsdb'}", "--storage.tsdb.retention.time=1h"),
                f"--web.listen-address=127.0.0.1:{ports['prometheus']}",
                log=tmp_path / "prometheus.log",
            ),
        ):
            await eventually(lambda: query("tunnel_up == 1"), "the first scrape")

            for name in names:
                up.labels(name).set(0)
            case_id = await eventually(lambda: _first_case(home), "the case")
            await eventually(lambda: _all(home, case_id, firing=True), "three firing alerts on the case")
            await eventually(lambda: query('jidoka_open_cases{service="vpn"} == 1'), "the open case in Prometheus")
            for name in names:
                up.labels(name).set(1)
            await eventually(lambda: _all(home, case_id, firing=False), "the end of all three alerts on the case")

        rows = home.store.cases.ls(CaseQuery()).rows
        shown = await home.show(case_id)
        tunnels.stop()

    print(f"alerts fired 3, cases {len(rows)}, state {shown['state']}, events {len(shown['events'])}")
    assert [(row.id, row.service) for row in rows] == [(case_id, "vpn")]
    assert home.store.quarantine.ls() == []


async def _first_case(home: House) -> str | None:
    rows = home.store.cases.ls(CaseQuery()).rows
    return rows[0].id if rows else None


async def _all(home: House, case_id: str, *, firing: bool) -> bool:
    states = await heard(home, case_id)
    return len(states) == 3 and set(states.values()) == {firing}
