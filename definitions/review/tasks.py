"""The actions of a review, as lists of what people have to do show them."""

from typing import Literal

from definitions.case import CaseState
from definitions.review.state import ActionItem
from definitions.tasks import TaskRow

STATES: dict[str, Literal["open", "done", "withdrawn"]] = {
    "open": "open",
    "watched": "done",
    "proven": "done",
    "dropped": "withdrawn",
}


def tasks_of(state: CaseState) -> tuple[TaskRow, ...]:
    """One for each action; its words are the review's own, so the row names the case instead."""
    review = state.review
    return () if review is None else tuple(_task(state.id, review.case, action) for action in review.actions)


def _task(review: str, case: str, action: ActionItem) -> TaskRow:
    return TaskRow(
        id=f"{review}/{action.id}",
        kind="review",
        title=f"An action after {case}",
        people=(action.owner,),
        state=STATES[action.state],
        opened_at=action.added_at,
        due_at=action.due,
        ended_at=action.dropped_at or action.done_at,
    )
