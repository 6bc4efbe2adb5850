"""Cycles of improvement as runs: gates, trial, looks, decision, standard, control, and what follows a signal."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from definitions import acts as common
from definitions.cycle import acts
from definitions.cycle.evidence import Neighbours
from definitions.cycle.state import COURSE, ControlPlan, Method
from office.errors import ActRefused, NotAllowed
from office.inbox import Inbox
from tests.definitions.cycle.lives import CHARTER, SERIES, verdict
from tests.workflows.cycles import FigureDesk, begun, facts, opened, planned
from tests.workflows.house import House, house


@pytest.fixture
def figures() -> FigureDesk:
    return FigureDesk()


@pytest.fixture
async def home(tmp_path: Path, empty_database: Path, figures: FigureDesk) -> AsyncIterator[House]:
    async with house(tmp_path, empty_database, cycles=figures) as ours:
        figures.desk = ours.desk
        yield ours


async def tried(home: House, method: Method = "kaizen") -> str:
    """A cycle whose trial runs."""
    case = await begun(home, method)
    await planned(home, case)
    for _ in range(4 if method == "dmaic" else 2):
        await opened(home, case)
    return case


async def controlled(home: House, method: Method = "kaizen", on_signal: str = "pause", days: int = 56) -> str:
    """A cycle whose standard is watched."""
    case = await tried(home, method)
    await home.pass_time(days=22)
    await home.act(case, acts.Decide(by="dana", accept=True))
    await home.pass_time(seconds=30)
    control = ControlPlan.model_validate({"every_days": 7, "days": days, "on_signal": on_signal})
    await home.act(case, acts.PlanControl(by="ravi", control=control))
    for _ in range(2 if method == "kaizen" else 1):
        await opened(home, case)
    return case


@pytest.mark.parametrize("method", ["dmaic", "kaizen"])
async def test_a_cycle_goes_from_its_charter_to_a_standard_that_held(
    home: House, figures: FigureDesk, method: Method
) -> None:
    case = await controlled(home, method)
    await home.pass_time(days=60)

    shown = await home.show(case)
    events = shown["events"]
    assert (shown["state"], shown["outcome"]) == ("closed", "held")
    assert [fact["gate"] for fact in facts(events, "gate_passed")] == [*COURSE[method]]
    assert [fact["number"] for fact in facts(events, "looked")] == [1, 2, 3]
    assert [(fact["did"], fact["how"]) for fact in facts(events, "settled")] == [("accept", "accepted")]
    assert len(facts(events, "chart_read")) == 7
    assert figures.asked == {"measure": len(COURSE[method]), "begin": 1, "look": 3, "settle": 1, "watch": 7}


async def test_a_refused_gate_says_all_that_is_missing_and_a_lead_goes_past_it_with_words(
    home: House, figures: FigureDesk
) -> None:
    figures.evidence = figures.evidence.model_copy(update={"neighbours": Neighbours(same=("DMC-00000000",))})
    case = await begun(home, goal=None)

    await opened(home, case)
    refused = await home.show(case)
    assert [short["check"] for short in refused["gates"][-1]["shortfalls"]] == ["goal", "overlap"]
    why = acts.OverrideGate(by="dana", text=home.words("The other one ends this week."))
    with pytest.raises(ActRefused, match="nobody can go on without it"):
        await home.act(case, why)

    kept = {name: home.words(f"{name} in words") for name in ("title", "problem", "experience")}
    await home.act(case, acts.AmendCharter(by="ravi", charter=CHARTER.model_copy(update=kept)))
    await home.act(case, why)

    went_on = await home.show(case)
    assert (went_on["phase"], went_on["gates"][-1]["outcome"]) == ("cause", "overridden")
    assert [short["check"] for short in went_on["gates"][-1]["shortfalls"]] == ["overlap"]
    assert went_on["gates"][-1]["text"] == "The other one ends this week."
    await home.pass_time(seconds=5)
    assert ("cycle_overridden", "ravi") in home.sent(case)


async def test_a_trial_that_cannot_begin_shuts_its_gate_again_with_the_reason(home: House, figures: FigureDesk) -> None:
    figures.refused = "another experiment changes the same"
    case = await tried(home)
    shown = await home.show(case)

    assert (shown["phase"], shown["begun_at"]) == ("cause", None)
    assert "another experiment changes the same" in shown["gates"][-1]["shortfalls"][0]["said"]
    await home.act(case, acts.Propose(by="kim", text=home.words("Something else")))

    figures.refused = None
    await opened(home, case)
    assert (await home.show(case))["phase"] == "trial"
    assert figures.asked["begin"] == 2


async def test_nobody_decides_before_the_verdict_and_everybody_hears_of_it(home: House, figures: FigureDesk) -> None:
    case = await tried(home)
    await home.pass_time(days=8)

    with pytest.raises(ActRefused, match="no result yet"):
        await home.act(case, acts.Decide(by="dana", accept=True))
    await home.pass_time(days=14)

    assert [person for template, person in home.sent(case) if template == "cycle_verdict"] == ["ravi", "dana"]
    await home.act(case, acts.Decide(by="dana", accept=True))
    with pytest.raises(ActRefused, match="has decided already"):
        await home.act(case, acts.Decide(by="ravi", accept=False))
    await home.pass_time(days=30)
    assert figures.made == [1, 2, 3]


@pytest.mark.parametrize("accept", [True, False])
async def test_what_was_decided_is_carried_out_however_often_the_records_are_away(
    home: House, figures: FigureDesk, accept: bool
) -> None:
    case = await tried(home)
    await home.pass_time(days=22)
    figures.away = 5

    await home.act(case, acts.Decide(by="dana", accept=accept, text=home.words("So it is.")))
    await home.pass_time(hours=1)

    assert figures.asked["settle"] == 6
    assert figures.settled == ["accept" if accept else "roll_back"]
    assert [fact["how"] for fact in facts((await home.show(case))["events"], "settled")] == [
        "accepted" if accept else "rolled_back"
    ]


async def test_an_errand_that_fails_for_half_a_day_is_told_and_done_the_next_day(
    home: House, figures: FigureDesk
) -> None:
    case = await begun(home)
    figures.away = 10_000
    await home.act(case, acts.AskGate(by="ravi"))
    await home.pass_time(hours=13)

    (failed,) = facts((await home.show(case))["events"], "errand_failed")
    assert failed["errand"] == "measure"
    assert "the records are away" in failed["reason"]
    assert ("cycle_failed", "ravi") in home.sent(case)

    figures.away = 0
    await home.pass_time(days=1)
    assert (await home.show(case))["phase"] == "cause"


async def test_what_cannot_become_the_standard_waits_for_a_new_decision(home: House, figures: FigureDesk) -> None:
    case = await tried(home)
    await home.pass_time(days=22)
    figures.not_settled = "the standard has moved on"
    await home.act(case, acts.Decide(by="dana", accept=True))
    await home.pass_time(seconds=30)

    shown = await home.show(case)
    assert (shown["decided"], shown["actual"]) == (None, None)
    assert ("cycle_not_settled", "ravi") in home.sent(case)

    figures.not_settled = None
    await home.act(case, acts.Decide(by="dana", accept=True))
    await home.pass_time(seconds=30)
    assert (await home.show(case))["standard"] == 7


async def test_what_was_stopped_is_withdrawn_even_though_the_cycle_is_over(home: House, figures: FigureDesk) -> None:
    case = await tried(home)
    await home.pass_time(days=8)

    await home.act(case, acts.StopCycle(by="dana", text=home.words("No time.")))
    await home.ends(case)

    shown = await home.show(case)
    assert shown["state"] == "cancelled"
    assert figures.settled == ["roll_back"]
    assert [event["type"] for event in shown["events"] if event["type"] != "told"][-3:] == [
        "trial_withdrawn",
        "cancelled",
        "settled",
    ]


async def test_a_signal_is_reported_and_the_watch_goes_on(home: House, figures: FigureDesk) -> None:
    figures.signal_after = timedelta(days=20)
    case = await controlled(home, on_signal="report")
    await home.pass_time(days=60)

    shown = await home.show(case)
    assert shown["outcome"] == "signalled"
    assert len(shown["signals"]) == 5
    assert shown["follow_up"] is None
    assert figures.settled == ["accept"]


async def test_after_a_signal_that_pauses_somebody_decides_whether_the_standard_stays(
    home: House, figures: FigureDesk
) -> None:
    figures.signal_after = timedelta(days=20)
    case = await controlled(home)
    await home.pass_time(days=22)
    paused = await home.show(case)
    assert (paused["paused"], len(paused["signals"]), figures.asked["watch"]) == (True, 1, 3)
    home.opened.append(paused["follow_up"])
    assert (await home.show(paused["follow_up"]))["after"] == case
    assert ("cycle_follows", "ravi") in home.sent(paused["follow_up"])

    figures.signal_after = None
    await home.act(case, acts.Decide(by="dana", accept=True, text=home.words("It was the outage.")))
    await home.pass_time(days=10)
    assert figures.asked["watch"] > 3
    assert (await home.show(case))["state"] == "resolved"
    assert figures.asked["follow"] == 1


async def test_after_a_signal_the_standard_is_taken_back_by_decision(home: House, figures: FigureDesk) -> None:
    figures.signal_after = timedelta(days=20)
    case = await controlled(home)
    await home.pass_time(days=22)
    home.opened.append((await home.show(case))["follow_up"])

    await home.act(case, acts.Decide(by="dana", accept=False))
    await home.ends(case)

    shown = await home.show(case)
    assert (shown["outcome"], shown["actual"]["per_case"]) == ("signalled", 0.0)
    assert figures.settled == ["accept", "revert"]


async def test_a_signal_takes_the_standard_back_by_itself_where_that_was_planned(
    home: House, figures: FigureDesk
) -> None:
    figures.signal_after = timedelta(days=20)
    case = await controlled(home, on_signal="revert")
    await home.pass_time(days=22)
    await home.ends(case)

    shown = await home.show(case)
    home.opened.append(shown["follow_up"])
    assert (shown["state"], shown["outcome"]) == ("closed", "signalled")
    assert figures.settled == ["accept", "revert"]
    assert shown["follow_up"].startswith("KZN-")
    assert ("cycle_signal", "dana") in home.sent(case)


async def test_a_trial_without_a_second_arm_ends_with_what_chance_and_rebound_leave(
    home: House, figures: FigureDesk
) -> None:
    figures.result = SERIES
    case = await tried(home)
    await home.pass_time(days=22)
    await home.act(case, acts.Decide(by="dana", accept=True))
    await home.pass_time(seconds=30)

    shown = await home.show(case)
    assert shown["evidence"]["interrupted"]["beaten"] is True
    assert shown["actual"]["by_itself"] == pytest.approx(0.1)


async def test_the_team_is_nudged_each_working_day_of_the_box_and_its_lead_each_week_after(home: House) -> None:
    case = await begun(home)
    await home.pass_time(days=31)

    shown = await home.show(case)
    assert [fact["day"] for fact in facts(shown["events"], "nudged")] == list(range(1, 11))
    assert len(facts(shown["events"], "still_waiting")) == 2
    nudged = [person for template, person in home.sent(case) if template == "cycle_nudge"]
    assert set(nudged) == {"ravi", "kim", "rita"}
    assert [person for template, person in home.sent(case) if template == "cycle_waiting"] == ["ravi", "ravi"]


async def test_the_customer_in_the_team_takes_part_and_nobody_else_outside_the_desk_does(home: House) -> None:
    case = await begun(home)
    cause = acts.AddHypothesis(by="rita", text=home.words("Nobody asked us which VPN."))
    rita, omar = home.person("rita@example.org"), home.person("omar@example.org")

    await home.desk.act(case, cause, actor=rita)

    seen = await home.desk.show(case, actor=rita)
    assert [each["text"] for each in seen["hypotheses"]] == ["Nobody asked us which VPN."]
    for refused in (
        home.desk.act(case, cause, actor=omar),
        home.desk.show(case, actor=omar),
        home.desk.act(case, acts.StopCycle(by="rita", text=home.words("Enough.")), actor=rita),
        home.desk.act(case, acts.Decide(by="kim", accept=True), actor=home.person("kim")),
    ):
        with pytest.raises(NotAllowed):
            await refused
    await home.desk.act(case, acts.StopCycle(by="dana", text=home.words("Enough.")), actor=home.person("dana"))


async def test_whoever_leads_a_cycle_has_it_in_their_inbox_until_it_runs_by_itself(home: House) -> None:
    case = await controlled(home)
    other = await begun(home)

    listed = await Inbox(home.desk, home.person("ravi")).all(20)

    assert [(row["id"], row["command"]) for row in listed] == [(other, f"jidoka cycle show {other}")]
    assert case != other


async def test_a_run_always_says_what_it_waits_for_and_who_may_act(home: House, figures: FigureDesk) -> None:
    case = await begun(home)
    handle = home.run(case)
    said = await handle.query("__temporal_workflow_metadata")
    assert "ravi and the team: problem and goal in numbers" in str(said)

    await planned(home, case)
    await opened(home, case)
    await opened(home, case)
    said = await handle.query("__temporal_workflow_metadata")
    assert "look 1 at the trial" in str(said)
    assert "by itself: the next look at the trial" in str(said)


async def test_a_cycle_that_lives_for_400_days_goes_on_run_by_run_and_loses_nothing(
    home: House, figures: FigureDesk
) -> None:
    home.desk.courier.fresh_after = 150
    figures.looks = 20
    case = await tried(home)
    await home.pass_time(days=141)
    await home.act(case, acts.Decide(by="dana", accept=True))
    await home.pass_time(seconds=30)
    await home.act(case, acts.PlanControl(by="ravi", control=ControlPlan(every_days=1, days=300)))
    await opened(home, case)
    await opened(home, case)
    for _ in range(30):
        await home.act(case, common.Comment(by="kim", text=home.words("Still well."), internal=True))
        await home.pass_time(days=10)
    await home.pass_time(days=2)

    shown = await home.show(case)
    assert (shown["state"], shown["outcome"]) == ("closed", "held")
    assert [fact["number"] for fact in facts(shown["events"], "looked")] == list(range(1, 21))
    assert figures.made == list(range(1, 21))
    assert len(facts(shown["events"], "chart_read")) == figures.asked["watch"] == 299
    assert figures.asked["settle"] == 1
    assert [event["seq"] for event in shown["events"]] == list(range(1, len(shown["events"]) + 1))
    assert await _runs(home, case) > 5


async def _runs(home: House, case: str) -> int:
    """How many runs one after the other lived it."""
    run: str | None = None
    for number in range(1, 100):
        history = await home.env.client.get_workflow_handle(case, run_id=run).fetch_history()
        run = history.events[0].workflow_execution_started_event_attributes.continued_execution_run_id
        if not run:
            return number
    raise AssertionError("more runs than there can be")


async def test_a_harmful_trial_is_rolled_back_and_brings_nothing(home: House, figures: FigureDesk) -> None:
    figures.result = verdict("harm", 1.4, 1.1, 1.8)
    case = await tried(home)
    await home.pass_time(days=22)

    with pytest.raises(ActRefused, match="did not show that it helps"):
        await home.act(case, acts.Decide(by="dana", accept=True))
    await home.act(case, acts.Decide(by="dana", accept=False))
    await home.pass_time(seconds=30)
    await opened(home, case)
    await home.act(case, acts.PlanControl(by="ravi", control=ControlPlan()))
    await opened(home, case)

    shown = await home.show(case)
    assert (shown["state"], shown["outcome"]) == ("closed", "rolled_back")
    assert shown["actual"]["per_case"] == 0
    assert {person for template, person in home.sent(case) if template == "cycle_standard"} >= {"ravi", "dana", "kim"}
