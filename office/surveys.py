"""Surveys as those read them who run the desk: how many answered, and their words without their names."""

from typing import TYPE_CHECKING, Any

from definitions.base import rfc3339
from definitions.people import Action, Actor, Object
from definitions.slices import UnknownKey
from office.errors import NotFound
from office.said import said

if TYPE_CHECKING:
    from desk import Desk

FEWEST = 5
"""Words of fewer people would say whose they are."""


def surveys(desk: "Desk", actor: Actor) -> list[dict[str, Any]]:
    """Each survey with its tally. Raises NotAllowed."""
    desk.allow(actor, Action.METRICS, Object())
    defined = desk.organisation.surveys
    tallies = desk.store.asks.tally(survey.key for survey in defined)
    return [
        {
            **survey.model_dump(
                mode="json", include={"key", "title", "asks", "question", "measures", "every_days", "share"}
            ),
            **tally.model_dump(mode="json", exclude={"survey"}),
            "response_rate": tally.answered / tally.asked if tally.asked else None,
        }
        for survey, tally in zip(defined, tallies, strict=True)
    ]


def answers(desk: "Desk", actor: Actor, key: str) -> dict[str, Any]:
    """One survey with what people wrote, newest first. Raises NotAllowed, NotFound."""
    desk.allow(actor, Action.SURVEY, Object())
    try:
        survey = desk.organisation.survey(key)
    except UnknownKey as unknown:
        raise NotFound(str(unknown), "See `jidoka survey ls`.") from None
    found = desk.store.asks.answers(key)
    few = len({ask.person for ask in found}) < FEWEST and any(ask.role == "staff" for ask in found)
    texts = desk.store.texts.get_many(ask.text.id for ask in found if ask.text) if not few else {}
    return {
        **survey.model_dump(mode="json"),
        "held_back": f"Fewer than {FEWEST} people have answered: their words would say whose they are." if few else "",
        "answers": [
            {
                "score": ask.score,
                "effort": ask.effort,
                "minutes": ask.minutes,
                "words": said(ask.text, texts),
                # A case leads to who worked on it.
                "case": ask.case_id if ask.role == "requester" else None,
                "answered_at": rfc3339(ask.answered_at) if ask.answered_at else None,
                "feedback": ask.feedback,
            }
            for ask in ([] if few else found)
        ],
    }
