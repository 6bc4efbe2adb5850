"""The articles for whoever may: read them, write them, bring them to readers, say what is wrong with them."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import ValidationError

from definitions.base import Key
from definitions.classify import classify
from definitions.knowledge import Article, ArticleState, Content, FlagKind, Refused, Step, decide
from definitions.knowledge_sight import about, sight_of
from definitions.organisation import Organisation
from definitions.people import Action, Actor, Object
from definitions.slices import UnknownKey
from definitions.standards import InForce
from office.access import allow
from office.errors import ActRefused, NotAllowed, NotFound, Unusable
from office.identity import Identity
from records.knowledge import Done, Flag, Linked, Shown, Wanted
from records.store import Store
from settings import Clock

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


class Knowledge:
    """The room with the articles. Nothing here needs Temporal."""

    def __init__(self, store: Store, standard: InForce, clock: Clock, identity: Identity) -> None:
        self.store, self._standard, self.clock = store, standard, clock
        self._identity = identity

    @property
    def organisation(self) -> Organisation:
        """The one in force."""
        return self._standard()

    @property
    def today(self) -> date:
        """The day by which reviews and expiry are judged: that of UTC."""
        return self.clock().date()

    # -- reading -------------------------------------------------------------------------------------------------

    def get(self, key: str, actor: Actor, *, drafts: bool = False) -> Shown:
        """The article as the actor sees it: what readers see, else (or with `drafts`) the newest version.

        Raises NotFound for one that is not there and for one that is hidden, in the same words.
        """
        self.allow(actor, Action.KNOWLEDGE_READ)
        sight = sight_of(actor)
        wanted = (True, False) if drafts else (False, True)
        for newest in wanted:
            shown = self.store.articles.get(key.casefold(), sight, self.today, drafts=newest)
            if shown is not None:
                return shown
        raise NotFound(f"there is no article {key!r} that you may see", "Search: `jidoka knowledge search WORDS`.")

    def ls(self, actor: Actor, wanted: Wanted, *, drafts: bool = False) -> list[Shown]:
        """The articles that readers see; with `drafts`, for who may write, the newest version of every article."""
        self.allow(actor, Action.KNOWLEDGE_READ)
        if drafts:
            self.allow(actor, Action.KNOWLEDGE_WRITE)
        return self.store.articles.ls(sight_of(actor), self.today, wanted, drafts=drafts)

    def story(self, key: str, actor: Actor) -> tuple[list[Done], list[Flag], list[Linked]]:
        """What was done to an article, what was found wrong with it and its cases: for those who write articles."""
        self.allow(actor, Action.KNOWLEDGE_WRITE)
        articles = self.store.articles
        return articles.history(key), articles.flags(key), articles.cases(key)

    def due(self, actor: Actor) -> list[Shown]:
        """What needs somebody: drafts on their way, reviews that are due, what expired, what was flagged."""
        self.allow(actor, Action.KNOWLEDGE_WRITE)
        return self.store.articles.due(sight_of(actor), self.today)

    # -- writing -------------------------------------------------------------------------------------------------

    def write(
        self,
        fields: Mapping[str, Any],
        actor: Actor,
        *,
        why: str,
        key: str | None = None,
        words_of: str | None = None,
        case: str | None = None,
    ) -> tuple[Shown, bool]:
        """A new draft, and whether it was made now; with `key` (of `key_for`), saying it again makes no second one."""
        self.allow(actor, Action.KNOWLEDGE_WRITE)
        team = str(fields.get("team") or self._team(fields.get("service")))
        content = self.content({"team": team, "owner": self._owner(actor, team), **fields})
        article = Article(
            key=key or new_key(), state=ArticleState.DRAFT, newest=1, live=None, review_on=None, authors=(actor.person,)
        )
        self._must_see(actor, content)
        with self.store.articles.writing() as writing:
            made = writing.add(article, content, actor.person, why, words_of=words_of)
            if made and case is not None:
                writing.link(article.key, case, "captured", actor.person)
        return self.get(article.key, actor, drafts=True), made

    def edit(self, key: str, fields: Mapping[str, Any], actor: Actor, *, why: str) -> Shown:
        """The next version, with these fields changed. Readers keep what they see until it is approved and published.

        Raises Unusable when nothing would change.
        """
        self.allow(actor, Action.KNOWLEDGE_WRITE)
        seen = self.get(key, actor, drafts=True)
        with self.store.articles.writing() as writing:
            article, before = self._again(writing.find(seen.article.key), key)
            content = self.content(before.model_dump(mode="json") | dict(fields))
            if content == before:
                raise Unusable(f"{article.key} says that already: nothing was changed", "Give what is to be different.")
            self._must_see(actor, content)
            after = _decided(Step.EDIT, article, before, actor.person, self.today)
            writing.edit(after, before, content, actor.person, why)
        return self.get(article.key, actor, drafts=True)

    def step(self, key: str, step: Step, actor: Actor, *, why: str = "", review_on: date | None = None) -> Shown:
        """Approve, publish, retire or review. Raises NotAllowed, or ActRefused where the article does not take it."""
        seen = self.get(key, actor, drafts=True)
        with self.store.articles.writing() as writing:
            article, content = self._again(writing.find(seen.article.key), key)
            self.allow(actor, Action.KNOWLEDGE_APPROVE, about(content.team))
            after = _decided(step, article, content, actor.person, self.today, review_on=review_on)
            writing.step(after, step, actor.person, why)
        return self.get(article.key, actor, drafts=True)

    def flag(self, key: str, kind: FlagKind, words: str, actor: Actor) -> Shown:
        """Say what is wrong with it: for everybody who may read it. Its owner finds it under `due`."""
        seen = self.get(key, actor)
        text = self.store.texts.put(words, person=actor.person)
        with self.store.articles.writing() as writing:
            writing.flag(seen.article.key, seen.version.number, kind, actor.person, text.id)
        return self.get(key, actor)

    def link(self, key: str, case_id: str, case: Object, actor: Actor) -> Shown:
        """Article and case belong together; whoever may link the case may say so."""
        self.allow(actor, Action.KNOWLEDGE_WRITE)
        self.allow(actor, Action.LINK, case)
        seen = self.get(key, actor)
        with self.store.articles.writing() as writing:
            writing.link(seen.article.key, case_id, "linked", actor.person)
        return seen

    # -- what is asked on the way --------------------------------------------------------------------------------

    def allow(self, actor: Actor, action: Action, object: Object | None = None) -> None:
        """Raise NotAllowed unless the actor may."""
        allow(actor, action, object or Object(kind="article"))

    def content(self, fields: Mapping[str, Any]) -> Content:
        """The content of these fields, if the organisation knows what it names. Raises Unusable and NotFound."""
        try:
            content = Content.model_validate(dict(fields))
        except ValidationError as wrong:
            first = wrong.errors(include_url=False, include_input=False)[0]
            name = str(first["loc"][0]) if first["loc"] else "problem"
            raise Unusable(f"{name}: {first['msg'].removeprefix('Value error, ')}", "Correct it; see --help.") from None
        if reason := self.unknown(content):
            raise NotFound(reason, "See `jidoka definitions show`.")
        return content

    def unknown(self, content: Content) -> str | None:
        """Which name in it the organisation does not have."""
        try:
            service = self.organisation.service(content.service)
            self.organisation.team(content.team)
            self._identity.person(content.owner)
        except UnknownKey as unknown:
            return str(unknown)
        except NotFound as unknown:
            return f"owner: {unknown.message}"
        if content.category is not None and content.category not in service.categories:
            return f"{service.key} has no category {content.category!r}: choose one of {', '.join(service.categories)}"
        return None

    def service_of(self, words: str) -> Key | None:
        """Which service the words are about, where they say so."""
        return classify(words, "", self.organisation.services).service

    def _team(self, service: object) -> Key:
        try:
            return self.organisation.service(str(service)).default_team
        except UnknownKey as unknown:
            raise NotFound(str(unknown), "See `jidoka definitions show services`.") from None

    def _owner(self, actor: Actor, team: str) -> str:
        """Who writes it; the team's lead where the organisation does not know the writer."""
        try:
            return self._identity.person(actor.person)
        except NotFound:
            return next((found.lead for found in self.organisation.teams if found.key == team), actor.person)

    def _must_see(self, actor: Actor, content: Content) -> None:
        """Nobody writes what they could not read afterwards."""
        if not sight_of(actor).holds(content.audience, content.team):
            raise NotAllowed(
                f"{actor.person} could not see an article for {content.audience} of {content.team}",
                "Choose another --audience or your own --team.",
            )

    def _again(self, found: tuple[Article, Content] | None, key: str) -> tuple[Article, Content]:
        if found is None:
            raise NotFound(f"there is no article {key!r} that you may see")
        return found


def _decided(
    step: Step, article: Article, content: Content, by: str, today: date, *, review_on: date | None = None
) -> Article:
    try:
        return decide(step, article, content, by, today, review_on=review_on)
    except Refused as refused:
        raise ActRefused(refused.message, refused.hint) from None


def new_key() -> str:
    """Random, never derived from content: `kb-` and eight characters of Crockford's base32."""
    return f"kb-{''.join(secrets.choice(_ALPHABET) for _ in range(8))}"


def key_for(person: str, idempotency_key: str) -> str:
    """The key of what this person makes under this idempotency key: the same each time."""
    number = int.from_bytes(hashlib.sha256(f"{person}/{idempotency_key}".encode()).digest()[:5])
    return f"kb-{''.join(_ALPHABET[number >> 5 * place & 31] for place in range(8))}"
