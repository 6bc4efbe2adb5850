"""Articles for people: one whole, lists, what a search found."""

from collections.abc import Mapping, Sequence
from typing import Any

from commands.output import cell, table
from definitions.knowledge import HEADINGS, ArticleState
from records.knowledge import Done, Flag, Linked, Shown
from records.knowledge_search import Found, Hit

SHORT = 60
_AS_SAID = {state: "a draft" if state is ArticleState.DRAFT else state.value for state in ArticleState}


def data_of(shown: Shown) -> dict[str, Any]:
    """An article as programs read it: where it stands, and the version that is shown."""
    article, version = shown.article, shown.version
    content = version.content.model_dump(mode="json")
    return {
        "key": article.key,
        "state": article.state.value,
        "version": version.number,
        "live": article.live,
        "newest": article.newest,
        **content,
        "author": version.author,
        "at": version.at,
        "why": version.why,
        "review": article.review_on,
        "flags": shown.flags,
        "updated_at": shown.updated_at,
    }


def stands(shown: Shown) -> str:
    """Where an article stands, in a few words."""
    article = shown.article
    if article.live is None:
        return f"{_AS_SAID[article.state]}, version {article.newest}; readers do not see it"
    if article.live == article.newest:
        return f"published, version {article.live}"
    return f"published, version {article.live}; version {article.newest} is {_AS_SAID[article.state]}"


def page(shown: Shown, story: Sequence[str] = ()) -> str:
    """One article whole."""
    content = shown.version.content
    about = f"{content.service}{f'/{content.category}' if content.category else ''}"
    facts = [
        f"{shown.article.key} · {stands(shown)} · for {_for(shown)} · {about} · owner {content.owner}",
        *([f"shown: version {shown.version.number}"] if shown.version.number != shown.article.live else []),
        *([f"to be reviewed by {shown.article.review_on}"] if shown.article.review_on else []),
        *([f"expires {content.expires}"] if content.expires else []),
        *([f"{shown.flags} open flag{'s' if shown.flags > 1 else ''}"] if shown.flags else []),
    ]
    parts = [(heading, getattr(content, heading.lower())) for heading in HEADINGS]
    body = [f"{heading}\n{_visible(text)}" for heading, text in parts if text]
    return "\n\n".join([cell(content.title) + "\n" + "\n".join(facts), *body, *(["\n".join(story)] if story else [])])


def _for(shown: Shown) -> str:
    content = shown.version.content
    return {"public": "everybody", "staff": "staff", "team": f"team {content.team}"}[content.audience.value]


def _visible(text: str) -> str:
    """Line by line, so that control characters cannot reach the terminal."""
    return "\n".join(cell(line) for line in text.split("\n"))


def told(done: Sequence[Done], flags: Sequence[tuple[Flag, str]], cases: Sequence[Linked]) -> list[str]:
    """What became of an article, its flags with their words, its cases."""
    lines = ["History"] + [
        f"  {_day(act.at)}  {act.act:<8} version {act.number} by {act.by}{f': {cell(act.why)}' if act.why else ''}"
        for act in done
    ]
    if flags:
        lines += ["Flags"] + [
            f"  {_day(flag.at)}  {flag.kind} (version {flag.number}) by {flag.by}: {cell(words)}"
            f"{'' if flag.closed_at is None else f' - closed {_day(flag.closed_at)} by {flag.closed_by}'}"
            for flag, words in flags
        ]
    if cases:
        lines += ["Cases"] + [f"  {found.case_id}  {found.how} {_day(found.at)} by {found.by}" for found in cases]
    return lines


def _day(at: Any) -> str:
    return f"{at:%Y-%m-%d}"


def listed(rows: Sequence[Shown], uses: Mapping[str, int]) -> str:
    """One line for each article."""
    return table(
        [
            {
                "key": row.article.key,
                "title": row.version.content.title[:SHORT],
                "service": row.version.content.service,
                "for": row.version.content.audience.value,
                "state": row.article.state.value,
                "version": row.version.number,
                "owner": row.version.content.owner,
                "review": row.article.review_on,
                "flags": row.flags,
                "solved": uses.get(row.article.key, 0),
            }
            for row in rows
        ]
    )


def hit_data(hit: Hit) -> dict[str, Any]:
    """What was found, as programs read it."""
    content = hit.content
    return {
        "key": hit.key,
        "title": content.title,
        "score": hit.score,
        "service": content.service,
        "audience": content.audience.value,
        "problem": content.problem,
        "answer": content.answer,
    }


def found_text(found: Found, words: str) -> str:
    """The answer to a search."""
    lines = [f"Taken for: {' and '.join(f'{cell(typed)} as {meant}' for typed, meant in found.corrected)}."]
    lines = lines if found.corrected else []
    if not found.hits:
        return "\n".join([*lines, f"Nothing found for {cell(words)!r} among {found.searched} articles."])
    for place, hit in enumerate(found.hits, 1):
        answer = next((line for line in hit.content.answer.split("\n") if line.strip()), "")
        lines += [f"{place}. {cell(hit.content.title)}", f"   {hit.key} · {hit.content.service} · fits {hit.score:.0%}"]
        lines += [f"   {cell(answer)[:100]}"]
    shown = f"{len(found.hits)} of {found.n} that fit, among {found.searched} articles"
    sure = "One word is too little to know whether the first one answers."
    if found.confidence is not None:
        sure = f"The first one answers with a probability of {found.confidence:.0%}."
    return "\n".join([*lines, f"{shown}. {sure}"])
