"""The search on both databases: it finds what people mean, and what is hidden changes nothing at all."""

import csv
import shutil
from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from definitions.example import organisation
from definitions.knowledge import Article, ArticleState, Audience, Content, Step, decide
from definitions.knowledge_files import read
from definitions.knowledge_match import CONFIDENCE, LEAST_SCORE
from definitions.knowledge_sight import EVERYBODY, Sight, sight_of
from definitions.people import Actor, Door, Role
from records.knowledge_search import Found
from records.migrate import upgrade
from records.store import Store
from tests.records.cluster import Cluster
from tests.records.conftest import TickingClock

TODAY = date(2026, 3, 2)
KNOWLEDGE = Path(__file__).parents[2] / "definitions" / "example" / "knowledge"
QUESTIONS = Path(__file__).parents[1] / "data" / "knowledge" / "questions.csv"


class Asked(NamedTuple):
    """A question somebody asks, and the article that answers it; none where none does."""

    words: str
    article: str
    how: str


def asked() -> list[Asked]:
    with QUESTIONS.open(encoding="utf-8", newline="") as file:
        return [Asked(row["question"], row["articles"], row["how"]) for row in csv.DictReader(file)]


def publish(store: Store, key: str, content: Content) -> None:
    article = Article(key=key, state=ArticleState.DRAFT, newest=1, live=None, review_on=None, authors=("sam",))
    with store.articles.writing() as writing:
        writing.add(article, content, "sam", "")
        for step in (Step.APPROVE, Step.PUBLISH):
            article = decide(step, article, content, "kim", TODAY)
            writing.step(article, step, "kim", "")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shelf(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The articles of Example Ltd, all published; tests only read them."""
    folder = tmp_path_factory.mktemp("shelf")
    if request.param == "sqlite":
        url = f"sqlite:///{folder / 'records.db'}"
    else:
        cluster: Cluster = request.getfixturevalue("cluster")
        url = cluster.url(cluster.create())
    upgrade(url)
    with Store(url, folder / "blobs", TickingClock(), folder / "checkpoints") as store:
        for path in sorted(KNOWLEDGE.glob("*.md")):
            publish(store, path.stem, read(path.read_text()).content)
        yield store


def find(store: Store, words: str, sight: Sight = EVERYBODY, least: float = LEAST_SCORE) -> Found:
    return store.article_search.find(words, sight, TODAY, synonyms=organisation.synonyms, least=least)


def test_the_right_article_is_among_the_first_three(shelf: Store) -> None:
    answers = [(question, [hit.key for hit in find(shelf, question.words).hits]) for question in asked()]
    answered = [(q, keys) for q, keys in answers if q.article]
    # Every other question was never looked at while the search was made.
    halves = {
        name: [(q, keys) for q, keys in answers[start::2] if q.article] for name, start in (("dev", 0), ("held", 1))
    }
    recall = {name: sum(q.article in keys[:3] for q, keys in half) / len(half) for name, half in halves.items()}
    first = sum(q.article == keys[0] for q, keys in answered if keys) / len(answered)
    nothing = [not keys for q, keys in answers if not q.article]

    where = "SQLite" if shelf.db.is_sqlite else "PostgreSQL"
    print(
        f"\n{where}: {len(answered)} questions over {len(list(KNOWLEDGE.glob('*.md')))} articles: recall@3 "
        f"{recall['dev']:.3f} (tuned on), {recall['held']:.3f} (held out), right at first {first:.3f}; "
        f"nothing found for {sum(nothing)} of {len(nothing)} that no article answers"
    )
    assert len(answered) >= 60
    assert min(recall.values()) >= 0.85
    assert sum(nothing) / len(nothing) >= 0.8


@pytest.mark.parametrize("how", ["slips", "german", "other words"])
def test_slips_other_words_and_german_are_understood(shelf: Store, how: str) -> None:
    questions = [q for q in asked() if q.how == how]

    found = [q.article in [hit.key for hit in find(shelf, q.words).hits[:3]] for q in questions]

    print(f"\n{how}: {sum(found)} of {len(found)}")
    assert sum(found) / len(found) >= 0.75


def test_the_confidence_is_what_the_labelled_questions_give(shelf: Store) -> None:
    rows, right = [], []
    for question in asked():
        hits = find(shelf, question.words, least=0.0).hits[:2]
        if hits:
            scores = [hit.score for hit in hits]
            rows.append((1.0, scores[0], scores[0] - (scores[1] if len(scores) > 1 else 0.0)))
            right.append(float(hits[0].key == question.article))
    x, y = np.array(rows), np.array(right)

    fitted = logistic(x, y)
    left_out = [
        1 / (1 + np.exp(-x[i] @ logistic(np.delete(x, i, 0), np.delete(y, i)))) for i in range(len(y))
    ]  # each question judged by a fit that does not know it
    brier, naive = float(np.mean((left_out - y) ** 2)), float(np.mean(y) * (1 - np.mean(y)))
    offered = y[np.array(left_out) >= 0.8]

    print(
        f"\nconfidence: fitted {fitted.round(2)}, Brier {brier:.3f} against {naive:.3f} for a constant; at 0.8 "
        f"{len(offered)} of {len(y)} offered, {offered.mean():.3f} of them right (left out one by one)"
    )
    assert np.allclose(fitted, CONFIDENCE, atol=0.6)
    assert brier < naive / 2
    assert offered.mean() >= 0.9


def logistic(x: np.ndarray, y: np.ndarray, ridge: float = 0.1) -> np.ndarray:
    """The weights of greatest likelihood, shrunken a little, by Newton's method."""
    weights = np.zeros(x.shape[1])
    penalty = ridge * np.diag([0.0, 1.0, 1.0])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ weights))
        step = np.linalg.solve((x.T * (p * (1 - p))) @ x + penalty, x.T @ (y - p) - penalty @ weights)
        weights = weights + step
    return weights


