"""The dataset `live` on disk: what numbers need of the engine's facts, as Parquet files that follow the records."""

import fcntl
import secrets
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError

from definitions.base import Value, digest
from definitions.people import Role
from measurement.log.columns import LIVE
from measurement.log.live_copy import RAW, TAKEN, copied
from records.extract import Extract, Watermark
from records.store import Store

INDEX = "copy.json"
FORM = digest([TAKEN, [*RAW]])[:12]
"""A copy made by other rules is made anew."""
MOST_ROWS = 1_000_000
"""Held in memory before they are written."""


class Part(Value):
    """One file of the copy."""

    file: str
    rows: int


class Index(Value):
    """What the copy consists of; files that it does not name are left from a crash."""

    form: str = FORM
    salt: str
    """Keeps the codes of people from being computed by whoever knows a key but not this file."""
    mark: Watermark = Watermark()
    parts: tuple[Part, ...] = ()


def live_copy(store: Store, data_dir: Path) -> "LiveCopy":
    """The copy of this installation; whoever has any role but that of a requester may be named in it by key."""

    def staff() -> list[str]:
        return [person.key for person in store.directory.ls() if {*person.roles} - {Role.REQUESTER}]

    return LiveCopy(store.extract, data_dir / "datasets" / LIVE, staff)


class LiveCopy:
    """A copy of the facts in one folder. Any number of processes may refresh and read it.

    `staff`: asked at each refresh for the keys of people who may be named in it.
    """

    def __init__(self, extract: Extract, folder: Path, staff: Callable[[], Collection[str]]) -> None:
        self._extract, self._folder, self._staff = extract, folder, staff

    @contextmanager
    def refreshed(self) -> Iterator[list[Path]]:
        """The files of the copy, all that was stored since added to them; nobody changes them within the block.

        At first, and when facts that had been copied are no longer there, everything is copied.
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self._folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            index = self._read()
            fresh: list[pa.Table] = []
            for batch in self._extract.since(index.mark):
                index = index.model_copy(update={"mark": batch.mark} | ({"parts": ()} if batch.anew else {}))
                fresh.append(copied(batch.columns, staff=self._staff(), salt=index.salt))
                if sum(map(len, fresh)) >= MOST_ROWS:
                    index, fresh = self._added(index, fresh), []
            if fresh:
                index = self._added(index, fresh)
            self._tidy(index)
            yield [self._folder / part.file for part in index.parts]

    def _read(self) -> Index:
        try:
            index = Index.model_validate_json((self._folder / INDEX).read_bytes())
        except (FileNotFoundError, ValidationError):
            return Index(salt=secrets.token_hex(16))
        if index.form != FORM or not all((self._folder / part.file).exists() for part in index.parts):
            return Index(salt=index.salt)
        return index

    def _added(self, index: Index, fresh: list[pa.Table]) -> Index:
        """Files of doubling size: few to read, and a row is written again only when its file doubles."""
        parts, rows = list(index.parts), pa.concat_tables(fresh)
        while parts and parts[-1].rows <= 2 * len(rows):
            rows = pa.concat_tables([pq.read_table(self._folder / parts.pop().file), rows])
        if len(rows):
            parts.append(self._write(rows, index.mark.event_id))
        index = index.model_copy(update={"parts": tuple(parts)})
        draft = self._folder / f".{INDEX}"
        draft.write_text(index.model_dump_json(indent=2))
        draft.replace(self._folder / INDEX)
        return index

    def _write(self, rows: pa.Table, last: int) -> Part:
        name = f"facts-{last:012}-{secrets.token_hex(4)}.parquet"
        pq.write_table(rows, self._folder / name, compression="zstd")
        return Part(file=name, rows=len(rows))

    def _tidy(self, index: Index) -> None:
        named = {part.file for part in index.parts}
        for path in self._folder.glob("facts-*.parquet"):
            if path.name not in named:
                path.unlink()
