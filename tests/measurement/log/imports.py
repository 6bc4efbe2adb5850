"""What the tests of imports share: a plain mapping, and how to read what came of one."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime

from measurement.log.dataset import Imported
from measurement.log.library import Library
from measurement.log.mapping import Mapping

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PLAIN = Mapping(case="case", activity=("what",), time="when")
Import = Callable[..., Imported]


def rejected(done: Imported) -> list[tuple[int, str, str]]:
    """Line, reason and raw text of what was kept aside."""
    assert done.rejects is not None
    with done.rejects.open(newline="") as opened:
        rows = list(csv.reader(opened))
    assert rows[0] == ["line", "reason", "raw"]
    return [(int(line), reason, raw) for line, reason, raw in rows[1:]]


def told(library: Library) -> list[tuple[str, int, str]]:
    """Case, seq and activity of what stands in `d`."""
    rows = library.open("d").rows("SELECT case_id, seq, activity FROM events ORDER BY case_id, seq")
    return [(row["case_id"], row["seq"], row["activity"]) for row in rows]


GOOD = "case,what,when,room\na,open,2026-01-01T09:00,1\nb,open,2026-01-01T08:00,2\na,solve,2026-01-01T10:00,1\n"
