"""What stands in each box of an A3, in sentences."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from definitions.cycle.benefit import Benefit
from definitions.cycle.report import A3
from pictures.a3_charts import Plot, course_plot, looks_plot
from pictures.units import scale_of, shown

LONGEST = 180
"""Letters of one remark: the page is one page, the journal has all of it."""
SHORT, SOURCE = 100, 30
"""The same in the tree of causes, and of where something was read."""
MOST = 6
"""Causes and gates on the page."""
FEW = 3
"""Of everything else that there may be many of."""
METHODS = {"dmaic": "DMAIC", "kaizen": "Kaizen"}
OUTCOMES = {
    "held": "ended: the standard was watched to the end without a signal",
    "signalled": "ended: the control chart gave a signal",
    "rolled_back": "ended: rolled back",
    "unwatched": "ended: a standard that nobody watches",
    "cancelled": "stopped",
}
VERDICTS = {
    "win": "it helps",
    "harm": "it does harm",
    "futility": "stopped: the effect has become improbable",
    "guard": "stopped: a guard metric got worse",
    "srm": "no answer: the arms are not as large as they were drawn",
    "not_found": "no effect was found",
    "stopped": "stopped before its time",
}


@dataclass(frozen=True)
class Section:
    """One box: remarks, each perhaps indented, and a chart."""

    title: str
    lines: tuple[tuple[int, str], ...]
    chart: Plot | None = field(default=None)


def heading(found: A3) -> str:
    """What it is about."""
    return f"{METHODS[found.method]} {found.id}: {_cut(found.words(found.cycle.charter.title))}"


def standing(found: A3) -> str:
    """Where it stands, and whose it is."""
    charter = found.cycle.charter
    going = f"in the phase {found.cycle.phase}"
    if found.cycle.control_until is not None:
        going = f"the standard is watched until {_day(found, found.cycle.control_until)}"
    state = OUTCOMES.get(found.outcome or "", going)
    people = [f"lead {found.called(found.lead)}"]
    people += [f"sponsor {found.called(charter.sponsor)}"] if charter.sponsor else []
    team = [
        f"{found.called(each.person)} ({each.voice})" if each.voice else found.called(each.person)
        for each in charter.team
    ]
    people += [f"team {', '.join(team)}"] if team else []
    return f"{state}; begun {_day(found, found.opened_at)}; {charter.owner}: {'; '.join(people)}"


def foot(found: A3) -> str:
    """What it was made of."""
    return (
        f"Made from the {found.facts} facts of {found.id} up to {_day(found, found.as_of)} ({found.zone}); hash of the "
        f"last {found.chain[:16]}. The same facts give the same page."
    )


def left(found: A3) -> tuple[Section, ...]:
    """Why, where we stand, the goal, the causes."""
    return (
        Section("1 Why", _lines(_why(found))),
        Section("2 Where we stand", _lines(_baseline(found)), _course(found)),
        Section("3 Goal", _lines(_goal(found))),
        Section("4 Causes", tuple(_causes(found))),
    )


def right(found: A3) -> tuple[Section, ...]:
    """What is tried, what came out, what it brings, how it is kept, what the gates said."""
    verdict = found.cycle.evidence.verdict
    return (
        Section("5 What is tried", _lines(_tried(found))),
        Section("6 Trial and verdict", _lines(_trial(found)), looks_plot(verdict.looks) if verdict else None),
        Section("7 What it brings", _lines(_benefit(found))),
        Section("8 Standard and control", _lines(_control(found))),
        Section("9 Gates", tuple(_gates(found))),
    )


def _why(found: A3) -> Iterator[str]:
    charter = found.cycle.charter
    yield _cut(found.words(charter.problem)) or "The problem is not described yet."
    if charter.level is not None:
        yield f"In numbers: {charter.metric or 'the metric'} is said to be {_value(charter.level, charter.unit)}."
    yield f"Who has it: {', '.join(charter.affected) or 'not named'}; scope: {charter.scope}."
    if charter.experience is not None:
        yield f"They shall experience: {_cut(found.words(charter.experience))}"
    if found.cycle.after is not None:
        yield f"Begun by a signal of the control chart of {found.cycle.after}."


def _baseline(found: A3) -> Iterator[str]:
    evidence = found.cycle.evidence
    base = evidence.baseline
    if base is None:
        yield "No baseline is frozen yet."
        return
    locked = "locked" if "baseline" in found.cycle.locked else "not locked yet"
    yield (
        f"{base.metric} {_value(base.value, base.unit)} ({base.estimator}, {base.clock} clock), n {base.n:,}, "
        f"{_day(found, base.start)} to {_day(found, base.end)}; {base.weekly:,.1f} cases a week; {locked}, "
        f"sha256 {base.sha256[:12]}."
    )
    steady = "Stable" if base.stable else f"Not stable: {base.regimes} levels"
    capability = f"; Ppk {base.capability:.2f} against the goal" if base.capability is not None and base.stable else ""
    yield f"{steady}; {base.season or 'no season found'}{capability}."
    yield from (f"{warning[:1].upper()}{warning[1:]}." for warning in base.warnings[:FEW])
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
        yield f"{charter.metric or 'The metric'} {way} to {_value(charter.goal, charter.unit)}."
    for guard in charter.guards[:FEW]:
        yield f"Meanwhile {guard.metric} must not get worse by {guard.harm:g} or more."
    yield from (text for _, text in _more(len(charter.guards), FEW))


def _causes(found: A3) -> Iterator[tuple[int, str]]:
    causes = found.causes
    for cause in causes[:MOST]:
        grounds = cause.hypothesis.grounds
        speaking = sum(ground.supports for ground in grounds)
        weighed = f"{speaking} for, {len(grounds) - speaking} against" if grounds else "no evidence yet"
        yield cause.depth, f"{cause.hypothesis.id} {_cut(found.words(cause.hypothesis.text), SHORT)} ({weighed})"
        for ground in grounds[:1]:
            said = "For" if ground.supports else "Against"
            source = f" [{_cut(ground.reference, SOURCE)}]" if ground.reference else ""
            yield cause.depth + 1, f"{said}: {_cut(found.words(ground.text), SHORT)}{source}"
    if not causes:
        yield 0, "No cause is named yet."
    yield from _more(len(causes))


def _tried(found: A3) -> Iterator[str]:
    tried = found.cycle.countermeasures
    for each in tried[:FEW]:
        change = f" [change {each.change}]" if each.change else ""
        cause = f" (acts on {each.cause})" if each.cause else ""
        yield f"{_cut(found.words(each.text))}{change}{cause}"
    if not tried:
        yield "Nothing is proposed yet."
    yield from (text for _, text in _more(len(tried), FEW))


def _trial(found: A3) -> Iterator[str]:
    evidence = found.cycle.evidence
    trial, verdict, series = evidence.trial, evidence.verdict, evidence.interrupted
    if trial is None:
        yield "No plan is locked yet."
        return
    arms = "no second arm: a series, interrupted" if trial.unit is None else f"arms by {trial.unit}"
    yield (
        f"{trial.experiment}, plan {trial.plan}: {arms}, {trial.looks} looks, stops {_day(found, trial.stop)}; the "
        f"effect would be found in {trial.power:.0%} of trials."
    )
    if verdict is not None:
        effect = verdict.effect
        value = "none" if effect.value is None else f"{effect.value:.3g}"
        low, high = (("open" if end is None else f"{end:.3g}") for end in (effect.within.low, effect.within.high))
        units = ", ".join(f"{arm} {n:,}" for arm, n in verdict.units.items())
        yield f"Verdict: {VERDICTS[verdict.outcome]}. {effect.what}: {value} ({low} to {high}); n: {units}."
        yield (
            f"Such a plan claims an effect where there is none in {verdict.false_claims:.1%} of trials. Data "
            f"{verdict.data[:12]}, verdict {verdict.hash[:12]}."
        )
        yield from (f"{signal[:1].upper()}{signal[1:]}." for signal in verdict.signals[:FEW])
    elif series is not None:
        beaten = "better than the rebound by more than chance" if series.beaten else "no better than the rebound"
        yield (
            f"Share late before {series.before:.1%}, after {series.after:.1%}; without any action "
            f"{series.expected:.1%} were to be expected: {beaten}. Long run {series.long_run:.1%} in {series.weeks} "
            f"weeks; data {series.data[:12]}."
        )
    else:
        yield "It has no result yet."


def _benefit(found: A3) -> Iterator[str]:
    cycle = found.cycle
    if cycle.forecast is None and cycle.actual is None:
        yield "Nothing is forecast yet."
    if cycle.forecast is not None:
        yield f"Forecast, locked {_day(found, cycle.forecast.at)}: {_gain(cycle.forecast)}."
    if cycle.actual is not None:
        actual = cycle.actual
        worst = "" if actual.low is None else f", at least {_value(actual.low, actual.unit)} a case"
        itself = f"; {_value(actual.by_itself, actual.unit)} would have come by itself" if actual.by_itself else ""
        word = "verified" if actual.verified else "NOT verified"
        yield f"Actual: {_gain(actual)}{worst}{itself}; {word}: {actual.why}."


def _control(found: A3) -> Iterator[str]:
    cycle = found.cycle
    if cycle.decided is not None:
        what = "Accepted as the standard" if cycle.decided.accepted else "Rolled back"
        yield f"{what} by {found.called(cycle.decided.by)}, {_day(found, cycle.decided.at)}."
    else:
        yield "Not decided yet."
    if cycle.control is not None:
        until = (
            f" until {_day(found, cycle.control_until)}" if cycle.control_until else f" for {cycle.control.days} days"
        )
        yield f"Watched every {cycle.control.every_days} days{until}; a signal means: {cycle.control.on_signal}."
    for signal in cycle.signals[-FEW:]:
        yield f"Signal {_day(found, signal.at)}: {signal.rule} at {signal.value:.3g}."
    if cycle.lesson is not None:
        yield f"Learned: {_cut(found.words(cycle.lesson))}"


def _gates(found: A3) -> Iterator[tuple[int, str]]:
    gates = found.cycle.gates
    for record in gates[-MOST:]:
        yield 0, f"{record.gate}, {_day(found, record.at)}: {record.outcome} ({found.called(record.by)})"
        if record.text is not None:
            yield 1, f"Gone past because: {_cut(found.words(record.text))}"
        yield from ((1, f"{_cut(each.said)}") for each in record.shortfalls[:1])
        yield from ((1, f"Warned: {_cut(warning)}") for warning in record.warnings[:1])
    if not gates:
        yield 0, "None was asked for yet."
    if len(gates) > MOST:
        yield 0, f"{len(gates) - MOST} earlier answers stand in the journal."


def _more(n: int, shown: int = MOST) -> Iterator[tuple[int, str]]:
    if n > shown:
        yield 0, f"{n - shown} more stand in the journal."


def _gain(benefit: Benefit) -> str:
    each, year = _value(benefit.per_case, benefit.unit), benefit.a_year
    whole = (
        f"{year / 3600:,.0f} h"
        if benefit.unit == "s"
        else f"{year:,.0f} cases"
        if _share(benefit.unit)
        else f"{year:,.0f}"
    )
    return f"{each} a case, {whole} a year ({benefit.cases_a_year:,.0f} cases)"


def _share(unit: str) -> bool:
    return unit in ("share", "0-1")


def _value(value: float, unit: str) -> str:
    return shown(value, scale_of("0-1" if _share(unit) else unit, abs(value)))


def _lines(texts: Iterator[str]) -> tuple[tuple[int, str], ...]:
    return tuple((0, text) for text in texts)


def _day(found: A3, at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(found.zone)):%Y-%m-%d}"


def _cut(text: str, longest: int = LONGEST) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= longest else f"{plain[: longest - 4]} ..."
