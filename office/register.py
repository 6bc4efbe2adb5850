"""The register of cycles, read from the records: every cycle that there ever was, with its words."""

from collections.abc import Iterator

from definitions.case import CaseState
from definitions.cycle.charter import Charter
from definitions.cycle.register import Row, row, similar, texts_of
from definitions.cycle.state import COURSE
from records.store import Store
from records.values import CaseQuery

PAGE = 500


class CycleRegister:
    """That of one installation."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def states(self) -> Iterator[CaseState]:
        """Each cycle as the records have it, newest first by method."""
        for method in COURSE:
            after: str | None = None
            while True:
                page = self._store.cases.ls(CaseQuery(kind=method, limit=PAGE, after=after))
                yield from (CaseState.model_validate(found.state_json) for found in page.rows)
                if page.next is None:
                    break
                after = page.next

    def rows(self) -> tuple[Row, ...]:
        """All of them, newest first."""
        known = [state for state in self.states() if state.cycle is not None and state.opened_at is not None]
        texts = self._store.texts.get_many([key for state in known for key in texts_of(state)])
        found = [row(state, texts) for state in known]
        return tuple(sorted(found, key=lambda each: (each.opened_at, each.id), reverse=True))

    def like(self, charter: Charter, words: str) -> tuple[Row, ...]:
        """Earlier cycles like one that is to begin with these words, those that failed first among equals."""
        return similar(self.rows(), charter, words)
