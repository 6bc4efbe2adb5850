"""A problem: its incidents hear of it, its known error helps those who wait, and only silence proves its solution."""

import pytest

from definitions import acts
from definitions.acts import Act
from definitions.intake import OpenProblem
from definitions.problem.acts import (
    LinkIncident,
    LinkProblem,
    RecordKnownError,
    ResolveProblem,
    RuleOut,
    ShareWorkaround,
    UnlinkProblem,
)
from office.errors import ActRefused, NotAllowed, NotFound, Unusable
from tests.workflows.house import House

TITLE = "VPN drops every hour since the firmware update"


async def problem_of(home: House, *incidents: str, by: str = "sam", **more: object) -> str:
    """A problem opened from these incidents."""
    wanted = OpenProblem.model_validate({"title": TITLE, "service": "vpn", "incidents": incidents} | more)
    opened = await home.desk.open_problem(wanted, actor=home.person(by))
    home.opened.append(opened.id)
    await settle(home)
    return opened.id


def plain_texts(home: House) -> list[str]:
    """What was sent, as plain text."""
    bodies = [mail.get_body(("plain",)) for mail in home.mails()]
    return [body.get_content() for body in bodies if body is not None]


async def settle(home: House) -> None:
    """Let signals between runs arrive."""
    await home.pass_time(seconds=3)


async def does(home: House, case: str, act: Act) -> None:
    """As a person at the desk does it."""
    await home.desk.act(case, act, actor=home.person(act.by))


async def knows(home: House, problem: str, workaround: str = "Choose the second gateway in the list.") -> None:
    """The known error is recorded."""
    await does(
        home,
        problem,
        RecordKnownError(by="jay", text=home.words("Firmware 7.2 loses keys."), workaround=home.words(workaround)),
    )
    await settle(home)


async def test_incidents_and_their_problem_know_each_other(home: House) -> None:
    first, second = await home.open("VPN drops"), await home.open("VPN drops hourly", by="omar@example.org")
    problem = await problem_of(home, first)

    await does(home, second, LinkProblem(by="sam", problem=problem))
    await settle(home)

    shown = await home.show(problem)
    assert (shown["kind"], shown["state"], shown["team"], shown["requester"]) == ("problem", "queued", "network", None)
    assert shown["problem"]["incidents"] == [first, second]
    assert (await home.show(first))["linked_problem"] == problem
    assert (await home.show(second))["linked_problem"] == problem


async def test_those_who_wait_get_the_workaround_once_and_in_plain_words(home: House) -> None:
    waits, over = await home.open("VPN drops"), await home.open("VPN drops hourly", by="omar@example.org")
    await home.act(over, acts.Cancel(by="omar"))
    await home.ends(over)
    problem = await problem_of(home, waits, over)

    await knows(home, problem)
    await does(home, problem, RecordKnownError(by="jay", article=None, text=home.words("Firmware 7.2, confirmed.")))
    await settle(home)

    assert [template for template, _ in home.sent(waits)].count("workaround") == 1
    assert [template for template, _ in home.sent(over)].count("workaround") == 0
    (words,) = [text for text in plain_texts(home) if "you can go on like this" in text]
    assert "Choose the second gateway" in words
    assert "Firmware 7.2" not in words
    shown = await home.show(problem)
    assert shown["problem"]["workaround"] == "Choose the second gateway in the list."
    assert shown["problem"]["cause"] == "Firmware 7.2, confirmed."
    response = next(t for t in shown["targets"] if t["clock"] == "response")
    assert response["state"] == "met"


async def test_a_better_workaround_is_passed_on_too(home: House) -> None:
    waits = await home.open("VPN drops")
    problem = await problem_of(home, waits)

    await knows(home, problem)
    await knows(home, problem, "Install client 7.3.")

    assert [template for template, _ in home.sent(waits)].count("workaround") == 2


