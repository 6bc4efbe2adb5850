"""How a case went, in the words of who was served: on its page, beside its facts."""

from typing import Any

from definitions.base import rfc3339
from office.said import said
from records.store import Store


def ratings_of(store: Store, case_id: str) -> list[dict[str, Any]]:
    """The answers of whom it served. What those say who worked on it is nobody's to read by case."""
    answered = [ask for ask in store.asks.of_case(case_id) if ask.role == "requester" and ask.answered_at is not None]
    texts = store.texts.get_many(ask.text.id for ask in answered if ask.text)
    return [
        {
            "survey": ask.survey,
            "score": ask.score,
            "effort": ask.effort,
            "minutes": ask.minutes,
            "words": said(ask.text, texts),
            "asked_at": rfc3339(ask.asked_at) if ask.asked_at else None,
            "answered_at": rfc3339(ask.answered_at) if ask.answered_at else None,
            "channel": ask.channel,
            "feedback": ask.feedback,
        }
        for ask in answered
    ]
