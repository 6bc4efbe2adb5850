"""The page that `jidoka flow` prints: what a lead reads first."""

from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]
LABEL = 14


def page(found: Document) -> str:
    """One line or two for each question, in the order in which they are asked."""
    return "\n".join(_lines(found))


def _lines(f: Document) -> Iterator[str]:
    period = f["period"]
    yield f"Flow of {f['dataset']}: {f['n']:,} cases opened {period['from'][:10]} to {period['to'][:10]}"
    yield ""
    yield from _time(f)
    yield from _ways(f)
    yield from _teams(f["handovers"])
    yield from _front(f["front"])
    yield from _work(f["rework"])
    yield from _balance(f)
    yield from _bottleneck(f["bottleneck"])
    yield from _forecast(f["forecast"])
    yield ""
    yield from _waste(f["waste"])
    if "usage" in f:
        yield ""
        yield from _usage(f["usage"])
    if "conformity" in f:
        yield ""
        yield from _conformity(f["conformity"])
    yield ""
    yield _line("clock", f"{f['clock']}, days of 24 h; every n is of cases unless it says otherwise")
    yield _line("source", f"{f['source'] or 'unknown'}, read up to {period['as_of']:%Y-%m-%d %H:%M} UTC")
    yield from ([_line("written", ", ".join(f["files"]))] if f["files"] else [_line("picture", "add --out FILE.svg")])


def _time(f: Document) -> Iterator[str]:
    t, e = f["time_to_resolve"], f["efficiency"]
    yield _line("time", f"median {_span(t['median'])}, P85 {_span(t['p85'])}, mean {_span(t['mean'])} to resolve")
    left = "; ".join(f"{x['n']:,} {x['reason']}" for x in t["excluded"])
    yield _line("", f"n {t['n']:,}, {t['open']:,} of them open and counted; left out: {left or 'none'}")
    if e["flow_efficiency"] is None:
        yield _line("efficiency", f"not known: {e['reason']}")
        if e["at_most"] is not None and e["unclassified_share"]:
            yield _line("", f"at most {e['at_most']:.0%}: {_share(e['wait_s'], e['lead_s'])} of the time is waiting")
        return
    value = "" if e["process_cycle_efficiency"] is None else f", adding value {e['process_cycle_efficiency']:.1%}"
    unclear = (
        f", {e['unclassified_share']:.1%} unclassified (at most {e['at_most']:.1%})" if e["unclassified_s"] else ""
    )
    yield _line("efficiency", f"{e['flow_efficiency']:.1%} of the lead time is work{value}{unclear}, n {e['n']:,}")


def _ways(f: Document) -> Iterator[str]:
    v = f["variants"]
    yield _line("ways", f"{v['distinct']:,} different; {v['for_80_percent']:,} of them cover 80% of the cases")
    for way in v["top"][:3]:
        steps = " > ".join(way["path"][:8]) + (" ..." if len(way["path"]) > 8 else "")
        median = "none resolved" if way["median_s"] is None else f"median {_span(way['median_s'])}"
        yield _line("", f"{way['share']:.0%}, {median}: {steps}")


def _teams(h: Document) -> Iterator[str]:
    if not h["n"]:
        yield _line("hand-overs", "not known: the log names no teams")
        return
    yield _line("hand-overs", f"{h['per_case']:.2f} a case, n {h['n']:,}; {h['cases_with']:,} changed team at all")
    back = h["median_lead_returned_s"]
    yield _line(
        "ping-pong",
        f"{h['ping_pong_rate']:.1%} came back to an earlier team, {h['bounced']:,} straight back"
        + (
            ""
            if back is None
            else f"; median {_span(back)} against {_span(h['median_lead_s'])} (hard cases travel more)"
        ),
    )
    for pair in h["ping_pong"]["top"][:3]:
        away = f"{_span(pair['total_s'])} in all, median {_span(pair['median_s'])}"
        yield _line("", f"{pair['team']} to {pair['other']} and back {_many(pair['times'], 'time')}: {away}")


def _front(front: Document) -> Iterator[str]:
    if "reason" in front or not front["n"]:
        return
    reached = ", ".join(f"line {line}: {n:,}" for line, n in front["reached"].items())
    yield _line("front line", f"{_with(front)} solved without a later line, n {front['n']:,} ({reached})")
    yield _line(
        "", f"left out: {front['began_elsewhere']:,} began behind the front, {front['unresolved']:,} not resolved"
    )
    for row in front.get("by", {}).get("top", [])[:8]:
        yield _line("", f"{row['value']}: {_with(row)} of {row['n']:,}")


def _work(r: Document) -> Iterator[str]:
    again = _share(r["again_s"], r["lead_s"])
    yield _line(
        "rework", f"{r['reworked']:,} of {r['n']:,} cases came back to a step of work; it took {again} of the time"
    )
    rolled, whole = r["rolled_throughput_yield"], r["case_level_yield"]
    if rolled is not None:
        yield _line("yield", f"rolled {rolled:.1%}, per case {whole:.1%} (they differ where failures cluster)")


