"""From a message by reference to the words of a mail: what each template says happens next."""

from collections.abc import Mapping

from activities import cycle_letters
from activities.render import MailContext
from definitions.kinds import kind_of, noun_of
from definitions.organisation import Organisation
from definitions.runs import PageMessage, TellMessage
from definitions.slices import UnknownKey

NEXT: Mapping[str, str] = {
    "received": "A person of our {team} looks at it and answers you.",
    "offer": "If you write nothing, a person of our {team} looks at it and answers you.",
    "offer_taken": "Nothing more. If it comes back, answer this mail: the case opens again and a person looks at it.",
    "offer_taken_meanwhile": "Nothing: the case is closed. You hear of it when it comes back.",
    "acknowledged": "{by} works on it and solves it or tells you what we found.",
    "assigned": "A person of our {team} works on it and solves it, or tells you what we found.",
    "resumed": "We go on with it now.",
    "update": "You hear from us again as soon as there is more.",
    "parent_update": "We go on with it. You hear from us again as soon as there is more.",
    "reminder": "If it works, answer yes. If not, answer no, and we go on.",
    "reopened": "A person of our {team} looks at it again, with everything we know so far.",
    "merged": "We solve both together; you hear from us here as soon as it works.",
    "workaround": "We go on looking for the cause, and tell you when it is gone.",
    "recurred": "See whether it is the same: if so, link it (jidoka incident link {other} --problem {case}).",
    "target_resolved": "If nobody says otherwise, both cases are closed together.",
    "major_declared": "The people who can solve it work on nothing else. We keep you informed.",
    "review_called": "Note what was found (jidoka review finding add {case} --kind cause --text WORDS), "
    "give actions to people, and conclude it (jidoka review conclude {case}).",
    "review_due": "Note what was found and conclude it (jidoka review conclude {case}).",
    "review_late": "Conclude it (jidoka review conclude {case}), or say why it is not held "
    "(jidoka review call-off {case} --why ...).",
    "review_action": "When it is done, say so: jidoka review action done {other}",
    "review_action_due": "When it is done, say so: jidoka review action done {other}. "
    "If it will not be done, drop it with the reason: jidoka review action drop {other} --why ...",
    "review_recurred": "See what is still missing (jidoka review show {case} names the cases). "
    "When that is done, say so: jidoka review action done {other}",
    "review_proven": "Nothing: action {other} is settled.",
    "review_dropped": "Nothing more is expected of you for it.",
    "feedback_received": "Somebody who answers for our {team} reads it and answers you. It stays open until "
    "something was done about it, or we say why not.",
    "feedback_owner": "Answer it (jidoka feedback answer {case} --note WORDS), and close it with what was done "
    "(jidoka feedback close {case} --did WORDS) or why nothing is (--why-not WORDS).",
    "feedback_answer": "It stays open until something was done about it, or we say why not.",
    "feedback_done": "Nothing more. If it is not what you meant, answer this mail and we look again.",
    "feedback_not_done": "Nothing more. If you see it otherwise, answer this mail and we look again.",
    "idea_received": "Somebody who answers for our {team} reads it. You hear when it is tried and what came of it, "
    "or why it is not.",
    "idea_owner": "If it is worth a try, take it into a cycle (jidoka idea take {case} --cycle KEY); "
    "if not, say why (jidoka idea decline {case} --reason WORDS).",
    "idea_taken": "You hear from us again when it is known whether it helps.",
    "idea_tried": "Nothing more. If you see it otherwise, answer this mail and we look again.",
    "compliment": "Nothing. Enjoy it.",
    "compliment_passed": "Nothing more. Your words are with them now.",
    "to_learn": "Speak with each other, then begin: jidoka incident start {case}",
    "to_coach": "Read it (jidoka incident show {case}) and speak with each other before the work begins.",
    "outage_proposed": "Look at the proposed parent (jidoka incident show {other}). If it is one outage, link the "
    "others to it (jidoka incident link {case} --parent {other}) and declare it: jidoka incident major declare {other}",
    "promise_broken": "We go on, and people who can decide have been told.",
    **cycle_letters.NEXT,
}
PAUSED: Mapping[str, str] = {
    "requester": "We go on as soon as your answer is here.",
    "vendor": "We ask our supplier and tell you how it stands.",
    "approval": "We tell you how it stands.",
    "schedule": "We tell you how it stands.",
}
FALLBACK: Mapping[str, str] = {
    "cancelled": "It is not needed any more.",
    "resolved": "It should work again.",
    "major_stood_down": "It should work again.",
    "parent_update": "We are working on the common cause.",
}
"""What a template says where nobody gave words; nobody is named as their writer."""

