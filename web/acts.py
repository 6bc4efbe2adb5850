"""Which acts have an address, what each needs, and the body it takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, get_args

from pydantic import BaseModel, ConfigDict, Field, create_model

from definitions import acts
from definitions.facts import TextRef
from definitions.people import Action

Words = Annotated[str, Field(min_length=1, max_length=100_000)]
OURS = {"by", "channel", "at"}
"""Set from who acts and where they came in, never from what they send."""


@dataclass(frozen=True)
class ActRoute:
    """`POST /api/incidents/{id}/{name}`."""

    name: str
    act: type[acts.Act]
    action: Action
    body: type[BaseModel]
    fixed: Mapping[str, Any] = field(default_factory=dict)


def _route(act: type[acts.Act], action: Action, name: str | None = None, **fixed: Any) -> ActRoute:
    name = name or acts.wire_name(act)
    fields: dict[str, Any] = {}
    for key, info in act.model_fields.items():
        if key in OURS or key in fixed:
            continue
        kind = info.annotation
        if kind is TextRef:
            kind = Words
        elif TextRef in get_args(kind):
            kind = Words | None
        fields[key] = (kind, ... if info.is_required() else info.default)
    body = create_model(f"{act.__name__}Body", __config__=ConfigDict(extra="forbid", frozen=True), **fields)
    return ActRoute(name, act, action, body, fixed)


ROUTES = (
    _route(acts.Acknowledge, Action.ACKNOWLEDGE),
    _route(acts.Start, Action.START),
    _route(acts.Pause, Action.PAUSE),
    _route(acts.Resume, Action.RESUME),
    _route(acts.Assign, Action.ASSIGN),
    _route(acts.Comment, Action.COMMENT, internal=False),
    _route(acts.Comment, Action.COMMENT_INTERNAL, "comment_internal", internal=True, broadcast=False),
    _route(acts.Resolve, Action.RESOLVE),
    _route(acts.Confirm, Action.CONFIRM),
    _route(acts.Solved, Action.SOLVED),
    _route(acts.Reopen, Action.REOPEN),
    _route(acts.Cancel, Action.CANCEL),
    _route(acts.Merge, Action.MERGE),
    _route(acts.Unmerge, Action.UNMERGE),
    _route(acts.Link, Action.LINK),
    _route(acts.Major, Action.MAJOR),
    _route(acts.SetPriority, Action.SET_PRIORITY),
)
"""Three have no address: `hear` belongs to the channels, `redefine` carries a definition, and `answer` has no right
of its own yet (whom a question is put to is the case's to say)."""
