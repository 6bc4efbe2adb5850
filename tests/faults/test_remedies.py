"""kill -9 of the worker around a remedy: its effect happens once for the case, and the case is resolved by it once."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from definitions.acts import Answer
from definitions.intake import OpenIncident
from office.errors import DeskError
from tests.activities.automation.servers import Slapd
from tests.activities.mail.conftest import certificate
from tests.faults.directory import PASSWORD, plants_on
from tests.faults.plant import Plant

__all__ = ["certificate"]

pytestmark = [pytest.mark.story, pytest.mark.timeout(180)]

PEOPLE = ("rita", "chloe", "hugo")
"""One for each point: they all have accounts in the same directory."""


@pytest.fixture
def slapd(certificate: Path) -> Iterator[Slapd]:
    with Slapd(certificate, PASSWORD, more=PEOPLE[1:]).serving() as server:
        yield server


@pytest.fixture
def plants(tmp_path: Path, template: Path, server: str, slapd: Slapd, certificate: Path) -> Iterator[list[Plant]]:
    """One for each point, all with the same directory."""
    made = plants_on(slapd, certificate, tmp_path, template, server)
    yield made
    for each in made:
        each.close()


async def live(plant: Plant, person: str) -> str:
    """From the opening, over the yes, until it is resolved and written down, however often the worker dies."""
    await plant.work()
    wanted = OpenIncident(service="identity", category="password", title="I forgot my password", external_id="one")
    actor = plant.person(person)
    case: str | None = None

    async def agreed() -> None:
        nonlocal case
        while True:
            try:
                case = case or (await plant.desk.open_incident(wanted, actor=actor)).id
                yes = Answer(by=person, question="consent", value="yes")
                await plant.desk.act(case, yes, actor=actor, key="yes")
                return
            except DeskError:  # not asked yet, or the worker is dead just now
                await asyncio.sleep(0.1)

    await agreed()
    assert case is not None

    def done() -> bool:
        types = [fact.type for fact in plant.store.events.of(str(case))]
        return "resolved" in types and types.count("told") >= 2 and plant.marks() == 1 and not plant.died()

    await plant.go_on(done, seconds=100)
    await plant.agree(case, seconds=40)
    return case


async def test_a_remedy_has_its_effect_once_wherever_the_worker_is_killed(
    plants: list[Plant], slapd: Slapd, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = await asyncio.gather(*(live(each, person) for each, person in zip(plants, PEOPLE, strict=True)))

    changes = slapd.changes()
    for each, person, case in zip(plants, PEOPLE, cases, strict=True):
        [run] = each.store.automations.runs()
        temporary = [path for path in each.files() if "Temporary password: " in path.read_text()]
        types = [fact.type for fact in each.store.events.of(case)]
        with capsys.disabled():
            print(
                f"\n{each.marks()} kill {each.point}: {changes.count(f'uid={person}')} changes in the directory,"
                f" {len(temporary)} temporary passwords sent, {run.attempts} attempts,"
                f" {types.count('remedy_tried')} remedy, {types.count('resolved')} resolution"
            )
        assert (run.key, run.state) == (f"{case}/password-reset/remedy/run", "done")
        assert changes.count(f"uid={person}") == 1
        assert len(temporary) == 1
        assert types.count("remedy_tried") == types.count("resolved") == 1
        row = each.store.cases.get(case)
        assert row is not None
        assert (row.state, row.touchless) == ("resolved", True)
