"""What other systems hand in: taken once, or kept with the reason."""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.signature import signed_headers
from definitions.intake import Alert, Received
from records.errors import RecordsUnavailable
from tests.web.conftest import NOW, House
from web.alertmanager import Unreadable, parsed


def alert(**changes: Any) -> dict[str, Any]:
    return {
        "status": "firing",
        "labels": {"alertname": "TunnelDown", "service": "vpn", "severity": "critical"},
        "annotations": {"summary": "The tunnel is down"},
        "startsAt": "2026-03-02T08:59:30.123456789Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus:9090/graph",
        "fingerprint": "a1b2c3d4e5f60718",
        **changes,
    }


def notification(*alerts: Any, **changes: Any) -> dict[str, Any]:
    return {
        "version": "4", "groupKey": "{}:{alertname=\"TunnelDown\"}", "truncatedAlerts": 0, "status": "firing",
        "receiver": "jidoka", "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {},
        "externalURL": "http://alertmanager:9093", "alerts": list(alerts), **changes,
    }  # fmt: skip


async def test_alerts_are_keyed_by_fingerprint_and_start_and_grouped_by_service_and_name(house: House) -> None:
    ended = alert(status="resolved", endsAt="2026-03-02T09:00:00Z", fingerprint="FF")

    async with house.client() as client:
        answer = await client.post("/hooks/alertmanager", json=notification(alert(), ended), headers=house.hook())

    firing, resolved = house.desk.alerted
    assert [r["outcome"] for r in answer.json()["received"]] == ["opened", "opened"]
    assert (firing.fingerprint, firing.starts_at) == (
        *("a1b2c3d4e5f60718", datetime(2026, 3, 2, 8, 59, 30, 123456, tzinfo=UTC)),
    )
    assert (firing.status, firing.ends_at, firing.group, firing.at) == ("firing", None, "vpn/TunnelDown", NOW)
    assert (resolved.status, resolved.ends_at) == ("resolved", NOW)
    assert resolved.fingerprint == "ff"


@pytest.mark.parametrize(
    ("labels", "group"),
    [
        ({"service": "vpn", "alertname": "Down"}, "vpn/Down"),
        ({"alertname": "Down"}, "-/Down"),
        ({"service": "No such key!", "alertname": "Down"}, "-/Down"),
        ({"service": "vpn"}, 'vpn/{}:{alertname="TunnelDown"}'),
    ],
)
def test_an_alert_without_service_or_name_still_has_a_group(labels: dict[str, str], group: str) -> None:
    batch = parsed(notification(alert(labels=labels)), NOW)

    assert batch.alerts[0].group == group


BROKEN = [
    alert(status="on fire"), alert(fingerprint="not hex"), alert(startsAt="yesterday"), alert(startsAt=None),
    alert(labels={"a b": "c"}), alert(labels={"a": "\x00"}), alert(labels={"a": 1}), alert(labels=None),
    alert(labels={f"l{n}": "x" for n in range(65)}), alert(annotations={"a": "x" * 4_001}), None, 7, "alert", [],
    {k: v for k, v in alert().items() if k != "fingerprint"}, alert(startsAt="2026-03-02T08:00:00"),
]  # fmt: skip


async def test_one_broken_alert_never_blocks_the_others(house: House) -> None:
    async with house.client() as client:
        for broken in BROKEN:
            house.desk.alerted.clear()
            answer = await client.post(
                "/hooks/alertmanager", json=notification(alert(), broken, alert(fingerprint="0b")), headers=house.hook()
            )

            assert answer.status_code == 200, broken
            assert [r["outcome"] for r in answer.json()["received"]] == ["opened", "quarantined", "opened"]
            assert [a.fingerprint for a in house.desk.alerted] == ["a1b2c3d4e5f60718", "0b"]

    kept = house.store.quarantine.ls()
    assert len(kept) == len(BROKEN)
    assert all(item.reason and item.source == "alertmanager" for item in kept)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"null", b"[]", b"\xff\xfe\x00", b'{"version":"3","alerts":[]}', b'{"version":"4"}',
        b'{"version":"4","alerts":{}}', b"[" * 100_000, b'{"version":"4","alerts":[],"groupKey":7}',
    ],
)  # fmt: skip
async def test_a_notification_that_cannot_be_read_is_refused_and_kept_whole(house: House, body: bytes) -> None:
    async with house.client() as client:
        answers = [await client.post("/hooks/alertmanager", content=body, headers=house.hook()) for _ in range(2)]
        good = await client.post("/hooks/alertmanager", json=notification(alert()), headers=house.hook())

    [kept] = house.store.quarantine.ls()
    assert [a.status_code for a in answers] == [422, 422]
    assert kept.id in answers[0].json()["error"]["hint"]
    assert kept.times == 2, "the same body again is the same thing"
    assert isinstance(kept.payload, dict)
    assert kept.payload.get("text", "").encode() == body or "base64" in kept.payload
    assert good.status_code == 200


async def test_when_the_desk_cannot_take_it_alertmanager_is_told_to_come_again(house: House) -> None:
    house.desk.fails = RecordsUnavailable("the database does not answer")

    async with house.client() as client:
        answer = await client.post("/hooks/alertmanager", json=notification(alert()), headers=house.hook())

    assert answer.status_code == 503, "Alertmanager retries on 5xx and gives up on 4xx"
    assert house.store.quarantine.ls() == []


