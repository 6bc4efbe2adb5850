"""kill -9 of the worker at every point of an escalation, at every step of it: each message goes out once."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from definitions.base import Level
from definitions.escalation import EscalationChain, EscalationStep
from definitions.example import organisation as example
from definitions.intake import OpenIncident
from definitions.organisation import Organisation
from tests.faults.plant import Plant, plant
from tests.faults.points import POINTS

pytestmark = [pytest.mark.story, pytest.mark.timeout(180)]

STEPS = ("on_call", "lead", "manager")
MESSAGES = len(STEPS) + 1
"""The pages, and the answer to the requester."""
KILLS = {point: MESSAGES * (2 if "again" in point else 1) for point in POINTS}
"""Each message meets its own, and in one case a second one."""


def hasty() -> Organisation:
    """Example Ltd, whose chains page three people within three seconds."""
    steps = tuple(
        EscalationStep(key=f"page-{number}", on="unacknowledged", notify=who, after_s=number)  # type: ignore[arg-type]
        for number, who in enumerate(STEPS)
    )
    chains = tuple(EscalationChain(key=chain.key, title=chain.title, steps=steps) for chain in example.chains)
    return example.model_copy(update={"chains": chains})


@pytest.fixture
def plants(tmp_path: Path, template: Path, server: str) -> Iterator[list[Plant]]:
    """One for each point."""
    organisation = hasty()
    made = [plant(tmp_path / f"p{n}", template, server, point, organisation) for n, point in enumerate(POINTS)]
    yield made
    for each in made:
        each.close()


async def escalate(plant: Plant) -> str:
    """A P1 that nobody answers, until every page and the answer are written down, however often the worker dies."""
    await plant.work()
    request = OpenIncident(service="vpn", title="VPN is down", impact=Level.HIGH, urgency=Level.HIGH, external_id="one")
    case = await plant.open(request)

    def done() -> bool:
        types = Counter(fact.type for fact in plant.store.events.of(case))
        written = types["paged"] >= len(STEPS) and types["told"] >= 1
        return written and plant.marks() >= KILLS[plant.point] and not plant.died()

    await plant.go_on(done, seconds=120)
    await plant.agree(case, seconds=40)
    return case


async def test_each_step_pages_once_wherever_the_worker_is_killed(
    plants: list[Plant], capsys: pytest.CaptureFixture[str]
) -> None:
    cases = await asyncio.gather(*(escalate(each) for each in plants))

    for each, case in zip(plants, cases, strict=True):
        rows = each.store.outbox.of(case)
        facts = each.store.events.of(case)
        paged = [str(fact.data["page"]) for fact in facts if fact.type == "paged"]
        ids = [row.message_id for row in rows]
        with capsys.disabled():
            print(
                f"\n{each.marks()} kills {each.point}: {len(ids)} messages, {len(each.files())} files,"
                f" {each.deliveries().total()} deliveries"
            )
        assert each.marks() == KILLS[each.point]
        assert sorted(paged) == sorted(set(paged))
        assert len(paged) == len(STEPS)
        assert [row.state for row in rows] == ["sent"] * MESSAGES
        assert len(set(ids)) == MESSAGES
        assert len(each.files()) == MESSAGES
        assert set(each.deliveries()) == set(ids)
        assert each.deliveries().total() == MESSAGES
        assert each.store.audit.verify().problems == ()