def _balance(f: Document) -> Iterator[str]:
    b, takt, ageing = f["balance"], f["takt"], f["ageing"]
    if "reason" in b:
        yield _line("balance", f"not known: {b['reason']}")
        return
    since, until = b["window"]["from"][:10], b["window"]["to"][:10]
    yield _line(
        "balance",
        f"{b['arrivals']:,} came, {b['departures']:,} went from {since} to {until}: flow debt {b['flow_debt']:+,}; "
        f"{b['mean_wip']:,.0f} open on the mean"
        + ("" if b["wip_by_little"] is None else f", {b['wip_by_little']:,.0f} by Little's law"),
    )
    if takt.get("takt_s") is not None:
        hours = f"{takt['hours_per_week']:g} working hours a week"
        yield _line("takt", f"one every {_span(takt['takt_s'])} of {hours}, {takt['demand_per_week']:,.0f} a week")
    beyond = ageing["beyond"]["p85"]
    if beyond is not None:
        yield _line("open", f"{ageing['open']:,}; {beyond:,} older than P85 of the resolved ones")


def _bottleneck(b: Document) -> Iterator[str]:
    if "reason" in b:
        yield _line("bottleneck", f"not known: {b['reason']}")
        return
    places = {place["name"]: place for place in b["places"]["top"]}
    load, wait, queue = b["highest_load"], b["longest_wait"], b["growing_queue"]
    parts = [
        f"highest load {load}" + _of(places.get(load), "load", ".0%") if load else f"load not known ({b['no_load']})",
        f"longest wait {wait}" + (f" ({_span(places[wait]['wait_s'])} a visit)" if wait in places else "")
        if wait
        else "nobody waits",
        f"growing queue {queue}" + _of(places.get(queue), "growth_per_week", "+.1f", " a week")
        if queue
        else "no queue grows",
    ]
    yield _line("bottleneck", "; ".join(parts) + ("" if not b["agrees"] else ": all three agree"))


def _forecast(f: Document) -> Iterator[str]:
    if "reason" in f:
        yield _line("forecast", f"none: {f['reason']}")
        return
    parts = []
    for level, least, test in zip(f["levels"], f["at_least"], f["back_test"], strict=True):
        held = f"held {test['held']} of {test['n']} times" if test["n"] else "never tested"
        parts.append(f"{level:.0%} sure of {least:,} ({held})")
    yield _line("forecast", f"departures in the next {f['weeks']} weeks: " + ", ".join(parts))


def _waste(wastes: list[Document]) -> Iterator[str]:
    yield "Waste"
    for waste in wastes:
        if waste["amount"] is None:
            yield _line(f"  {waste['waste']}", f"not shown by this log: {waste['said']}", 19)
            continue
        unit = waste["unit"].removesuffix("s")
        amount = _span(waste["amount"]) if waste["unit"] == "s" else _many(waste["amount"], unit)
        share = "" if waste["share_of_time"] is None else f" ({waste['share_of_time']:.0%} of the time)"
        said = f"; {waste['said']}" if waste["said"] and (waste["amount"] or waste["cases"]) else ""
        where = "" if waste["unit"] == "cases" else f" in {_many(waste['cases'], 'case')}"
        yield _line(f"  {waste['waste']}", f"{waste['sign']}: {amount}{where}{share}{said}", 19)


def _usage(u: Document) -> Iterator[str]:
    from commands.output import table

    yield f"Use of {u['step']}" + (f" by {u['by']}" if u["by"] else "")
    rows = [
        {
            "who": "all" if g["value"] is None else g["value"],
            "cases": f"{g['cases']:,}",
            "use it": f"{g['using']:,} ({g['share']:.0%})" if g["share"] is not None else "0",
            "times": f"{g['times']:,}",
            "median": _span(g["median_s"]),
            "of their time": "" if g["share_of_time"] is None else f"{g['share_of_time']:.0%}",
            "resolved out of it": f"{g['solved_from']:,}"
            + (f" ({g['solved_from'] / g['times']:.0%})" if g["times"] else ""),
            "under 5 min": f"{g['undone']:,}",
        }
        for g in u["groups"][:13]
    ]
    yield table(rows)


def _conformity(c: Document) -> Iterator[str]:
    yield f"Conformity to {c['standard']}" + (f" by {c['by']}, the last one of each case" if c["by"] else "")
    for group in c["groups"][:13]:
        name = "all" if group["value"] is None else group["value"]
        yield _line(f"  {name}", f"{_with(group)} of {group['n']:,} cases", 24)
    for d in c["deviations"][:8]:
        yield _line("", f"{d['start'] or '(start)'} > {d['end'] or '(end)'}: {d['cases']:,} cases", 24)


def _with(found: Document) -> str:
    """A share with its 95 % interval."""
    interval = found["interval"]
    return f"{found['share']:.1%} ({interval['low']:.0%} to {interval['high']:.0%})"


def _of(place: Document | None, name: str, shape: str, unit: str = "") -> str:
    return "" if place is None or place[name] is None else f" ({place[name]:{shape}}{unit})"


def _many(n: float, what: str) -> str:
    return f"{n:,.0f} {what}" if n == 1 else f"{n:,.0f} {what}s"


def _share(part: float, whole: float) -> str:
    return f"{part / whole:.1%}" if whole else "none"


def _span(seconds: float | None) -> str:
    from pictures.stream_words import spoken

    return spoken(seconds)


def _line(label: str, said: str, width: int = LABEL) -> str:
    return f"{label:<{width}}{said}"
