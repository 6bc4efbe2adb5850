"""Many cases at once: rows for programs, a table of a hundred columns for people."""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from commands.cases_times import until
from commands.cases_words import plural
from commands.common import Failure
from commands.output import cell, table
from definitions.case import Stage

if TYPE_CHECKING:
    from definitions.people import Actor
    from desk import Desk
    from records.values import CaseRow

FILTERS = ("service", "team", "priority", "limit", "open_only")
LEFT_OUT = {"state_json", "title"}
WIDTH = 99
TITLE_AT_LEAST = 12


async def listed(
    desk: "Desk", actor: "Actor", given: dict[str, Any], kind: str = "incident"
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """A page of cases of this kind, and what the list says of itself: how many, true when, whether there are more."""
    from definitions.people import Action, Object
    from definitions.rights import may
    from records.values import CaseQuery

    wanted = {name: given[name] for name in FILTERS} | {"kind": kind, "state": _state(given["state"])}
    for role in ("requester", "assignee"):
        wanted[role] = await asyncio.to_thread(desk.identity.person, given[role]) if given[role] else None
    if given["mine"]:
        works = may(actor, Action.LS, Object(kind="cases")).allowed
        wanted["assignee" if works else "requester"] = actor.person
    if given["after"]:
        wanted["after"] = await _place(desk, given["after"])
    page = await desk.ls(CaseQuery.model_validate(wanted), actor=actor)
    now = desk.clock()
    lag = await asyncio.to_thread(desk.store.events.lag, now)
    refs = [row.title.id for row in page.rows if row.title]
    titles = await asyncio.to_thread(desk.store.texts.get_many, refs) if refs else {}
    rows = [_row(row, titles) for row in page.rows]
    return rows, {"kind": kind, "as_of": now, "lag_s": lag, "more": page.next is not None}


async def _place(desk: "Desk", after: str) -> str:
    """Where the page before ended."""
    from records.cases import cursor

    row = await asyncio.to_thread(desk.store.cases.get, after)
    return cursor(row) if row is not None else after


def _state(wanted: str | None) -> str | None:
    if wanted is None:
        return None
    try:
        return Stage(wanted.replace("-", "_")).value
    except ValueError:
        raise Failure("usage", f"{wanted!r} is no state.", f"States are {', '.join(Stage)}.") from None


def _row(row: "CaseRow", titles: dict[str, str]) -> dict[str, Any]:
    plain = row.model_dump(mode="json", exclude=LEFT_OUT)
    title = titles.get(row.title.id) if row.title else None
    return {"id": plain.pop("id"), "title": title, **plain}


def footed(rows: list[dict[str, Any]], foot: dict[str, Any]) -> str:
    """The table, and below it how current it is and how to see more."""
    now: datetime = foot["as_of"]
    shown = [
        {
            "id": row["id"],
            "state": row["state"].replace("_", " "),
            "pri": row["priority"] + ("!" if row["major"] else ""),
            "service": row["service"],
            "team": row["team"] or "-",
            "assignee": row["assignee"] or "-",
            "due": _due(row, now),
            "title": cell(row["title"]),
        }
        for row in rows
    ]
    _fit(shown)
    counted = f"{len(rows)} {foot['kind'] if len(rows) == 1 else plural(foot['kind'])}"
    if not rows:
        counted = f"No {plural(foot['kind'])}"
    foot_line = (
        f"{counted} as of {now.astimezone():%H:%M:%S}; the list was at most {foot['lag_s']:.1f} s behind lately."
    )
    if not rows:
        return foot_line
    more = f"\nMore: add `--after {rows[-1]['id']}`." if foot["more"] else ""
    return f"{table(shown)}\n\n{foot_line}{more}"


def _due(row: dict[str, Any], now: datetime) -> str:
    if row["closed_at"] or row["resolved_at"] or not row["due_at"]:
        return "-"
    return until(datetime.fromisoformat(row["due_at"]).astimezone(UTC), now)


def _fit(shown: list[dict[str, Any]]) -> None:
    """Cut the titles to what the other columns leave."""
    names = [name for name in (shown[0] if shown else {}) if name != "title"]
    left = WIDTH - sum(max(len(name), *(len(row[name]) for row in shown)) + 2 for name in names)
    room = max(TITLE_AT_LEAST, left)
    for row in shown:
        if len(row["title"]) > room:
            row["title"] = row["title"][: room - 1].rstrip() + "…"
