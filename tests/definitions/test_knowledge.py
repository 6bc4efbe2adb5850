"""The life of an article: what may follow on what, and that two people stand behind what readers see."""

from datetime import date

import pytest
from pydantic import ValidationError

from definitions.knowledge import Article, ArticleState, Audience, Content, Refused, Step, decide
from definitions.knowledge_sight import READING, about, sight_of
from definitions.people import Actor, Door, Role
from definitions.rights import may

TODAY = date(2026, 3, 2)
WORDS = Content(title="No mail", problem="It is full", answer="Empty it", service="email", team="desk", owner="sam")
DRAFT = Article(key="kb-1", state=ArticleState.DRAFT, newest=1, live=None, review_on=None, authors=("sam",))


def lived(*steps: Step, by: str = "kim", start: Article = DRAFT) -> Article:
    for step in steps:
        start = decide(step, start, WORDS, by, TODAY)
    return start


def test_a_draft_is_approved_by_another_and_then_published() -> None:
    out = lived(Step.APPROVE, Step.PUBLISH)

    assert (out.state, out.live, out.authors) == (ArticleState.PUBLISHED, 1, ())
    assert out.review_on == date(2027, 3, 2)


@pytest.mark.parametrize("who", ["sam", "noor"])
def test_nobody_approves_an_article_they_had_a_hand_in(who: str) -> None:
    article = lived(Step.EDIT, by="noor")

    with pytest.raises(Refused, match="nobody approves their own article"):
        decide(Step.APPROVE, article, WORDS, who, TODAY)
    assert decide(Step.APPROVE, article, WORDS, "kim", TODAY).state is ArticleState.APPROVED


def test_once_published_its_authors_may_approve_what_others_change() -> None:
    article = decide(Step.EDIT, lived(Step.APPROVE, Step.PUBLISH), WORDS, "noor", TODAY)

    assert (article.state, article.live, article.newest, article.authors) == (ArticleState.DRAFT, 1, 2, ("noor",))
    assert decide(Step.APPROVE, article, WORDS, "sam", TODAY).state is ArticleState.APPROVED


ALLOWED = {
    ArticleState.DRAFT: {Step.EDIT, Step.APPROVE, Step.RETIRE},
    ArticleState.APPROVED: {Step.EDIT, Step.PUBLISH, Step.RETIRE},
    ArticleState.PUBLISHED: {Step.EDIT, Step.REVIEW, Step.RETIRE},
    ArticleState.RETIRED: {Step.EDIT},
}
AT = {
    ArticleState.DRAFT: DRAFT,
    ArticleState.APPROVED: lived(Step.APPROVE),
    ArticleState.PUBLISHED: lived(Step.APPROVE, Step.PUBLISH),
    ArticleState.RETIRED: lived(Step.RETIRE),
}


@pytest.mark.parametrize("state", [*ArticleState])
@pytest.mark.parametrize("step", [*Step])
def test_each_state_takes_its_steps_and_refuses_the_others_with_a_reason(state: ArticleState, step: Step) -> None:
    if step in ALLOWED[state]:
        assert decide(step, AT[state], WORDS, "kim", TODAY, review_on=date(2030, 1, 1)) != AT[state]
        return
    with pytest.raises(Refused, match="kb-1"):
        decide(step, AT[state], WORDS, "kim", TODAY)


def test_an_article_without_an_answer_is_not_approved() -> None:
    with pytest.raises(Refused, match="no answer yet"):
        decide(Step.APPROVE, DRAFT, WORDS.model_copy(update={"answer": ""}), "kim", TODAY)


def test_what_has_expired_is_not_published_and_no_review_lies_in_the_past() -> None:
    expired = WORDS.model_copy(update={"expires": TODAY})

    with pytest.raises(Refused, match="expired on 2026-03-02"):
        decide(Step.PUBLISH, lived(Step.APPROVE), expired, "kim", TODAY)
    with pytest.raises(Refused, match="not in the future"):
        decide(Step.REVIEW, lived(Step.APPROVE, Step.PUBLISH), WORDS, "kim", TODAY, review_on=TODAY)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title", "two\nlines", "one line"),
        ("title", " ", "at least 1 character"),
        ("problem", "", "say the problem"),
        ("answer", "a\n## Cause\nb", "begins a part"),
        ("answer", "a\x00b", "NUL"),
        ("audience", "world", "audience"),
        ("typo", "x", "Extra inputs"),
    ],
)
def test_content_that_could_not_be_read_back_is_refused(field: str, value: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Content.model_validate(WORDS.model_dump() | {field: value})


def test_the_sight_of_everybody_is_what_may_says() -> None:
    asked = wrong = 0
    for role in [*Role, None]:
        for door in Door:
            for verified in (True, False):
                person = Actor(
                    person="me", roles=(role,) if role else (), teams=("mine",), door=door, verified=verified
                )
                sight = sight_of(person)
                for audience in Audience:
                    for team in ("mine", "other"):
                        asked += 1
                        wrong += sight.holds(audience, team) != may(person, READING[audience], about(team)).allowed

    assert (asked, wrong) == (7 * 5 * 2 * 6, 0)
