"""The life of an incident, on skipped time."""

import pytest

from definitions import acts
from office.errors import ActRefused
from tests.workflows.house import House


async def test_an_incident_runs_from_open_to_confirmed_and_each_mail_goes_out_once(home: House) -> None:
    case = await home.open(title="VPN drops every hour", description="Since this morning.")

    await home.act(case, acts.Acknowledge(by="jay"))
    await home.act(case, acts.Start(by="jay"))
    await home.act(case, acts.Comment(by="jay", text=home.words("I look at the gateway.")))
    await home.act(case, acts.Resolve(by="jay", text=home.words("New profile installed.")))
    await home.act(case, acts.Confirm(by="rita"))
    await home.run(case).result()

    shown = await home.show(case)
    assert (shown["state"], shown["outcome"]) == ("closed", "confirmed")
    assert {t["name"].split(",")[0]: t["state"] for t in shown["targets"]} == {
        "First answer": "met",
        "Solved": "met",
        "Working again for the person": "met",
    }
    assert home.sent(case) == [("received", "rita"), ("acknowledged", "rita"), ("update", "rita"), ("resolved", "rita")]
    assert {p["state"] for p in shown["promises"]} == {"kept"}


async def test_touch_and_wait_fall_out_of_the_steps(home: House) -> None:
    case = await home.open()

    await home.pass_time(minutes=10)
    await home.act(case, acts.Start(by="jay"))
    await home.pass_time(minutes=20)
    await home.act(case, acts.Pause(by="jay", reason="vendor", text=home.words("Waiting for the supplier.")))
    await home.pass_time(minutes=30)
    await home.act(case, acts.Resume(by="jay"))
    await home.pass_time(minutes=5)
    await home.act(case, acts.Resolve(by="jay", text=home.words("Done.")))

    shown = await home.show(case)
    assert shown["touch_s"] == pytest.approx(25 * 60, abs=10)
    assert shown["wait_s"] == pytest.approx(40 * 60, abs=10)
    assert shown["touchless"] is False


async def test_the_answer_of_the_requester_ends_the_pause_that_waited_for_it(home: House) -> None:
    case = await home.open()
    await home.act(case, acts.Start(by="jay"))
    await home.act(case, acts.Pause(by="jay", reason="requester", text=home.words("Which version?")))

    await home.act(case, acts.Hear(by="rita", channel="email", text=home.words("Version 3."), verified=True))

    shown = await home.show(case)
    assert shown["state"] == "in_progress"
    assert [p["state"] for p in shown["promises"] if p["what"] == "resolve"] == ["withdrawn", "open"]


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (acts.Acknowledge(by="kim"), "already acknowledged; jay has it"),
        (acts.Resume(by="kim"), "is not paused"),
        (acts.Confirm(by="rita"), "nothing to confirm yet"),
        (acts.Reopen(by="rita"), "only a resolved or closed case can be reopened"),
        (acts.Assign(by="kim"), "assign to whom?"),
        (acts.Merge(by="kim", into="INC-itself"), "no circle"),
        (acts.Unmerge(by="kim"), "is not merged"),
        (acts.Answer(by="kim", question="colour", value="red"), "has not asked 'colour'"),
        (acts.Major(by="kim", declare=False), "is not a major incident"),
        (acts.SetPriority(by="kim", impact="medium", urgency="medium"), "already has impact medium"),
    ],
)
async def test_an_act_that_does_not_fit_is_refused_with_a_reason(home: House, act: acts.Act, reason: str) -> None:
    case = await home.open()
    await home.act(case, acts.Acknowledge(by="jay"))
    before = [t for t in await home.types(case) if t != "told"]
    if isinstance(act, acts.Merge):
        act, reason = act.model_copy(update={"into": case}), "cannot be merged into itself"

    with pytest.raises(ActRefused, match=reason):
        await home.act(case, act)

    assert [t for t in await home.types(case) if t != "told"] == before


async def test_an_act_with_the_same_key_is_carried_out_once(home: House) -> None:
    case = await home.open()

    first = await home.act(case, acts.Start(by="jay"), key="k1")
    second = await home.act(case, acts.Start(by="jay"), key="k1")

    assert second.seq == first.seq
    assert (await home.types(case)).count("started") == 1


async def test_a_no_from_the_requester_reopens_and_the_work_is_rework(home: House) -> None:
    case = await home.open()
    await home.act(case, acts.Start(by="jay"))
    await home.act(case, acts.Resolve(by="jay", text=home.words("Done.")))

    await home.act(case, acts.Reopen(by="rita", text=home.words("Still drops.")))
    await home.act(case, acts.Start(by="jay"))

    shown = await home.show(case)
    assert (shown["state"], shown["step"], shown["resolved_at"]) == ("in_progress", "rework", None)
    assert [q for q in await home.types(case) if q in ("asked", "answered")] == ["asked", "answered"]


async def test_an_ended_case_is_reopened_in_a_new_run_that_goes_on_counting(home: House) -> None:
    case = await home.open()
    await home.act(case, acts.Resolve(by="jay", text=home.words("Done.")))
    await home.act(case, acts.Confirm(by="rita"))
    await home.run(case).result()
    last = (await home.show(case))["seq"]

    receipt = await home.act(case, acts.Reopen(by="rita", text=home.words("It is back.")))

    shown = await home.show(case)
    assert receipt.seq == last + 1
    assert shown["state"] == "queued"
    assert [e["seq"] for e in shown["events"]] == list(range(1, shown["seq"] + 1))
    assert home.store.audit.verify().problems == ()


async def test_a_hand_over_goes_to_the_other_team_and_waits_for_it(home: House) -> None:
    case = await home.open()
    await home.act(case, acts.Start(by="jay"))

    await home.act(case, acts.Assign(by="jay", team="platform", text=home.words("It is the identity provider.")))

    shown = await home.show(case)
    assert (shown["team"], shown["state"], shown["step"], shown["assignee"]) == ("platform", "queued", "handover", None)


async def test_a_reclassified_case_follows_the_new_definition_from_there_on(home: House) -> None:
    case = await home.open()
    new = home.desk.definition("erp")

    await home.act(case, acts.Redefine(by="jay", definition=new, category="posting"))

    shown = await home.show(case)
    assert (shown["service"], shown["category"], shown["team"]) == ("erp", "posting", new.default_team)
    assert shown["definition_version"] == new.version
    assert {t["key"] for t in shown["targets"]} == {t.key for t in new.targets}


async def test_the_run_itself_says_what_it_waits_for_until_when_and_who_may_act(home: House) -> None:
    case = await home.open()

    await home.show(case)
    described = await home.run(case).describe()

    assert await described.static_summary() == "P3 incident · VPN"
    attributes = {pair.key.name: pair.value for pair in described.typed_search_attributes}
    assert attributes["JidokaStage"] == "queued"
    assert attributes["JidokaTeam"] == "network"


async def test_words_of_people_are_not_in_the_history(home: House) -> None:
    case = await home.open(title="Zebrafink", description="Quarzuhr")
    await home.act(case, acts.Comment(by="jay", text=home.words("Walnussbaum")))
    await home.act(case, acts.Resolve(by="jay", text=home.words("Heidekraut")))
    await home.act(case, acts.Confirm(by="rita"))
    await home.run(case).result()

    history = (await home.run(case).fetch_history()).to_json()

    found = [w for w in ("Zebrafink", "Quarzuhr", "Walnussbaum", "Heidekraut", "rita@example.org") if w in history]
    assert found == []
