"""The report of a review as Markdown and as a page of its own."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from definitions.durations import span
from definitions.review.course import Course
from definitions.review.report import Report
from pictures.frame import rendered
from pictures.legible import legible

WHY = {
    "major": "a major incident was over",
    "breach": "its resolution target was missed",
    "asked": "somebody wanted it",
}
KINDS = {"cause": "Causes", "contributing": "What contributed", "went_well": "What went well"}
RESTORED = {
    "confirmed": "after the first contact, by the requester's own word",
    "assumed": "after the first contact, taken for a yes by silence",
    "open": "not confirmed by the requester yet",
    "nobody": "nobody was waiting for an answer",
}
STANDS = {
    "queued": "has not begun",
    "acknowledged": "is going on",
    "resolved": "is concluded, and its actions are watched",
    "closed": "is closed",
    "cancelled": "was called off",
}
BLAMELESS = "People stand here by their part in it: a review asks what can be better, not who is to blame."
_SPECIAL = str.maketrans({c: f"\\{c}" for c in "\\`*_[]<>#|"})


def markdown(report: Report) -> str:
    """Plain Markdown; words of people cannot become markup."""
    about = f"{report.service}/{report.category}" if report.category else report.service
    lines = [f"# Review of {report.case}", ""]
    lines += [f"{'Major incident' if report.major else 'Incident'}, {report.priority}, {about}."]
    lines += [f"Reviewed because {WHY[report.why]}; the review {report.id} {STANDS[report.state]}.", ""]
    lines += [f"Times are in {report.zone}. {BLAMELESS}", "", "## In numbers", ""]
    lines += _table(("what", "how much"), numbers(report))
    if report.course.pages:
        lines += ["## Pages", "", *_table(("when", "step", "whom", "answered after"), pages(report))]
    for kind, title in KINDS.items():
        found = [finding.text for finding in report.findings if finding.kind == kind]
        if found:
            lines += [f"## {title}", "", *(f"- {_words(text)}" for text in found), ""]
    if report.conclusion:
        lines += ["## Conclusion", "", _words(report.conclusion), ""]
    if report.actions:
        heads = ("action", "what", "owner", "due", "watched for", "state")
        lines += ["## Actions", "", *_table(heads, actions(report))]
    lines += ["## Timeline", "", *_table(("when", "after", "who", "what"), entries(report))]
    return legible("\n".join(lines).rstrip("\n") + "\n")


def page(report: Report) -> str:
    """A page that loads nothing and runs nothing."""
    return rendered(
        "review.html.j2",
        report=report,
        about=f"{report.service}/{report.category}" if report.category else report.service,
        why=WHY[report.why],
        stands=STANDS[report.state],
        blameless=BLAMELESS,
        numbers=list(numbers(report)),
        pages=list(pages(report)),
        kinds=KINDS,
        actions=list(actions(report)),
        entries=list(entries(report)),
    )


def numbers(report: Report) -> Iterator[tuple[str, str]]:
    """What the course comes to, each with its name."""
    course = report.course
    yield "opened", _when(course.opened_at, report.zone)
    yield "until somebody had it", _after(course, course.acknowledged_at, "nobody took it")
    yield "until it was resolved", _after(course, course.resolved_at, "not resolved")
    restored = course.restored_at
    took = f"{span((restored - course.opened_at).total_seconds())} " if restored else ""
    yield "until it worked again for the person (customer clock)", f"{took}{RESTORED[course.restored]}"
    yield "pages", f"{len(course.pages)}{_slowest(course)}"
    held = ", ".join(f"{hold.team} {_held(hold.since, hold.until)}" for hold in course.holds)
    yield "hand overs", f"{course.hand_overs}{f' ({held})' if held else ''}"
    kept = [target for target in course.targets if target.state == "kept"]
    missed = [target for target in course.targets if target.state == "missed"]
    yield "targets kept", ", ".join(target.what for target in kept) or "none"
    yield "targets missed", ", ".join(f"{target.what} ({_when(target.at, report.zone)})" for target in missed) or "none"
    states = [promise.state for promise in course.promises]
    counted = [f"{states.count(state)} {state}" for state in ("kept", "broken", "withdrawn", "open") if state in states]
    yield "promises to the requester", ", ".join(counted) or "none"
    if course.reopened:
        yield "reopened", str(course.reopened)


def pages(report: Report) -> Iterator[tuple[str, str, str, str]]:
    """Each page, and how long until somebody had the case."""
    for each in report.course.pages:
        answered = "not answered" if each.answered_s is None else span(each.answered_s)
        yield _when(each.at, report.zone), _plain(each.step), ", ".join(each.to) or "nobody", answered


def actions(report: Report) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Each action, what would show that it did not help, and how it stands."""
    for each in report.actions:
        state = each.state
        if state == "watched" and each.watched_until:
            state = f"done, watched until {_when(each.watched_until, report.zone)[:10]}"
        if each.recurred:
            state += f"; came again {each.recurred} time{'s' if each.recurred > 1 else ''}"
        watched = f"{each.watches}, {each.watch_days} days"
        yield each.id, each.text, each.owner, _when(each.due, report.zone)[:10], watched, state


def entries(report: Report) -> Iterator[tuple[str, str, str, str]]:
    """Each line of the timeline."""
    for entry in report.timeline:
        yield _when(entry.at, report.zone), f"+{span(entry.after_s)}", entry.who, entry.what


def _when(at: datetime | None, zone: str) -> str:
    return "" if at is None else at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")


def _after(course: Course, at: datetime | None, otherwise: str) -> str:
    return otherwise if at is None else span((at - course.opened_at).total_seconds())


def _held(since: datetime, until: datetime | None) -> str:
    return "has it" if until is None else span((until - since).total_seconds())


def _slowest(course: Course) -> str:
    answered = [each.answered_s for each in course.pages if each.answered_s is not None]
    silent = len(course.pages) - len(answered)
    said = [f"slowest answer {span(max(answered))}"] if answered else []
    said += [f"{silent} not answered"] if silent else []
    return f" ({', '.join(said)})" if said else ""


def _plain(word: str) -> str:
    return word.replace("_", " ")


def _table(heads: Sequence[str], rows: Iterator[tuple[str, ...]]) -> list[str]:
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    return [*lines, *(f"| {' | '.join(_words(cell) for cell in row)} |" for row in rows), ""]


def _words(text: str) -> str:
    """On one line, and harmless as Markdown."""
    return " ".join(text.split()).translate(_SPECIAL)
