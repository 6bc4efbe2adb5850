"""The page of a cycle from the records alone, and what of it a mail says."""

from activities.mail.compose import Attachment
from definitions.cycle.report import A3, a3, folded, texts_of
from definitions.cycle.rules import cycle_of
from definitions.runs import SLICE
from records.store import Store

REPORT, NEWS = "cycle_report", "cycle_news"
"""With the page, for whoever may see the cycle; without it, for whoever had a part in it from outside."""


def a3_of(store: Store, case_id: str) -> A3 | None:
    """The page; None for what the records do not know, or not as a cycle that they saw begin."""
    facts, start = store.events.of(case_id), store.inbox.start_of(case_id)
    if not facts or facts[0].seq != 1 or start is None or start.definition is None:
        return None
    cycle = cycle_of(folded(facts))
    people = {fact.actor for fact in facts} | {member.person for member in cycle.charter.team}
    people |= {cycle.charter.lead, cycle.charter.sponsor or ""}
    known = {key: person for key in sorted(people) if (person := store.directory.get(key)) is not None}
    return a3(
        facts,
        store.texts.get_many(sorted(texts_of(cycle))),
        {key: person.name for key, person in known.items() if person.name},
        # By the rules that the cycle began with: a calendar that changed since must not change the page.
        SLICE.validate_python(start.definition).calendars[0].zone,
    )


def enclosed(store: Store, case_id: str, template: str) -> tuple[tuple[str, ...], tuple[Attachment, ...]]:
    """What a mail about the cycle says, line by line, and the page, where its reader may have it."""
    if template not in (REPORT, NEWS):
        return (), ()
    # Drawing loads templates, which no other mail of a case is to wait for.
    from pictures.a3 import page
    from pictures.a3_sections import gist

    found = a3_of(store, case_id)
    if found is None:
        return (), ()
    if template == NEWS:
        return gist(found), ()
    return gist(found), (Attachment(name=f"{case_id}.html", subtype="html", content=page(found)),)
