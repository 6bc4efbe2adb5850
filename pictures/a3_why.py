"""The left of an A3: why, where we stand, the goal, the causes."""

from collections.abc import Iterator

from definitions.cycle.report import A3
from pictures.a3_charts import Plot, course_plot
from pictures.a3_words import FEW, MOST, Section, cut, day, flat, more, named, sentence, step, value

SHORT, SOURCE = 100, 30
"""Letters in the tree of causes, and of where something was read."""


def why(found: A3) -> Section:
    """The problem, who has it, what shall become of it."""
    return Section("1 Why", flat(_why(found)))


def stand(found: A3) -> Section:
    """Baseline, power, measurement, and the course of the metric."""
    return Section("2 Where we stand", flat(_baseline(found)), _course(found))


def goal(found: A3) -> Section:
    """What is wanted, and what must not get worse for it."""
    return Section("3 Goal", flat(_goal(found)))


def causes(found: A3) -> Section:
    """The tree of causes with its evidence."""
    return Section("4 Causes", tuple(_causes(found)))


def _why(found: A3) -> Iterator[str]:
    charter = found.cycle.charter
    yield cut(found.words(charter.problem)) or "The problem is not described yet."
    if charter.level is not None:
        yield sentence(f"in numbers: {named(charter.metric)} is said to be {value(charter.level, charter.unit)}")
    yield f"Who has it: {', '.join(charter.affected) or 'not named'}; scope: {charter.scope}."
    if charter.experience is not None:
        yield f"They shall experience: {cut(found.words(charter.experience))}"
    if found.cycle.after is not None:
        yield f"Begun by a signal of the control chart of {found.cycle.after}."


def _baseline(found: A3) -> Iterator[str]:
    evidence = found.cycle.evidence
    base = evidence.baseline
    if base is None:
        yield "No baseline is frozen yet."
        return
    locked = "locked" if "baseline" in found.cycle.locked else "not locked yet"
    yield sentence(
        f"{named(base.metric)} {value(base.value, base.unit)} ({base.estimator}, {base.clock} clock), n {base.n:,}, "
        f"{day(found, base.start)} to {day(found, base.end)}; {base.weekly:,.1f} cases a week; {locked}, "
        f"sha256 {base.sha256[:12]}"
    )
    steady = "stable" if base.stable else f"not stable: {base.regimes} levels"
    capability = f"; Ppk {base.capability:.2f} against the goal" if base.capability is not None and base.stable else ""
    yield sentence(f"{steady}; {base.season or 'no season found'}{capability}")
    yield from (sentence(warning) for warning in base.warnings[:FEW])
    if base.excluded:
        yield "Left out: " + "; ".join(f"{each.n:,} {each.reason}" for each in base.excluded[:FEW]) + "."
    if evidence.power is not None:
        power = evidence.power
        yield (
            f"Power: {power.needed:,} cases in each arm are needed, {power.available:,} come in {power.horizon_days} "
            f"days; the effect would be found in {power.power:.0%} of trials."
        )
    if evidence.agreement is not None:
        same = evidence.agreement
        kappa = "not defined" if same.kappa is None else f"{same.kappa:.2f}"
        yield f"Measurement: {same.cases} cases triaged twice, kappa {kappa} ({same.words})."


def _course(found: A3) -> Plot | None:
    base, charter = found.cycle.evidence.baseline, found.cycle.charter
    if base is None:
        return None
    since = found.cycle.evidence.course
    return course_plot(base.course, since, level=base.value, goal=charter.goal, unit=base.unit, zone=found.zone)


def _goal(found: A3) -> Iterator[str]:
    charter = found.cycle.charter
    if charter.goal is None:
        yield "No goal is set yet."
    else:
        way = "down" if charter.direction == "lower" else "up"
        yield sentence(f"{named(charter.metric)} {way} to {value(charter.goal, charter.unit)}")
    for guard in charter.guards[:FEW]:
        yield f"Meanwhile {named(guard.metric)} must not get worse by {_harm(guard.harm, guard.metric)} or more."
    yield from (text for _, text in more(len(charter.guards), FEW))


def _harm(harm: float, metric: str) -> str:
    """Guards are shares of cases wherever their metric is a rate."""
    return step(harm, "share") if metric.endswith(("_rate", "_share")) else f"{harm:g}"


def _causes(found: A3) -> Iterator[tuple[int, str]]:
    tree = found.causes
    for cause in tree[:MOST]:
        grounds = cause.hypothesis.grounds
        speaking = sum(ground.supports for ground in grounds)
        weighed = f"{speaking} for, {len(grounds) - speaking} against" if grounds else "no evidence yet"
        yield cause.depth, f"{cause.hypothesis.id} {cut(found.words(cause.hypothesis.text), SHORT)} ({weighed})"
        for ground in grounds[:1]:
            said = "For" if ground.supports else "Against"
            source = f" [{cut(ground.reference, SOURCE)}]" if ground.reference else ""
            yield cause.depth + 1, f"{said}: {cut(found.words(ground.text), SHORT)}{source}"
    if not tree:
        yield 0, "No cause is named yet."
    yield from more(len(tree))
