"""The demo day before it is played: its plan, what it adds up, and where it refuses to run."""

import json
from pathlib import Path
from typing import Any

import pytest

import cli
from commands.demo.cast import TROUBLES, Dice
from commands.demo.day import refuse_elsewhere
from commands.demo.plan import LEAST, beats, plan
from commands.demo.summary import summed, told
from commands.failures import Failure
from definitions.classify import classify
from definitions.example import organisation
from settings import Settings


@pytest.mark.parametrize("cases", [LEAST, 7, 11, 12, 15, 25, 60, 300])
def test_a_day_has_exactly_as_many_cases_as_asked_for(cases: int) -> None:
    scenes = plan(cases, Dice(3))

    assert sum(scene.story.cases for scene in scenes) == cases


def test_the_same_seed_is_the_same_day_and_another_is_another() -> None:
    def told_by(seed: int) -> list[object]:
        return [(s.name, s.people, s.trouble, s.begins, s.span) for s in plan(30, Dice(seed))]

    assert told_by(4) == told_by(4)
    assert told_by(4) != told_by(5)


def test_every_day_has_its_storm_its_pause_its_outage_and_its_twins() -> None:
    stories = [scene.story.play.__name__ for scene in plan(LEAST, Dice(1))]

    assert stories == ["storm", "waiting_for_an_answer", "major", "the_same_twice"]


def test_a_day_of_the_usual_length_has_every_story() -> None:
    stories = {scene.story.play.__name__ for scene in plan(30, Dice(1))}

    assert {"nobody_answers", "not_solved_after_all", "away", "ping_pong", "gone_by_itself"} <= stories
    assert {"wrong_address", "never_mind", "solved", "solved_in_silence", "still_open"} <= stories
    assert {"asked_and_approved", "forgotten_password", "solved_by_an_article", "thanked", "one_cause"} <= stories


def test_no_story_goes_on_when_the_day_is_over() -> None:
    late = [scene.name for seed in range(20) for scene in plan(40, Dice(seed)) if scene.begins + scene.span > 1]

    assert late == []


def test_nobody_asks_more_often_than_a_person_is_answered() -> None:
    people = [person for scene in plan(200, Dice(2)) for person in scene.people]

    assert len(people) == len(set(people))


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.subject)
def test_a_mail_about_a_trouble_finds_its_service(trouble: Any) -> None:
    found = classify(trouble.subject, trouble.text, organisation.services)

    assert found.service == trouble.service


def test_a_longer_day_has_more_beats() -> None:
    assert beats(plan(12, Dice(1))) < beats(plan(25, Dice(1))) < beats(plan(60, Dice(1)))


def case(**given: Any) -> dict[str, Any]:
    whole = {
        "id": "INC-00000001", "kind": "incident", "ratings": [],
        "state": "closed", "outcome": "confirmed", "closed_at": "2026-11-20T10:02:00Z",
        "opened_at": "2026-11-20T10:00:00Z", "responded_at": "2026-11-20T10:00:10Z", "requester": "a@example.org",
        "touch_s": 30.0, "wait_s": 90.0, "touchless": False, "events": [], "targets": [], "promises": [],
    }  # fmt: skip
    return whole | given


def total(*cases: dict[str, Any], sent: tuple[tuple[str, str], ...] = ()) -> dict[str, Any]:
    return summed(cases, mails_in={}, alerts_in={}, mails_out=sent, took_s=60, went_wrong=[])


def test_the_time_to_answer_says_over_how_many_and_who_waits() -> None:
    slow = case(responded_at="2026-11-20T10:00:30Z")
    waiting = case(responded_at=None, state="queued", closed_at=None)
    alert = case(responded_at=None, requester=None)

    answer = total(case(), slow, waiting, alert)["time_to_answer"]

    assert answer == {"median_s": 20.0, "n": 2, "not_answered": 1}


def test_work_and_wait_are_added_before_they_are_divided() -> None:
    long = case(touch_s=0.0, wait_s=1000.0)

    summary = total(case(), long)

    assert (summary["touch_s"], summary["wait_s"], summary["touch_share"]) == (30.0, 1090.0, 0.027)