async def test_seeing_a_problem_answers_nobody_only_a_workaround_does(home: House) -> None:
    problem = await problem_of(home)
    await does(home, problem, acts.Start(by="jay"))
    await does(home, problem, acts.Comment(by="jay", text=home.words("I look at the firmware.")))

    before = await home.show(problem)
    await knows(home, problem)
    after = await home.show(problem)

    assert (before["responded_at"], before["acknowledged_at"] is None) == (None, False)
    assert after["responded_at"] is not None


async def test_when_it_is_solved_the_cases_that_waited_are_resolved_and_their_people_asked(home: House) -> None:
    waits, paused = await home.open("VPN drops"), await home.open("VPN drops hourly", by="omar@example.org")
    await home.act(paused, acts.Pause(by="jay", reason="vendor"))  # type: ignore[arg-type]
    problem = await problem_of(home, waits, paused)

    await does(home, problem, ResolveProblem(by="jay", text=home.words("New firmware on all gateways.")))
    await settle(home)

    for case in (waits, paused):
        assert (await home.show(case))["state"] == "resolved"
        assert home.sent(case)[-1][0] == "resolved"
    await home.act(waits, acts.Reopen(by="rita", text=home.words("Still drops.")))
    assert (await home.show(waits))["state"] == "queued"


async def test_silence_through_the_watch_proves_it(home: House) -> None:
    problem = await problem_of(home)

    await does(home, problem, ResolveProblem(by="jay", text=home.words("New firmware."), watch_days=10))
    watched = await home.show(problem)
    await home.pass_time(days=9)
    assert (await home.show(problem))["state"] == "resolved"
    await home.pass_time(days=2)
    await home.ends(problem)

    shown = await home.show(problem)
    assert watched["waits_for"] == "the watch for its return ends"
    assert (shown["state"], shown["outcome"]) == ("closed", "proven")


async def test_an_incident_of_its_kind_brings_it_back_and_whoever_had_it_is_told(home: House) -> None:
    first = await home.open("VPN drops every hour", category="connection")
    problem = await problem_of(home, first)
    await does(home, problem, acts.Start(by="jay"))
    await does(home, problem, ResolveProblem(by="jay", text=home.words("New firmware.")))
    await home.pass_time(days=3)

    other = await home.open("Certificate expired", by="hugo@example.org", category="certificate")
    await settle(home)
    assert (await home.show(problem))["state"] == "resolved"
    again = await home.open("VPN drops every hour again", by="omar@example.org", category="connection")
    await settle(home)

    shown = await home.show(problem)
    assert (shown["state"], shown["problem"]["recurrences"], shown["problem"]["watch_until"]) == (
        "queued",
        [again],
        None,
    )
    assert home.sent(problem) == [("recurred", "jay")]
    assert (await home.show(again))["known_errors"][0]["watched"] is True
    assert (await home.show(other))["known_errors"] == []


async def test_a_new_incident_shows_the_known_error_and_one_command_shares_it(home: House) -> None:
    problem = await problem_of(home)
    await knows(home, problem)

    case = await home.open("VPN drops every hour", by="omar@example.org")
    await settle(home)
    (found,) = (await home.show(case))["known_errors"]
    known = await home.desk.problems.workaround(problem)
    assert known.workaround is not None
    share = ShareWorkaround(by="sam", problem=problem, text=known.workaround)
    await does(home, case, share)
    await settle(home)

    assert (found["problem"], found["workaround"]) == (problem, "Choose the second gateway in the list.")
    assert "workaround" in [template for template, _ in home.sent(case)]
    assert (await home.show(problem))["problem"]["incidents"] == [case]
    with pytest.raises(ActRefused, match="has this workaround already"):
        await does(home, case, share)
    assert "known_errors" not in await home.show(case, by="omar")


