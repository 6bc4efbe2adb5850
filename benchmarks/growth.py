"""Growth: the same work and the same questions while the records hold 1, 10 and 100 times as many closed cases.

The records are filled by copying all rows of one real life, so each row and index has its real size; the copies keep
the hashes of the original, which nothing here reads. Temporal's own store holds the lives that are led.
"""

from statistics import median
from time import perf_counter
from typing import NamedTuple

from benchmarks.life import alone, crowd
from benchmarks.lives import BareLife, ProductLife, casting, lead, record_mails
from benchmarks.machine import load, memory
from benchmarks.options import Options
from benchmarks.paired import Ratio, abba
from benchmarks.report import Figure, Result
from benchmarks.rig import Rig
from records.store import Store
from records.values import CaseQuery

TIMES = (1, 10, 100)
ASKED = 25
ALONE = 8
"""Lives led one after the other in a block."""
MIB = 2**20

COPIES = {
    "events": {"case_id": "copy.id"},
    "cases": {
        "id": "copy.id",
        # A minute apart, so that the list has an order; fixed width, as instants are stored.
        "opened_at": "strftime('%Y-%m-%dT%H:%M:%f000Z', one.opened_at, '-' || copy.n || ' minutes')",
    },
    "outbox": {
        "key": "one.key || '/' || copy.n",
        "case_id": "copy.id",
        "recipient": "one.recipient || '-' || (copy.n % 1000)",
        "message_id": "'<' || copy.n || '.' || substr(one.message_id, 2)",
    },
    "reply_tokens": {"hash": "lower(hex(randomblob(32)))", "case_id": "copy.id"},
}
"""The tables a life writes into, and what must differ between copies."""
WHOSE = {"cases": "id"}
NUMBERED = ("events",)
"""These number their rows themselves."""


class Point(NamedTuple):
    """What was seen with so many closed cases in the records."""

    cases: int
    lives: Ratio
    act: Ratio
    page_ms: float
    worker_mib: float
    records_mib: float


def fill(store: Store, life: str, first: int, last: int) -> None:
    """Copies `first` to `last` of this life's rows, in one transaction for each table (SQLite)."""
    numbers = (
        f"WITH RECURSIVE numbers(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM numbers WHERE n < {last}),"
        " copy AS (SELECT n, printf('INC-c%07d', n) AS id FROM numbers)"
    )
    for table, changed in COPIES.items():
        with store.db.write() as connection:
            known = [row[1] for row in connection.exec_driver_sql(f"PRAGMA table_info({table})")]
            names = [name for name in known if not (table in NUMBERED and name == "id")]
            values = ", ".join(changed.get(name, f"one.{name}") for name in names)
            connection.exec_driver_sql(
                f"INSERT INTO {table} ({', '.join(names)}) {numbers}"
                f" SELECT {values} FROM copy CROSS JOIN {table} AS one WHERE one.{WHOSE.get(table, 'case_id')} = ?",
                (life,),
            )
    raw = store.db.engine.raw_connection()
    try:
        # Else the first of those who are measured would have to tidy up after us.
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        raw.close()


def first_page_ms(store: Store) -> float:
    """Median time of the first page of the list, of all cases and of the closed ones in turn."""
    took = []
    for n in range(2 * ASKED):
        query = CaseQuery() if n % 2 else CaseQuery(state="closed")
        begun = perf_counter()
        store.cases.ls(query)
        took.append(perf_counter() - begun)
    return median(took) * 1e3


async def seen(rig: Rig, bare: BareLife, cases: int, options: Options) -> Point:
    """A worker that has just begun, its lives against bare ones, and what it weighs afterwards."""
    worker = await rig.work()
    product = ProductLife(rig)
    await crowd(rig, product, options.lives)()
    pairs = max(2, options.pairs // 2)
    lives = await abba(crowd(rig, product, options.lives), crowd(rig, bare, options.lives), pairs)
    acts = await abba(alone(rig, product, ALONE, []), alone(rig, bare, ALONE, []), pairs)
    weighs = memory(worker.pid).own / MIB
    page = first_page_ms(rig.store)
    await rig.rest(worker)
    stored = sum(file.stat().st_size for file in rig.settings.data_dir.glob("*.db*")) / MIB
    return Point(cases, lives, acts, page, weighs, stored)


async def run(options: Options) -> Result:
    """The curve, and its last point against its first."""
    async with Rig() as rig:
        first = await rig.work()
        await record_mails(rig)
        cast = casting(rig, 1, seed=2)[0]
        await lead(ProductLife(rig), cast)
        await rig.rest(first)
        await rig.work("bare")
        curve: list[Point] = []
        filled, took = 0, {}
        for times in TIMES:
            begun = perf_counter()
            fill(rig.store, cast.case_id, filled + 1, times * options.cases)
            filled = times * options.cases
            took[str(filled)] = round(perf_counter() - begun, 1)
            curve.append(await seen(rig, BareLife(rig), filled, options))
    least, most = curve[0], curve[-1]
    times = most.cases // least.cases
    return Result(
        name="growth",
        figures=[
            Figure(
                what=f"lives per second against bare, {times}x : 1x",
                value=most.lives.value / least.lives.value,
                goal=0.9,
                better="at least",
            ),
            Figure(what=f"act alone against bare, {times}x : 1x", value=most.act.value / least.act.value, goal=1.1),
            Figure(what=f"first page of the list, {times}x : 1x", value=most.page_ms / least.page_ms, goal=2),
            Figure(what=f"worker memory, {times}x : 1x", value=most.worker_mib / least.worker_mib, goal=1.25),
        ],
        details={
            "curve": {
                f"{point.cases:,} closed cases": {
                    "lives": point.lives.shown(),
                    "act": point.act.shown(),
                    "page_ms": round(point.page_ms, 3),
                    "worker_mib": round(point.worker_mib, 1),
                    "records_mib": round(point.records_mib, 1),
                }
                for point in curve
            },
            "fill_s": took,
            "lives_per_block": options.lives,
            "load": load(),
        },
    )
