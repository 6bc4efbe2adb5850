"""The check of the measurement: people triage recorded cases a second time, without seeing the priority they had."""

import hashlib

from definitions.base import Instant, Level, Value
from definitions.case import CaseState, Stage
from definitions.cycle.charter import Scope
from definitions.cycle.definition import CycleDefinition
from definitions.cycle.evidence import Agreement
from definitions.cycle.rules import cycle_of
from definitions.cycle.state import COURSE
from definitions.people import Action, Actor, Object
from office.access import allow
from office.casebook import Casebook
from office.errors import NotFound, Unusable
from records.retriage import Drawn
from records.store import Store
from records.values import CaseQuery, CaseRow
from settings import Clock

DRAWN = 30
"""Cases of a sample, or as many as its gate asks for where that is more."""
NEWEST, PAGE = 2_000, 500
"""Incidents that a sample is drawn from, the newest ones; and how many are read at a time."""


class Blind(Value):
    """A case without its priority, for somebody to triage anew; `number` of `of` in the sample of the cycle."""

    cycle: str
    case_id: str
    number: int
    of: int
    answered: int
    """Of the whole sample, by anybody."""
    service: str
    category: str | None
    channel: str | None
    opened_at: Instant
    title: str
    text: str


class Retriage:
    """Hands out the sample of a cycle, keeps the answers, and says how far people agree."""

    def __init__(self, store: Store, casebook: Casebook, clock: Clock) -> None:
        self._store, self._casebook, self._clock = store, casebook, clock

    def again(self, cycle: str, actor: Actor) -> None:
        """Begin another round with other cases, once the last one is answered: the rule of priority was made clear.

        Raises Unusable before that, and as `next` does.
        """
        state = self._cycle(cycle, actor)
        waiting, of = self.left(cycle)
        if waiting or not of:
            raise Unusable(
                f"{waiting} of {of} cases of this round wait for somebody" if of else "no round was begun yet",
                f"Answer them first: `jidoka cycle triage {cycle}`.",
            )
        self._draw(state, self._store.retriages.of(cycle))

    def next(self, cycle: str, actor: Actor) -> Blind | None:
        """The next case for this person; None where none is left. The sample is drawn when the first one asks.

        Nobody gets a case that they worked on themselves: they would remember. Raises NotFound, NotAllowed, and
        Unusable where the scope has too few incidents.
        """
        sample = self._sample(self._cycle(cycle, actor))
        for drawn in sample:
            if drawn.at is None and not self._known_to(drawn.case_id, actor):
                return self._blind(drawn, sample, actor)
        return None

    def answer(self, cycle: str, case_id: str, impact: Level, urgency: Level, actor: Actor) -> Drawn:
        """Keep what somebody makes of a case of the sample; the first word counts. Raises also Unusable, Conflict."""
        self._sample(self._cycle(cycle, actor))
        state = self._state(case_id, actor)
        if self._known_to(case_id, actor):
            raise Unusable(
                f"you worked on {case_id}, so you know its priority", f"Take another: `jidoka cycle triage {cycle}`."
            )
        second = self._casebook.definition(state).priority_at(impact, urgency)
        return self._store.retriages.answer(
            cycle, case_id, person=actor.person, impact=impact, urgency=urgency, second=second
        )

    def left(self, cycle: str) -> tuple[int, int]:
        """How many cases of the latest round wait for somebody, and how many it has."""
        sample = _latest(self._store.retriages.of(cycle))
        return sum(drawn.at is None for drawn in sample), len(sample)

    def agreement(self, cycle: str) -> Agreement | None:
        """How far the priorities that the cases had agree with those given blindly; None before anybody answered.

        Of the latest round. Its words say which it is, and what was found before.
        """
        every = self._store.retriages.of(cycle)
        rounds = [[each for each in every if each.round == number] for number in sorted({each.round for each in every})]
        found = [agreement for sample in rounds if (agreement := _agreed(sample)) is not None]
        if len(found) < 2:
            return found[-1] if found else None
        before = ", ".join("none" if each.kappa is None else f"{each.kappa:.2f}" for each in found[:-1])
        return found[-1].model_copy(update={"words": f"{found[-1].words} (round {len(found)}, before it {before})"})

    def _cycle(self, key: str, actor: Actor) -> CaseState:
        row = self._store.cases.get(key)
        if row is None or row.kind not in COURSE:
            raise NotFound(f"there is no cycle {key!r}", "See `jidoka cycle ls`.")
        state = CaseState.model_validate(row.state_json)
        about = Object(kind="case", id=key, team=row.team, requester=row.requester, closed=state.ended)
        allow(actor, Action.CYCLE, about)
        return state

    def _sample(self, cycle: CaseState) -> list[Drawn]:
        """Of the latest round; the first one is drawn where there is none."""
        return _latest(self._store.retriages.of(cycle.id) or self._draw(cycle, []))

    def _draw(self, cycle: CaseState, before: list[Drawn]) -> list[Drawn]:
        """A sample of cases that no round had yet. Raises Unusable where the scope has too few."""
        definition = self._casebook.definition(cycle)
        assert isinstance(definition, CycleDefinition)
        least, scope = definition.gates.least_retriaged, cycle_of(cycle).charter.scope
        used = {drawn.case_id for drawn in before}
        found = [row for row in self._incidents(scope) if row.id not in used]
        if len(found) < least:
            others = "other incidents" if used else "incidents"
            raise Unusable(
                f"the scope has {len(found)} {others}, {least} are needed to say whether people agree ({scope})",
                f"Widen the scope: `jidoka cycle record charter {cycle.id}`.",
            )
        # As good as random, and of the same cases always the same.
        chosen = sorted(found, key=lambda row: hashlib.sha256(f"{cycle.id}/{row.id}".encode()).digest())
        sample = [(row.id, row.priority) for row in chosen[: max(DRAWN, least)]]
        return self._store.retriages.draw(cycle.id, sample, after=before[-1].round if before else 0)

    def _incidents(self, scope: Scope) -> list[CaseRow]:
        """The newest that were triaged: neither merged nor withdrawn, nor waiting for somebody to look at them."""
        found: list[CaseRow] = []
        after: str | None = None
        while len(found) < NEWEST:
            page = self._store.cases.ls(CaseQuery(kind="incident", limit=PAGE, after=after))
            found += [row for row in page.rows if _fits(row, scope)]
            if page.next is None:
                break
            after = page.next
        return found[:NEWEST]

    def _known_to(self, case_id: str, actor: Actor) -> bool:
        return any(fact.actor == actor.person for fact in self._store.events.of(case_id))

    def _state(self, case_id: str, actor: Actor) -> CaseState:
        """A look at the case, logged. Raises NotFound, NotAllowed: its words are for those who work here."""
        row = self._store.cases.get(case_id)
        if row is None:
            raise NotFound(f"there is no case {case_id!r}", "See `jidoka incident ls`.")
        allow(actor, Action.SHOW_INTERNAL, Object(kind="case", id=case_id, team=row.team))
        self._store.access_log.add(actor.person, "triage", case_id, self._clock())
        return CaseState.model_validate(row.state_json)

    def _blind(self, drawn: Drawn, sample: list[Drawn], actor: Actor) -> Blind:
        state = self._state(drawn.case_id, actor)
        opened = self._store.events.of(drawn.case_id)[0]
        refs = [str(ref["id"]) for ref in (opened.data.get("title"), opened.data.get("text")) if isinstance(ref, dict)]
        words = self._store.texts.get_many(refs)
        title, text = [words.get(ref, "(erased)") for ref in refs] + [""] * (2 - len(refs))
        return Blind(
            cycle=drawn.cycle,
            case_id=drawn.case_id,
            number=drawn.number - sample[0].number + 1,
            of=len(sample),
            answered=sum(each.at is not None for each in sample),
            service=state.service,
            category=state.category,
            channel=state.channel,
            opened_at=opened.at,
            title=title,
            text=text,
        )


def _fits(row: CaseRow, scope: Scope) -> bool:
    """Whether the case is of the scope, and somebody has looked at it."""
    chosen = ((scope.services, row.service), (scope.categories, row.category), (scope.teams, row.team))
    of_scope = all(not keys or value in keys for keys, value in chosen)
    return of_scope and row.merged_into is None and row.human_acts > 0 and row.stage != Stage.CANCELLED.value


def _latest(samples: list[Drawn]) -> list[Drawn]:
    return [drawn for drawn in samples if drawn.round == samples[-1].round]


def _agreed(sample: list[Drawn]) -> Agreement | None:
    pairs = [(each.first, each.second) for each in sample if each.second is not None]
    if not pairs:
        return None
    from measurement.cycles.trial import agreed  # half a second that no other door is to wait for

    return agreed([first for first, _ in pairs], [second for _, second in pairs])
