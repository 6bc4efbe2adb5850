"""A mapping laid over the columns of one file: which of them is what, and the SQL that makes events of rows."""

import re
from collections.abc import Iterable
from collections.abc import Mapping as Names
from dataclasses import dataclass

from definitions.base import StepKind
from measurement.log.cases import quoted, text
from measurement.log.columns import EVENTS
from measurement.log.mapping import FIELDS, Mapping
from measurement.log.times import instant, local, two_ways, within
from measurement.values import BadData

FLAGS = "flags"
"""A working column behind the events of a part: what is to be said of its row."""

ROW = "file_row_number"
"""What DuckDB calls the place of a row in a Parquet file; no column of a part may be called so."""

ZONED = ("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ_NS")
"""Types of Parquet that carry a zone; the second is what pandas writes."""

REASON, LOCAL, TWO_WAYS = 15, 16, 32
"""Bits of `FLAGS`: why the row is no event (0: it is one); its time has no zone; two formats read it differently."""

NO_CASE, NO_ACTIVITY, NO_TIME, BAD_TIME, BAD_END, END_BEFORE_START, BAD_INSTANT = range(1, 8)


@dataclass(frozen=True)
class Plan:
    """The mapping as this file fulfils it."""

    mapping: Mapping
    """Without the optional columns that are not there."""
    header_of: Names[str, str]
    """Column as the mapping calls it -> header in the file."""
    attributes: Names[str, str]
    """Name in the log -> header in the file, of the columns that are kept as they are."""
    types: Names[str, str]
    """Header -> DuckDB type."""
    missing: tuple[str, ...]
    """Words that say nothing, where the reader has not made them null yet."""

    @classmethod
    def of(cls, mapping: Mapping, types: Names[str, str], missing: tuple[str, ...] = ()) -> "Plan":
        """Headers are found without regard to case, spaces, `_` and `.`. Raises BadData that says what is not there."""
        by_key = {_key(name): name for name in reversed(list(types))}
        found: dict[str, str] = {}
        for name in _named(mapping):
            tries = (name, *mapping.synonyms.get(name, ()))
            exact = [t for t in tries if t in types]
            alike = [by_key[_key(t)] for t in tries if _key(t) in by_key]
            if exact or alike:
                found[name] = (exact + alike)[0]
        must = {mapping.case: "the case", mapping.time: "the time"}
        must |= dict.fromkeys(mapping.activity, "the activity")
        if not mapping.optional:
            must |= {name: "the mapping" for name in _named(mapping) if name not in must}
        for name, use in must.items():
            if name not in found:
                raise BadData(f"The file has no column {name!r} for {use}.", _hint(types))
        filled = {"at": mapping.time, "ended_at": mapping.ended}
        for name in mapping.instants:
            if name.lower() in EVENTS.names and name in found and filled.get(name) != name:
                raise BadData(
                    f"The column {name!r} cannot say when cases were opened, resolved or closed: the log has one "
                    "of that name for something else.",
                    "Give it another name in the file.",
                )
        return cls(_without(mapping, found), found, _kept(mapping, found, types), types, missing)

    @property
    def names(self) -> dict[str, str]:
        """Header -> column of the log, of those that are known by another name now."""
        mapping = self.mapping
        ours = mapping.fields | {"at": mapping.time} | ({"ended_at": mapping.ended} if mapping.ended else {})
        if len(mapping.activity) == 1:
            ours["activity"] = mapping.activity[0]
        kept = {header: name for name, header in self.attributes.items()}
        named = {self.header_of[column]: name for name, column in ours.items()} | kept
        return {header: name for header, name in named.items() if header != name}

    def column(self, name: str) -> str:
        """A column as the mapping calls it, in SQL, null where it says nothing."""
        return self._text(self.header_of[name])

    def instant(self, name: str) -> str:
        """A column of times as UTC."""
        header = self.header_of[name]
        kind = self.types[header]
        if kind == "VARCHAR":
            return instant(self.column(name), self.mapping.time_formats, self.mapping.zone)
        if kind in ZONED:
            return within(f"timezone('UTC', CAST({quoted(header)} AS TIMESTAMPTZ))")
        if kind.startswith(("TIMESTAMP", "DATE")):
            plain = f"TRY_CAST({quoted(header)} AS TIMESTAMP)"
            zone = self.mapping.zone
            return within(plain if zone == "UTC" else f"timezone('UTC', timezone({text(zone)}, {plain}))")
        return instant(f"CAST({quoted(header)} AS VARCHAR)", self.mapping.time_formats, self.mapping.zone)

    def activity(self) -> str:
        """The activity: its columns that say something, null when the first one does not."""
        first, *more = (self.column(name) for name in self.mapping.activity)
        return f"CASE WHEN {first} IS NOT NULL THEN concat_ws('+', {', '.join((first, *more))}) END" if more else first

    def sql(self, source: str) -> str:
        """A query that gives one row for each of the source, in its order: events without `seq`, then `FLAGS`."""
        mapping = self.mapping
        columns = {
            "case_id": self.column(mapping.case),
            "activity": self.activity(),
            "at": self.instant(mapping.time),
            "ended_at": self.instant(mapping.ended) if mapping.ended else "CAST(NULL AS TIMESTAMP)",
            "kind": "",
        }
        for name in FIELDS:
            given = getattr(mapping, name)
            columns[name] = self.column(given) if given else "CAST(NULL AS VARCHAR)"
        columns["kind"] = _kind(mapping, self.activity(), columns["kind"])
        columns["human"] = _human(mapping, columns["person"], columns["human"])
        for name, header in self.attributes.items():
            wanted = next((i for i in mapping.instants if self.header_of.get(i) == header), None)
            columns[name] = self.instant(wanted) if wanted else self._text(header)
        columns[FLAGS] = self._flags(columns)
        return f"SELECT {', '.join(f'{sql} AS {quoted(name)}' for name, sql in columns.items())} FROM {source}"

    def reason(self, code: int) -> str:
        """Why a row is no event, in words."""
        mapping = self.mapping
        formats = " or ".join(mapping.time_formats)
        said = {
            NO_CASE: f"no case in {self.header_of[mapping.case]}",
            NO_ACTIVITY: f"no activity in {self.header_of[mapping.activity[0]]}",
            NO_TIME: f"no time in {self.header_of[mapping.time]}",
            BAD_TIME: f"{self.header_of[mapping.time]} is no time as {formats}",
            BAD_END: f"{self.header_of.get(mapping.ended or '', '')} is no time as {formats}",
            END_BEFORE_START: "it ends before it starts",
        }
        if code in said:
            return said[code]
        return f"{self.header_of[mapping.instants[code - BAD_INSTANT]]} is no time as {formats}"

    def _text(self, header: str) -> str:
        if self.types[header] != "VARCHAR":
            return f"CAST({quoted(header)} AS VARCHAR)"
        if not self.missing:
            return quoted(header)
        return f"CASE WHEN {quoted(header)} NOT IN ({', '.join(map(text, self.missing))}) THEN {quoted(header)} END"

    def _flags(self, columns: Names[str, str]) -> str:
        mapping = self.mapping
        reasons = [
            (f"{columns['case_id']} IS NULL", NO_CASE),
            (f"{columns['activity']} IS NULL", NO_ACTIVITY),
            (f"{self.column(mapping.time)} IS NULL", NO_TIME),
            (f"{columns['at']} IS NULL", BAD_TIME),
        ]
        if mapping.ended:
            reasons.append((f"{columns['ended_at']} IS NULL AND {self.column(mapping.ended)} IS NOT NULL", BAD_END))
            reasons.append((f"{columns['ended_at']} < {columns['at']}", END_BEFORE_START))
        for place, name in enumerate(mapping.instants):
            unread = f"{self.instant(name)} IS NULL AND {self.column(name)} IS NOT NULL"
            reasons.append((unread, BAD_INSTANT + place))
        cases = " ".join(f"WHEN {when} THEN {code}" for when, code in reasons)
        notes = ""
        header = self.header_of[mapping.time]
        if self.types[header] == "VARCHAR":
            notes = f" + CASE WHEN {local(self.column(mapping.time), mapping.time_formats)} THEN {LOCAL} ELSE 0 END"
            if len(mapping.time_formats) > 1:
                both = two_ways(self.column(mapping.time), mapping.time_formats, mapping.zone)
                notes += f" + CASE WHEN {both} THEN {TWO_WAYS} ELSE 0 END"
        elif self.types[header] not in ZONED:
            notes = f" + {LOCAL}"
        return f"CAST(CASE {cases} ELSE 0 END{notes} AS UTINYINT)"


