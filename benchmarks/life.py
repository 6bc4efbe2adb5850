"""Life: the product's plain incident life against the same life bare: how many a second, and how long an act takes."""

from benchmarks.lives import MAILS, BareLife, DeskLife, Life, ProductLife, casting, lead, record_mails
from benchmarks.machine import Process, cpu_s, load
from benchmarks.options import Options
from benchmarks.paired import Block, abba, at_once, percentile
from benchmarks.report import Figure, Result
from benchmarks.rig import BARE_QUEUE, TUNED_QUEUE, Rig

AT_ONCE = 20


def crowd(rig: Rig, life: Life, lives: int) -> Block:
    """A block of lives, twenty at once; its figure is lives per second."""

    async def block() -> float:
        took = await at_once(casting(rig, lives), AT_ONCE, lambda cast: lead(life, cast))
        return lives / took

    return block


def alone(rig: Rig, life: Life, lives: int, seen: list[float]) -> Block:
    """A block of lives one after the other; its figure is the median act."""

    async def block() -> float:
        took: list[float] = []
        for cast in casting(rig, lives):
            await lead(life, cast, took)
        seen.extend(took)
        return percentile(took, 0.5)

    return block


async def run(options: Options) -> Result:
    """Product : bare, each in its own worker on one server."""
    async with Rig() as rig:
        product_worker = await rig.work()
        await record_mails(rig)
        bare_worker = await rig.work("bare")
        await rig.work("bare", queue=TUNED_QUEUE, tuned=True)
        product, bare, desk = ProductLife(rig), BareLife(rig), DeskLife(rig)
        tuned = BareLife(rig, TUNED_QUEUE)
        for life in (product, bare, tuned, desk):
            await at_once(casting(rig, options.lives), AT_ONCE, lambda cast, life=life: lead(life, cast))  # type: ignore[misc]
        before = _sent(rig)
        spent = _cpu(rig, product_worker, bare_worker)
        crowded = await abba(crowd(rig, product, options.lives), crowd(rig, bare, options.lives), options.pairs)
        used = [after - earlier for after, earlier in zip(_cpu(rig, product_worker, bare_worker), spent, strict=True)]
        after = _sent(rig)
        control = await abba(
            crowd(rig, bare, options.lives), crowd(rig, bare, options.lives), max(2, options.pairs // 2)
        )
        through_desk = await abba(
            crowd(rig, desk, options.lives), crowd(rig, bare, options.lives), max(2, options.pairs // 3)
        )
        against_tuned = await abba(
            crowd(rig, product, options.lives), crowd(rig, tuned, options.lives), max(2, options.pairs // 3)
        )
        acts: dict[str, list[float]] = {"product": [], "bare": []}
        quick = max(3, options.lives // 6)
        single = await abba(
            alone(rig, product, quick, acts["product"]), alone(rig, bare, quick, acts["bare"]), options.pairs
        )
        number = options.lives * options.pairs
        for name, sent in zip(("product", "bare"), (a - b for a, b in zip(after, before, strict=True)), strict=True):
            if sent != MAILS * number:
                raise RuntimeError(f"{name} sent {sent} mails in {number} lives, not {MAILS} each: not the same work")
        return Result(
            name="life",
            figures=[
                Figure(
                    what="lives per second at 20 at once, product : bare",
                    value=crowded.value,
                    interval=(crowded.low, crowded.high),
                    goal=0.70,
                    better="at least",
                ),
                Figure(
                    what="median act alone, product : bare",
                    value=single.value,
                    interval=(single.low, single.high),
                    goal=1.3,
                ),
                Figure(
                    what="lives per second through the desk : bare",
                    value=through_desk.value,
                    interval=(through_desk.low, through_desk.high),
                ),
                Figure(
                    what="lives per second : bare with our runner and converter",
                    value=against_tuned.value,
                    interval=(against_tuned.low, against_tuned.high),
                ),
                Figure(what="control, bare : bare", value=control.value, interval=(control.low, control.high)),
            ],
            details={
                "per_s": {"product": crowded.a, "bare": crowded.b, "desk": through_desk.a},
                "act_ms": {
                    name: {"p50": percentile(took, 0.5) * 1e3, "p95": percentile(took, 0.95) * 1e3}
                    for name, took in acts.items()
                },
                "cpu_ms_per_life": {
                    "product_worker": used[0] / number * 1e3,
                    "bare_worker": used[1] / number * 1e3,
                    "server_both": used[2] / number / 2 * 1e3,
                },
                "pairs": options.pairs,
                "lives_per_block": options.lives,
                "load": load(),
            },
        )


def _sent(rig: Rig) -> tuple[int, int]:
    return rig.sent(rig.settings.task_queue), rig.sent(BARE_QUEUE)


def _cpu(rig: Rig, *workers: Process) -> list[float]:
    return [cpu_s(process.pid) for process in (*workers, rig.server)]
