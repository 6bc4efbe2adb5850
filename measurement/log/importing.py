"""One file into one dataset: read, compared with what is there, numbered, and put in force at once or not at all."""

import csv
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from measurement.log import storage
from measurement.log.columns import EVENTS
from measurement.log.dataset import DESCRIPTION, Dataset, Imported, Source
from measurement.log.eventlog import connection
from measurement.log.files import File
from measurement.log.mapping import FIELDS, Mapping
from measurement.log.plan import FLAGS, REASON
from measurement.log.reading import Part, read, reasons
from measurement.log.sift import Progress, Reject
from measurement.values import BadData

LONGEST_RAW = 2_000
"""Characters of a rejected line that are kept beside its number and reason."""

NONE = np.empty(0, np.int64)


@dataclass(frozen=True)
class Import:
    """One import into the dataset at `place`, which is new when there is no `existing` description."""

    place: Path
    name: str
    existing: Dataset | None
    mapping: Mapping
    now: datetime
    progress: Progress

    def add(self, file: File, delimiter: str | None) -> Imported:
        """Read the file and put it in force; nobody else may write at `place` meanwhile.

        Raises BadData; then everything is as it was before.
        """
        if self.existing and self.existing.declared != self.mapping:
            raise BadData(
                f"Dataset {self.name} was imported with another mapping ({self.existing.declared.name}).",
                "Import under another name, or remove the dataset first: jidoka log rm.",
            )
        for source in self._sources:
            if source.sha256 == file.sha256:
                return self._nothing_new(source)
        number = len(self._sources) + 1
        self._clear(number)
        try:
            return self._added(file, number, delimiter)
        finally:
            self._clear(number)

    def _clear(self, number: int) -> None:
        """Take away what an import under this number left behind, unless it is in force."""
        description = self.place / DESCRIPTION
        in_force = description.exists() and f'"order-{number}.parquet"' in description.read_text()
        for left in (*self.place.glob("reading*"), *(() if in_force else self.place.glob(f"*-{number}.*"))):
            shutil.rmtree(left) if left.is_dir() else left.unlink()

    def _added(self, file: File, number: int, delimiter: str | None) -> Imported:
        work, events = self.place / "reading.parquet", self.place / f"events-{number}.parquet"
        earlier = [self.place / s.events_file for s in self._sources if s.events]
        db = connection()
        try:
            storage.watched(db)
            self.progress("reading", db.query_progress)
            part = read(db, file, self._as_before, work, delimiter=delimiter, say=self.progress)
            file.check_unchanged()
            twice = storage.known(db, work, f"{FLAGS} & {REASON} = 0", earlier) if earlier else NONE
            dropped = np.union1d(np.fromiter(part.bad, np.int64, len(part.bad)), twice)
            if len(dropped):
                storage.without(db, work, dropped, events)
            else:
                work.replace(events)
            lines = np.delete(part.numbered, dropped)
            source = Source(
                name=file.path.name,
                sha256=file.sha256,
                imported_at=self.now,
                events=len(lines),
                rejected=len(part.rejects),
                duplicates=len(twice),
                events_file=events.name,
                rejects_file=_write(part.rejects, self.place / f"rejects-{number}.csv"),
            )
            return self._in_force(db, part, source, lines)
        except duckdb.Error as error:
            reason = str(error).partition("\n")[0]
            raise BadData(
                f"{file.path} could not be read: {reason}", "Nothing was imported; export it again."
            ) from None
        finally:
            db.close()

    def _in_force(
        self, db: duckdb.DuckDBPyConnection, part: Part, source: Source, lines: np.ndarray[Any, Any]
    ) -> Imported:
        """Number all events, make the cases, and let the description name the new files."""
        old, sources = self.existing, (*self._sources, source)
        number = len(sources)
        order, cases = self.place / f"order-{number}.parquet", self.place / f"cases-{number}.parquet"
        parts = [self.place / s.events_file for s in sources if s.events]
        places = [
            (n, lines if s is source else storage.lines_of(self.place / old.order_file, n) if old else lines)
            for n, s in enumerate(sources, 1)
            if s.events
        ]
        attributes = tuple(dict.fromkeys((*(old.attributes if old else ()), *part.plan.attributes)))
        mapping = part.plan.mapping if old is None else _both(old.mapping, part.plan.mapping, self.mapping)
        self.progress("numbering", db.query_progress)
        storage.write_order(db, parts, places, order)
        storage.view_events(db, parts, order, attributes)
        self.progress("cases", db.query_progress)
        storage.write_cases(db, mapping.rules, {*EVENTS.names, *attributes}, cases)
        totals = storage.totals(db, cases, number)
        dataset = Dataset(
            name=self.name,
            declared=self.mapping,
            mapping=mapping,
            names=(old.names if old else {}) | part.plan.names,
            attributes=attributes,
            sources=sources,
            order_file=order.name,
            cases_file=cases.name,
            cases=totals.cases,
            events=totals.events,
            start=totals.start,
            end=totals.end,
        )
        written = self.place / f"{DESCRIPTION}.new"
        written.write_text(dataset.model_dump_json(indent=2))
        written.replace(self.place / DESCRIPTION)
        # Whoever reads the dataset now reads the files of the last description: those stay until the next import.
        in_use = {order.name, cases.name, *((old.order_file, old.cases_file) if old else ())}
        for left in (*self.place.glob("order-*.parquet"), *self.place.glob("cases-*.parquet")):
            if left.name not in in_use:
                left.unlink()
        return self._answer(dataset, source, totals.new_cases, reasons(part.rejects), part.notes)

    def _answer(
        self, dataset: Dataset, source: Source, cases: int, why: dict[str, int], notes: tuple[str, ...]
    ) -> Imported:
        mapping = dataset.mapping
        given = {"activity": " + ".join(mapping.activity), "at": mapping.time, "ended_at": mapping.ended}
        columns = mapping.fields | {ours: column for ours, column in given.items() if column}
        headers = {ours: header for header, ours in dataset.names.items()}
        return Imported(
            dataset=self.name,
            cases=cases,
            events=source.events,
            rejected=source.rejected,
            duplicates=source.duplicates,
            total_cases=dataset.cases,
            total_events=dataset.events,
            mapping=mapping.name,
            zone=mapping.zone,
            columns={ours: headers.get(ours, column) for ours, column in columns.items()},
            reasons=why,
            rejects=self.place / source.rejects_file if source.rejects_file else None,
            notes=notes,
        )

    def _nothing_new(self, source: Source) -> Imported:
        assert self.existing is not None
        again = source.model_copy(update={"events": 0, "rejected": 0, "duplicates": source.events})
        note = f"This very file was imported on {source.imported_at:%Y-%m-%d} as {source.name}; nothing was added."
        return self._answer(self.existing, again, 0, {}, (note,))

    @property
    def _sources(self) -> tuple[Source, ...]:
        return self.existing.sources if self.existing else ()

    @property
    def _as_before(self) -> Mapping:
        """Whether columns join the activity is decided once, by the first file."""
        if self.existing is None:
            return self.mapping
        return self.mapping.model_copy(update={"activity": self.existing.mapping.activity, "activity_varies": ()})


def _both(old: Mapping, new: Mapping, declared: Mapping) -> Mapping:
    """What either file has of the optional columns."""
    there = {name: getattr(old, name) or getattr(new, name) for name in (*FIELDS, "ended")}
    rules = declared.rules.model_copy(
        update={
            "opened": old.rules.opened or new.rules.opened,
            "resolved": tuple(n for n in declared.rules.resolved if n in (*old.rules.resolved, *new.rules.resolved)),
            "closed": old.rules.closed or new.rules.closed,
        }
    )
    return old.model_copy(update={"rules": rules, **there})


def _write(rejects: Sequence[Reject], path: Path) -> str | None:
    if not rejects:
        return None
    with path.open("w", encoding="utf-8", newline="") as out:
        write = csv.writer(out, lineterminator="\n")
        write.writerow(("line", "reason", "raw"))
        write.writerows((r.line, r.reason, r.raw[:LONGEST_RAW]) for r in sorted(rejects, key=lambda r: r.line))
    return path.name
