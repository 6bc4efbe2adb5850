"""The words of a message: Jinja2 templates, each giving a subject, plain text and HTML that say the same."""

import textwrap
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError

from activities.mail.text import one_line, visible
from definitions.base import Instant, Value

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2.runtime import Context

Form = Literal["text", "html"]

_FORMS: tuple[Form, Form] = ("text", "html")
_WIDTH = 72
_FOLDER = Path(__file__).parent / "templates"

REQUIRED: dict[str, tuple[str, ...]] = {
    "received": ("next_step",),
    "offer": ("next_step",),
    "offer_taken": ("next_step",),
    "offer_taken_meanwhile": ("next_step",),
    "offer_remedied": ("remedy", "auto_close_at"),
    "acknowledged": ("by_name",),
    "assigned": ("next_step",),
    "paused": ("waiting_on", "next_step"),
    "update": ("text",),
    "resolved": ("text", "auto_close_at"),
    "reminder": ("next_step",),
    "closed": (),
    "resumed": ("next_step",),
    "reopened": ("next_step",),
    "cancelled": ("reason",),
    "merged": ("other_case_id", "next_step"),
    "target_resolved": ("other_case_id", "next_step"),
    "parent_update": ("other_case_id", "text"),
    "workaround": ("text", "next_step"),
    "recurred": ("other_case_id", "next_step"),
    "major_declared": ("next_step",),
    "major_stood_down": ("text",),
    "review_called": ("next_step",),
    "review_due": ("next_step", "due_at"),
    "review_late": ("next_step", "due_at"),
    "review_action": ("text", "next_step", "due_at"),
    "review_action_due": ("text", "next_step", "due_at"),
    "review_recurred": ("text", "next_step", "due_at"),
    "review_proven": ("text", "next_step"),
    "review_dropped": ("text", "other_case_id", "next_step"),
    "survey": ("text", "choices", "worst", "best", "next_step", "auto_close_at"),
    "feedback_received": ("next_step",),
    "feedback_owner": ("text", "reason", "next_step"),
    "feedback_answer": ("text", "next_step"),
    "feedback_done": ("text", "next_step"),
    "feedback_not_done": ("text", "next_step"),
    "idea_received": ("next_step",),
    "idea_owner": ("text", "next_step"),
    "idea_taken": ("other_case_id", "next_step"),
    "idea_tried": ("reason", "next_step"),
    "compliment": ("text", "next_step"),
    "compliment_passed": ("next_step",),
    "request_received": ("next_step",),
    "request_asked_on": ("reason", "next_step"),
    "request_undecided": ("reason", "next_step"),
    "request_granted": ("next_step",),
    "request_rejected": ("next_step",),
    "request_cancelling": ("next_step",),
    "request_cancelled": ("next_step",),
    "request_resolved": ("auto_close_at",),
    "approval_asked": ("reason", "next_step"),
    "approval_reminder": ("reason", "next_step"),
    "approval_escalated": ("reason", "next_step"),
    "approval_how": ("reason", "next_step"),
    "task_opened": ("reason", "commands", "next_step"),
    "task_withdrawn": ("reason", "next_step"),
    "to_learn": ("reason", "next_step"),
    "to_coach": ("reason", "next_step"),
    "outage_proposed": ("other_case_id", "lines", "next_step"),
    "cycle_led": ("next_step",),
    "cycle_follows": ("other_case_id", "next_step"),
    "cycle_joined": ("next_step",),
    "cycle_refused": ("reason", "lines", "next_step"),
    "cycle_opened": ("reason", "next_step"),
    "cycle_overridden": ("reason", "text", "next_step"),
    "cycle_nudge": ("reason", "next_step"),
    "cycle_waiting": ("next_step",),
    "cycle_verdict": ("reason", "lines", "next_step"),
    "cycle_standard": ("reason", "next_step"),
    "cycle_not_settled": ("reason", "lines", "next_step"),
    "cycle_signal": ("reason", "lines", "next_step"),
    "cycle_failed": ("reason", "lines", "next_step"),
    "cycle_held": ("next_step",),
    "cycle_report": ("lines", "next_step"),
    "cycle_news": ("lines", "next_step"),
    "page": ("reason", "next_step"),
    "promise_broken": ("missed_by", "next_step", "promise_by"),
}
"""Every template, with what it needs besides `case_id`, `title` and `service`."""