async def test_a_link_to_the_wrong_problem_goes_to_the_right_one_or_away(home: House) -> None:
    case = await home.open("VPN drops")
    wrong, right = await problem_of(home, case), await problem_of(home)

    await does(home, case, LinkProblem(by="sam", problem=right))
    await settle(home)
    assert (await home.show(wrong))["problem"]["incidents"] == []
    assert (await home.show(right))["problem"]["incidents"] == [case]
    await does(home, case, UnlinkProblem(by="sam"))
    await settle(home)

    assert (await home.show(right))["problem"]["incidents"] == []
    assert (await home.show(case))["linked_problem"] is None
    await does(home, right, ResolveProblem(by="jay", text=home.words("Done.")))
    await settle(home)
    assert (await home.show(case))["state"] == "queued"


async def test_an_incident_that_has_ended_is_linked_from_the_problem(home: House) -> None:
    case, problem = await home.open("VPN drops"), await problem_of(home)
    await home.act(case, acts.Cancel(by="rita"))
    await home.ends(case)
    await settle(home)

    await does(home, problem, LinkIncident(by="sam", incident=case))
    await settle(home)

    assert (await home.show(problem))["problem"]["incidents"] == [case]


async def test_what_was_ruled_out_stays_on_record(home: House) -> None:
    problem = await problem_of(home)

    await does(home, problem, RuleOut(by="jay", text=home.words("Not the provider: it drops on cable too.")))

    assert (await home.show(problem))["problem"]["ruled_out"] == ["Not the provider: it drops on cable too."]


async def test_bad_input_is_refused_before_anything_is_kept(home: House) -> None:
    case, problem = await home.open("VPN drops"), await problem_of(home)

    with pytest.raises(NotAllowed, match="only for their own cases"):
        await problem_of(home, by="rita@example.org")
    with pytest.raises(NotFound, match="no incident"):
        await problem_of(home, "INC-nowhere1")
    with pytest.raises(Unusable, match="is no incident"):
        await problem_of(home, problem)
    with pytest.raises(Unusable, match="which service"):
        await problem_of(home, service=None)
    with pytest.raises(Unusable, match="no category"):
        await problem_of(home, category="tea")
    with pytest.raises(Unusable, match="is no problem"):
        await does(home, case, LinkProblem(by="sam", problem=case))
    with pytest.raises(NotFound, match="no problem"):
        await does(home, case, LinkProblem(by="sam", problem="PRB-nowhere1"))
    with pytest.raises(ActRefused, match="nothing one does to a problem"):
        await home.act(problem, acts.Confirm(by="sam"))
    with pytest.raises(ActRefused, match="no workaround is known"):
        await home.desk.problems.workaround(problem)
    with pytest.raises(NotFound):
        await does(home, problem, RecordKnownError(by="jay", article="kb-nowhere"))
    with pytest.raises(NotAllowed):
        await home.desk.show(problem, actor=home.person("rita"))


async def test_the_same_key_gives_the_same_problem_and_another_person_s_key_another(home: House) -> None:
    first = await problem_of(home, external_id="k")

    again = await home.desk.open_problem(
        OpenProblem(title=TITLE, service="vpn", external_id="k"), actor=home.person("sam")
    )
    other = await problem_of(home, by="jay", external_id="k")

    assert (again.id, again.created) == (first, False)
    assert other != first


async def test_a_closed_problem_can_come_back_by_hand(home: House) -> None:
    problem = await problem_of(home)
    await does(home, problem, ResolveProblem(by="jay", text=home.words("Done."), watch_days=1))
    await home.pass_time(days=2)
    await home.ends(problem)
    await settle(home)

    await does(home, problem, acts.Reopen(by="jay", text=home.words("It is back.")))

    shown = await home.show(problem)
    assert (shown["state"], shown["problem"]["watch_until"]) == ("queued", None)
    assert "answered" not in [event["type"] for event in shown["events"]]


async def test_an_answer_to_its_mail_stands_on_the_problem(home: House) -> None:
    problem = await problem_of(home)

    await home.act(
        problem, acts.Hear(by="jay", channel="email", text=home.words("It is another cause."), verified=True)
    )

    assert "It is another cause." in [message["text"] for message in (await home.show(problem))["messages"]]
