"""A process that flushes without end and says what was acknowledged; killed by its test."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from records.store import Store
from tests.records.chains import chain, flush

if __name__ == "__main__":
    url, name = sys.argv[1:]
    store = Store(url, Path("unused"), lambda: datetime(2026, 3, 2, tzinfo=UTC))
    number = 0
    while True:
        number += 1
        case_id = f"INC-{name}-{number}"
        store.events.flush([flush(chain(case_id, 5)), flush(chain(f"{case_id}b", 3))])
        print(case_id, flush=True)