UNSIGNED = FALLBACK.keys() - {"cancelled"}
"""These name somebody only as the writer of the words."""

QUOTES = ("received", "offer", "reopened")
"""These show the requester's own words back."""

NAMES_ANOTHER = (
    *("merged", "target_resolved", "parent_update", "recurred", "review_dropped", "outage_proposed", "idea_taken"),
    "cycle_follows",
)
"""These name another case: their reason is its id."""

SAYS_WHAT = ("feedback_owner", "idea_tried", *cycle_letters.NEXT)
"""These say by their reason what it is about."""

PAIRED = ("to_learn", "to_coach")
"""These name the other of the two."""

ON: Mapping[str, str] = {
    "unacknowledged": "nobody has taken the case yet",
    "warned": "a target is close",
    "breached": "a target was missed",
}


def _team(organisation: Organisation, key: str | None) -> str:
    if key is None:
        return "service desk"
    try:
        return organisation.team(key).title
    except UnknownKey:
        return key


def _people(team: str) -> str:
    """After `our`: `Service desk`, `Network team`."""
    return team if team.casefold().endswith(("desk", "team")) else f"{team} team"


def _service(organisation: Organisation, key: str) -> str:
    try:
        return organisation.service(key).title
    except UnknownKey:
        return key


def _reason(message: TellMessage, organisation: Organisation, said: str) -> str:
    """Why; who is praised, by name."""
    if message.template == "compliment":
        people = [key for key in (message.reason or "").split(", ") if key]
        return ", ".join(_name(organisation, key) for key in people)
    if message.template in PAIRED:
        return _name(organisation, message.reason or "")
    return said if message.template == "cancelled" else (message.reason or "") * (message.template in SAYS_WHAT)


def _name(organisation: Organisation, key: str) -> str:
    try:
        return organisation.person(key).name
    except UnknownKey:
        return key


def letter(
    message: TellMessage,
    organisation: Organisation,
    *,
    title: str,
    words: str | None,
    reader: str,
    zone: str,
    by: str,
    link: str | None,
    articles: tuple[tuple[str, str], ...] = (),
) -> MailContext:
    """What the template of `message` needs to say something true. `articles`: title and short answer of each."""
    team = _team(organisation, message.team)
    step = PAUSED.get(message.reason or "", "") if message.template == "paused" else NEXT.get(message.template, "")
    said = words or FALLBACK.get(message.template, "")
    return MailContext.model_validate(
        {
            "case_id": message.case_id,
            "title": title,
            "service": _service(organisation, message.service),
            "priority": message.priority.value,
            "requester_name": reader,
            "zone": zone,
            "next_step": step.format(team=_people(team), by=by, case=message.case_id, other=message.reason or ""),
            "promise_by": message.promise_by,
            "by_name": by if words or message.template not in UNSIGNED else "",
            "team": team,
            "text": "" if message.template in QUOTES else said,
            "quote": said if message.template in QUOTES else "",
            "link": link,
            "waiting_on": message.reason if message.template == "paused" else "",
            "auto_close_at": message.until,
            "due_at": message.until,
            "reason": _reason(message, organisation, said),
            "other_case_id": (message.reason or "") if message.template in NAMES_ANOTHER else "",
            "missed_by": message.at if message.template == "promise_broken" else None,
            "articles": articles,
            "lines": message.lines,
            "remedy": _remedy(organisation, message.remedy),
            "desk_name": organisation.name,
        }
    )


def _remedy(organisation: Organisation, key: str | None) -> str:
    """What an automation gives to who needs it, in their words."""
    try:
        return organisation.automation(key).gives if key else ""
    except UnknownKey:
        return ""


def page_letter(
    message: PageMessage,
    organisation: Organisation,
    *,
    title: str,
    reader: str,
    zone: str,
    link: str | None,
) -> MailContext:
    """A page: why, what is due, what to do."""
    noun = noun_of(message.case_id)
    return MailContext(
        case_id=message.case_id,
        title=title,
        service=_service(organisation, message.service),
        priority=message.priority.value,
        reader_name=reader,
        zone=zone,
        next_step=kind_of(message.case_id).paged.format(noun=noun, case=message.case_id),
        team=_team(organisation, message.team),
        reason=f"{ON.get(message.on, message.on)}.",
        link=link,
        due_at=message.due_at,
        desk_name=organisation.name,
    )