def test_everybody_finds_exactly_what_they_may_read(shelf: Store) -> None:
    contents = {path.stem: read(path.read_text()).content for path in KNOWLEDGE.glob("*.md")}
    people = [
        Actor(person="me", roles=roles, teams=teams, door=Door.CLI, verified=verified)
        for roles, teams, verified in product(
            [(), *((role,) for role in Role), (Role.ANALYST, Role.OPERATOR)],
            [(), ("platform",), ("network", "x")],
            (True, False),
        )
    ]
    questions = [
        "vpn",
        "certificate",
        "printer mail account",
        "switch floor offline",
        "bank payment idoc",
        "firewall rule",
    ]

    wrong, looked = [], 0
    for person in people:
        sight = sight_of(person)
        for words in questions:
            found = shelf.article_search.find(words, sight, TODAY, limit=100, least=0.0)
            looked += 1
            hidden = [hit.key for hit in found.hits if not sight.holds(hit.content.audience, hit.content.team)]
            there = sum(sight.holds(content.audience, content.team) for content in contents.values())
            if hidden or found.searched != there or found.n != len(found.hits):
                wrong.append((person.roles, person.teams, words, hidden))

    print(f"\nsearches by {len(people)} kinds of people: {looked}, {len(wrong)} wrong")
    assert wrong == []
    assert looked == len(people) * len(questions)


@pytest.fixture(params=["sqlite", "postgresql"])
def two(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """Two stores of one kind: `bare` holds public articles only, `full` hidden ones and a draft too."""
    urls = []
    for name in ("bare", "full"):
        if request.param == "sqlite":
            shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / f"{name}.db")
            urls.append(f"sqlite:///{tmp_path / f'{name}.db'}")
        else:
            cluster: Cluster = request.getfixturevalue("cluster")
            urls.append(cluster.url(cluster.create(template=request.getfixturevalue("migrated_name"))))
    made = [Store(url, tmp_path / "blobs", TickingClock(), tmp_path / "checkpoints") for url in urls]
    bare, full = made
    for path in sorted(KNOWLEDGE.glob("kb-[mvp]*.md")):
        content = read(path.read_text()).content
        for store in made if content.audience is Audience.PUBLIC else [full]:
            publish(store, path.stem, content)
    secret = Content(
        title="Printer vpn mailbox merger Falcon", problem="vpn mailbox pasword phisching printer falcon " * 5,
        answer="codename", service="vpn", team="network", owner="jay", audience=Audience.STAFF,
    )  # fmt: skip
    for number, audience in enumerate([Audience.STAFF, Audience.TEAM] * 30):
        publish(full, f"kb-secret-{number}", secret.model_copy(update={"audience": audience}))
    with full.articles.writing() as writing:
        draft = Article(key="kb-d", state=ArticleState.DRAFT, newest=1, live=None, review_on=None, authors=())
        writing.add(draft, secret.model_copy(update={"audience": Audience.PUBLIC}), "sam", "")
    yield bare, full
    for store in made:
        store.close()


def test_hidden_articles_change_no_hit_order_score_count_or_correction(two: tuple[Store, Store]) -> None:
    bare, full = two
    questions = [*(q.words for q in asked()), "falcon", "merger", "phisching", "falcn", "vpn", "pasword"]

    different = [words for words in questions if find(bare, words) != find(full, words)]

    assert len(questions) > 100
    assert different == []


@pytest.mark.parametrize(
    "words", ["", "the and of", '"', "vpn' OR 1=1 --", "a:* NEAR(x)", "(((", "\x00", "%", "é" * 5_000, "✨"]
)
def test_odd_questions_are_just_words(shelf: Store, words: str) -> None:
    found = find(shelf, words)

    assert found.n == len(found.hits) if found.n <= 5 else len(found.hits) == 5


def test_one_service_can_be_asked_about(shelf: Store) -> None:
    found = shelf.article_search.find("certificate expired", EVERYBODY, TODAY, service="vpn", limit=50, least=0.0)

    assert found.hits
    assert {hit.content.service for hit in found.hits} == {"vpn"}
