"""Experiments at the desk: drawn once, pinned in the run, told to nobody served, stopped from the next case on."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from temporalio.client import WorkflowExecutionDescription

from definitions.acts import Acknowledge, Resolve
from definitions.change import applied
from definitions.change_between import between
from definitions.example import organisation
from definitions.experiment import Experiment
from definitions.rules.base import working_days
from definitions.runs import SLICE
from office.errors import ActRefused, NotAllowed
from records.errors import Conflict
from records.values import InboxRow
from tests.definitions.trials import change, trial
from tests.workflows.house import House
from workflows.blocks.publish import ARM

DAY = timedelta(days=1)


async def lock(home: House, **given: Any) -> Experiment:
    """A trial that began an hour ago."""
    now = home.desk.clock()
    plan = trial(starts_at=now - timedelta(hours=1), stops_at=now + 90 * DAY, **given)
    home.desk.experiments.lock(plan, "dana")
    return plan


async def opened(home: House, n: int = 12) -> dict[str, str | None]:
    """New cases, and what the records have as their arm."""
    cases = [await home.open(f"VPN drops {k}") for k in range(n)]
    return {case: start_of(home, case).arm for case in cases}


def remind_after(home: House, case: str) -> int:
    """What the slice says that is pinned in the run of the case."""
    return SLICE.validate_python(start_of(home, case).definition).confirm.remind_after_days


def title(home: House, case: str) -> str:
    """Of the service, in the slice of the case."""
    return SLICE.validate_python(start_of(home, case).definition).title


def start_of(home: House, case: str) -> InboxRow:
    start = home.store.inbox.start_of(case)
    assert start is not None
    return start


async def described(home: House, case: str) -> WorkflowExecutionDescription:
    return await home.run(case).describe()


async def test_a_case_carries_the_slice_of_its_arm_and_a_fact_says_which(home: House) -> None:
    plan = await lock(home)
    arms = await opened(home)

    assert {*arms.values()} == {"fast-route:standard", "fast-route:variant"}
    for case, arm in arms.items():
        assert remind_after(home, case) == (3 if arm == "fast-route:variant" else 2)
        shown = await home.show(case)
        fact = next(event for event in shown["events"] if event["type"] == "exposed")
        assert fact["data"] == {
            "experiment": "fast-route",
            "plan": plan.version,
            "layer": "routing",
            "arm": str(arm).partition(":")[2],
        }
        assert shown["arm"] == arm
        assert (await described(home, case)).typed_search_attributes[ARM] == [arm]


async def test_whoever_is_served_does_not_learn_the_arm(home: House) -> None:
    await lock(home)
    case = await home.open()

    shown = await home.show(case, by="rita@example.org")

    assert shown["arm"] is None
    assert "variant" not in str(shown)
    assert "fast-route" not in str(shown)


async def test_a_stop_counts_from_the_next_case_on_and_those_that_run_finish_as_they_began(home: House) -> None:
    await lock(home)
    before = await opened(home)
    await home.desk.experiments.stop("fast-route", "People complain.", home.person("dana"))

    after = await opened(home, 3)

    assert {*after.values()} == {None}
    case = next(case for case, arm in before.items() if arm == "fast-route:variant")
    await home.act(case, Acknowledge(by="sam"))
    await home.act(case, Resolve(by="sam", text=home.words("Done")))
    await home.pass_time(days=30)
    shown = await home.show(case)
    assert (shown["state"], shown["arm"]) == ("closed", "fast-route:variant")
    reminded = next(event for event in shown["events"] if event["type"] == "reminded")
    resolved = next(event for event in shown["events"] if event["type"] == "resolved")
    slice_ = SLICE.validate_python(start_of(home, case).definition)
    calendar, at = slice_.calendar(slice_.confirm.calendar), datetime.fromisoformat(resolved["at"])
    late = datetime.fromisoformat(reminded["at"]) - working_days(calendar, at, 3)
    assert timedelta(0) <= late < timedelta(seconds=1)


async def test_two_experiments_in_two_layers_each_have_their_half_of_the_other(home: House) -> None:
    await lock(home)
    await lock(home, key="close-late", layer="closing", change=change("/services/vpn/confirm/close_after_days", 9))

    arms = await opened(home, 24)

    assert len({*arms.values()}) == 4
    both = [case for case, arm in arms.items() if arm == "close-late:variant,fast-route:variant"]
    confirm = SLICE.validate_python(start_of(home, both[0]).definition).confirm
    assert (confirm.remind_after_days, confirm.close_after_days) == (3, 9)


async def test_what_cannot_be_tried_is_refused_and_nobody_is_exposed(home: House) -> None:
    await lock(home)
    with pytest.raises(ActRefused, match="both change /services/vpn/confirm/remind_after_days"):
        await lock(home, key="again", layer="other")
    with pytest.raises(ActRefused, match="alters nothing that incidents of email carry"):
        await lock(home, key="elsewhere", layer="other", scope={"services": ("email",)})
    with pytest.raises(ActRefused, match="cannot be tried"):
        await lock(home, key="wrong", layer="other", change=change("/services/vpn/default_team", "nobody"))
    with pytest.raises(Conflict, match="another plan"):
        await lock(home, alpha=0.01)

    assert [row.key for row in home.store.experiments.ls()] == ["fast-route"]


async def test_only_who_may_stops_an_experiment_and_says_why(home: House) -> None:
    await lock(home)
    with pytest.raises(NotAllowed):
        await home.desk.experiments.stop("fast-route", "I do not like it.", home.person("rita@example.org"))
    with pytest.raises(ActRefused, match="without a reason"):
        await home.desk.experiments.stop("fast-route", " ", home.person("dana"))

    assert [row.key for row in home.store.experiments.running()] == ["fast-route"]


async def test_both_arms_stand_on_what_is_accepted_meanwhile_and_older_cases_on_what_was(home: House) -> None:
    guarded = between(organisation, applied(organisation, change()), "to see")
    await lock(home, change=guarded)
    before = await home.open("VPN drops before")

    await asyncio.to_thread(home.desk.standards.accept, change("/services/vpn/title", "Way in"), "dana")
    after = await opened(home)

    assert {title(home, case) for case in after} == {"Way in"}
    assert {arm: remind_after(home, case) for case, arm in after.items()} == {
        "fast-route:standard": 2,
        "fast-route:variant": 3,
    }
    assert title(home, before) == "VPN"
