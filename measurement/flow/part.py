"""A part of a log as a log of its own."""

from measurement.log.eventlog import EventLog
from measurement.metrics.scope import Scope
from measurement.values import BadData


def part(log: EventLog, scope: Scope) -> EventLog:
    """The cases of this scope with all their events; the whole log for a scope that leaves none out.

    Raises BadData when no case is left, or for a field that the log does not have.
    """
    if scope.whole:
        return log
    query = scope.within(log)
    cases = log.table(f"{query} SELECT * FROM cases ORDER BY case_id")
    if not len(cases):
        raise BadData(f"No case of dataset {log.name} is in that part.", "Widen --from, --to or --where.")
    events = log.table(f"{query} SELECT * FROM events ORDER BY case_id, seq")
    return EventLog.of(events, name=log.name, rules=log.rules, as_of=log.as_of, cases=cases, source=log.source)
