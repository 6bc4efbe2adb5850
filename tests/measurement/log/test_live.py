from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from definitions.case import CaseState, Stage
from definitions.facts import GENESIS, Draft, Fact, chained
from definitions.kinds import KINDS, evolve
from definitions.rules.kind import Kind
from measurement.log.columns import CASES, EVENTS
from measurement.log.eventlog import EventLog
from measurement.log.live import live_log
from measurement.values import BadData
from office.recorded import golden
from tests.definitions.test_random_lives import MONDAY, live
from tests.measurement.log.lives import NOW, log_of

HISTORIES = sorted((Path(__file__).parents[2] / "histories").glob("*.json.gz"))
TIMES = f"""
    WITH stretches AS (
      SELECT case_id, kind,
        epoch_us(lead("at", 1, TIMESTAMP '{NOW:%Y-%m-%d %H:%M:%S}') OVER (PARTITION BY case_id ORDER BY seq))
          - epoch_us("at") AS us
      FROM events
    )
    SELECT case_id, coalesce(sum(us) FILTER (kind IN ('value_adding', 'necessary', 'rework')), 0) AS touch_us,
      coalesce(sum(us) FILTER (kind IN ('waiting', 'handover')), 0) AS wait_us
    FROM stretches GROUP BY case_id
"""


def random_lives(seed: int, n: int) -> dict[str, tuple[CaseState, list[Fact]]]:
    """States and facts of random lives, each under an id of its own."""
    random = Random(seed)
    found = {}
    for number in range(n):
        life, _ = live(random)
        case_id = f"INC-{number:08}"
        found[case_id] = life.state, [fact.model_copy(update={"case_id": case_id}) for fact in life.facts]
    return found


def naive(at: datetime | None) -> datetime | None:
    return at and at.astimezone(UTC).replace(tzinfo=None)


def us(seconds: float) -> int:
    return round(seconds * 1_000_000)


@pytest.fixture(scope="module")
def lives() -> dict[str, tuple[CaseState, list[Fact]]]:
    return random_lives(7, 300)


@pytest.fixture(scope="module")
def log(lives: dict[str, tuple[CaseState, list[Fact]]], tmp_path_factory: pytest.TempPathFactory) -> EventLog:
    everything = sorted(
        (fact for _, facts in lives.values() for fact in facts), key=lambda fact: (fact.seq, fact.case_id)
    )
    return log_of(everything, tmp_path_factory.mktemp("live"))


def test_touch_and_wait_are_the_engines_own_to_the_microsecond(
    log: EventLog, lives: dict[str, tuple[CaseState, list[Fact]]]
) -> None:
    counted = {row["case_id"]: (row["touch_us"], row["wait_us"]) for row in log.rows(TIMES)}

    assert counted == {case_id: tuple(map(us, state.seconds(NOW))) for case_id, (state, _) in lives.items()}


def test_touch_and_wait_of_recorded_runs_are_the_engines_own(tmp_path: Path) -> None:
    # A case may have several runs; in the order of seq their facts are one life.
    facts = sorted((fact for path in HISTORIES for fact in golden(path).facts), key=lambda fact: fact.seq)
    states: dict[str, CaseState] = {}
    kinds = {kind.prefix: kind.name for kind in KINDS.values()}
    for fact in facts:
        unborn = CaseState.model_validate({"id": fact.case_id, "kind": kinds[fact.case_id.partition("-")[0]]})
        states[fact.case_id] = evolve(states.get(fact.case_id, unborn), fact)

    rows = log_of(facts, tmp_path).rows(TIMES)

    counted = {row["case_id"]: (row["touch_us"], row["wait_us"]) for row in rows}
    assert counted == {case_id: tuple(map(us, state.seconds(NOW))) for case_id, state in states.items()}
    assert len(counted) >= 16


