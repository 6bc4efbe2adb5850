"""kill -9 of the worker around an automation: the effect's own log shows it once for a case."""

import asyncio
from pathlib import Path

import pytest

from definitions.runs import AutomationCall, AutomationResult
from office import opening
from tests.activities.automation.servers import Slapd
from tests.activities.mail.conftest import certificate
from tests.faults.directory import PASSWORD, PEOPLE, plants, slapd
from tests.faults.plant import Plant
from workflows.automation import AutomationWorkflow

__all__ = ["certificate", "plants", "slapd"]

pytestmark = [pytest.mark.story, pytest.mark.timeout(180)]


async def reset(plant: Plant, person: str) -> AutomationResult:
    """The password of one person for one case, however often the worker dies."""
    await plant.work()
    call = AutomationCall(automation="password-reset", case_id="REQ-1", inputs={"person": person}, consent_by=person)
    client = await opening.connect(plant.settings)
    handle = await client.start_workflow(
        AutomationWorkflow.run, call, id=f"reset-{person}", task_queue=plant.settings.task_queue
    )
    result = asyncio.create_task(handle.result())
    await plant.go_on(result.done, seconds=100)
    return await result


async def test_a_password_is_set_once_and_told_once_wherever_the_worker_is_killed(
    plants: list[Plant], slapd: Slapd, capsys: pytest.CaptureFixture[str]
) -> None:
    results = await asyncio.gather(*(reset(each, person) for each, person in zip(plants, PEOPLE, strict=True)))

    changes = slapd.changes()
    for each, person, result in zip(plants, PEOPLE, results, strict=True):
        [run] = each.store.automations.runs()
        with capsys.disabled():
            print(
                f"\n{each.marks()} kill {each.point}: {changes.count(f'uid={person}')} changes in the directory,"
                f" {len(each.files())} mails, {run.attempts} attempts, {result.outcome}"
            )
        assert each.marks() == 1
        assert (result.outcome, run.state) == ("done", "done"), result.finding
        assert changes.count(f"uid={person}") == 1
        assert len(each.files()) == 1


async def test_no_password_stands_in_histories_records_or_logs(plants: list[Plant], tmp_path: Path) -> None:
    [each, *_] = plants
    result = await reset(each, PEOPLE[0])

    [mail] = each.files()
    temporary = mail.read_text().partition("Temporary password: ")[2].split()[0]
    client = await opening.connect(each.settings)
    history = await client.get_workflow_handle(f"reset-{PEOPLE[0]}").fetch_history()
    kept = [path for path in each.settings.data_dir.rglob("*") if path.is_file()]
    searched = [path for path in kept if path != mail and path != each.settings.secrets_file]
    assert len(temporary) > 20
    assert {path.name for path in searched} >= {"jidoka.db", "worker.log"}
    for secret in (temporary, PASSWORD):
        assert secret not in history.to_json()
        assert secret not in result.model_dump_json()
        assert [path.name for path in searched if secret.encode() in path.read_bytes()] == []
    assert PASSWORD in each.settings.secrets_file.read_text(), "the search would find it"