async def test_an_alert_that_the_desk_chokes_on_is_put_aside_and_the_others_are_taken(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = house.desk.alerts

    async def choking(batch: Sequence[Alert]) -> list[Received]:
        if any(a.fingerprint == "bad" for a in batch):
            raise RuntimeError("unforeseen")
        return await take(batch)

    monkeypatch.setattr(house.desk, "alerts", choking)
    batch = notification(alert(fingerprint="01"), alert(fingerprint="bad"), alert(fingerprint="02"))

    async with house.client() as client:
        answers = [await client.post("/hooks/alertmanager", json=batch, headers=house.hook()) for _ in range(2)]

    [kept] = house.store.quarantine.ls()
    assert [a.status_code for a in answers] == [200, 200]
    assert [r["outcome"] for r in answers[0].json()["received"]] == ["opened", "quarantined", "opened"]
    assert [a.fingerprint for a in house.desk.alerted] == ["01", "02"] * 2
    assert kept.times == 2


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_whatever_is_changed_in_a_notification_it_is_read_or_refused_with_a_reason(data: st.DataObject) -> None:
    given_alert = alert()
    given_alert[data.draw(st.sampled_from(sorted(given_alert)))] = data.draw(json_values)
    whole = notification(given_alert, alert())
    if data.draw(st.booleans()):
        whole[data.draw(st.sampled_from(sorted(whole)))] = data.draw(json_values)

    reasons, starts = read(whole)

    assert all(reasons)
    assert all(start.tzinfo is not None for start in starts)


def read(whole: object) -> tuple[list[str], list[datetime]]:
    """Every reason given, and the start of every alert that was read."""
    try:
        batch = parsed(whole, NOW)
    except Unreadable as refused:
        return [str(refused)], []
    return [r.reason for r in batch.rejected], [a.starts_at for a in batch.alerts]


MESSAGE = {
    "type": "message.received",
    "timestamp": "2026-03-02T09:00:00Z",
    "data": {"sender": "Rita@Example.org", "subject": "No VPN", "text": "It does not connect.", "service": "vpn"},
}


def signed(house: House, body: bytes, webhook_id: str = "m-1", at: datetime = NOW) -> dict[str, str]:
    return signed_headers(house.secrets.webhook_secret, webhook_id, at, body)


async def test_a_signed_message_is_taken_once_however_often_it_is_replayed(house: House) -> None:
    body = json.dumps(MESSAGE).encode()

    async with house.client() as client:
        answers = await asyncio.gather(
            *(client.post("/hooks/shop", content=body, headers=signed(house, body)) for _ in range(3))
        )
        second = await client.post("/hooks/shop", content=body, headers=signed(house, body, "m-2"))
        late = await client.post("/hooks/shop", content=body, headers=signed(house, body, at=NOW - timedelta(hours=1)))

    [first, other] = house.desk.messages.values()
    assert sorted(a.json()["outcome"] for a in answers) == ["duplicate", "duplicate", "opened"]
    assert len({a.json()["case_id"] for a in answers}) == 1
    assert (first.source, first.external_id, first.sender, first.service) == (
        *("hook:shop", "m-1", "rita@example.org", "vpn"),
    )
    assert (first.verified, first.at) == (False, NOW), "the system is known, the person it speaks of is not"
    assert second.json()["case_id"] != answers[0].json()["case_id"]
    assert other.external_id == "m-2"
    assert late.status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        {"type": "invoice.paid"}, {"data": None}, {"data": {}}, {"extra": 1},
        {"data": {**MESSAGE["data"], "sender": "no address"}}, {"data": {**MESSAGE["data"], "subject": ""}},  # type: ignore[dict-item]
        {"data": {**MESSAGE["data"], "text": "a\u0000b"}}, {"data": {**MESSAGE["data"], "service": "No Key"}},  # type: ignore[dict-item]
        {"data": {**MESSAGE["data"], "sender": "a@b.example\r\nBcc: c@d.example"}},  # type: ignore[dict-item]
    ],
)  # fmt: skip
async def test_a_signed_message_that_cannot_be_used_is_kept_with_its_reason(
    house: House, change: dict[str, Any]
) -> None:
    body = json.dumps({**MESSAGE, **change}).encode()

    async with house.client() as client:
        answer = await client.post("/hooks/shop", content=body, headers=signed(house, body))

    [kept] = house.store.quarantine.ls()
    assert answer.status_code == 422
    assert (kept.source, kept.ref, kept.payload) == ("hook:shop", "m-1", {"text": body.decode()})
    assert house.desk.messages == {}


async def test_what_nobody_signed_is_not_kept(house: House) -> None:
    async with house.client() as client:
        answers = [
            await client.post("/hooks/shop", content=b"{}", headers=headers)
            for headers in ({}, house.hook(), {**signed(house, b"{}"), "webhook-id": "m-9"})
        ]

    assert [a.status_code for a in answers] == [401, 401, 401]
    assert house.store.quarantine.ls() == []


@pytest.mark.parametrize("source", ["Shop", "a" * 41, "shop%2Fx", "-x", "...", "shop.php"])
async def test_a_source_is_a_short_plain_name(house: House, source: str) -> None:
    async with house.client() as client:
        answer = await client.post(f"/hooks/{source}", content=b"{}", headers=signed(house, b"{}"))

    assert answer.status_code in (404, 422)
    assert house.desk.messages == {}
