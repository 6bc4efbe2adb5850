"""The right of an A3: what is tried, what came out, what it brings, how it is kept, what the gates said."""

from collections.abc import Iterator

from definitions.cycle.evidence import Interrupted, Trial
from definitions.cycle.report import A3
from definitions.cycle.state import GateRecord
from definitions.verdict import Verdict
from pictures.a3_charts import looks_plot
from pictures.a3_words import FEW, MOST, Section, cut, day, flat, gain, more, sentence, step

VERDICTS = {
    "win": "it helps",
    "harm": "it does harm",
    "futility": "stopped: the effect has become improbable",
    "guard": "stopped: a guard metric got worse",
    "srm": "no answer: the arms are not as large as they were drawn",
    "not_found": "no effect was found",
    "stopped": "stopped before its time",
}


def tried(found: A3) -> Section:
    """The countermeasures."""
    return Section("5 What is tried", flat(_tried(found)))


def trial(found: A3) -> Section:
    """The plan, the looks, the verdict."""
    verdict = found.cycle.evidence.verdict
    return Section("6 Trial and verdict", flat(_trial(found)), looks_plot(verdict.looks) if verdict else None)


def benefit(found: A3) -> Section:
    """Forecast and actual."""
    return Section("7 What it brings", flat(_benefit(found)))


def control(found: A3) -> Section:
    """The decision, the control plan, its signals, what was learned."""
    return Section("8 Standard and control", flat(_control(found)))


def gates(found: A3) -> Section:
    """What each gate said; of one that refused last, all that is missing."""
    return Section("9 Gates", tuple(_gates(found)))


def _tried(found: A3) -> Iterator[str]:
    measures = found.cycle.countermeasures
    for each in measures[:FEW]:
        change = f" [change {each.change}]" if each.change else ""
        cause = f" (acts on {each.cause})" if each.cause else ""
        yield f"{cut(found.words(each.text))}{change}{cause}"
    if not measures:
        yield "Nothing is proposed yet."
    yield from (text for _, text in more(len(measures), FEW))


def _trial(found: A3) -> Iterator[str]:
    cycle, evidence = found.cycle, found.cycle.evidence
    if evidence.trial is None:
        yield f"The plan {cycle.planned.plan} is not locked yet." if cycle.planned else "No plan is made yet."
        return
    yield _plan(found, evidence.trial)
    if evidence.verdict is not None:
        yield from _verdict(evidence.verdict)
    elif evidence.interrupted is not None:
        yield _series(evidence.interrupted)
    elif cycle.begun_at is not None:
        looks = f"{cycle.looks} of {evidence.trial.looks} looks made" if evidence.trial.unit else "it is being watched"
        yield f"It runs since {day(found, cycle.begun_at)}; {looks}."
    else:
        yield "It has no result yet."


def _plan(found: A3, plan: Trial) -> str:
    named, stops = f"{plan.experiment}, plan {plan.plan}", f"stops {day(found, plan.stop)}"
    if plan.unit is None:
        return f"{named}: no second arm, so the weeks after are compared with those before; {stops}."
    many = f"{plan.looks} look{'s' if plan.looks != 1 else ''}"
    return f"{named}: arms by {plan.unit}, {many}, {stops}; the effect would be found in {plan.power:.0%} of trials."


def _verdict(verdict: Verdict) -> Iterator[str]:
    units = ", ".join(f"{arm} {n:,}" for arm, n in verdict.units.items())
    yield f"Verdict: {VERDICTS[verdict.outcome]}. {sentence(verdict.effect.told)[:-1]}; n: {units}."
    yield (
        f"Such a plan claims an effect where there is none in {verdict.false_claims:.1%} of trials. Data "
        f"{verdict.data[:12]}, verdict {verdict.hash[:12]}."
    )
    yield from (sentence(signal) for signal in verdict.signals[:FEW])


def _series(series: Interrupted) -> str:
    beaten = "better than the rebound by more than chance" if series.beaten else "no better than the rebound"
    return (
        f"Share late before {series.before:.1%}, after {series.after:.1%}; without any action {series.expected:.1%} "
        f"were to be expected: {beaten}. Long run {series.long_run:.1%} in {series.weeks} weeks; data "
        f"{series.data[:12]}."
    )


def _benefit(found: A3) -> Iterator[str]:
    forecast, actual = found.cycle.forecast, found.cycle.actual
    if forecast is None and actual is None:
        yield "Nothing is forecast yet."
    if forecast is not None:
        yield f"Forecast, locked {day(found, forecast.at)}: {gain(forecast)}."
    if actual is not None and actual.verified and not actual.per_case:
        yield f"Actual: {actual.why}."
    elif actual is not None:
        worst = "" if actual.low is None else f", at least {step(actual.low, actual.unit)}"
        itself = f"; {step(actual.by_itself, actual.unit)} would have come by itself" if actual.by_itself else ""
        late = " (in cases that are late)" if found.cycle.evidence.interrupted is not None else ""
        word = "verified" if actual.verified else "NOT verified"
        yield f"Actual{late}: {gain(actual)}{worst}{itself}; {word}: {actual.why}."


def _control(found: A3) -> Iterator[str]:
    cycle = found.cycle
    if cycle.decided is not None:
        back = "Taken back" if cycle.control_until is not None else "Rolled back"
        what = "Accepted as the standard" if cycle.decided.accepted else back
        yield f"{what} by {found.called(cycle.decided.by)}, {day(found, cycle.decided.at)}."
    else:
        yield "Not decided yet."
    if cycle.control is not None:
        until = (
            f" until {day(found, cycle.control_until)}" if cycle.control_until else f" for {cycle.control.days} days"
        )
        yield f"Watched every {cycle.control.every_days} days{until}; a signal means: {cycle.control.on_signal}."
    # The point lies on the scale of its chart, which only the rule says.
    yield from (f"Signal {day(found, signal.at)}: {cut(sentence(signal.rule))}" for signal in cycle.signals[-FEW:])
    if cycle.signals and cycle.control is not None and cycle.control.on_signal == "revert":
        yield "With it the standard was taken back."
    if cycle.paused:
        yield "The watch is paused until somebody decides."
    if cycle.follow_up is not None:
        yield f"The signal led to {cycle.follow_up}."
    if cycle.lesson is not None:
        yield f"Learned: {cut(found.words(cycle.lesson))}"


def _gates(found: A3) -> Iterator[tuple[int, str]]:
    records = found.cycle.gates
    for record in records[-MOST:]:
        yield 0, sentence(f"{record.gate}, {day(found, record.at)}: {record.outcome} ({found.called(record.by)})")[:-1]
        if record.text is not None:
            yield 1, f"Gone past because: {cut(found.words(record.text))}"
        yield from _shortfalls(record, standing=record is records[-1] and record.outcome == "refused")
        yield from ((1, f"Warned: {cut(warning)}") for warning in record.warnings[:1])
    if not records:
        yield 0, "None was asked for yet."
    if len(records) > MOST:
        yield 0, f"{len(records) - MOST} earlier answers stand in the journal."


def _shortfalls(record: GateRecord, *, standing: bool) -> Iterator[tuple[int, str]]:
    """All of what still keeps the cycle where it is, with what to do; of what is over, the first."""
    if not standing:
        yield from ((1, cut(sentence(each.said))) for each in record.shortfalls[:1])
        return
    for each in record.shortfalls[:MOST]:
        yield 1, cut(f"{sentence(each.said)} {sentence(each.next_step)}")
    if len(record.shortfalls) > MOST:
        yield 1, f"{len(record.shortfalls) - MOST} more things are missing."
