"""The page behind the link of an offer: one button says that it is solved, and the case ends without a person."""

from html import escape

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from office.errors import DeskError
from office.offers import Offer
from records.conversations import hash_of
from web.counts import Counts
from web.doors import open_to_all
from web.ports import Desk
from web.small_pages import PROOF, Token, fields, page, sorry

SORRY = "This cannot be said here"


def offers(desk: Desk, counts: Counts) -> APIRouter:
    """The routes under /solved."""
    router = APIRouter(include_in_schema=False)

    @router.get("/solved/{token}")
    @open_to_all(PROOF)
    async def ask(token: Token) -> HTMLResponse:
        try:
            offer = await desk.offers.by_token(token)
        except DeskError as wrong:
            return sorry(SORRY, wrong)
        return page(f"Case {offer.case_id}", _content(offer, token))

    @router.post("/solved/{token}")
    @open_to_all(PROOF)
    async def take(token: Token, request: Request) -> Response:
        chosen = fields(await request.body(), ("article",)).get("article")
        try:
            offer = await desk.offers.by_token(token)
            named = chosen if chosen in dict(offer.articles) else None
            await desk.offers.take(offer, named, key=f"solved-{hash_of(token)[:16]}-{offer.reopened}")
        except DeskError as wrong:
            return sorry(SORRY, wrong)
        counts.add("jidoka_intake", channel="web", outcome="threaded")
        # A look again by the browser must not send it again.
        return RedirectResponse(f"/solved/{token}", 303)

    return router


def _content(offer: Offer, token: str) -> str:
    case = escape(offer.case_id)
    if offer.taken:
        return (
            f'<h1>Case {case} is closed</h1><p class="said"><strong>Good to hear.</strong> If it comes back, answer '
            "our mail: the case opens again, and a person looks at it.</p>"
        )
    if not offer.open:
        state = offer.stage.value.replace("_", " ")
        return f"<h1>Case {case}</h1><p>Nothing is to be said here any more: the case is {escape(state)}.</p>"
    which = "".join(
        f'<label class="w"><input type="radio" name="article" value="{escape(key)}"{" checked" * (not at)}>'
        f"{escape(title)}</label>"
        for at, (key, title) in enumerate(offer.articles)
    )
    return (
        f'<h1>Is it solved?</h1><form method="post" action="/solved/{escape(token)}"><fieldset>'
        f"<legend>What helped?</legend>{which}</fieldset>"
        f"<p>We close case {case} then. If it comes back, one answer opens it again.</p>"
        '<p><button type="submit">Yes, this solved it</button></p></form>'
        "<p><small>If not, close this page: a person looks at your case.</small></p>"
    )
