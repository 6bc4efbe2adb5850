"""Lives under a worker that is killed -9 at seeded moments: nothing acknowledged is lost, nothing is sent twice."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from definitions import acts
from definitions.intake import OpenIncident
from office.journals import Journals
from office.recorded import Golden
from office.replay import Replayed, Replays, histories
from tests.faults.plant import Plant, plant

KILLS = int(os.environ.get("JIDOKA_FAULT_KILLS", "5"))
SEED = int(os.environ.get("JIDOKA_FAULT_SEED", "20"))
LIVES = 4 * KILLS
MAILS = ("received", "acknowledged", "update", "resolved")
FACTS = {"acknowledge": "acknowledged", "start": "started", "comment": "commented", "resolve": "resolved"}
FACTS |= {"confirm": "confirmed"}

pytestmark = [pytest.mark.story, pytest.mark.timeout(60 + 60 * KILLS)]


@pytest.fixture
def ours(tmp_path: Path, template: Path, server: str) -> Iterator[Plant]:
    """A plant whose worker dies only from outside."""
    made = plant(tmp_path / "random", template, server)
    yield made
    made.close()


class Clients:
    """People who do not give up: each call is repeated with the same key until it is answered."""

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self.cases: dict[str, str] = {}
        """Case -> its requester."""
        self.acknowledged: list[tuple[str, str]] = []
        self.ended = 0

    async def live(self, number: int) -> None:
        """One incident from its opening to the requester's yes."""
        plant = self._plant
        request = OpenIncident(service="vpn", title=f"VPN {number}", external_id=f"life-{number}")
        address = f"person-{number}@example.org"
        case = await plant.open(request, by=address)
        self.cases[case] = person = plant.person(address).person
        words = await plant.desk.words("Done.", "jay")
        for name, act in (
            ("acknowledge", acts.Acknowledge(by="jay")),
            ("start", acts.Start(by="jay")),
            ("comment", acts.Comment(by="jay", text=words)),
            ("resolve", acts.Resolve(by="jay", text=words)),
            ("confirm", acts.Confirm(by=person)),
        ):
            await plant.act(case, act, f"{case}-{name}")
            self.acknowledged.append((case, name))
        self.ended += 1


async def test_killed_at_random_moments_nothing_acknowledged_is_lost_and_nothing_goes_out_twice(
    ours: Plant, capsys: pytest.CaptureFixture[str]
) -> None:
    clients = Clients(ours)
    moments = sorted(random.Random(SEED).sample(range(LIVES // 2, LIVES * len(FACTS) - LIVES // 2), KILLS))
    await ours.work()
    waiting = iter(range(LIVES))

    async def lane() -> None:
        for number in waiting:
            await clients.live(number)

    lanes = [asyncio.create_task(lane()) for _ in range(min(LIVES, 20))]
    for moment in moments:
        await ours.go_on(lambda moment=moment: len(clients.acknowledged) >= moment, seconds=90)  # type: ignore[misc]
        ours.kill()
    await ours.go_on(lambda: all(lane.done() for lane in lanes), seconds=120)
    await asyncio.gather(*lanes)
    await ours.go_on(lambda: all(_over(ours, case) for case in clients.cases), seconds=60)

    facts = {case: Counter(fact.type for fact in ours.store.events.of(case)) for case in clients.cases}
    lost = [(case, act) for case, act in clients.acknowledged if facts[case][FACTS[act]] == 0]
    twice = [(case, act) for case, act in clients.acknowledged if facts[case][FACTS[act]] > 1]
    sent = [row for case in clients.cases for row in ours.store.outbox.of(case) if row.state == "sent"]
    per_message = Counter((row.case_id, row.template, row.recipient) for row in sent)
    copies = {name: n for name, n in ours.deliveries().items() if n > 1}
    audit = ours.store.audit.verify()
    restored = ours.store.rebuild.begin(dry_run=True)
    journals = Journals(await ours.desk.client())
    async for journal in journals:
        restored.add(journal)
    report = restored.report()
    difference = report.added + report.removed + report.rows + len(report.problems)
    replayed = [run async for run in _replayed(ours, list(clients.cases))]
    broken = [run for run in replayed if run.troubles]
    with capsys.disabled():
        print(
            f"\n{KILLS} kills at acknowledgements {moments}: {len(clients.acknowledged)} acts acknowledged,"
            f" {len(lost)} lost, {len(twice)} twice; {len(sent)} mails, {len(ours.files())} files,"
            f" {sum(n > 1 for n in per_message.values())} duplicates, {len(copies)} copies with the same id inside the"
            f" window; {audit.facts} facts, {len(audit.problems)} audit problems;"
            f" {report.journals} journals, {difference} differences;"
            f" {len(replayed)} runs replayed, {len(broken)} broken"
        )
    assert (lost, twice) == ([], [])
    assert len(clients.acknowledged) == LIVES * len(FACTS)
    assert per_message == Counter({(case, mail, person): 1 for case, person in clients.cases.items() for mail in MAILS})
    assert len(ours.files()) == len(sent)
    assert audit.problems == ()
    assert (report.journals, difference, len(journals.unreadable)) == (LIVES, 0, 0)
    assert len(replayed) == LIVES
    assert broken == []


def _over(plant: Plant, case: str) -> bool:
    row = plant.store.cases.get(case)
    mails = [each for each in plant.store.outbox.of(case) if each.state == "sent"]
    return row is not None and row.closed_at is not None and len(mails) == len(MAILS)


async def _replayed(plant: Plant, cases: list[str]) -> AsyncIterator[Replayed]:
    replays = Replays()
    async for name, history in histories(await plant.desk.client(), cases, 10 * LIVES):
        yield await replays.of(Golden(name, history, tuple(plant.store.events.of(history.workflow_id))), others=True)
