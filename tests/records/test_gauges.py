"""How improvement goes, counted from the records."""

from datetime import timedelta

from definitions.cycle import acts
from definitions.cycle.errands import Settled, settled
from definitions.cycle.evidence import Evidence
from definitions.cycle.state import Phase
from definitions.facts import seal
from records.gauges import Gauges
from records.store import Store
from records.values import Flush
from tests.definitions.cycle.lives import Life, verdict
from tests.definitions.cycle.test_rules import controlled, gone_through
from tests.records.chains import row
from tests.records.test_experiments import lock

A_YEAR = 27_000.0 * 20 * 365.25 / 7
"""The baseline of 25 h, 30 % of it, for 20 cases a week."""


def kept(store: Store, life: Life, number: int) -> None:
    """A cycle as its run hands it over."""
    case_id, state = f"{life.state.id}-{number}", life.state
    changes = {"kind": state.kind, "stage": state.step, "opened_at": state.opened_at, "closed_at": state.closed_at}
    facts, previous = [], "0" * 64
    for fact in life.facts:
        again = fact.model_copy(update={"case_id": case_id, "prev_hash": previous})
        again = again.model_copy(update={"hash": seal(again)})
        facts.append(again)
        previous = again.hash
    store.events.flush(Flush(case_id=case_id, facts=tuple(facts), row=row(case_id, facts[-1].seq, **changes)))


def test_open_cycles_stand_by_phase_with_the_oldest_of_each(store: Store) -> None:
    young, old, other, over = Life(), Life(), Life("kaizen"), Life()
    over.do(acts.StopCycle(by="dana", text=over.cycle.charter.title))
    young.state = young.state.model_copy(update={"opened_at": old.now + timedelta(days=3)})
    gone_through(other, Phase.TRIAL)
    for number, life in enumerate((young, old, other, over)):
        kept(store, life, number)

    found = {(each.kind, each.phase): (each.n, each.oldest) for each in Gauges(store.db).improvement().open}

    assert found == {("dmaic", "define"): (2, old.now), ("kaizen", "trial"): (1, other.now)}


def test_only_benefit_that_is_verified_and_stands_is_added_up(store: Store) -> None:
    against, reverted, refused = Life(), controlled(on_signal="revert"), controlled()
    no_standard = Settled(standard=None, how="unchanged", refused="the base moved on")
    refused.write(settled(refused.state, no_standard))
    gone_through(against, Phase.CONTROL)
    against.do(acts.Evidenced(evidence=Evidence(verdict=verdict("not_found"))))
    against.do(acts.Decide(by="dana", accept=True, text=against.cycle.charter.title))
    reverted.do(acts.SignalSeen(at=reverted.now, rule="beyond the limit", value=0.4))
    for number, life in enumerate((controlled(), controlled("kaizen"), against, reverted, refused)):
        kept(store, life, number)

    (found,) = Gauges(store.db).improvement().verified

    assert (found.metric, found.unit) == ("time_to_resolve", "s")
    assert abs(found.a_year - 2 * A_YEAR) < 1


def test_experiments_are_counted_by_state(store: Store) -> None:
    for key in ("one", "two", "three"):
        lock(store, key)
    store.experiments.stop("two", "dana", "it hurts")

    assert Gauges(store.db).improvement().experiments == {"running": 2, "stopped": 1}


def test_where_nobody_improves_anything_there_is_nothing(store: Store) -> None:
    found = Gauges(store.db).improvement()

    assert (found.open, found.experiments, found.verified) == ((), {}, ())
