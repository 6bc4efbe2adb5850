"""kill -9 of the worker around the automation of a request: its effect happens once, and the request is done."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from definitions.intake import OpenRequest
from office.errors import Unreachable
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


async def asked(plant: Plant, person: str) -> str:
    """A request for a new password, for a client that does not give up."""
    wanted = OpenRequest(item="password-reset", external_id="one")
    while True:
        try:
            return (await plant.desk.open_request(wanted, actor=plant.person(person))).id
        except Unreachable:
            await asyncio.sleep(0.1)


async def live(plant: Plant, person: str) -> str:
    """From the opening until it is resolved and everything is written down, however often the worker dies."""
    await plant.work()
    case = await asked(plant, person)

    def done() -> bool:
        types = [fact.type for fact in plant.store.events.of(case)]
        return "resolved" in types and types.count("told") >= 2 and plant.marks() == 1 and not plant.died()

    await plant.go_on(done, seconds=100)
    await plant.agree(case, seconds=40)
    return case


async def test_a_request_for_a_password_has_its_effect_once_wherever_the_worker_is_killed(
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
                f" {types.count('task_done')} task done"
            )
        assert (run.key, run.state) == (f"{case}/password-reset/reset/run", "done")
        assert changes.count(f"uid={person}") == 1
        assert len(temporary) == 1
        assert types.count("task_done") == types.count("resolved") == 1
        row = each.store.cases.get(case)
        assert row is not None
        assert (row.state, row.touchless) == ("resolved", True)
