"""A draft from a case: the problem in the requester's words, the answer in those of whoever solved it."""

from collections.abc import Mapping
from typing import Any

from office.errors import ActRefused

TITLE_CHARS = 160
_THEIRS = {"opened", "heard"}


def drafted(case: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an article from a case as `Desk.show` gives it. Raises ActRefused when it is not solved yet."""
    solved = [m for m in case["messages"] if m["kind"] == "resolved" and m["text"]]
    if not solved or case["resolved_at"] is None:
        raise ActRefused(
            f"{case['id']} is {case['state']}: there is no solution to write down yet",
            f"Resolve it first: `jidoka incident resolve {case['id']} --note ...`.",
        )
    title = " ".join(str(case["title"] or "Without a title").split())
    said = [str(m["text"]) for m in case["messages"] if m["kind"] in _THEIRS and m["text"] and m["direction"] == "in"]
    return {
        "title": title[:TITLE_CHARS],
        "problem": "\n\n".join(dict.fromkeys(said[:1])) or title,
        "answer": str(solved[-1]["text"]),
        "service": case["service"],
        "category": case["category"],
    }
