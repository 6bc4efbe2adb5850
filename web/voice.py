"""How it went: the page behind the link in a survey's mail, and feedback by the API."""

import asyncio
from collections.abc import Mapping
from html import escape
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import Field, ValidationError

from definitions.base import Key, Value
from definitions.feedback.giving import GiveFeedback, Words
from definitions.feedback.state import Tone
from definitions.people import Action
from definitions.surveys import EFFORT, Also, Answer, Survey
from office.errors import DeskError
from records.asks import Ask
from web.counts import Counts
from web.doors import needs, open_to_all
from web.opening import IdempotencyKey, OpenedAnswer
from web.ports import Desk
from web.small_pages import PROOF, Token, fields, sorry
from web.small_pages import page as small_page

SORRY = "This cannot be answered"
SEND = '<p><button type="submit">Send</button></p>'

Score = Annotated[int, Path(ge=0, le=10)]


class FeedbackBody(Value):
    """Something that is good or bad, for somebody to answer."""

    text: Words
    tone: Tone = Tone.SUGGESTION
    case: str | None = None
    """The case it is about."""
    service: Key | None = None
    about: tuple[str, ...] = Field((), max_length=20)
    """Whom it is about: keys or addresses."""
    anonymous: bool = False
    """Nobody is remembered, so nobody can be answered."""


def voice(desk: Desk, counts: Counts) -> APIRouter:
    """The routes under /voice, and `POST /api/feedback`."""
    router = APIRouter()

    async def asked(token: str) -> tuple[Ask, Survey]:
        ask = await asyncio.to_thread(desk.voice.by_token, token)
        return ask, desk.voice.open_survey(ask)

    @router.get("/voice/{token}", include_in_schema=False)
    @open_to_all(PROOF)
    async def page(token: Token) -> HTMLResponse:
        try:
            ask, survey = await asked(token)
        except DeskError as wrong:
            return sorry(SORRY, wrong)
        return _page(survey, _form(survey, ask, token, {}))

    @router.get("/voice/{token}/{score}", include_in_schema=False)
    @open_to_all(PROOF)
    async def chosen(token: Token, score: Score) -> HTMLResponse:
        try:
            ask, survey = await asked(token)
        except DeskError as wrong:
            return sorry(SORRY, wrong)
        return _page(survey, _form(survey, ask, token, {"score": str(score)}))

    @router.post("/voice/{token}", include_in_schema=False)
    @open_to_all(PROOF)
    async def answer(token: Token, request: Request) -> Response:
        given = fields(await request.body(), ("score", "effort", "minutes", "text"))
        try:
            ask, survey = await asked(token)
        except DeskError as wrong:
            return sorry(SORRY, wrong)
        try:
            said = Answer.model_validate({name: value for name, value in given.items() if value})
            await desk.voice.take(ask, said, channel="web")
        except ValidationError as wrong:
            why = ", ".join(sorted({str(error["loc"][0]) for error in wrong.errors()}))
            return _page(survey, _form(survey, ask, token, given, f"This cannot be kept: look at {why} again."), 422)
        except DeskError as wrong:
            return _page(survey, _form(survey, ask, token, given, f"{wrong.message}."), 422)
        counts.add("jidoka_intake", channel="web", outcome="threaded")
        # A look again by the browser must not send it again.
        return RedirectResponse(f"/voice/{token}", 303)

    @router.post("/api/feedback", status_code=201, tags=["feedback"])
    @needs(Action.OPEN, about="cases")
    async def give(
        body: FeedbackBody, request: Request, response: Response, key: IdempotencyKey = None
    ) -> OpenedAnswer:
        """Give feedback. With an Idempotency-Key, repeating the request gives the same case."""
        actor = request.state.actor
        given = GiveFeedback(
            **body.model_dump(), channel="api", source=f"api:{'' if body.anonymous else actor.person}", external_id=key
        )
        opened = await desk.feedback.give(given, actor)
        counts.add("jidoka_intake", channel="api", outcome="opened" if opened.created else "duplicate")
        response.status_code = 201 if opened.created else 200
        return OpenedAnswer(id=opened.id, created=opened.created)

    return router


def _form(survey: Survey, ask: Ask, token: str, given: Mapping[str, str], wrong: str = "") -> str:
    """The question, what may be said beside it, and one button."""
    parts = [f"<h1>{escape(survey.title)}</h1>"]
    if ask.case_id is not None:
        parts.append(f"<p><small>{escape(ask.case_id)}</small></p>")
    if wrong:
        parts.append(f'<p class="wrong">{escape(wrong)}</p>')
    elif ask.answered_at is not None:
        said = f"You said {ask.score}." if ask.score is not None else "Your words are kept."
        parts.append(f'<p class="said"><strong>Thank you.</strong> {said} You can change it or add to it below.</p>')
    chosen = given.get("score") or ("" if ask.score is None else str(ask.score))
    scale = _choices("score", survey.low, survey.high, chosen)
    ends = f"{survey.low}: {escape(survey.worst)}, {survey.high}: {escape(survey.best)}"
    parts.append(f'<form method="post" action="/voice/{escape(token)}">')
    parts.append(_asked(escape(survey.question), scale, ends))
    parts.append(SEND)
    if Also.EFFORT in survey.also:
        effort = _choices("effort", *EFFORT, given.get("effort", ""))
        parts.append(_asked("It was made easy for me", effort, "1: not at all, 7: very. You can leave it out."))
    if Also.MINUTES in survey.also:
        parts.append(
            '<p class="q"><label for="minutes">How many minutes of your working time did it cost you?</label></p>'
        )
        parts.append('<p><input type="number" id="minutes" name="minutes" min="0" inputmode="numeric"></p>')
    if Also.WORDS in survey.also:
        parts.append(f'<p class="q"><label for="text">{escape(survey.words)}</label></p>')
        parts.append(f'<p><textarea id="text" name="text" rows="4">{escape(given.get("text", ""))}</textarea></p>')
    parts.append(f"{SEND if survey.also else ''}</form>")
    return "".join(parts)


def _asked(what: str, choices: str, ends: str) -> str:
    return f"<fieldset><legend>{what}</legend>{choices}<br><small>{ends}</small></fieldset>"


def _choices(name: str, low: int, high: int, chosen: str) -> str:
    return "".join(
        f'<label class="n"><input type="radio" name="{name}" value="{n}"{" checked" * (chosen == str(n))}>{n}</label>'
        for n in range(low, high + 1)
    )


def _page(survey: Survey, content: str, status: int = 200) -> HTMLResponse:
    return small_page(survey.title, content, status)
