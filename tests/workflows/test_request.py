"""Requests on skipped time, with real activities and records: approved, fulfilled, confirmed, taken back."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.sdk.v1 import WorkflowMetadata

from definitions import acts
from definitions.acts import Act
from definitions.example import organisation
from definitions.intake import OpenRequest
from definitions.request.acts import Approve, ClaimTask, Reject, TaskDone
from office.errors import ActRefused
from tests.workflows.house import House, house
from tests.workflows.requests import STARTER, SWITCHED, VPN, standing_in, switched


def waiting(home: House, case: str) -> set[str]:
    """The tasks that lists show as open or claimed."""
    return {row.id.partition("/")[2] for row in home.store.tasks.of(case) if row.state in ("open", "claimed")}


async def facts(home: House, case: str, type_: str) -> list[dict[str, Any]]:
    """Its facts of one type."""
    return [event for event in (await home.show(case))["events"] if event["type"] == type_]


async def test_a_request_is_approved_fulfilled_and_confirmed(tmp_path: Path, empty_database: Path) -> None:
    async with house(tmp_path, empty_database) as home:
        case = await home.request("vpn-access", VPN)
        await home.pass_time(hours=1)
        assert waiting(home, case) == {"approve-manager"}

        receipt = await home.act(case, Approve(by="chloe"))
        assert receipt.state == "in_progress", "the automation has begun"
        await home.pass_time(minutes=1)
        for key in ("account", "certificate", "gateway"):
            await home.act(case, ClaimTask(by="jay", task=key))
            await home.act(case, TaskDone(by="jay", task=key))
        await home.act(case, TaskDone(by="sam", task="first-connection"))
        await home.pass_time(hours=1)
        await home.act(case, acts.Confirm(by="rita"))
        await home.ends(case)

        shown = await home.show(case)
        assert (shown["state"], shown["outcome"]) == ("closed", "confirmed")
        [row] = [row for row in home.store.tasks.of(case) if row.id.endswith("/account")]
        assert (row.state, row.ended_by) == ("done", "jay")
        assert waiting(home, case) == set()
        assert [target["state"] for target in shown["targets"]] == ["met", "met"]


async def test_a_second_answer_and_one_on_ones_own_request_are_refused(tmp_path: Path, empty_database: Path) -> None:
    async with house(tmp_path, empty_database) as home:
        case = await home.request("vpn-access", VPN)
        await home.pass_time(minutes=1)
        before = await home.types(case)

        with pytest.raises(ActRefused, match="nobody decides on their own request"):
            await home.act(case, Approve(by="rita"))
        assert await home.types(case) == before
        await home.act(case, Approve(by="chloe"), key="once")
        await home.act(case, Approve(by="chloe"), key="once")
        with pytest.raises(ActRefused, match="was granted already: chloe said yes"):
            await home.act(case, Reject(by="chloe", text=home.words("No.")))
        assert (await home.types(case)).count("approved") == 1


async def test_a_key_is_good_for_one_item_for_one_person_and_for_one_task(home: House) -> None:
    opened = [
        await home.desk.open_request(OpenRequest(**wanted, external_id="k"), actor=home.person("chloe"))
        for wanted in (
            {"item": "vpn-access", "fields": VPN},
            {"item": "vpn-access", "fields": VPN, "for_whom": "rita"},
            {"item": "password-reset"},
            {"item": "vpn-access", "fields": VPN},
        )
    ]
    assert [each.created for each in opened] == [True, True, True, False]
    assert (opened[0].id, len({each.id for each in opened})) == (opened[3].id, 3)

    case = await home.request("vpn-access", VPN)
    await home.act(case, Approve(by="chloe"))
    await home.pass_time(minutes=1)
    for task in ("account", "certificate", "account"):
        await home.desk.act(case, ClaimTask(by="jay", task=task), actor=home.person("jay"), key="k")
    assert {row.id.partition("/")[2] for row in home.store.tasks.of(case) if row.assignee == "jay"} >= {
        "account",
        "certificate",
    }


async def test_an_answer_after_a_no_names_who_gave_it_and_offers_no_reopening(
    tmp_path: Path, empty_database: Path
) -> None:
    async with house(tmp_path, empty_database) as home:
        case = await home.request("vpn-access", VPN)
        await home.pass_time(minutes=1)
        await home.act(case, Reject(by="chloe", text=home.words("No.")))
        await home.ends(case)

        with pytest.raises(ActRefused, match="was refused already: chloe said no") as late:
            await home.act(case, Approve(by="chloe"))

        assert late.value.hint == "Open a new request."


async def test_whoever_was_spoken_for_sees_it_and_hears_who_spoke(tmp_path: Path, empty_database: Path) -> None:
    org = standing_in("vpn-access", asks=("person:chloe", "person:paul"), away="paul", instead="eva")
    async with house(tmp_path, empty_database, org=org) as home:
        case = await home.request("vpn-access", VPN)
        await home.pass_time(minutes=1)

        await home.desk.act(case, Approve(by="eva"), actor=home.person("eva"))

        with pytest.raises(ActRefused, match="eva said yes for paul already"):
            await home.desk.act(case, Approve(by="paul"), actor=home.person("paul"))
        assert (await home.show(case, "paul"))["approvals"][0]["waits_for"] == ["chloe"]


async def test_silence_reminds_then_asks_somebody_else_and_never_approves(tmp_path: Path, empty_database: Path) -> None:
    async with house(tmp_path, empty_database) as home:
        case = await home.request("vpn-access", VPN)
        await home.pass_time(days=14)

        types = await home.types(case)
        assert (types.count("approval_reminded"), types.count("approval_escalated")) == (1, 1)
        assert "stage_granted" not in types
        [row] = home.store.tasks.of(case)
        assert (row.team, row.state) == (organisation.triage, "open")

        await home.act(case, Approve(by="max"))
        await home.pass_time(minutes=1)
        assert waiting(home, case) >= {"account", "certificate"}


async def test_without_people_and_approvals_it_is_done_in_a_moment(tmp_path: Path, empty_database: Path) -> None:
    async with house(tmp_path, empty_database, org=switched()) as home:
        case = await home.request("light")
        await home.pass_time(seconds=30)

        shown = await home.show(case)
        assert (shown["state"], shown["touchless"]) == ("resolved", True)
        assert [entry for entry in SWITCHED if entry.startswith(case)] == [f"{case} on rita"]
        await home.act(case, acts.Confirm(by="rita"))


async def test_what_an_automation_cannot_do_waits_for_a_person_who_is_told_why(
    tmp_path: Path, empty_database: Path
) -> None:
    async with house(tmp_path, empty_database, org=switched("nobody-wrote-this")) as home:
        case = await home.request("light")
        await home.pass_time(seconds=30)

        [failed] = await facts(home, case, "task_failed")
        assert "nobody-wrote-this" in failed["data"]["why"]
        assert waiting(home, case) == {"switch"}
        await home.act(case, TaskDone(by="jay", task="switch"))
        shown = await home.show(case)
        assert (shown["state"], shown["touchless"]) == ("resolved", False)
        assert [promise["state"] for promise in shown["promises"]] == ["kept"]


async def test_twelve_tasks_of_four_teams_are_done_in_the_order_of_the_plan(
    tmp_path: Path, empty_database: Path
) -> None:
    plan = {task.key: task for task in organisation.item("new-starter").plan.tasks}
    async with house(tmp_path, empty_database) as home:
        case = await home.request("new-starter", STARTER, by="omar@example.org")
        await home.pass_time(minutes=1)
        await home.act(case, Approve(by=home.store.tasks.of(case)[0].people[0]))
        await home.pass_time(minutes=1)
        done: list[str] = []
        while ready := sorted(waiting(home, case)):
            assert set(ready) == {k for k, t in plan.items() if k not in done and set(t.after) <= set(done)}
            key = ready[len(done) % len(ready)]
            await home.act(case, ClaimTask(by="sam", task=key))
            await home.pass_time(hours=2)
            await home.act(case, TaskDone(by="sam", task=key))
            await home.pass_time(minutes=1)
            done.append(key)

        assert len(done) == 12
        assert len({plan[key].team for key in done}) == 4
        assert [fact["data"]["task"] for fact in await facts(home, case, "task_done")] == done
        assert (await home.show(case))["state"] == "resolved"


async def test_cancelled_half_way_an_automation_takes_back_what_it_did_once(
    tmp_path: Path, empty_database: Path
) -> None:
    async with house(tmp_path, empty_database, org=switched()) as home:
        case = await home.request("lamp")
        await home.pass_time(seconds=30)
        assert waiting(home, case) == {"look"}

        await home.act(case, acts.Cancel(by="rita", text=home.words("It is day.")))
        await home.ends(case)

        shown = await home.show(case)
        assert (shown["state"], shown["outcome"]) == ("cancelled", "cancelled")
        assert [entry for entry in SWITCHED if entry.startswith(case)] == [f"{case} on rita", f"{case} off rita"]
        [undone] = await facts(home, case, "undone")
        assert undone["data"] == {"task": "switch", "automated": True}


async def test_what_cannot_be_taken_back_is_named(tmp_path: Path, empty_database: Path) -> None:
    async with house(tmp_path, empty_database, org=switched(stays=True)) as home:
        case = await home.request("lamp")
        await home.pass_time(seconds=30)

        await home.act(case, acts.Cancel(by="rita"))
        await home.ends(case)

        [left] = await facts(home, case, "remains")
        assert left["data"] == {"task": "switch", "title": "Switch it on", "why": "It has burnt.", "text": None}


async def test_the_mail_about_a_cancelling_says_why_something_stays_in_the_words_of_who_tried(
    tmp_path: Path, empty_database: Path
) -> None:
    async with house(tmp_path, empty_database, org=switched()) as home:
        case = await home.request("hall")
        await home.pass_time(seconds=30)
        await home.act(case, TaskDone(by="jay", task="wire"))
        await home.act(case, acts.Cancel(by="rita"))
        await home.pass_time(seconds=30)
        why = home.desk.tasks.note(case, "undo-wire", {}, "The plaster is dry.")
        assert why is not None

        await home.act(case, TaskDone(by="jay", task="undo-wire", stays=True, text=home.words(why)))
        await home.ends(case)

        body = home.mails()[-1].get_body(("plain",))
        assert body is not None
        assert "Lay a wire: The plaster is dry." in body.get_content()


async def test_a_request_goes_on_in_fresh_runs_whatever_it_waits_for(tmp_path: Path, empty_database: Path) -> None:
    async with house(tmp_path, empty_database) as home:
        home.desk.courier.fresh_after = 20
        home.replay_at_end = False
        case = await home.request("vpn-access", VPN)
        first = (await home.run(case).describe()).run_id
        for number in range(6):
            await home.act(case, acts.Comment(by="jay", text=home.words(f"Note {number}"), internal=True))
            await home.pass_time(minutes=10)
        await home.act(case, Approve(by="chloe"))
        await home.pass_time(minutes=10)
        for act in (ClaimTask(by="jay", task="account"), TaskDone(by="jay", task="account")):
            await home.act(case, act)
            await home.pass_time(minutes=10)
        await home.act(case, acts.Cancel(by="rita"))
        await home.pass_time(minutes=10)
        await home.act(case, TaskDone(by="jay", task="undo-account"))
        await home.ends(case)

        assert (await home.run(case).describe()).run_id != first
        shown = await home.show(case)
        assert shown["state"] == "cancelled"
        assert [event["seq"] for event in shown["events"]] == list(range(1, len(shown["events"]) + 1))


async def test_a_closed_request_goes_on_when_something_is_missing(tmp_path: Path, empty_database: Path) -> None:
    async with house(tmp_path, empty_database, org=switched()) as home:
        case = await home.request("light")
        await home.pass_time(seconds=30)
        await home.act(case, acts.Confirm(by="rita"))
        await home.ends(case)

        await home.act(case, acts.Reopen(by="rita", text=home.words("It is dark.")))
        await home.pass_time(seconds=30)
        assert waiting(home, case) == {"rework-1"}
        await home.act(case, TaskDone(by="sam", task="rework-1"))
        await home.pass_time(days=30)

        shown = await home.show(case)
        assert (shown["state"], shown["outcome"]) == ("closed", "assumed")
        assert (await home.types(case)).count("reopened") == 1
        assert [entry for entry in SWITCHED if entry.startswith(case)] == [f"{case} on rita"], "once for the case"


async def test_the_run_says_what_it_waits_for_and_who_may_act(tmp_path: Path, empty_database: Path) -> None:
    async def says(*words: str) -> None:
        metadata = await home.run(case).query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
        assert all(word in metadata.current_details for word in words), metadata.current_details

    async with house(tmp_path, empty_database, org=switched("nobody-wrote-this")) as home:
        case = await home.request("vpn-access", VPN)
        await home.pass_time(minutes=1)
        await says("Does the manager agree? (chloe)", "chloe: `approve`, `reject`; the requester: `cancel`")
        await home.act(case, Approve(by="chloe"))
        await home.act(case, ClaimTask(by="jay", task="account"))
        await home.pass_time(minutes=1)
        await says("account (jay), certificate (network)", "the teams: `claim_task`")
        await home.act(case, TaskDone(by="jay", task="account"))
        await home.act(case, acts.Cancel(by="rita"))
        await says("taking back: undo-account (network)", "who may act: the teams")
        await home.act(case, TaskDone(by="jay", task="undo-account"))
        await says("waits for: nothing")


async def test_late_is_what_the_lead_of_the_team_hears(tmp_path: Path, empty_database: Path) -> None:
    async with house(tmp_path, empty_database, org=switched("nobody-wrote-this")) as home:
        case = await home.request("light")
        await home.pass_time(days=3)

        [paged] = await facts(home, case, "paged")
        lead = organisation.team("workplace").lead
        assert (paged["data"]["to"], paged["data"]["outcome"]) == (lead, "sent")
        await home.act(case, acts.Cancel(by=lead))


REFUSED: list[tuple[Act, str]] = [
    (TaskDone(by="jay", task="first-connection"), "it waits for account, certificate, gateway"),
    (ClaimTask(by="jay", task="nonsense"), "has no task 'nonsense'"),
    (acts.Confirm(by="rita"), "there is nothing to confirm yet"),
]


async def test_what_does_not_fit_leaves_no_fact(tmp_path: Path, empty_database: Path) -> None:
    async with house(tmp_path, empty_database) as home:
        case = await home.request("vpn-access", VPN)
        await home.act(case, Approve(by="chloe"))
        await home.pass_time(minutes=5)
        before = await home.types(case)
        for act, why in REFUSED:
            with pytest.raises(ActRefused, match=why):
                await home.act(case, act)
        assert await home.types(case) == before
        await home.env.sleep(timedelta(seconds=1))
