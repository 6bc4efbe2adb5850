"""The ways feedback can live, one story each, on skipped time."""

from definitions import acts
from definitions.feedback.acts import AnswerGiver, CloseFeedback, IdeaTried, RateIdea, TakeIdea
from definitions.feedback.giving import GiveFeedback
from tests.gate.book import Book
from tests.gate.stories import resolve_and_confirm, story
from tests.workflows.house import House


async def given(home: House, text: str, **more: object) -> str:
    """Rita's words."""
    words = GiveFeedback.model_validate({"text": text, "service": "vpn"} | more)
    opened = await home.desk.feedback.give(words, home.person("rita"))
    home.opened.append(opened.id)
    return opened.id


@story
async def feedback_acted_on(home: House, book: Book) -> None:
    """A complaint that is answered, handed to somebody, and acted on; its giver is not content and brings it back."""
    case = await given(home, "Nobody called me back.", tone="complaint")
    await home.pass_time(hours=2)
    await home.act(case, AnswerGiver(by="dana", text=home.words("I look into it.")), key="the-answer")
    await home.act(case, AnswerGiver(by="dana", text=home.words("I look into it.")), key="the-answer")
    await home.act(case, acts.Assign(by="dana", to="jay"))
    await home.act(case, acts.Comment(by="jay", text=home.words("It was my call."), internal=True))
    await home.act(case, acts.Hear(by="rita", channel="email", text=home.words("Thanks."), verified=True))
    await home.pass_time(days=3)
    await home.act(case, CloseFeedback(by="jay", text=home.words("Calls are on the wall now.")))
    await home.ends(case)
    await book.keep(home, "feedback_acted_on", case)
    await home.act(case, acts.Reopen(by="rita", text=home.words("And nights?")))
    await home.pass_time(hours=1)
    await home.act(case, CloseFeedback(by="dana", text=home.words("Nobody is here at night."), done=False))
    await home.ends(case)
    await book.keep(home, "feedback_back_again", case)


@story
async def feedback_neglected(home: House, book: Book) -> None:
    """Nobody answers for two months: warned, breached, the manager hears of it; then it was not wanted any more."""
    case = await given(home, "The portal could be in French.")
    await home.pass_time(days=60)
    await home.act(case, acts.Cancel(by="rita"))
    await home.ends(case)
    await book.keep(home, "feedback_neglected", case)


@story
async def feedback_compliment(home: House, book: Book) -> None:
    """About a case: it reaches who worked on it, and ends."""
    about = await home.open()
    await home.act(about, acts.Start(by="jay"))
    await resolve_and_confirm(home, about)
    case = await given(home, "Jay was kind and quick!", tone="compliment", case=about, service=None)
    await home.ends(case)
    await book.keep(home, "feedback_compliment", case)


@story
async def feedback_nameless(home: House, book: Book) -> None:
    """Nobody to answer, but something to do."""
    case = await given(home, "The lead shouts.", tone="complaint", anonymous=True)
    await home.pass_time(days=1)
    await home.act(case, CloseFeedback(by="dana", text=home.words("We talked.")))
    await home.ends(case)
    await book.keep(home, "feedback_nameless", case)


@story
async def feedback_idea(home: House, book: Book) -> None:
    """An idea that is rated, tried in a cycle that stopped, and in another one that kept it."""
    case = await given(home, "Ask for the version first.", tone="idea")
    await home.act(case, RateIdea(by="omar", score=2))
    await home.act(case, RateIdea(by="omar", score=5))
    await home.act(case, TakeIdea(by="dana", cycle="KZN-0000aaaa"), key="the-cycle")
    await home.act(case, TakeIdea(by="dana", cycle="KZN-0000aaaa"), key="the-cycle")
    await home.pass_time(days=20)
    await home.desk.courier.tell(case, IdeaTried(cycle="KZN-0000aaaa", how="stopped"))
    await home.desk.courier.tell(case, IdeaTried(cycle="KZN-0000aaaa", how="stopped"))
    await home.pass_time(days=5)
    await home.act(case, TakeIdea(by="dana", cycle="DMC-0000bbbb"))
    await home.pass_time(days=60)
    await home.desk.courier.tell(case, IdeaTried(cycle="DMC-0000bbbb", how="standard"))
    await home.ends(case)
    await book.keep(home, "feedback_idea", case)
