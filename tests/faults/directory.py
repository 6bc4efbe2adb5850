"""A real directory whose passwords the workers of several plants reset, and what must have come of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from keys import Secrets
from records.automations import AutomationRun
from tests.activities.automation.servers import BASE, SERVICE, Slapd
from tests.faults.plant import Plant, plant
from tests.faults.points import AUTOMATION_POINTS

PASSWORD = "s3cret-of-the-service"
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


def plants_on(slapd: Slapd, certificate: Path, folder: Path, template: Path, server: str) -> list[Plant]:
    """One for each point around an automation, all with the same directory."""
    made = []
    for number, point in enumerate(AUTOMATION_POINTS):
        each = plant(folder / f"p{number}", template, server, point)
        Secrets.ensure(each.settings.secrets_file)
        kept = each.settings.secrets_file.read_text()
        each.settings.secrets_file.write_text(
            kept.replace("[automation]\n", f'[automation]\ndirectory = "{PASSWORD}"\n')
        )
        where = {
            "url": f"ldaps://localhost:{slapd.tls_port}", "ca_file": str(certificate), "bind_dn": SERVICE,
            "base": f"ou=people,{BASE}",
        }  # fmt: skip
        each.settings = each.settings.model_copy(
            update={"automation_allow_hosts": ("localhost",), "automation_inputs": {"password-reset": where}}
        )
        made.append(each)
    return made


async def resolved(plant: Plant, case: str) -> str:
    """The case, once it is resolved and everything is written down, however often the worker dies."""

    def done() -> bool:
        types = [fact.type for fact in plant.store.events.of(case)]
        return "resolved" in types and types.count("told") >= 2 and plant.marks() == 1 and not plant.died()

    await plant.go_on(done, seconds=100)
    await plant.agree(case, seconds=40)
    return case


def done_once(plant: Plant, person: str, case: str, changes: list[str], fact: str) -> AutomationRun:
    """Its one run, after the password was set once, sent once, and the case resolved by it once."""
    [run] = plant.store.automations.runs()
    temporary = [path for path in plant.files() if "Temporary password: " in path.read_text()]
    types = [found.type for found in plant.store.events.of(case)]
    print(
        f"\n{plant.marks()} kill {plant.point}: {changes.count(f'uid={person}')} changes in the directory,"
        f" {len(temporary)} temporary passwords sent, {run.attempts} attempts,"
        f" {types.count(fact)} {fact}, {types.count('resolved')} resolution"
    )
    row = plant.store.cases.get(case)
    assert row is not None
    assert (row.state, row.touchless, run.state) == ("resolved", True, "done")
    assert (changes.count(f"uid={person}"), len(temporary)) == (1, 1)
    assert types.count(fact) == types.count("resolved") == 1
    return run
