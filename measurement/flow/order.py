"""The order in which cases enter steps: the one that fewest first entries contradict."""

from collections.abc import Mapping, Sequence

from measurement.log.eventlog import EventLog

Before = Mapping[tuple[str, str], int]
"""(a, b): in so many cases a was first entered before b."""


def entered(log: EventLog, query: str, names: Sequence[str]) -> tuple[str, ...]:
    """`names` in order. `query`: rows `case_id, name, at`, one for each case and name it entered, `at` when first."""
    rows = log.rows(f"""
        WITH firsts AS ({query})
        SELECT a.name AS a, b.name AS b, count(*) AS n
        FROM firsts a JOIN firsts b ON a.case_id = b.case_id AND a."at" < b."at" GROUP BY a.name, b.name
    """)
    return ordered(sorted(names), {(row["a"], row["b"]): row["n"] for row in rows})


def ordered(names: Sequence[str], before: Before) -> tuple[str, ...]:
    """Each name is moved to where the fewest cases contradict it, until none moves (Kemeny's order, by sifting)."""
    wins = {a: sum(before.get((a, b), 0) - before.get((b, a), 0) for b in names) for a in names}
    order = sorted(names, key=lambda name: -wins[name])
    moved = True
    while moved:
        moved = False
        for name in names:
            here = order.index(name)
            rest = order[:here] + order[here + 1 :]
            costs = _costs(name, rest, before)
            best = min(range(len(costs)), key=lambda place: (costs[place], abs(place - here)))
            if costs[best] < costs[here]:
                order = [*rest[:best], name, *rest[best:]]
                moved = True
    return tuple(order)


def _costs(name: str, rest: Sequence[str], before: Before) -> list[int]:
    """How many cases contradict each place of the name among the rest."""
    cost = sum(before.get((other, name), 0) for other in rest)
    costs = [cost]
    for other in rest:
        cost += before.get((name, other), 0) - before.get((other, name), 0)
        costs.append(cost)
    return costs
