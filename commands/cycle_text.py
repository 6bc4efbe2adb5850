"""One cycle as people read it: where it stands, what it needs, and all that is known."""

import textwrap
from datetime import UTC, datetime
from typing import Any

from commands.amount import told
from commands.cases_lines import WIDTH, headed, paint, row
from commands.cases_times import ago, clock, read
from commands.cycle_now import standing
from commands.cycle_story import of_rule, story
from commands.output import cell

MARK = {"passed": "✓", "overridden": "✓!"}


def brief(case: dict[str, Any]) -> str:
    """What it is and what happens next: the answer to an act."""
    now = _now(case)
    return "\n".join([_head(case), *_course(case), *next_lines(case, now)])


def page(case: dict[str, Any], *, events: bool = True) -> str:
    """All of it."""
    now = _now(case)
    blocks = [
        [_head(case), *_course(case), *next_lines(case, now)],
        _charter(case, now),
        _causes(case),
        _tried(case, now),
        _result(case),
        _benefit(case),
        _gates(case, now),
        headed("So far", [line for _, told in story(case, 0, now) for line in _indented(told, 2)] if events else []),
        [paint(f"As of {now.astimezone():%a %d %b %Y %H:%M:%S %Z}.", dim=True)],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def next_lines(case: dict[str, Any], now: datetime) -> list[str]:
    """What it does now, until when, what it needs from whom."""
    found = standing(case, now)
    lines = textwrap.wrap(found.now, WIDTH)
    for need in found.needs:
        lines += textwrap.wrap(f"{need.who}: {cell(need.what)}.", WIDTH, initial_indent="  ", subsequent_indent="    ")
        lines.append(f"    {need.command}")
    return lines


def _now(case: dict[str, Any]) -> datetime:
    return read(case["as_of"]) or datetime.min.replace(tzinfo=UTC)


def _head(case: dict[str, Any]) -> str:
    what = " · ".join((case["id"], case["method"], case["phase"], case["charter"]["owner"]))
    return f"{paint(what, bold=True)}\n{cell(case['title'] or '(no title)')}"


def _course(case: dict[str, Any]) -> list[str]:
    """The phases, those behind it marked."""
    last = {record["gate"]: record["outcome"] for record in case["gates"]}
    parts = []
    for phase in case["course"]:
        here = phase == case["phase"] and not case["closed_at"]
        mark = MARK.get(last.get(phase, ""), "")
        parts.append(paint(f"[{phase}]", bold=True) if here else f"{phase} {mark}".strip())
    return [" → ".join(parts)]


def _charter(case: dict[str, Any], now: datetime) -> list[str]:
    charter, unit = case["charter"], case["charter"]["unit"]
    baseline = case["evidence"]["baseline"]
    began = read(case["opened_at"])
    scope = [f"{name[:-1]} {', '.join(keys)}" for name, keys in charter["scope"].items() if keys]
    team = [f"{each['person']}{' (' + each['voice'] + ')' if each['voice'] else ''}" for each in charter["team"]]
    guards = [f"{each['metric']} by {told(each['harm'], _unit_of_harm(each))}" for each in charter["guards"]]
    goal = f"{told(charter['level'], unit)} today, goal {told(charter['goal'], unit)}, {charter['direction']} is better"
    frozen = ""
    if baseline:
        value = told(baseline["value"], baseline["unit"])
        frozen = (
            f"{value} of {baseline['n']:,} cases, {baseline['weekly']:,.1f} a week, "
            f"{baseline['start'][:10]} to {baseline['end'][:10]}, {baseline['sha256'][:12]}"
        )
    rows = [
        ("Problem", charter["problem"]),
        ("Experience", charter["experience"]),
        ("Affected", ", ".join(charter["affected"])),
        ("Metric", f"{charter['metric']}: {goal}" if charter["metric"] else None),
        ("Guards", "; ".join(guards)),
        ("Scope", "; ".join(scope) or "all cases"),
        ("Lead", case["assignee"] or charter["lead"]),
        ("Sponsor", charter["sponsor"]),
        ("Team", ", ".join(team)),
        ("Begun", f"{clock(began, now)} ({ago(began, now)})" if began else None),
        ("Baseline", frozen),
        ("Alike", " ".join(case["alike"])),
        ("After", case["after"]),
    ]
    return [line for name, what in rows if what for line in row(name, what)]


def _unit_of_harm(guard: dict[str, Any]) -> str:
    return "share" if abs(guard["harm"]) < 1 else "s"


def _causes(case: dict[str, Any]) -> list[str]:
    lines = []
    for each in case["hypotheses"]:
        why = f" (why {each['parent']}?)" if each["parent"] else ""
        lines += _indented(f"{each['id']}  {cell(each['text'])}{why}", 2)
        for ground in each["grounds"]:
            sign = "+" if ground["supports"] else "-"
            seen = f" [{cell(ground['reference'])}]" if ground["reference"] else ""
            lines += _indented(f"{sign} {ground['kind']}: {cell(ground['text'])}{seen}", 6)
    return headed("Causes", lines)


def _tried(case: dict[str, Any], now: datetime) -> list[str]:
    lines = []
    for each in case["countermeasures"]:
        acts_on = f" (on {each['cause']})" if each["cause"] else ""
        change = f" [change {each['change']}]" if each["change"] else ""
        lines += _indented(f"{each['id']}  {cell(each['text'])}{acts_on}{change}", 2)
    planned, trial = case.get("planned"), case["evidence"]["trial"]
    if planned:
        lines += _indented(f"Trial {planned['experiment']}, plan {planned['plan']}, by {planned['by']}.", 2)
    if trial:
        by = f"by {trial['unit']}" if trial["unit"] else "without a second arm"
        stop = read(trial["stop"])
        lines += _indented(
            f"Drawn {by}, {trial['looks']} looks, power {trial['power']:.0%}, "
            f"stops {clock(stop, now) if stop else '-'} at the latest.",
            2,
        )
        if trial["unit"]:
            lines.append(f"  jidoka experiment show {trial['experiment']}")
    return headed("Tried", lines)


def _result(case: dict[str, Any]) -> list[str]:
    verdict, series = case["evidence"]["verdict"], case["evidence"]["interrupted"]
    if verdict:
        from definitions.verdict import Effect

        effect = Effect.model_validate(verdict["effect"])
        units = " and ".join(f"{n:,} {arm}" for arm, n in verdict["units"].items())
        lines = _indented(f"{verdict['outcome'].replace('_', ' ')}: {verdict['why']}", 2)
        lines += _indented(f"{effect.told}; {units}; {len(verdict['looks'])} looks", 2)
        lines += [line for signal in verdict["signals"] for line in _indented(f"! {signal}", 2)]
        return headed("Verdict", lines)
    if series:
        said = "better than the rebound alone" if series["beaten"] else "no better than the rebound alone"
        text = (
            f"{said}: {series['before']:.1%} before, {series['expected']:.1%} to be expected, "
            f"{series['after']:.1%} after (error {series['error']:.1%}, {series['weeks']} weeks outside both)"
        )
        return headed("Verdict", _indented(text, 2))
    return []


def _benefit(case: dict[str, Any]) -> list[str]:
    lines = []
    for name, found in (("Forecast", case["forecast"]), ("Actual", case["actual"])):
        if found:
            a_year = found["per_case"] * found["cases_a_year"]
            year = told(a_year, "s") if found["unit"] == "s" else f"{a_year:,.1f} cases"
            why = f"; {'verified' if found['verified'] else 'not verified'}: {found['why']}" if "why" in found else ""
            lines += row(name, f"{told(found['per_case'], found['unit'])} a case, {year} a year{why}")
    decided, control = case["decided"], case["control"]
    if decided:
        lines += row("Decided", f"{'accepted' if decided['accepted'] else 'rolled back'} by {decided['by']}")
    if case.get("standard") is not None:
        lines += row("Standard", f"number {case['standard']}: `jidoka definitions history`")
    if control:
        lines += row(
            "Control",
            f"every {control['every_days']} days for {control['days']} days; a signal: {control['on_signal']}",
        )
    seen = [(each["at"], *of_rule(each["rule"])) for each in case["signals"]]
    lines += [line for at, rule, _ in seen for line in row("Signal", f"{at[:10]} {rule}")]
    lines += [line for chart in dict.fromkeys(chart for *_, chart in seen if chart) for line in row("Chart", chart)]
    return headed("What it brings", [*lines, *(row("Learned", case["lesson"]) if case["lesson"] else [])])


def _gates(case: dict[str, Any], now: datetime) -> list[str]:
    lines = []
    for record in case["gates"]:
        at = read(record["at"])
        lines.append(
            f"  {clock(at, now) if at else ''}  {record['gate']}: {record['outcome']}, asked by {record['by']}"
        )
        lines += [line for each in record["shortfalls"] for line in _indented(f"- {cell(each['said'])}", 6)]
        lines += [line for each in record["warnings"] for line in _indented(f"! {cell(each)}", 6)]
        if record["text"]:
            lines += _indented(f"all the same: {cell(record['text'])}", 6)
    return headed("Gates", lines)


def _indented(text: str, by: int) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=" " * by, subsequent_indent=" " * (by + 2))
