"""What `jidoka routing` prints for people."""

from typing import TYPE_CHECKING, Any

from commands.output import table

if TYPE_CHECKING:
    from measurement.routing.explained import Explained

ROWS = 12

TITLES = {
    "happened": "what happened",
    "most_frequent": "always the most frequent team",
    "most_frequent_in_category": "the most frequent of the category",
    "learned_alone": "learned, fields of the opening only",
    "learned": "learned, as second opinion on the first team",
}


def page(f: dict[str, Any]) -> str:
    period = f"{f['period']['from']:%Y-%m-%d} to {f['period']['to']:%Y-%m-%d}"
    rows = []
    for way, title in TITLES.items():
        gain, saved = f["against_what_happened"].get(way), f["hand_overs_saved_per_100"].get(way)
        rows.append(
            {
                "way": title,
                "resolving team first": _share(f["reached_resolver_first"][way]),
                "against what happened": _points(gain) if gain else "",
                "hand-overs saved per 100": _hundred(saved) if saved else "",
            }
        )
    c, h = f["changed"], f["hand_overs_per_case"]
    left = "; ".join(f"{x.n:,} {x.reason}" for x in f["excluded"]) or "none"
    lines = [
        f"Routing replayed on {f['dataset']}: n {f['n']:,} cases of {f['weeks']} weeks, opened {period}",
        "",
        table(rows),
        "",
        f"The second opinion would have changed the first team of {c['cases']:,} cases: {c['to_right']:,} to the team "
        f"that resolved them, {c['away_from_right']:,} away from it, {c['neither']:,} from one other team to another.",
        f"{f['coverage']:.0%} of cases went first to a team of whose cases at least {f['settings']['least_cases']} "
        "were known; the rest stays as it was.",
        "",
        "By category",
        table([_category(row) for row in f["by_category"][:ROWS]]),
        "",
        f"fields    {', '.join(f['fields']) or 'none'}, as in the first event; the coarsest first",
        "trained   each week on cases resolved before it; cases of the first week only teach",
        "counted   teams as they were; hours and load are left out, nobody is tried out to learn",
        f"saved     a case begun at the resolving team had {h['begun_right']:.2f} hand-overs, others "
        f"{h['begun_elsewhere']:.2f}; hard cases travel more, so take it as an upper end",
        f"intervals {f['reached_resolver_first']['learned']['interval'].level:.0%}, "
        f"{f['reached_resolver_first']['learned']['interval'].method}",
        f"left out  {left}",
        f"source    {f['source'] or 'unknown'}",
    ]
    return "\n".join(lines)


def _share(found: dict[str, Any]) -> str:
    i = found["interval"]
    return f"{found['value']:.1%} ({i.low:.1%} to {i.high:.1%})"


def _points(found: dict[str, Any]) -> str:
    i = found["interval"]
    return f"{100 * found['value']:+.1f} points ({100 * i.low:+.1f} to {100 * i.high:+.1f})"


def _hundred(found: dict[str, Any]) -> str:
    i = found["interval"]
    return f"{found['value']:+.1f} ({i.low:+.1f} to {i.high:+.1f})"


def _category(row: dict[str, Any]) -> dict[str, str]:
    names = {"happened": "happened", "most_frequent_in_category": "most frequent", "learned": "learned"}
    return {"category": row["category"] or "(none)", "n": f"{row['n']:,}"} | {
        title: f"{row[way]:.0%}" for way, title in names.items()
    }


def explanation(found: "Explained") -> str:
    choice = found.choice
    rows = [
        {
            "team": c.who,
            "share": f"{c.estimate.share:.1%}",
            "resolved": f"{c.estimate.resolved:,} of {c.estimate.n:,}",
            "load": "" if c.load is None else f"{c.load:.1f}",
            "hours": "open" if c.opens_in_s <= 0 else f"in {c.opens_in_s / 3600:.1f} h",
            "expected": f"{c.expected_s / 3600:.1f} h",
        }
        for c in choice.candidates[:ROWS]
    ]
    told = ", ".join(f"{name} {value or '(none)'}" for name, value in found.told.items())
    return "\n".join(
        [
            choice.line,
            *([f"then {found.person.line}"] if found.person else []),
            "",
            table(rows),
            "",
            f"case      {found.case_id}: {told}",
            f"happened  first given to {found.first}"
            + (f", resolved by {found.resolver}" if found.resolver else ", not resolved yet"),
            f"trained   on {found.trained:,} cases resolved before {found.until:%Y-%m-%d} (table {found.table[:12]})",
            "expected  hours until work begins at the right place: opening, queue, hand-over if it was the wrong one",
        ]
    )
