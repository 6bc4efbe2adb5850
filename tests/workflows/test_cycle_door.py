"""Cycles at the door: begun, planned, found again; what does not fit is refused and nothing is kept."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from definitions.change import Change, ChangeRefused
from definitions.cycle import acts
from definitions.cycle.before_after import PLANS, BeforeAfter
from definitions.experiment import Experiment
from measurement.cycles.planning import HOUR
from measurement.experiments.planned import fingerprint
from measurement.values import BadData, Refused
from office.cycle_plans import Wanted
from office.cycles import Asked, Said
from office.errors import ActRefused, NotAllowed, NotFound, Unusable
from pictures.a3 import page
from records.values import CaseQuery
from tests.definitions.cycle.lives import ALL, BASELINE, CHARTER
from tests.definitions.trials import change, trial
from tests.measurement.cycles.exposures import copy_of
from tests.measurement.cycles.test_planning import lives
from tests.workflows.cycles import FigureDesk, opened
from tests.workflows.house import House, house

WEEKS = 20


@pytest.fixture
def figures() -> FigureDesk:
    return FigureDesk()


@pytest.fixture
async def home(tmp_path: Path, empty_database: Path, figures: FigureDesk) -> AsyncIterator[House]:
    async with house(tmp_path, empty_database, cycles=figures) as ours:
        figures.desk = ours.desk
        yield ours


@pytest.fixture
def live(tmp_path: Path) -> list[Path]:
    """A copy of the log with the cases of the baseline."""
    return copy_of(lives(), tmp_path / "facts.parquet")


def asked(**given: Any) -> Asked:
    known: dict[str, Any] = {
        "method": "kaizen",
        "title": "VPN cases wait for the wrong team",
        "problem": "A third of the cases is handed over before anybody begins",
        "metric": "time_to_resolve",
        "level": 8 * HOUR,
        "goal": 0.7 * 8 * HOUR,
        "guards": ({"metric": "reopen_rate", "direction": "lower", "harm": 0.02},),
        "scope": {"services": ("vpn",)},
        "owner": "platform",
    }
    return Asked.model_validate(known | given)


async def begun(home: House, by: str = "ravi", **given: Any) -> str:
    started = await home.desk.cycles.start(asked(**given), home.person(by))
    home.opened.append(started.id)
    await home.pass_time(seconds=5)
    return started.id


async def frozen(home: House, figures: FigureDesk) -> str:
    """A cycle with a frozen baseline: that of the log beside it."""
    start = lives()[0].opened
    baseline = BASELINE.model_copy(
        update={"start": start, "end": start + timedelta(weeks=WEEKS), "value": 8.0 * HOUR, "weekly": 60.0}
    )
    figures.evidence = ALL.model_copy(update={"baseline": baseline, "trial": None})
    case = await begun(home)
    await opened(home, case)
    return case


def counted(home: House) -> int:
    return sum(home.store.cases.count(CaseQuery(kind=kind)) for kind in ("dmaic", "kaizen"))


# -- beginning -------------------------------------------------------------------------------------------------------


async def test_a_cycle_begins_with_what_was_said_in_the_hands_of_whoever_began_it(home: House) -> None:
    case = await begun(home, members=(("rita", "customer"), ("kim", None)), sponsor="dana")

    shown = await home.show(case)
    charter = shown["charter"]
    assert (shown["method"], shown["phase"], shown["assignee"], shown["team"]) == (
        *("kaizen", "problem", "ravi"),
        "platform",
    )
    assert (charter["title"], charter["metric"], charter["unit"]) == (
        "VPN cases wait for the wrong team",
        "time_to_resolve",
        "s",
    )
    assert [(each["person"], each["voice"]) for each in charter["team"]] == [("rita", "customer"), ("kim", None)]
    assert shown["service"] == "vpn"


async def test_the_same_key_gives_the_same_cycle_and_another_person_one_of_their_own(home: House) -> None:
    first = await home.desk.cycles.start(asked(external_id="k"), home.person("ravi"))
    again = await home.desk.cycles.start(asked(external_id="k", title="Else"), home.person("ravi"))
    other = await home.desk.cycles.start(asked(external_id="k"), home.person("dana"))
    home.opened += [first.id, other.id]

    assert (again.id, again.created) == (first.id, False)
    assert other.created
    assert other.id != first.id


async def test_whoever_begins_a_cycle_is_shown_what_failed_before(home: House) -> None:
    stopped = await begun(home)
    await home.act(stopped, acts.Learn(by="ravi", text=home.words("Nobody reads the notes.")))
    await home.act(stopped, acts.StopCycle(by="ravi", text=home.words("The notes are not read.")))
    await home.pass_time(seconds=5)
    await begun(home, title="Printers jam", metric="reopen_rate", problem="Paper", scope={"services": ("erp",)})

    started = await home.desk.cycles.start(asked(), home.person("ravi"))
    home.opened.append(started.id)
    await home.pass_time(seconds=5)

    assert [(row.id, row.failed, row.lesson) for row in started.alike] == [(stopped, True, "Nobody reads the notes.")]
    assert (await home.show(started.id))["alike"] == [stopped]
    found = home.desk.cycles.register(home.person("dana"), words="notes read")
    assert [row.id for row in found] == [stopped]


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"scope": {"services": ("telex",)}}, Unusable, "no service 'telex'"),
        ({"scope": {"services": ("vpn",), "categories": ("sails",)}}, Unusable, "no category 'sails'"),
        ({"owner": "pirates"}, Unusable, "pirates"),
        ({"metric": "nonsense"}, BadData, "no metric 'nonsense'"),
        ({"guards": ({"metric": "nonsense", "direction": "lower", "harm": 0.1},)}, BadData, "nonsense"),
        ({"sponsor": "nobody"}, NotFound, "nobody"),
        ({"members": (("ghost", None),)}, NotFound, "ghost"),
        ({"after": "KZN-00000000"}, NotFound, "KZN-00000000"),
    ],
)
async def test_a_name_of_nothing_is_refused_and_nothing_is_kept(
    home: House, given: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        await home.desk.cycles.start(asked(**given), home.person("ravi"))

    assert home.store.inbox.pending(home.desk.clock() + timedelta(days=1)) == []
    assert counted(home) == 0


async def test_an_analyst_begins_no_cycle(home: House) -> None:
    with pytest.raises(NotAllowed, match="lead"):
        await home.desk.cycles.start(asked(), home.person("kim"))

    assert counted(home) == 0


async def test_what_was_not_said_anew_stays_in_the_charter(home: House) -> None:
    case = await begun(home)
    said = Said.model_validate({"goal": 3_600, "scope": {"categories": ("client",)}})

    charter = await home.desk.cycles.amended(case, said, home.person("ravi"))

    assert charter.goal == 3_600
    assert (charter.metric, charter.level, charter.guards) == ("time_to_resolve", 8 * HOUR, CHARTER.guards)
    assert (charter.scope.services, charter.scope.categories) == (("vpn",), ("client",))
    assert home.store.texts.get(charter.title.id) == "VPN cases wait for the wrong team"


# -- planning --------------------------------------------------------------------------------------------------------


async def test_a_plan_needs_only_the_change_and_is_kept_whole(
    home: House, figures: FigureDesk, live: list[Path]
) -> None:
    case, lead = await frozen(home, figures), home.person("ravi")

    proposal = await home.desk.plans.draft(case, Wanted(change=change()), lead, live)
    await home.desk.plans.send(proposal, lead)
    await home.desk.plans.send(proposal, lead)

    plan = proposal.plan
    assert isinstance(plan, Experiment)
    assert plan.hypothesis == "To see what it does: then time_to_resolve falls to 5.6 h."
    assert (plan.key, plan.cycle, plan.scope.services) == (case.casefold(), case, ("vpn",))
    assert plan.layer == "services-vpn-confirm-remind-after-days"
    assert [(guard.metric, guard.bound) for guard in plan.guards] == [("reopen_rate", 0.02)]
    state = await home.desk._casebook.state(case, await home.desk.client())
    assert state is not None
    assert state.cycle is not None
    assert state.cycle.planned is not None
    words = home.store.texts.get(state.cycle.planned.text.id)
    assert words is not None
    assert PLANS.validate_json(words) == plan
    # Sent twice it is proposed once.
    assert [each.change for each in state.cycle.countermeasures] == [plan.change.version]
    kept = home.store.blobs.get(plan.baseline.sha256)
    assert len(kept) == 8 * plan.baseline.n
    assert fingerprint(np.frombuffer(kept, "<f8")) == plan.baseline.sha256
    assert home.store.experiments.running() == []


async def test_without_a_second_arm_the_weeks_are_planned(home: House, figures: FigureDesk, live: list[Path]) -> None:
    case, lead = await frozen(home, figures), home.person("ravi")
    wanted = Wanted(before_after=True, words="Read the note aloud", weeks=6)

    proposal = await home.desk.plans.draft(case, wanted, lead, live)

    plan = proposal.plan
    assert isinstance(plan, BeforeAfter)
    assert (plan.late_s, plan.weeks, plan.change) == (round(0.7 * 8 * HOUR), 6, None)
    assert plan.before[1] <= plan.starts_at


async def test_who_may_not_accept_a_change_plans_none_for_everybody(
    home: House, figures: FigureDesk, live: list[Path]
) -> None:
    case = await frozen(home, figures)
    for_all = Wanted(before_after=True, change=change(), weeks=6)

    with pytest.raises(NotAllowed, match="definitions_accept"):
        await home.desk.plans.draft(case, for_all, home.person("kim"), live)
    planned = await home.desk.plans.draft(case, for_all, home.person("ravi"), live)
    with pytest.raises(NotAllowed, match="definitions_accept"):
        await home.desk.plans.send(planned, home.person("kim"))

    with pytest.raises(NotAllowed, match="not for requester"):
        await home.desk.plans.send(planned, home.person("rita@example.org"))
    on_a_half = await home.desk.plans.draft(case, Wanted(change=change()), home.person("kim"), live)
    assert isinstance(on_a_half.plan, Experiment)


@pytest.mark.parametrize(
    ("wanted", "error", "said"),
    [
        ({"change": change("/services/vpn/nothing")}, ChangeRefused, "nothing"),
        ({"change": change("/services/vpn/default_team", "pirates")}, ChangeRefused, "pirates"),
        (
            {"change": change().model_copy(update={"base": "0" * 12})},
            ChangeRefused,
            "was made for version 000000000000",
        ),
        ({"change": change(), "services": ("erp",)}, BadData, "erp"),
        ({"change": change("/services/erp/confirm/remind_after_days")}, ActRefused, "alters nothing"),
        ({"change": change(), "days": 14}, Refused, "more than 14"),
        ({"change": change(), "cause": "h7"}, Unusable, "no cause 'h7'"),
        ({"change": change(), "least": 1.4}, Unusable, "no wished effect"),
        ({"before_after": True}, Unusable, "nothing is there to try"),
        ({"words": "Be faster"}, Unusable, "two arms need a change"),
    ],
)
async def test_what_cannot_be_tried_is_refused_and_nothing_is_sent(
    home: House, figures: FigureDesk, live: list[Path], wanted: dict[str, Any], error: type[Exception], said: str
) -> None:
    case = await frozen(home, figures)
    before = (await home.show(case))["seq"]

    with pytest.raises(error, match=said):
        await home.desk.plans.draft(case, Wanted.model_validate(wanted), home.person("ravi"), live)

    assert (await home.show(case))["seq"] == before
    assert home.store.experiments.running() == []


async def test_an_experiment_that_overlaps_another_is_refused_with_the_other(
    home: House, figures: FigureDesk, live: list[Path]
) -> None:
    case, now = await frozen(home, figures), home.desk.clock()
    other = trial(key="older", starts_at=now, stops_at=now + timedelta(days=90))
    home.desk.experiments.lock(other, "dana")

    with pytest.raises(ActRefused, match=r"kzn-.* and older both change") as refused:
        await home.desk.plans.draft(case, Wanted(change=change()), home.person("ravi"), live)

    assert "layer routing" in refused.value.hint


async def test_before_the_baseline_is_frozen_nobody_can_plan(home: House, live: list[Path]) -> None:
    case = await begun(home)

    with pytest.raises(ActRefused, match="no frozen baseline"):
        await home.desk.plans.draft(case, Wanted(change=change()), home.person("ravi"), live)


async def test_a_change_of_something_else_gets_a_layer_of_its_own(
    home: House, figures: FigureDesk, live: list[Path]
) -> None:
    case, now = await frozen(home, figures), home.desk.clock()
    other = trial(
        key="older", starts_at=now, stops_at=now + timedelta(days=90), layer="services-vpn-confirm-close-after-days"
    )
    closing: Change = change("/services/vpn/confirm/close_after_days", 6)
    home.desk.experiments.lock(other.model_copy(update={"change": closing}), "dana")

    proposal = await home.desk.plans.draft(case, Wanted(change=change()), home.person("ravi"), live)

    assert isinstance(proposal.plan, Experiment)
    assert proposal.plan.layer != other.layer


# -- reading ---------------------------------------------------------------------------------------------------------


async def test_a_sponsor_from_outside_the_desk_has_the_page_of_the_cycle_that_they_see(home: House) -> None:
    case, sponsor = await begun(home, sponsor="omar"), home.person("omar")

    shown = await home.desk.show(case, actor=sponsor)
    readers = home.desk.publishing.readers(case, home.person("ravi"))

    assert shown["charter"]["sponsor"] == "omar"
    assert home.desk.cycles.report(case, sponsor).id == case
    assert [each.whole for each in readers if each.person == "omar"] == [True]


async def test_the_same_facts_give_the_same_page_and_the_look_is_logged(home: House, figures: FigureDesk) -> None:
    case = await frozen(home, figures)

    first, again = (page(home.desk.cycles.report(case, home.person("dana"))) for _ in range(2))

    assert first == again
    assert "VPN cases wait for the wrong team" in first
    with pytest.raises(NotFound):
        home.desk.cycles.report("KZN-00000000", home.person("dana"))
    with pytest.raises(NotAllowed):
        home.desk.cycles.report(case, home.person("omar"))


async def test_the_ledger_has_every_cycle_and_adds_up_what_is_verified(home: House, figures: FigureDesk) -> None:
    case = await frozen(home, figures)

    found = home.desk.cycles.ledger(home.person("dana"))

    assert [(entry.cycle, entry.standing) for entry in found.entries] == [(case, "expected")]
    assert found.totals == ()
