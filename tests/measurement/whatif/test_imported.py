"""What-if on imported logs: what is declared is played, what is not is said; against answers worked out by hand."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from definitions.change import Change, applied
from definitions.example import organisation
from definitions.organisation import Organisation
from measurement.log.eventlog import EventLog
from measurement.log.rules import CaseRules
from measurement.values import BadData
from measurement.whatif.imported import QUEUE, ROUTING, TARGETS, Scope, replayed
from measurement.whatif.names import Names, names_of

MONDAY = datetime(2026, 9, 7, 11, tzinfo=UTC)
EXAMPLES = Path(__file__).parents[3] / "examples"
NAMES = Names.model_validate(
    {
        "service": {"Mail": "email"},
        "category": {"sent": "delivery", "kept": "mailbox"},
        "team": {"Desk": "service-desk", "Field": "workplace"},
        "priority": {"low": "P4"},
    }
)


def changed(*patch: dict[str, Any]) -> Organisation:
    return applied(
        organisation, Change.model_validate({"base": organisation.version, "why": "what-if", "patch": patch})
    )


TO_FIELD = changed(
    {
        "op": "add",
        "path": "/routing/delivery",
        "value": {
            "services": ["email"],
            "when": {"categories": ["delivery"]},
            "team": "workplace",
            "reason": "it ends there",
            "examples": [{"service": "email", "category": "delivery", "team": "workplace"}],
        },
    }
)
QUICK = changed(
    {"op": "replace", "path": "/targets/resolution-berlin/goals/P4", "value": {"amount": 2, "unit": "hours"}}
)

Step = tuple[str, float, str | None, str | None]
"""Activity, hours since the case came, team, kind."""
WORKED: tuple[Step, ...] = (("queued", 0, "Desk", "waiting"), ("begun", 1, "Desk", "value_adding"))


def log(*cases: tuple[str, str, tuple[Step, ...]], rules: CaseRules | None = None) -> EventLog:
    """Cases of (service, category, steps), one each working day from Monday on; each priority is `low`."""
    rows = [
        {
            "case_id": f"T-{number}", "activity": activity, "team": team, "kind": kind, "priority": "low",
            "service": service, "category": category,
            "at": (MONDAY + timedelta(weeks=number // 5, days=number % 5, hours=hours)).replace(tzinfo=None),
        }
        for number, (service, category, steps) in enumerate(cases)
        for activity, hours, team, kind in steps
    ]  # fmt: skip
    return EventLog.of(pa.Table.from_pylist(rows), rules=rules or CaseRules(done=("solved",)))


def stays(category: str = "kept", took: float = 3) -> tuple[str, str, tuple[Step, ...]]:
    return "Mail", category, (*WORKED, ("solved", took, "Desk", "waiting"))


def handed_on(category: str = "sent") -> tuple[str, str, tuple[Step, ...]]:
    field: tuple[Step, ...] = (("handed", 2, "Field", "waiting"), ("begun", 3, "Field", "value_adding"))
    return "Mail", category, (*WORKED, *field, ("solved", 5, "Field", "waiting"))


def test_a_rule_sends_cases_where_they_ended_and_only_those_that_went_by_the_rules_count() -> None:
    began_elsewhere = ("Mail", "sent", (("queued", 0, "Field", "waiting"), ("solved", 1, "Field", "waiting")))

    found = replayed(
        log(handed_on(), handed_on(), stays("sent"), stays(), began_elsewhere), NAMES, organisation, TO_FIELD
    )

    assert found.routed is not None
    assert (found.routed.cases, found.routed.reproduced, found.routed.differ) == (5, 4, ("T-4",))
    assert found.routed.moved == {"T-0": "workplace", "T-1": "workplace", "T-2": "workplace"}
    assert [each.value for each in found.routed.ended_there] == [0.5, 0.75]


def test_targets_judge_the_recorded_times_by_the_goals_and_hours_of_both_sides() -> None:
    """A working day of the office is 9 hours; from 13 in Berlin on five of them are left."""
    open_, over = ("Mail", "kept", WORKED), ("Mail", "kept", (("queued", 0, "Desk", "waiting"),))

    found = replayed(log(stays(took=1.5), stays(took=3), over, open_), NAMES, organisation, QUICK)

    (judged,) = found.judged
    assert judged.target == "resolution-berlin"
    assert [(each.n, each.value) for each in judged.breached] == [(2, 0.0), (3, 2 / 3)]
    assert judged.open == (2, 1)


def test_the_queue_moves_with_the_work_and_what_a_team_never_did_is_drawn_and_counted() -> None:
    cases = [handed_on(), stays("sent"), *(stays() for _ in range(25)), *(handed_on("kept") for _ in range(25))]

    found = replayed(log(*cases), NAMES, organisation, TO_FIELD, queue=True)

    waits = {was.team: (was, now) for was, now in found.waits}
    assert {team: (was.visits, now.visits) for team, (was, now) in waits.items()} == {
        "service-desk": (52, 50),
        "workplace": (26, 27),
    }
    assert found.visits.imputed == {"work of workplace": 1}
    assert found.visits.left_out == {"visit to a team that only handed it on": 1}
    assert waits["workplace"][1].load > waits["workplace"][0].load


def test_one_more_person_and_people_that_are_said_apart_change_the_staff_of_the_queue() -> None:
    more = changed(
        {"op": "add", "path": "/teams/workplace/members/sam", "value": {}},
        {"op": "replace", "path": "/people/sam/teams", "value": ["service-desk", "workplace"]},
    )
    names = NAMES.model_copy(update={"people": {"workplace": 7}})

    found = replayed(log(*(handed_on() for _ in range(25))), names, organisation, more, queue=True)

    assert {was.team: (was.people, now.people) for was, now in found.waits}["workplace"] == (7, 8)


def test_what_no_team_of_that_name_ever_worked_on_is_left_out_on_both_sides() -> None:
    found = replayed(log(*(stays("sent") for _ in range(30))), NAMES, organisation, TO_FIELD, queue=True)

    assert found.visits.not_played == {"no case of the log was ever worked on by workplace": 30}
    assert found.waits == ()


@pytest.mark.parametrize(
    ("part", "names", "rules", "why"),
    [
        (ROUTING, NAMES.model_copy(update={"team": {}}), None, "the names say nothing of [team]"),
        (TARGETS, NAMES.model_copy(update={"priority": {}}), None, "the names say nothing of [priority]"),
        (TARGETS, NAMES, CaseRules(), "does not say when a case is resolved"),
        (QUEUE, NAMES, None, "calls nothing work"),
    ],
)
def test_a_part_that_is_not_declared_does_not_run_and_says_why(
    part: str, names: Names, rules: CaseRules | None, why: str
) -> None:
    idle = ("Mail", "kept", (("queued", 0, "Desk", None), ("solved", 2, "Desk", None)))

    found = replayed(log(idle, rules=rules), names, organisation, TO_FIELD, queue=True)

    (said,) = [each.why_not for each in found.parts if each.name == part]
    assert said is not None
    assert why in said


def test_cases_of_undeclared_services_and_out_of_scope_are_counted_not_played() -> None:
    other = ("Cars", "kept", WORKED)

    found = replayed(
        log(stays(), stays(), other), NAMES, organisation, TO_FIELD, scope=Scope(since=MONDAY + timedelta(1))
    )

    assert (found.cases, found.undeclared) == (1, 1)


def test_the_same_log_and_seed_say_the_same_and_the_unchanged_rules_change_nothing() -> None:
    cases = [handed_on(), stays("sent"), *(stays() for _ in range(25)), *(handed_on("kept") for _ in range(25))]

    one, two = (replayed(log(*cases), NAMES, organisation, TO_FIELD, queue=True, seed=4) for _ in range(2))
    same = replayed(log(*cases), NAMES, organisation, organisation, queue=True)

    assert one == two
    assert same.routed is not None
    assert same.routed.moved == {}
    assert all(was == now for was, now in same.waits)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[team]\n"A" = "nobody"', "names nobody, which the organisation does not have"),
        ('[priority]\n"A" = "P9"', "priority.A"),
        ("[team", "does not say what names mean"),
        ("[colour]\nA = 1", "colour"),
    ],
)
def test_names_that_mean_nothing_here_are_refused(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "names.toml").write_text(text)

    with pytest.raises(BadData, match=said):
        names_of(tmp_path / "names.toml", organisation)


def test_the_hunch_about_the_incidents_of_a_company_is_ranked_below_what_it_does_today(uci_log: EventLog) -> None:
    names = names_of(EXAMPLES / "names" / "uci.toml", organisation)

    found = replayed(uci_log, names, organisation, TO_FIELD, queue=True)

    assert (found.cases, found.undeclared) == (24_918, 0)
    assert [part.why_not is None for part in found.parts] == [True, True, False]
    assert found.routed is not None
    # 12,886 first went to Group 70: counted apart in the source, by its first row of each incident.
    assert (found.routed.cases, found.routed.reproduced, len(found.routed.moved)) == (14_660, 12_886, 3_057)
    before, after = (each.value for each in found.routed.ended_there)
    assert before == pytest.approx(0.742, abs=0.001)
    assert after == pytest.approx(0.616, abs=0.001)
