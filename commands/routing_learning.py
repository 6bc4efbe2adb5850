"""`jidoka routing learn` and `table`: the estimates in force, and making new ones."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from commands.common import App, Failure, Verb, pass_app
from commands.output import table as columns
from commands.records_door import desk_for

if TYPE_CHECKING:
    from measurement.routing.shown import Row
    from records.routing_tables import RoutingTable

MOST = 40
VERBS: list[click.Command] = []


@click.command("learn", cls=Verb)
@click.option("--until", metavar="INSTANT", help="What was resolved before teaches (default: the last Monday, UTC).")
@pass_app
def learn(app: App, until: str | None) -> None:
    """Learn who resolves what from our own cases, and put that in force.

    The embedded stack does it by itself once a week is over, where the organisation wants routing that learns.
    """
    from definitions.people import Action

    with desk_for(app, Action.CONFIG) as desk, app.waiting("the table of estimates"):
        # Whoever may not is told so before the second that loading this takes.
        from activities.learning import learn as learned
        from activities.learning import monday

        now = desk.clock()
        made = learned(desk.store, app.settings.data_dir, now, _before(until, now) or monday(now))
        wanted = desk.organisation.learned_routing is not None
    answer = _head(made) | {"used": wanted}
    off = "" if wanted else "\nNothing uses it: the organisation has no `learned_routing`."
    app.emit(answer, lambda: f"Learned from {made.n:,} resolved cases; {_named(made)} is in force.{off}")


@click.command("table", cls=Verb)
@click.option("--digest", metavar="D", help="Another one than that in force: as many digits as tell it apart.")
@click.option("--service", metavar="KEY", help="Only of this service.")
@click.option("--people", is_flag=True, help="Of the people within the teams.")
@pass_app
def table(app: App, digest: str | None, service: str | None, people: bool) -> None:
    """Show who resolves what: the estimates in force, with how many cases say so."""
    from definitions.people import Action
    from definitions.routing_learned import LearnedRouting
    from measurement.routing.known import Known
    from measurement.routing.shown import rows
    from records.errors import NotStored

    with desk_for(app, Action.METRICS) as desk:
        try:
            stored = desk.store.routing_tables.get(digest) if digest else desk.store.routing_tables.latest()
        except NotStored as unknown:
            raise Failure("not_found", f"{unknown}.", "A fact names it whole: `routing explain ID -o json`.") from None
        settings = desk.organisation.learned_routing or LearnedRouting()
    if stored is None:
        raise Failure("not_found", "No estimates have been learned yet.", "Run `jidoka routing learn`.")
    known = Known.read(stored.content, stored.until)  # type: ignore[arg-type]
    of = known.people if people else known.teams
    found = [r for r in rows(of, settings.least_cases) if service in (None, r.kind[0])]
    answer = _head(stored) | {"fields": of.fields, "rows": [_row(r) for r in found]}
    app.emit(answer, lambda: _page(stored, found, settings.least_cases, people))


VERBS += [learn, table]


def _before(given: str | None, now: datetime) -> datetime | None:
    from commands.scope_door import instant

    at = instant("--until", given)
    if at is not None and at > now:
        raise click.UsageError(f"--until {given} is to come: what will be resolved by then is not known.")
    return at


def _head(stored: "RoutingTable") -> dict[str, Any]:
    return {"digest": stored.digest, "learned_at": stored.learned_at, "until": stored.until, "n": stored.n}


def _named(stored: "RoutingTable") -> str:
    return f"table {stored.digest[:12]} of what was resolved before {stored.until:%Y-%m-%d %H:%M} UTC"


def _row(row: "Row") -> dict[str, Any]:
    return {
        "first": row.first, "kind": row.kind, "who": row.who, "share": row.share, "interval": row.interval,
        "resolved": row.resolved, "n": row.n, "enough": row.enough,
    }  # fmt: skip


def _page(stored: "RoutingTable", found: list["Row"], least: int, people: bool) -> str:
    rows = [
        {
            "team" if people else "named by the rules": row.first,
            "kind": "/".join(part for part in row.kind if part),
            "resolved by": row.who,
            "share": f"{row.share:.0%} ({row.interval.low:.0%} to {row.interval.high:.0%})",
            "cases": f"{row.resolved:,} of {row.n:,}" + ("" if row.enough else " *"),
        }
        for row in found[:MOST]
    ]
    more = [f"... and {len(found) - MOST:,} more (-o json shows all)"] if len(found) > MOST else []
    return "\n".join(
        [
            f"{_named(stored)} from {stored.n:,} cases",
            "",
            columns(rows) if rows else "No resolved case has taught anything yet.",
            *more,
            "",
            "share     drawn towards the kind above it the fewer cases there are; 95 % interval",
            f"*         fewer than {least} cases of this very kind: its parents say more than it does",
        ]
    )
