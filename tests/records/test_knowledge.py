"""Articles in the records: versions stay, readers see the live one, links and flags, erasure."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from definitions.facts import Draft, chained
from definitions.knowledge import Article, ArticleState, Audience, Content, FlagKind, Refused, Step, decide
from definitions.knowledge_sight import EVERYBODY, Sight
from records.knowledge import Shown, Wanted
from records.store import Store
from tests.records.chains import OPENED, chain, flush

TODAY = date(2026, 3, 2)
HOUSE = Sight(audiences=(Audience.PUBLIC, Audience.STAFF), drafts=True)
WORDS = Content(
    title="Mailbox is full", problem="I cannot send", answer="Empty it", service="email", team="desk", owner="sam",
    audience=Audience.PUBLIC,
)  # fmt: skip


def draft(store: Store, key: str = "kb-1", words_of: str | None = None, **changed: object) -> None:
    article = Article(key=key, state=ArticleState.DRAFT, newest=1, live=None, review_on=None, authors=("sam",))
    with store.articles.writing() as writing:
        assert writing.add(article, WORDS.model_copy(update=changed), "sam", "new", words_of=words_of)


def take(store: Store, *steps: Step, key: str = "kb-1", by: str = "kim") -> None:
    for step in steps:
        with store.articles.writing() as writing:
            article, content = writing.find(key) or pytest.fail(f"no {key}")
            writing.step(decide(step, article, content, by, TODAY), step, by, "")


def edit(store: Store, key: str = "kb-1", by: str = "noor", **changed: object) -> None:
    with store.articles.writing() as writing:
        article, before = writing.find(key) or pytest.fail(f"no {key}")
        after = decide(Step.EDIT, article, before, by, TODAY)
        writing.edit(after, before, before.model_copy(update=changed), by, "better")


def seen(store: Store, sight: Sight = EVERYBODY, *, drafts: bool = False, today: date = TODAY) -> Shown | None:
    return store.articles.get("kb-1", sight, today, drafts=drafts)


def test_readers_keep_the_live_version_until_the_next_one_is_published(store: Store) -> None:
    draft(store)
    assert seen(store) is None

    take(store, Step.APPROVE, Step.PUBLISH)
    edit(store, answer="Archive it")
    between, newest = seen(store), seen(store, HOUSE, drafts=True)
    take(store, Step.APPROVE, Step.PUBLISH, by="lena")
    after = seen(store)

    assert between is not None
    assert newest is not None
    assert after is not None
    assert (between.version.number, between.version.content.answer) == (1, "Empty it")
    assert (newest.version.number, newest.article.state, newest.article.authors) == (2, ArticleState.DRAFT, ("noor",))
    assert (after.version.number, after.version.content.answer) == (2, "Archive it")


def test_every_version_is_kept_with_author_time_and_reason(store: Store) -> None:
    draft(store)
    edit(store, answer="Two")
    edit(store, answer="Three", by="kim")
    take(store, Step.RETIRE, by="lena")

    versions = store.articles.versions("kb-1")

    assert [(v.number, v.author, v.why, v.content.answer) for v in versions] == [
        (1, "sam", "new", "Empty it"),
        (2, "noor", "better", "Two"),
        (3, "kim", "better", "Three"),
    ]
    assert [v.at for v in versions] == sorted(v.at for v in versions)
    history = [(done.act, done.number, done.by) for done in store.articles.history("kb-1")]
    assert history == [("write", 1, "sam"), ("edit", 2, "noor"), ("edit", 3, "kim"), ("retire", 3, "lena")]


def test_a_key_is_given_once(store: Store) -> None:
    draft(store)

    with store.articles.writing() as writing:
        article, _ = writing.find("kb-1") or pytest.fail("gone")
        again = writing.add(article, WORDS.model_copy(update={"title": "Another"}), "kim", "")

    shown = seen(store, HOUSE, drafts=True)
    assert (again, shown and shown.version.content.title) == (False, "Mailbox is full")


def test_what_expires_leaves_readers_on_that_day_and_is_due(store: Store) -> None:
    draft(store, expires=date(2026, 4, 1))
    take(store, Step.APPROVE, Step.PUBLISH)

    assert seen(store, today=date(2026, 3, 31)) is not None
    assert seen(store, today=date(2026, 4, 1)) is None
    assert store.article_search.find("mailbox full", EVERYBODY, date(2026, 4, 1)).hits == ()
    assert [s.article.key for s in store.articles.due(HOUSE, date(2026, 4, 1))] == ["kb-1"]
    assert store.articles.due(HOUSE, date(2026, 3, 31)) == []


def test_a_flag_waits_until_a_better_version_is_out(store: Store) -> None:
    draft(store)
    take(store, Step.APPROVE, Step.PUBLISH)
    with store.articles.writing() as writing:
        writing.flag("kb-1", 1, FlagKind.OUTDATED, "rita", "t-1")
    edit(store, answer="New")
    flagged = seen(store)

    take(store, Step.APPROVE, Step.PUBLISH, by="lena")

    (flag,) = store.articles.flags("kb-1")
    assert flagged is not None
    assert flagged.flags == 1
    assert (flag.kind, flag.number, flag.by, flag.closed_by) == (FlagKind.OUTDATED, 1, "rita", "lena")
    shown = seen(store)
    assert shown is not None
    assert shown.flags == 0


def test_a_fact_that_names_an_article_links_it_to_its_case_once(store: Store) -> None:
    draft(store)
    take(store, Step.APPROVE, Step.PUBLISH)
    last = chain("INC-1", 1)
    said = Draft(type="resolved", actor="sam", step="confirm", data={"article": "kb-1"})
    solved = chained(said, case_id="INC-1", seq=2, step="work", at=OPENED, prev_hash=last[0].hash)
    facts = [*last, solved]

    store.events.flush(flush(facts))
    store.events.flush(flush(facts))
    with store.articles.writing() as writing:
        writing.link("kb-1", "INC-2", "linked", "sam")
        writing.link("kb-1", "INC-2", "linked", "sam")

    found = sorted((found.case_id, found.how, found.by) for found in store.articles.cases("kb-1"))
    assert found == [("INC-1", "resolved", "sam"), ("INC-2", "linked", "sam")]
    assert store.articles.uses(["kb-1", "kb-9"]) == {"kb-1": 1}
    assert [found.article for found in store.articles.of_case("INC-1", EVERYBODY, TODAY)] == ["kb-1"]
    assert store.articles.of_case("INC-1", Sight(audiences=()), TODAY) == []


def test_a_forgotten_persons_words_leave_drafts_and_their_search_but_not_what_was_approved(store: Store) -> None:
    draft(store, key="kb-1", words_of="rita", problem="my mother Agatha is ill")
    edit(store, answer="Better")  # the problem is still in her words
    draft(store, key="kb-2", words_of="rita", title="Printer broken", problem="the printer squeaks")
    take(store, Step.APPROVE, Step.PUBLISH, key="kb-2")

    with store.articles.writing() as writing:
        erased = writing.forget("rita")

    problems = {v.content.problem for v in store.articles.versions("kb-1")}
    assert (erased, problems) == (2, {"(erased)"})
    assert store.article_search.find("agatha", HOUSE, TODAY, drafts=True).hits == ()
    assert store.article_search.find("printer squeaks", EVERYBODY, TODAY).n == 1


def test_lists_are_by_what_is_wanted(store: Store) -> None:
    draft(store, key="kb-1")
    draft(store, key="kb-2", service="vpn", team="network", audience=Audience.TEAM, owner="jay")
    take(store, Step.APPROVE, Step.PUBLISH, key="kb-2")
    everything = Sight(audiences=(*Audience,), drafts=True)

    def keys(sight: Sight = everything, **wanted: object) -> list[str]:
        return [s.article.key for s in store.articles.ls(sight, TODAY, Wanted.model_validate(wanted), drafts=True)]

    assert keys() == ["kb-1", "kb-2"]
    assert keys(state="draft") == ["kb-1"]
    assert keys(team="network") == keys(owner="jay") == keys(audience="team") == keys(service="vpn") == ["kb-2"]
    assert keys(HOUSE) == ["kb-1"]
    assert keys(Sight(audiences=(), teams=("network",), drafts=True)) == ["kb-2"]


def test_people_who_write_at_the_same_time_do_not_get_in_each_others_way(store: Store) -> None:
    words = [f"kb-{number}" for number in range(24)]

    def write(key: str) -> None:
        draft(store, key=key, problem=" ".join(words if int(key[3:]) % 2 else reversed(words)))
        edit(store, key=key, answer="Better")
        take(store, Step.APPROVE, Step.PUBLISH, key=key)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, words))

    found = store.article_search.find("mailbox full", EVERYBODY, TODAY, limit=50)
    assert (found.n, found.searched) == (24, 24)


def test_of_several_who_approve_at_once_one_does(store: Store) -> None:
    draft(store)
    refused = []

    def approve(_: int) -> None:
        try:
            take(store, Step.APPROVE)
        except Refused as error:
            refused.append(str(error))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(approve, range(6)))

    assert refused == ["kb-1 is approved: only a draft can be approved"] * 5
    assert [done.act for done in store.articles.history("kb-1")] == ["write", "approve"]


def test_pasted_data_is_kept_whole_and_found_by_its_beginning(store: Store) -> None:
    blob = "QUJD" * 4_000

    draft(store, problem=f"it prints {blob} and 0x80070005, 1e5 and don't")
    take(store, Step.APPROVE, Step.PUBLISH)

    shown = seen(store)
    assert shown is not None
    assert blob in shown.version.content.problem
    for words in (blob, "0x80070005", "1e5"):
        assert store.article_search.find(words, EVERYBODY, TODAY).n == 1, words
