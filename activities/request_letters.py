"""What mails about requests say besides what every mail says: what was asked for, by whom, and what the reader does."""

import json
import shlex
from collections.abc import Callable, Mapping
from itertools import zip_longest

from definitions.base import Value
from definitions.case import CaseState
from definitions.catalogue import CatalogueItem
from definitions.organisation import Organisation
from definitions.plans import UNDO
from definitions.request.tasks import stage_key
from definitions.rules.opening import Opening
from definitions.runs import TellMessage
from definitions.slices import UnknownKey
from records.store import Store

APPROVALS = ("approval_asked", "approval_reminder", "approval_escalated")
"""These go to whoever stands in for the person too, while they are away."""

NEXT: Mapping[str, str] = {
    "request_received": "{do}",
    "request_asked_on": "You hear from us as soon as it is decided.",
    "request_undecided": "You hear from us as soon as it is decided.",
    "request_granted": "We do what is needed and tell you when it is done.",
    "request_rejected": "Nothing more. If something has changed, ask again; this answer stands.",
    "request_cancelling": "You hear from us when that is done, and what could not be taken back.",
    "request_cancelled": "Nothing more. If you need it after all, ask again.",
    "approval_asked": "Decide. If nobody does in time, somebody else is asked as well; silence is never a yes.",
    "approval_reminder": "Decide. If nobody does in time, somebody else is asked as well; silence is never a yes.",
    "approval_escalated": "Decide; a yes counts for one of those who are silent.",
    "approval_how": "Decide with one of these commands, under your own name.",
    "task_opened": "Take it, do it, and say that it is done.",
    "to_decide": "Nobody who was asked has decided. Take it and decide, or let somebody take it who can.",
    "to_undo": "Take it, take back what was done, and say so; if that cannot be, say why it stays.",
    "task_withdrawn": "Nothing more is expected of you for it.",
}
BY_MAIL = " You can also answer this mail with one line: approve, or reject: why."
NOT_BY_MAIL: Mapping[str, str] = {
    "unproven": "a mail alone does not prove who sent it.",
    "no_reason": "a no needs its reason.",
}
"""Why an answer by mail decides nothing."""


class AskedFor(Value):
    """What a request was opened with."""

    requester: str
    for_whom: str
    item: str
    answers: dict[str, str]


def asked_for(store: Store, case_id: str) -> AskedFor | None:
    """From what opened the case, or from its row where that is lost; None for what is no request."""
    start, row = store.inbox.start_of(case_id), None
    if start is not None:
        opening = Opening.model_validate(start.payload)
        requester, request = opening.requester, opening.request
    else:
        row = store.cases.get(case_id)
        state = CaseState.model_validate(row.state_json) if row is not None else CaseState(id=case_id)
        requester, request = state.requester, state.request  # type: ignore[assignment]
    if request is None:
        return None
    kept = store.texts.get_many([request.answers.id]) if request.answers else {}
    answers = json.loads(next(iter(kept.values()), "{}"))
    return AskedFor(requester=requester or "", for_whom=request.for_whom, item=request.item, answers=answers)


def lines_of(store: Store, message: TellMessage) -> tuple[str, ...]:
    """The list of a message, each line with the note of whoever wrote one about it; erased ones are left out."""
    texts = store.texts.get_many([ref.id for ref in message.line_texts if ref is not None])
    notes = [json.loads(texts.get(ref.id, "{}")).get("note") if ref else None for ref in message.line_texts]
    return tuple(
        f"{line}: {note}" if note else line for line, note in zip_longest(message.lines, notes[: len(message.lines)])
    )


def own_part(
    message: TellMessage,
    asked: AskedFor,
    organisation: Organisation,
    name_of: Callable[[str], str],
    *,
    acts_for: str | None,
    by_mail: bool,
    lines: tuple[str, ...],
) -> dict[str, object]:
    """The fields of the mail's context that are a request's own."""
    try:
        item: CatalogueItem | None = organisation.item(asked.item)
    except UnknownKey:
        item = None
    labels = {field.key: field.label.rstrip("?") for field in item.form.fields} if item else {}
    template = message.template
    own: dict[str, object] = {
        "answers": tuple((labels.get(key, key), said) for key, said in asked.answers.items()),
        "gives": item.gives if item else "",
        "cost": item.cost.text if item and item.cost else "",
        "asked_by": name_of(asked.requester),
        "for_name": name_of(asked.for_whom) if asked.for_whom != asked.requester else "",
        "acts_for": name_of(acts_for) if acts_for else "",
        "reason": message.reason or "",
        "lines": lines,
    }
    if template in NEXT:
        do = "We ask, and tell you what was decided." if message.reason else "We do it, and tell you when it is done."
        own["next_step"] = NEXT[template].format(do=do) + (BY_MAIL if by_mail and template in APPROVALS else "")
    if template == "approval_how":
        own["reason"] = NOT_BY_MAIL.get(message.reason or "", f"{message.reason}.")
    if template == "resolved" and item is not None:
        own["text"] = item.gives
    if template == "task_opened" and message.task is not None:
        own |= _task_part(message, message.task, organisation, item)
    return own


def _task_part(
    message: TellMessage, task: str, organisation: Organisation, item: CatalogueItem | None
) -> dict[str, object]:
    """What whoever is on duty does about one task: it may be of another team than the request."""
    case, _, key = task.partition("/")
    team = message.to.partition(":")[2]
    titles = {each.key: each.title for each in organisation.teams}
    part: dict[str, object] = {"team": titles.get(team, team), "due_at": message.due_at}
    take = ("Take it", f"jidoka task claim {task}")
    if stage_key(key) is not None:
        yes, no = f"jidoka request approve {case}", f"jidoka request reject {case} --reason 'why'"
        reason = f"Decide, or find who does: {message.reason}"
        return part | {"reason": reason, "next_step": NEXT["to_decide"], "commands": (take, ("Yes", yes), ("No", no))}
    if key.startswith(UNDO):
        commands = (
            take,
            ("Taken back", f"jidoka task done {task}"),
            ("It stays", f"jidoka task done {task} --stays --note 'why'"),
        )
        return part | {"next_step": NEXT["to_undo"], "commands": commands}
    planned = next((each for each in item.plan.tasks if each.key == key), None) if item else None
    asked = planned.form.fields if planned else ()
    fields = [f"--field {field.key}={shlex.quote(field.example)}" for field in asked if field.required]
    return part | {"commands": (take, ("Done", " ".join(("jidoka task done", task, *fields))))}
