"""The API on the real desk: an incident from the request to the requester's yes, and a storm that is one case."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from keys import Secrets
from records.values import CaseQuery
from settings import Settings
from tests.web.test_hooks import alert, notification
from tests.workflows.house import House, house
from web.app import create_app


class Door:
    """A client with the tokens of people."""

    def __init__(self, home: House, client: httpx.AsyncClient, secrets: Secrets) -> None:
        self.home, self.client = home, client
        self._hook = secrets.hook_token
        self._tokens: dict[str, str] = {}

    def as_(self, who: str) -> dict[str, str]:
        """The header of this person."""
        if who not in self._tokens:
            self._tokens[who] = self.home.store.directory.issue_api_token(who)
        return {"Authorization": f"Bearer {self._tokens[who]}"}

    async def post(self, path: str, who: str, **body: object) -> httpx.Response:
        """Post as this person."""
        return await self.client.post(f"/api/incidents{path}", json=body, headers=self.as_(who))

    async def alerts(self, *alerts: dict[str, object]) -> httpx.Response:
        """Post as Alertmanager."""
        headers = {"Authorization": f"Bearer {self._hook}"}
        return await self.client.post("/hooks/alertmanager", json=notification(*alerts), headers=headers, timeout=60)


@pytest.fixture
async def door(tmp_path: Path, migrated: Path) -> AsyncIterator[Door]:
    """The app on a real desk, worker and records."""
    secrets, settings = Secrets.fresh(), Settings(data_dir=tmp_path, worker_metrics_urls=())
    async with house(tmp_path, migrated) as home:
        app = create_app(home.desk, home.store, settings, secrets, home.desk.clock)
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=30) as client:
            yield Door(home, client, secrets)


@pytest.mark.story
async def test_an_incident_lives_through_the_api_from_its_request_to_the_requester_s_yes(door: Door) -> None:
    opened = await door.post("", "rita", service="vpn", title="VPN drops", impact="high")
    case = f"/{opened.json()['id']}"
    at_once = await door.client.get(f"/api/incidents{case}", headers=door.as_("rita"))
    foreign = await door.client.get(f"/api/incidents{case}", headers=door.as_("omar"))

    steps = [
        await door.post(f"{case}/start", "jay"),
        await door.post(f"{case}/comment_internal", "jay", text="The gateway again."),
        await door.post(f"{case}/resolve", "jay", text="Restarted the gateway."),
        await door.post(f"{case}/confirm", "rita"),
    ]
    forbidden = [await door.post(f"{case}/merge", "rita", into="INC-other")]
    shown = (await door.client.get(f"/api/incidents{case}", headers=door.as_("jay"))).json()
    theirs = await door.client.get(f"/api/incidents{case}", headers=door.as_("rita"))

    assert opened.status_code == 201
    assert at_once.status_code == 200, "what somebody opened they can see at once"
    assert foreign.status_code == 404
    assert [s.status_code for s in steps] == [200, 200, 200, 200], [s.text for s in steps]
    assert [f.status_code for f in forbidden] == [403]
    assert (shown["state"], shown["channel"]) == ("closed", "api")
    assert "The gateway again." in str(shown)
    assert "The gateway again." not in theirs.text


@pytest.mark.story
async def test_an_act_the_case_does_not_take_is_answered_with_the_reason(door: Door) -> None:
    case = (await door.post("", "rita", service="vpn", title="VPN drops")).json()["id"]

    refused = await door.post(f"/{case}/resume", "jay")
    unknown = await door.post("", "rita", service="fax", title="Fax")

    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "refused"
    assert unknown.status_code in (404, 422)
    assert "fax" in unknown.json()["error"]["message"]


@pytest.mark.story
async def test_a_storm_of_500_alerts_is_one_case_and_its_repetition_changes_nothing(door: Door) -> None:
    storm = [alert(fingerprint=f"{n:016x}") for n in range(500)]

    first = [await door.alerts(*storm[start : start + 100]) for start in range(0, 500, 100)]
    again = await door.alerts(*storm[:100])

    rows = door.home.store.cases.ls(CaseQuery()).rows
    outcomes = [r["outcome"] for answer in first for r in answer.json()["received"]]
    print(f"alerts {len(outcomes)}, cases {len(rows)}, opened {outcomes.count('opened')}")
    assert (outcomes.count("opened"), outcomes.count("threaded")) == (1, 499)
    assert {r["outcome"] for r in again.json()["received"]} == {"duplicate"}
    assert len(rows) == 1
