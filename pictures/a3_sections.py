"""What an A3 says: its heading, where it stands, its nine boxes, what it was made of."""

from definitions.cycle.report import A3
from pictures import a3_done, a3_why
from pictures.a3_words import Section, cut, day, sentence

METHODS = {"dmaic": "DMAIC", "kaizen": "Kaizen"}
OUTCOMES = {
    "held": "ended: the standard was watched to the end without a signal",
    "signalled": "ended: the control chart gave a signal",
    "rolled_back": "ended: rolled back",
    "unwatched": "ended: a standard that nobody watches",
    "cancelled": "stopped",
}
BOXES = (
    *(a3_why.why, a3_why.stand, a3_why.goal, a3_why.causes),
    *(a3_done.tried, a3_done.trial, a3_done.benefit, a3_done.control, a3_done.gates),
)


def heading(found: A3) -> str:
    """What it is about."""
    return f"{METHODS[found.method]} {found.id}: {cut(found.words(found.cycle.charter.title))}"


def going(found: A3) -> str:
    """Where it stands."""
    where = f"it is in the phase {found.cycle.phase}"
    if found.cycle.control_until is not None:
        where = f"the standard is watched until {day(found, found.cycle.control_until)}"
    return sentence(OUTCOMES.get(found.outcome or "", where))


def standing(found: A3) -> str:
    """Where it stands, and whose it is."""
    charter = found.cycle.charter
    people = [f"lead {found.called(found.lead)}"]
    people += [f"sponsor {found.called(charter.sponsor)}"] if charter.sponsor else []
    team = [
        f"{found.called(each.person)} ({each.voice})" if each.voice else found.called(each.person)
        for each in charter.team
    ]
    people += [f"with {', '.join(team)}"] if team else []
    return f"{going(found)} Begun {day(found, found.opened_at)}. Team {charter.owner}: {'; '.join(people)}."


def sections(found: A3) -> tuple[Section, ...]:
    """The nine boxes in reading order."""
    return tuple(box(found) for box in BOXES)


def foot(found: A3) -> str:
    """What it was made of."""
    return (
        f"Made from the {found.facts} facts of {found.id} up to {day(found, found.as_of)} ({found.zone}); hash of the "
        f"last {found.chain[:16]}. The same facts give the same page."
    )


def gist(found: A3) -> tuple[str, ...]:
    """The page in a few lines, for a mail: nobody is named in it, and what there is not yet is not said."""
    cycle = found.cycle
    lines = [going(found)]
    if cycle.charter.problem is not None:
        lines.append(f"The problem: {sentence(cut(found.words(cycle.charter.problem)))}")
    if cycle.countermeasures:
        lines.append(f"Tried: {sentence(cut(found.words(cycle.countermeasures[0].text)))}")
    if cycle.evidence.trial is not None:
        # The first line of the trial is its plan, the next what came of it.
        lines.append(a3_done.trial(found).lines[1][1])
    if cycle.forecast is not None or cycle.actual is not None:
        lines.append(a3_done.benefit(found).lines[-1][1])
    return tuple(lines)