def test_a_case_is_what_the_engine_says_it_is(log: EventLog, lives: dict[str, tuple[CaseState, list[Fact]]]) -> None:
    given = {row.pop("case_id"): row for row in log.rows("SELECT * FROM cases")}

    for case_id, (state, facts) in lives.items():
        merged = state.stage is Stage.MERGED or state.outcome == "merged"
        cancelled = state.stage is Stage.CANCELLED
        ended_as = "cancelled" if cancelled else "merged" if merged else "resolved" if state.resolved_at else None
        expected: dict[str, Any] = {
            "kind": "incident",
            "opened_at": naive(state.opened_at),
            "resolved_at": naive(state.resolved_at) if ended_as == "resolved" else None,
            "closed_at": naive(state.closed_at),
            "ended_as": ended_as,
            "first_contact_at": naive(state.opened_at) if state.requester else None,
            "assumed": {**dict.fromkeys(("confirmed", "self_service", "automated"), False), "assumed": True}.get(
                state.outcome or ""
            ),
            "events": len(facts),
            "team": state.team,
            "person": state.assignee,
            "channel": state.channel,
            "priority": state.priority.value,
            "service": state.service,
            "category": state.category,
        }
        assert {name: given[case_id][name] for name in expected} == expected, facts


def test_touchless_can_be_told_from_the_events(log: EventLog, lives: dict[str, tuple[CaseState, list[Fact]]]) -> None:
    worked = {
        row["case_id"]: row
        for row in log.rows("""
        WITH marked AS (
          SELECT *, last_value(CASE WHEN activity IN ('resolved', 'reopened') THEN activity END IGNORE NULLS) OVER (
            PARTITION BY case_id ORDER BY fact ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
          FROM events
        )
        SELECT case_id, count(*) FILTER (by_hand AND before IS DISTINCT FROM 'resolved') AS n
        FROM marked GROUP BY case_id
    """)
    }

    assert {case_id: row["n"] for case_id, row in worked.items()} == {
        case_id: state.human_acts for case_id, (state, _) in lives.items()
    }


def test_events_have_the_columns_of_every_log_and_run_forward_in_time(log: EventLog) -> None:
    assert log.columns[: len(EVENTS.names)] == tuple(EVENTS.names)
    assert log.table("SELECT * FROM cases LIMIT 1").column_names == CASES.names
    backwards = log.rows("""
        SELECT * FROM (SELECT "at" < lag("at") OVER (PARTITION BY case_id ORDER BY seq) AS back FROM events) WHERE back
    """)
    assert backwards == []


def test_what_follows_the_end_is_neither_work_nor_wait(log: EventLog) -> None:
    kinds = log.rows("SELECT DISTINCT kind FROM events WHERE activity = 'cancelled'")

    assert kinds == [{"kind": None}]


def told(*drafts: tuple[Draft, int]) -> list[Fact]:
    """Facts of one case, each so many minutes after Monday."""
    facts: list[Fact] = []
    for draft, minutes in drafts:
        last = facts[-1] if facts else None
        facts.append(
            chained(
                draft,
                case_id="INC-1",
                seq=len(facts) + 1,
                step=last.step if last else "triage",
                at=MONDAY + timedelta(minutes=minutes),
                prev_hash=last.hash if last else GENESIS,
            )
        )
    return facts


def opened(requester: str | None = "rita", **data: Any) -> Draft:
    return Draft(type="opened", actor=requester or "jidoka", step="triage", channel="email", data={
        "requester": requester, "service": "vpn", "priority": "P3", "title": {"id": "t-1", "digest": "secret"}, **data,
    })  # fmt: skip


def task(type_: str, actor: str = "jidoka", **data: Any) -> Draft:
    return Draft(type=type_, actor=actor, data={"task": "account", **data})


