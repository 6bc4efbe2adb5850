"""Automations look at a case before a person does; what they found stands on the case, whatever became of them."""

from pathlib import Path
from typing import Any

import pytest

from activities.automation.code import Automation, Failed, Report, Run, automation
from definitions import acts
from definitions.automations import AutomationDefinition, Match, Risk
from definitions.base import Value
from definitions.example import organisation
from definitions.organisation import Organisation
from tests.workflows.house import house


class Nothing(Value):
    """No input."""

    trouble: str = ""


@automation("test-look", title="Look", risk=Risk.READS)
class Look(Automation[Nothing, Report]):
    """Finds a full disk, or fails."""

    async def run(self, given: Nothing, run: Run) -> Report:
        if given.trouble:
            raise Failed(given.trouble, "Look by hand.")
        return Report(result="The disk is full.", checked="df", at=run.now, good=False, next_step="Make room.")


def _using(**changes: Any) -> Organisation:
    def used(key: str, **more: Any) -> AutomationDefinition:
        match = Match(services=("vpn",), **more.pop("match", {}))
        return AutomationDefinition(
            key=key, title=key, does="test-look", owner="network", risk=Risk.READS, diagnoses=(match,), **more
        )

    return organisation.model_copy(
        update={
            "automations": (
                used("disk", **changes),
                used("broken", inputs={"trouble": "no way in"}),
                used("only-outages", match={"categories": ("outage",)}),
            )
        }
    )


async def test_each_diagnosis_leaves_a_readable_finding_on_the_case(tmp_path: Path, empty_database: Path) -> None:
    async with house(tmp_path, empty_database, org=_using()) as home:
        case = await home.open()
        await home.pass_time(minutes=1)

        facts = [f for f in (await home.show(case))["events"] if f["type"] == "automated"]
        found = {f["data"]["automation"]: f["data"] for f in facts}
        assert found.keys() == {"find-duplicates", "disk", "broken"}
        assert found["disk"]["outcome"] == "done"
        assert found["disk"]["finding"].startswith("Trouble: The disk is full. Checked: df, ")
        assert found["disk"]["finding"].endswith(" UTC. Next: Make room.")
        assert found["broken"] == {
            "automation": "broken", "outcome": "failed", "finding": "Not done: no way in. Next: Look by hand.",
        }  # fmt: skip
        assert {f["visibility"] for f in facts} == {"internal"}, "a finding is for those who work on the case"


async def test_a_case_does_not_wait_for_its_diagnoses(tmp_path: Path, empty_database: Path) -> None:
    async with house(tmp_path, empty_database, org=_using()) as home:
        case = await home.open()

        await home.act(case, acts.Resolve(by="jay", text=home.words("Done.")))
        await home.act(case, acts.Confirm(by="rita"))
        await home.ends(case)

        shown = await home.show(case)
        assert shown["state"] == "closed"
        assert [f["type"] for f in shown["events"]].count("automated") == 3, "and no finding is lost by its end"


async def test_a_paused_diagnosis_says_so_on_the_case(tmp_path: Path, empty_database: Path) -> None:
    async with house(tmp_path, empty_database, org=_using()) as home:
        home.store.automations.pause("disk", "olga", "it looks at the wrong machine")
        case = await home.open()
        await home.pass_time(minutes=1)

        [disk] = [f["data"] for f in (await home.show(case))["events"] if f["data"].get("automation") == "disk"]
        assert disk["outcome"] == "refused"
        assert "paused by olga" in disk["finding"]
        assert disk["finding"].endswith("it looks at the wrong machine. Next: do it by hand.")


@pytest.mark.parametrize("budget", [{"per_hour": 1}, {"per_day": 1}])
async def test_beyond_its_budget_a_case_goes_on_without_it(
    tmp_path: Path, empty_database: Path, budget: dict[str, int]
) -> None:
    async with house(tmp_path, empty_database, org=_using(budget=budget)) as home:
        cases = [await home.open(title=title) for title in ("One thing", "Another matter")]
        await home.pass_time(minutes=1)

        outcomes = [
            f["data"]["outcome"]
            for case in cases
            for f in (await home.show(case))["events"]
            if f["data"].get("automation") == "disk"
        ]
        assert sorted(outcomes) == ["done", "refused"]


def test_a_service_without_diagnoses_keeps_its_version() -> None:
    assert "diagnoses" not in organisation.incident("vpn").model_dump(mode="json")
    assert _using().incident("email").version == organisation.incident("email").version
    assert _using().incident("vpn").version != organisation.incident("vpn").version
