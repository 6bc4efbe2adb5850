"""Before and after: the same cases on both sides, with the same metrics as any dataset, and all that was guessed."""

from functools import cache

from definitions.approvals import Stage
from definitions.base import Priority
from definitions.example import organisation
from definitions.organisation import Organisation
from definitions.targets import Clock, Goal
from measurement.whatif.compared import Compared, compared
from measurement.whatif.tape import Tape, tape_of
from measurement.whatif.under import Under
from tests.measurement.whatif.lives import recorded

PEOPLE = {person.key: person for person in organisation.people}
FEW = ("time_to_resolve", "target_breach_rate")


@cache
def tapes() -> tuple[Tape, ...]:
    """The recorded runs."""
    return tuple(tape_of(*case) for case in recorded().values())


def asked(changed: Organisation, some: tuple[Tape, ...] | None = None) -> Compared:
    """What the change would have made of them."""
    some = tapes() if some is None else some
    as_of = max(tape.facts[-1].at for tape in tapes())
    before, after = Under(organisation, PEOPLE), Under(changed, PEOPLE)
    return compared(some, before, after, as_of=as_of, staff=[*PEOPLE], metrics=FEW, seed=1)


def test_no_change_changes_nothing() -> None:
    found = asked(organisation)

    assert (found.changed, found.imputed_share, found.left_out) == (0, 0.0, {})
    assert found.pages[0] == found.pages[1] > 0
    assert all(line.before.estimate == line.after.estimate for line in found.lines)
    assert len(found.lines) == len(FEW)


def test_a_stricter_target_is_breached_more_often_and_solves_nothing_faster() -> None:
    strict = tuple(
        each.model_copy(update={"goals": dict.fromkeys(Priority, Goal(amount=1, unit="seconds"))})
        if each.clock is Clock.RESPONSE
        else each
        for each in organisation.targets
    )

    found = asked(organisation.model_copy(update={"targets": strict}))

    resolve, breaches = found.lines
    assert (breaches.after.estimate.value or 0) > (breaches.before.estimate.value or 0)
    assert resolve.after.estimate.value == resolve.before.estimate.value
    assert found.changed > 0
    assert not found.imputed


def test_both_sides_are_the_same_cases_and_those_that_cannot_be_played_are_counted_with_the_reason() -> None:
    without = tuple(item for item in organisation.catalogue if item.key != "vpn-access")
    some = tuple(tape for tape in tapes() if tape.kind == "request")
    gone = sum(tape.facts[0].data["category"] == "vpn-access" for tape in some)

    found = asked(organisation.model_copy(update={"catalogue": without}), some)

    assert found.cases + sum(found.not_played.values()) == len(some)
    assert gone == 0 or any("vpn-access" in reason for reason in found.not_played)
    assert all(line.before.estimate.n == line.after.estimate.n for line in found.lines)


def _with_stage(stage: Stage | None) -> Organisation:
    """Every item asks the manager of the service desk first, or nobody."""
    items = tuple(
        item.model_copy(update={"approvals": (stage, *item.approvals) if stage else ()})
        for item in organisation.catalogue
    )
    return organisation.model_copy(update={"catalogue": items})


def test_a_decision_that_nobody_was_asked_for_is_drawn_from_like_decisions_and_counted() -> None:
    some = tuple(tape for tape in tapes() if tape.kind == "request")
    stage = Stage(
        key="second-look",
        title="A second look",
        asks=("person:max",),
        calendar=organisation.calendars[0].key,
        within=Goal(amount=1, unit="days"),
        escalate_to="lena",
    )

    found = asked(_with_stage(stage), some)

    assert found.cases
    assert sum(found.imputed.values()) >= found.cases
    assert all("second-look" in what for what in found.imputed)
    assert 0 < found.imputed_share < 1


def test_a_decision_that_is_not_asked_for_any_more_is_left_out() -> None:
    some = tuple(
        tape for tape in tapes() if tape.kind == "request" and any(fact.type == "approved" for fact in tape.facts)
    )

    found = asked(_with_stage(None), some)

    assert found.left_out["approve"] >= 1
    assert not found.imputed


def test_the_same_seed_says_the_same() -> None:
    changed = organisation.model_copy(
        update={
            "services": tuple(s.model_copy(update={"default_team": "platform"}) for s in organisation.services),
            "routing": (),
        }
    )

    one, other = asked(changed), asked(changed)

    assert one.sides == other.sides
    assert one.lines == other.lines
    assert sum(one.imputed.values()) > 0
