"""What `show` says of help before a person: what was offered, what the requester is asked, what was tried."""

from typing import Any

from definitions.base import rfc3339
from definitions.case import CaseState


def help_view(state: CaseState, *, internal: bool) -> dict[str, Any]:
    """`offered` and `questions` for everybody on the case; `help` (arm, exposure, remedy) for who works on it."""
    known = state.help
    return {
        "offered": list(known.articles) if known else [],
        "questions": [
            {
                "key": question.key,
                "to": question.to,
                "options": list(question.options),
                "due_at": rfc3339(question.due_at),
                "state": question.state,
                "answer": question.answer,
            }
            for question in state.questions
        ],
        "help": known.model_dump(mode="json", include={"arm", "exposed", "left", "remedy", "tried"})
        if known and internal
        else None,
    }
