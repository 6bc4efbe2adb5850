"""The report of a review is made from facts alone: by part, not by name, with numbers that one can count by hand."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from definitions.case import CaseState
from definitions.example import organisation
from definitions.facts import GENESIS, Draft, Fact, Visibility, chained
from definitions.kinds import KINDS, evolve
from definitions.review.course import course
from definitions.review.report import Report, report, texts_of
from definitions.review.timeline import LEFT_OUT, SAYS, roles, timeline
from office.recorded import golden
from pictures.review import markdown, page

HISTORIES = Path(__file__).parents[2] / "histories"
PEOPLE = [person.key for person in organisation.people]
NINE = datetime(2026, 3, 23, 9, tzinfo=UTC)


def told(case: str, *drafts: tuple[float, Draft]) -> list[Fact]:
    """Facts at minutes after nine."""
    facts: list[Fact] = []
    for minutes, draft in drafts:
        before = facts[-1].hash if facts else GENESIS
        at = NINE + timedelta(minutes=minutes)
        facts.append(chained(draft, case_id=case, seq=len(facts) + 1, step="queue", at=at, prev_hash=before))
    return facts


def fact(minutes: float, type_: str, actor: str = "jidoka", **data: object) -> tuple[float, Draft]:
    """One of them."""
    channel = "email" if type_ in ("told", "paged") else "cli"
    public = Visibility.PUBLIC
    return minutes, Draft.model_validate(
        {"type": type_, "actor": actor, "channel": channel, "visibility": public, "data": data}
    )


INCIDENT = told(
    "INC-00000000",
    fact(0, "opened", "rita", requester="rita", service="vpn", category="outage", priority="P1", impact="high",
         urgency="high"),
    fact(0, "routed", team="network"),
    fact(0, "promised", id="p3", what="respond", due="2026-03-23T09:15:00+00:00", to="rita"),
    fact(0, "escalated", page="page@1", step="page"),
    fact(0, "paged", to="jay", outcome="sent", page="page@1"),
    fact(10, "escalated", page="page-again@1", step="page-again"),
    fact(10, "paged", to="jay", outcome="failed", page="page-again@1"),
    fact(12, "acknowledged", "kim", assignee="kim"),
    fact(12, "promise_kept", id="p3", what="respond"),
    fact(13, "major_declared", "dana"),
    fact(20, "handed_over", "kim", team="platform", from_team="network", assignee=None),
    fact(21, "escalated", page="page@2", step="page"),
    fact(21, "paged", to="platform", outcome="gap", reason="nobody is on call", page="page@2"),
    fact(240, "target_breached", target="resolution", clock="resolution", breached_at="2026-03-23T13:00:00+00:00"),
    fact(300, "resolved", "ravi", text=None),
    fact(310, "confirmed", "rita"),
    fact(310, "closed", outcome="confirmed"),
)  # fmt: skip


def of(facts: Sequence[Fact]) -> tuple[CaseState, list[Fact]]:
    """A review of these facts' case with one finding and one action."""
    text, words = {"id": "t-1", "digest": "0" * 64}, {"id": "t-2", "digest": "0" * 64}
    own = told(
        "PIR-00000000",
        fact(320, "opened", service="vpn", category="outage", channel="engine", title=text, requester=None,
             priority="P3", definition_version="x", review={"case": facts[0].case_id, "why": "major", "owner": "ravi"}),
        fact(400, "finding_added", "ravi", finding="f1", kind="cause", text=text),
        fact(410, "action_added", "ravi", action="a1", text=words, owner="kim", due="2026-03-30T09:00:00+00:00",
             watch_days=30, service="vpn", category="outage"),
        fact(500, "action_done", "kim", action="a1", until="2026-04-22T17:20:00+00:00", text=None),
    )  # fmt: skip
    state = CaseState.model_validate({"id": "PIR-00000000", "kind": "review"})
    for each in own:
        state = evolve(state, each)
    return state, own


WORDS = {"t-1": "The certificate | had run out <b>", "t-2": "An alarm"}


def written(facts: Sequence[Fact], texts: dict[str, str] | None = None, **names: str) -> Report:
    """The report of a review of these facts."""
    state, own = of(facts)
    said = WORDS if texts is None else texts
    return report(state, "Europe/Berlin", own, facts, said, roles(facts) | names, {"kim": "Kim Larsen"})