def _key(name: str) -> str:
    return re.sub(r"[\s_.]+", "", name).lower()


def _named(mapping: Mapping) -> tuple[str, ...]:
    """Every column the mapping speaks of."""
    named = [*mapping.fields.values(), *mapping.activity, mapping.time]
    return tuple(dict.fromkeys([*named, *([mapping.ended] if mapping.ended else []), *mapping.instants]))


LONGEST_NAME, MOST_NAMES = 60, 40
"""What of a header is quoted when a column is missing."""


def _hint(types: Iterable[str]) -> str:
    names = list(types)
    shown = [name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}..." for name in names[:MOST_NAMES]]
    more = f" and {len(names) - MOST_NAMES:,} more" if len(names) > MOST_NAMES else ""
    hint = f"It has: {', '.join(shown)}{more}."
    return f"{hint} Is the delimiter right? (--delimiter)" if len(names) == 1 else hint


def _without(mapping: Mapping, found: Names[str, str]) -> Mapping:
    rules = mapping.rules
    there = rules.model_copy(
        update={
            "opened": rules.opened if rules.opened in found else None,
            "resolved": tuple(name for name in rules.resolved if name in found),
            "closed": rules.closed if rules.closed in found else None,
        }
    )
    absent = {name: None for name in (*FIELDS, "ended") if getattr(mapping, name) not in found}
    return mapping.model_copy(update={"rules": there, **absent})