def test_steps_named_by_a_process_keep_the_kind_it_gave_them(tmp_path: Path) -> None:
    facts = told(
        (opened(), 0),
        (Draft(type="step_entered", actor="jidoka", step="diagnose", data={"kind": "value_adding"}), 1),
        (Draft(type="step_entered", actor="jidoka", step="lunch", data={"kind": None}), 3),
        (Draft(type="step_left", actor="jidoka", step="diagnose"), 7),
        (Draft(type="closed", actor="jidoka", step="end", data={"outcome": "recovered"}), 15),
    )

    rows = log_of(facts, tmp_path).rows("SELECT step, kind FROM events ORDER BY seq")

    assert [(row["step"], row["kind"]) for row in rows] == [
        *(("triage", "necessary"), ("diagnose", "value_adding"), ("lunch", "waiting"), ("diagnose", "value_adding")),
        ("end", None),
    ]


def test_a_contact_logged_late_finds_its_place_in_time(tmp_path: Path) -> None:
    facts = told(
        (opened(), 0),
        (Draft(type="routed", actor="jidoka", step="queue", data={"team": "network"}), 10),
        (Draft(type="started", actor="sam", step="work", data={"assignee": "sam"}), 20),
        (Draft(type="heard", actor="rita", data={}), 15),
    )

    rows = log_of(facts, tmp_path).rows("SELECT activity, fact, kind, team, person, role FROM events ORDER BY seq")

    assert [(row["activity"], row["fact"], row["kind"]) for row in rows] == [
        *(
            ("opened", 1, "necessary"),
            ("routed", 2, "waiting"),
            ("heard", 4, "waiting"),
            ("started", 3, "value_adding"),
        ),
    ]
    assert [(row["team"], row["person"], row["role"]) for row in rows][2:] == [
        *(("network", None, "requester"), ("network", "sam", "staff")),
    ]


@pytest.mark.parametrize("kind", KINDS.values(), ids=str)
def test_a_case_is_of_the_kind_that_its_id_says(kind: Kind, tmp_path: Path) -> None:
    facts = [fact.model_copy(update={"case_id": f"{kind.prefix}-0001"}) for fact in told((opened(), 0))]

    assert log_of(facts, tmp_path).rows("SELECT kind FROM cases") == [{"kind": kind.name}]


def test_a_request_is_about_the_item_asked_for_and_its_stages_and_tasks_can_be_told(tmp_path: Path) -> None:
    facts = told(
        (opened(item="vpn-access", category=None), 0),
        (Draft(type="approval_asked", actor="jidoka", data={"stage": "manager", "people": ["secret"]}), 1),
        (Draft(type="stage_granted", actor="jidoka", data={"stage": "manager"}), 2),
        (task("task_opened", kind="fulfil", team="network", title="secret", automation=None), 3),
        (task("task_claimed", "sam", assignee="sam"), 4),
        (task("task_done", "sam", automated=False, text={"id": "t-2", "digest": "secret"}), 5),
    )

    log = log_of(facts, tmp_path)

    rows = log.rows("SELECT category, stage, task, task_team, automated FROM events ORDER BY seq")
    assert {row["category"] for row in rows} == {"vpn-access"}
    assert [row["stage"] for row in rows] == [None, "manager", "manager", None, None, None]
    assert [(row["task"], row["task_team"], row["automated"]) for row in rows[3:]] == [
        *(("account", "network", None), ("account", None, None), ("account", None, "false")),
    ]
    assert "secret" not in str(log.rows("SELECT * FROM events"))


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("rejected", ("rejected", None, None)),
        # What is closed without a word of its solution, such as feedback, is solved then.
        ("acted_on", ("resolved", 9, None)),
        ("unasked", ("resolved", 9, None)),
    ],
)
def test_what_is_closed_is_solved_then_unless_it_was_rejected(
    outcome: str, expected: tuple[str, int | None, bool | None], tmp_path: Path
) -> None:
    facts = told((opened(), 0), (Draft(type="closed", actor="jidoka", step="end", data={"outcome": outcome}), 9))

    (row,) = log_of(facts, tmp_path).rows("SELECT ended_as, resolved_at, assumed FROM cases")

    resolved = None if expected[1] is None else naive(MONDAY + timedelta(minutes=expected[1]))
    assert (row["ended_as"], row["resolved_at"], row["assumed"]) == (expected[0], resolved, expected[2])