def test_the_course_is_what_one_counts_by_hand() -> None:
    found = course(INCIDENT, roles(INCIDENT))

    assert [(page.step, page.to, page.answered_s) for page in found.pages] == [
        ("page", ("responder 1",), 720.0),
        ("page-again", (), 120.0),
        ("page", (), 279 * 60.0),
    ]
    assert [(hold.team, hold.since - NINE, hold.until and hold.until - NINE) for hold in found.holds] == [
        ("network", timedelta(0), timedelta(minutes=20)),
        ("platform", timedelta(minutes=20), timedelta(minutes=300)),
    ]
    assert found.hand_overs == 1
    assert (found.acknowledged_at, found.resolved_at) == (NINE + timedelta(minutes=12), NINE + timedelta(minutes=300))
    assert (found.restored, found.restored_at) == ("confirmed", NINE + timedelta(minutes=310))
    assert [(target.what, target.state) for target in found.targets] == [("resolution", "missed")]
    assert [(promise.what, promise.state) for promise in found.promises] == [("respond", "kept")]


@pytest.mark.parametrize(
    ("more", "restored"),
    [
        ([fact(400, "reopened", "rita")], "open"),
        ([fact(400, "reopened", "rita"), fact(500, "closed", outcome="assumed")], "assumed"),
        ([fact(400, "reopened", "rita"), fact(500, "closed", outcome="unasked")], "open"),
    ],
)
def test_only_a_yes_or_silence_after_being_asked_stops_the_customers_clock(
    more: list[tuple[float, Draft]], restored: str
) -> None:
    facts = [*INCIDENT, *told("INC-00000000", *more)]

    assert course(facts, roles(facts)).restored == restored


def test_the_same_facts_give_the_same_bytes() -> None:
    again = [Fact.model_validate_json(fact.model_dump_json()) for fact in INCIDENT]

    assert markdown(written(INCIDENT)) == markdown(written(again))
    assert page(written(INCIDENT)) == page(written(again))
    assert written(INCIDENT).as_of == NINE + timedelta(minutes=500)


def test_people_stand_by_their_part_unless_names_are_given() -> None:
    by_part, by_name = markdown(written(INCIDENT)), markdown(written(INCIDENT, jay="Jay Winter (responder 1)"))

    assert roles(INCIDENT) == {
        "jidoka": "Jidoka", "rita": "the requester", "jay": "responder 1", "kim": "responder 2", "dana": "responder 3",
        "ravi": "responder 4",
    }  # fmt: skip
    assert "| the requester | said that it works |" in by_part
    assert "| Jidoka | paged responder 1 by email |" in by_part
    assert "had nobody to page: nobody is on call" in by_part
    assert not [key for key in PEOPLE if f" {key} " in by_part]
    assert "paged Jay Winter (responder 1) by email" in by_name


def test_words_of_people_cannot_become_markup() -> None:
    whole, html = markdown(written(INCIDENT)), page(written(INCIDENT))

    assert "- The certificate \\| had run out \\<b\\>" in whole
    assert "<li>The certificate | had run out &lt;b&gt;</li>" in html
    assert "<script" not in html


def test_erased_words_are_said_to_be_gone() -> None:
    state, own = of(INCIDENT)

    assert texts_of(state, own) == ["t-1", "t-2"]
    assert "(erased)" in markdown(written(INCIDENT, {}))


def test_every_fact_type_of_an_incident_has_words_or_is_left_out() -> None:
    known = {*SAYS, *LEFT_OUT}

    assert set(KINDS["incident"].rules) - known == set()


@pytest.mark.parametrize("path", sorted(HISTORIES.glob("*.json.gz")), ids=lambda path: path.name)
def test_every_recorded_run_can_be_told(path: Path) -> None:
    facts = golden(path).facts
    if facts[0].type != "opened" or not facts[0].case_id.startswith("INC-"):
        pytest.skip("goes on with a case that began in another run, or is none of an incident")

    whole = markdown(written(facts))

    found = timeline(facts, roles(facts))
    assert found[0].after_s == 0
    assert [entry.at for entry in found] == sorted(entry.at for entry in found)
    assert whole.count("\n| 20") >= len(found)
    assert not [key for key in PEOPLE if f"| {key} |" in whole]