def _kept(mapping: Mapping, found: Names[str, str], types: Iterable[str]) -> dict[str, str]:
    """What stands behind our columns: everything that is not there already as one of them."""
    single = {mapping.time, *mapping.fields.values(), *([mapping.ended] if mapping.ended else [])}
    if len(mapping.activity) == 1:
        single |= set(mapping.activity)
    ours = {found[name] for name in single if name in found} - {found[n] for n in mapping.instants if n in found}
    called = {found[name]: name for name in mapping.instants if name in found}
    taken = {name.lower() for name in (*EVENTS.names, FLAGS, ROW)}
    kept: dict[str, str] = {}
    # What the case rules ask for has its name first, so that no other column can stand in its place.
    for header in sorted(types, key=lambda header: header not in called):
        if header not in ours:
            wanted = called.get(header, header)
            base = f"{wanted} (source)" if wanted.lower() in taken else wanted
            name, more = base, 2
            while name.lower() in taken:
                name, more = f"{base} {more}", more + 1
            kept[name] = header
            taken.add(name.lower())
    place = {header: number for number, header in enumerate(types)}
    return dict(sorted(kept.items(), key=lambda item: place[item[1]]))


def _kind(mapping: Mapping, activity: str, said: str) -> str:
    if mapping.kind:
        return f"CASE WHEN {said} IN ({', '.join(map(text, StepKind))}) THEN {said} END"
    if not mapping.kinds:
        return "CAST(NULL AS VARCHAR)"
    return f"CASE {activity} {' '.join(f'WHEN {text(a)} THEN {text(k)}' for a, k in mapping.kinds.items())} END"


def _human(mapping: Mapping, person: str, said: str) -> str:
    if mapping.human:
        return f"TRY_CAST({said} AS BOOLEAN)"
    if not mapping.machines:
        return "CAST(NULL AS BOOLEAN)"
    return f"{person} NOT IN ({', '.join(text(name) for name in mapping.machines)})"