@pytest.mark.parametrize("outcome", ["confirmed", "self_service", "automated"])
def test_a_yes_is_a_yes_however_it_was_solved(outcome: str, tmp_path: Path) -> None:
    facts = told(
        (opened(), 0),
        (Draft(type="resolved", actor="jidoka", step="confirm"), 5),
        (Draft(type="confirmed", actor="rita"), 7),
        (Draft(type="closed", actor="jidoka", step="end", data={"outcome": outcome}), 7),
    )

    (row,) = log_of(facts, tmp_path).rows("SELECT resolved_at, confirmed_at, assumed FROM cases")

    assert row == {
        "resolved_at": naive(MONDAY + timedelta(minutes=5)),
        "confirmed_at": naive(MONDAY + timedelta(minutes=7)),
        "assumed": False,
    }


def test_the_arm_of_help_is_none_of_an_experiment(tmp_path: Path) -> None:
    facts = told(
        (opened(help="hold_out", arm="b"), 0),
        (Draft(type="help_drawn", actor="jidoka", data={"layer": "help", "arm": "hold_out", "share": 0.1}), 0),
        (Draft(type="overridden", actor="sam", data={"step": "routing", "reason": "knows_more"}), 3),
    )

    rows = log_of(facts, tmp_path).rows("SELECT arm, help_arm, help_share, proposal, reason FROM events ORDER BY seq")

    assert [tuple(row.values()) for row in rows] == [
        ("b", "hold_out", None, None, None),
        (None, "hold_out", "0.1", None, None),
        (None, None, None, "routing", "knows_more"),
    ]


def test_no_requester_and_no_word_gets_into_the_copy(tmp_path: Path) -> None:
    facts = told(
        (opened("carla.secret@example.org"), 0),
        (Draft(type="heard", actor="boss.secret@example.org", data={"text": "secret words", "logged_by": "sam"}), 1),
        (Draft(type="answered", actor="carla.secret@example.org", data={"key": "colour", "value": "secret blue"}), 2),
        (Draft(type="told", actor="jidoka", data={"to": "carla.secret@example.org", "template": "received"}), 3),
        (Draft(type="paused", actor="sam", data={"reason": "vendor", "text": "secret"}), 4),
        (Draft(type="ignored", actor="jidoka", data={"reason": "secret"}), 5),
        (Draft(type="something_new", actor="sam", data={"outcome": "secret", "what": "secret", "team": "secret"}), 6),
    )

    log = log_of(facts, tmp_path)

    assert "secret" not in str(log.rows("SELECT * FROM events")) + str(log.rows("SELECT * FROM cases"))
    assert b"secret" not in (tmp_path / "facts.parquet").read_bytes()
    assert [row["role"] for row in log.rows("SELECT role FROM events ORDER BY seq")] == [
        *("requester", "other", "requester", "system", "staff", "system", "staff"),
    ]


def test_two_cases_of_one_person_can_be_told_to_be_so(tmp_path: Path) -> None:
    one, two = told((opened("rita"), 0)), told((opened("omar"), 1))
    facts = [one[0], one[0].model_copy(update={"case_id": "INC-2"}), two[0].model_copy(update={"case_id": "INC-3"})]

    codes = [row["requester"] for row in log_of(facts, tmp_path).rows("SELECT requester FROM events ORDER BY case_id")]

    assert codes[0] == codes[1] != codes[2]
    assert all(code.startswith("r-") for code in codes)


def test_a_desk_without_a_case_says_so() -> None:
    with pytest.raises(BadData, match="No case has been recorded yet"):
        live_log([], MONDAY)