class MailContext(Value):
    """All that a template may know, as plain values; what a template needs is in `REQUIRED`."""

    case_id: str
    title: str
    service: str
    """The service's title, as people call it."""
    priority: str = ""
    reader_name: str = ""
    """Whom the mail is for when it is not the requester: the person paged."""
    requester_name: str = ""
    zone: str = "UTC"
    """The reader's IANA time zone; every instant is shown in it."""
    next_step: str = ""
    """What happens next, as a whole sentence."""
    promise_by: Instant | None = None
    """By when that happens."""
    by_name: str = ""
    """The person who acted."""
    team: str = ""
    text: str = ""
    """Words of the person who acted."""
    quote: str = ""
    """The requester's own words, to show what this is about."""
    link: str | None = None
    waiting_on: Literal["", "requester", "vendor", "approval", "schedule"] = ""
    auto_close_at: Instant | None = None
    """When a resolved case closes by itself, unless the requester says no."""
    reason: str = ""
    """Why: of a cancelling, reopening, page or major incident."""
    other_case_id: str = ""
    """The case merged into, or the parent."""
    missed_by: Instant | None = None
    """The promise that was not kept."""
    due_at: Instant | None = None
    """When the target of a paged case is due, or what a review asks for."""
    choices: tuple[tuple[str, str], ...] = ()
    """The numbers one may answer with, worst first, each with the page that asks once more before it counts."""
    worst: str = ""
    best: str = ""
    """What the two ends of the scale mean."""
    about: str = ""
    """The case a survey asks about, in the words of who opened it."""
    articles: tuple[tuple[str, str], ...] = ()
    """What is offered to read: title and short answer."""
    remedy: str = ""
    """What can be, or was, done for them at once."""
    solved_link: str | None = None
    """The page that closes the case once more is asked there."""
    asked_by: str = ""
    """Who asked for it, in a mail to somebody else."""
    for_name: str = ""
    """For whom, where that is not who asked."""
    acts_for: str = ""
    """In whose place the reader is asked."""
    gives: str = ""
    """What the one it is for has afterwards."""
    answers: tuple[tuple[str, str], ...] = ()
    """The form as it was filled in: what was asked, what was said."""
    cost: str = ""
    commands: tuple[tuple[str, str], ...] = ()
    """What to type, each with what it does."""
    lines: tuple[str, ...] = ()
    """What could not be taken back, or what an automation found."""
    escalation_step: int = 0
    """Which step of the chain a page belongs to, from 1."""
    escalation_steps: int = 0
    desk_name: str = "Service desk"


class Rendered(Value):
    """A message ready to be composed; the subject carries neither `Re:` nor case id."""

    subject: str
    text: str
    html: str


class BadTemplateContext(ValueError):
    """A template does not exist, or lacks what it needs to say something true."""


def render(template: str, context: Mapping[str, object] | MailContext) -> Rendered:
    """The message of `template` for `context` (the fields of MailContext); raises BadTemplateContext."""
    if template not in REQUIRED:
        raise BadTemplateContext(f"there is no template {template!r}; there are {', '.join(REQUIRED)}")
    try:
        known = context if isinstance(context, MailContext) else MailContext.model_validate(dict(context))
        values = {**known.model_dump(), "zone": ZoneInfo(known.zone)}
    except (ValidationError, ValueError, OSError, ZoneInfoNotFoundError) as wrong:
        raise BadTemplateContext(f"template {template}: {wrong}") from wrong
    if missing := [name for name in REQUIRED[template] if not values[name]]:
        raise BadTemplateContext(f"template {template} needs {', '.join(missing)}")
    values = {name: _visible(value) for name, value in values.items()}
    name = f"{template}.j2"
    plain, page = (_environment(form).get_template(name) for form in _FORMS)
    return Rendered(
        subject=one_line("".join(plain.blocks["subject"](plain.new_context(values)))),
        text=_tidy(plain.render(values)),
        html=page.render(values),
    )


def _visible(value: Any) -> Any:
    """Words without what steers or hides, also where there are several."""
    if isinstance(value, tuple):
        return tuple(_visible(part) for part in value)
    return visible(value) if isinstance(value, str) else value


def _when(context: "Context", at: datetime) -> str:
    """`Thursday 26 November 2026, 14:30 CET (Europe/Berlin)`: an abbreviation alone means several zones."""
    zone: ZoneInfo = context["zone"]
    local = at.astimezone(zone)
    short = local.strftime("%Z")
    shown = f"UTC{short}" if short[:1] in "+-" else short
    place = "" if zone.key in ("UTC", "Etc/UTC") else f" ({zone.key})"
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year}, {local:%H:%M} {shown}{place}"


def _wrapped(text: str, prefix: str = "") -> str:
    """Lines of at most 72 columns; blank lines and the writer's own line ends stay."""
    lines: list[str] = []
    for line in text.strip("\n").split("\n"):
        indent = line[: len(line) - len(line.lstrip())][:20]
        lines += textwrap.wrap(
            line.strip(),
            _WIDTH,
            initial_indent=prefix + indent,
            subsequent_indent=prefix + indent,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [prefix.rstrip()]
    return "\n".join(lines)


def _paragraphs(text: str) -> list[list[str]]:
    """Paragraphs of lines, for `<p>` and `<br>`."""
    blocks = [block.strip("\n") for block in text.split("\n\n")]
    return [block.split("\n") for block in blocks if block.strip()]


def _first_name(name: str) -> str:
    """How a person is greeted: `Ada` for `Ada Lovelace`, the whole name where it is not of that form."""
    words = name.split()
    plain = len(words) in (2, 3) and "," not in name and words[0].isalpha() and len(words[0]) > 1
    return words[0] if plain else name


def _tidy(text: str) -> str:
    # "-- " with its space starts a signature: mail programs grey it out and leave it out of answers.
    lines = [line if line == "-- " else line.rstrip() for line in text.strip().split("\n")]
    kept = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
    return "\n".join(kept) + "\n"


@cache
def _environment(form: Form) -> "Environment":
    # Whoever only opens a case loads this module too, and renders nothing.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context

    environment = Environment(
        loader=FileSystemLoader([_FOLDER, *sorted(path for path in _FOLDER.iterdir() if path.is_dir())]),
        autoescape=form == "html",
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    filters: dict[str, Any] = {
        "when": pass_context(_when),
        "wrapped": _wrapped,
        "paragraphs": _paragraphs,
        "first_name": _first_name,
        "one_line": one_line,
    }
    environment.filters.update(filters)
    environment.globals.update(layout=f"layout.{form}.j2", form=f"form.{form}.j2")
    return environment


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