def test_targets_promises_and_pages_are_counted_by_what_became_of_them() -> None:
    one = case(
        targets=[{"clock": "response", "state": "met"}, {"clock": "resolution", "state": "breached"}],
        promises=[{"state": "kept"}, {"state": "broken"}],
    )

    summary = total(one, one, sent=(("received", "sent"), ("page", "sent"), ("page", "suppressed")))

    assert summary["targets"] == {"response": {"met": 2}, "resolution": {"breached": 2}, "customer": {}}
    assert summary["promises"] == {"broken": 2, "kept": 2}
    assert summary["mails_out"] == {"sent": 1}
    assert summary["pages"] == {"sent": 1, "suppressed": 1}


def test_what_ended_without_a_person_has_ended() -> None:
    untouched = case(touchless=True, closed_at=None, state="queued")

    assert total(case(touchless=True), untouched)["touchless"] == 1


def test_what_a_day_has_besides_incidents_is_counted_by_what_happened() -> None:
    def facts(*types: str) -> list[dict[str, str]]:
        return [{"type": type_} for type_ in types]

    request = case(kind="request", requester="rita@example.org", responded_at=None)
    request["events"] = facts("approved", "task_done", "task_done", "task_failed")
    praise = case(kind="feedback", tone="compliment")
    review: dict[str, Any] = {"findings": [{}], "actions": [{}, {}]}

    summary = summed(
        [case(events=facts("offered", "offer_taken"), ratings=[{}]), request, praise,
         case(kind="problem", events=facts("known_error"))],
        reviews=[review], mails_in={}, alerts_in={}, mails_out=[], took_s=60, went_wrong=[],
    )  # fmt: skip

    assert summary["by_kind"] == {"feedback": 1, "incident": 1, "problem": 1, "request": 1}
    assert summary["requests"] == {"approved": 1, "tasks_done": 2, "left_to_a_person": 1}
    assert summary["help"] == {"offered": 1, "solved_by_an_article": 1}
    assert summary["voice"] == {"survey_answers": 1, "compliments": 1}
    assert summary["learned"] == {"known_errors": 1, "reviews": 1, "findings": 1, "actions": 2}
    assert summary["time_to_answer"]["n"] == 1, "only incidents are answered"
    said = told(summary)
    assert "Requests           1 approved, 2 tasks done, 1 of them left to a person" in said
    assert "Voice              1 survey answer, 1 compliment" in said


def test_what_went_wrong_is_told() -> None:
    summary = summed([case()], mails_in={}, alerts_in={}, mails_out=[], took_s=60, went_wrong=["storm/0: no answer"])

    assert "Went wrong         storm/0: no answer" in told(summary)


def test_a_day_without_answers_has_no_median() -> None:
    silent = case(responded_at=None, touch_s=0.0, wait_s=0.0)

    summary = total(silent)

    assert summary["time_to_answer"]["median_s"] is None
    assert summary["touch_share"] is None
    assert "median - over 0; 1 not answered yet" in told(summary)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"temporal_address": "temporal.example.org:7233"}, "embedded stack only"),
        ({"mail_smtp_url": "smtps://mail.example.org"}, "must reach nobody"),
        ({"definitions": "tests.commands.test_demo:strange"}, "does not know"),
    ],
)
def test_the_demo_keeps_away_from_a_real_desk(tmp_path: Path, setting: dict[str, str], said: str) -> None:
    settings = Settings.model_validate({"data_dir": tmp_path, **setting})

    with pytest.raises(Failure, match=said) as refused:
        refuse_elsewhere(settings)

    assert "jidoka up --data-dir DIR" in refused.value.hint


few = tuple(person.model_copy(update={"manager": None}) for person in organisation.people[:-3])
strange = organisation.model_copy(update={"people": few, "catalogue": ()})


def test_the_demo_runs_where_the_example_is_in_force(tmp_path: Path) -> None:
    for path in ("definitions.example:organisation", "definitions.example.demo:organisation"):
        assert refuse_elsewhere(Settings.model_validate({"data_dir": tmp_path, "definitions": path})) is None


def test_without_a_stack_the_demo_says_how_to_start_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = cli.main(["demo", "--data-dir", str(tmp_path), "-o", "json"])

    error = json.loads(capsys.readouterr().out)["error"]
    assert status == 5
    assert error["code"] == "unreachable"
    assert "jidoka up" in error["hint"]
