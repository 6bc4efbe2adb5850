"""How automations read on a terminal."""

import textwrap
from typing import TYPE_CHECKING, Any

from commands.output import dumps, table

if TYPE_CHECKING:
    from definitions.runs import AutomationResult

WIDE = 100


def listed(rows: list[dict[str, Any]]) -> str:
    """One line each, and below it why one does not run."""
    if not rows:
        return "No automations."
    names = ("key", "state", "last hour", "risk", "owner", "title")
    lines = [table([{**row, "last hour": row["hour"]} for row in rows], names)]
    lines += [f"{row['reason']}." for row in rows if row["reason"]]
    return "\n".join(lines)


def shown(whole: dict[str, Any]) -> str:
    """Everything about one."""
    standing, budget, breaker = whole["standing"], whole["budget"], whole["breaker"]
    reason = f": {standing['reason']}" if standing["reason"] else ""
    asks = " and ".join([*["the person's consent"] * whole["consent"], *["an approval"] * whole["needs_approval"]])
    lines = [
        f"{whole['key']}  {whole['title']}",
        f"state     {standing['state']}{reason}",
        f"does      {whole['does']}, which {whole['risk']}",
        f"owner     {whole['owner']}",
        f"needs     {asks or 'nobody'}",
        f"budget    {standing['hour']} of {budget['per_hour']} in the last hour, "
        f"{standing['day']} of {budget['per_day']} in the last day; at most {whole['timeout_s']} s a run",
        f"breaker   rests {breaker['rest_s']} s after {breaker['failures']} failures within {breaker['within_s']} s",
        f"by itself {', '.join(map(_match, whole['diagnoses'])) or 'for no case'}",
        *(f"solves    {_match(match)}, before a person looks" for match in whole["remedies"]),
        *_taken(whole),
    ]
    if whole["runs"]:
        lines += ["", "Latest runs"]
        for run in whole["runs"]:
            lines.append(f"  {run['started_at'][:19]}Z  {run['state']:<8} {run['case_id'] or '-'}")
            lines += textwrap.wrap(run["finding"] or "", WIDE, initial_indent="    ", subsequent_indent="    ")
    return "\n".join(lines)


def _match(match: dict[str, Any]) -> str:
    categories = f" ({', '.join(match['categories'])})" if match.get("categories") else ""
    return f"{', '.join(match['services'])}{categories}"


def _taken(whole: dict[str, Any]) -> list[str]:
    """What it takes: the inputs that are fixed here, and those that a case or a person gives."""
    names = whole["takes"].get("properties", {})
    required = whole["takes"].get("required", ())
    lines = []
    for name in names:
        if name in whole["inputs"]:
            lines.append(f"  {name} = {dumps(whole['inputs'][name], indent=None)}")
        elif name in required:
            lines.append(f"  {name}: to be given")
        elif names[name].get("default") is not None:
            lines.append(f"  {name}: {dumps(names[name]['default'], indent=None)} unless given")
    return ["takes", *lines]


def told(key: str, result: "AutomationResult") -> str:
    """What it found or did."""
    return f"{key}: {result.outcome}\n{textwrap.fill(result.finding, WIDE)}".rstrip()
