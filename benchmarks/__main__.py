"""`python -m benchmarks [NAME ...]`: measure, print a table and one JSON line each; `--record` keeps it."""

import argparse
import asyncio
import importlib
import os
import sys
from time import perf_counter

from benchmarks.options import Options
from benchmarks.report import Result, record
from settings import system_clock

NAMES = ("life", "history", "open", "wake", "metrics", "recover", "stop", "growth", "log", "measure", "verdicts")
MODULES = {"open": "open_runs"}


async def measure(name: str, options: Options) -> Result:
    """Run one benchmark."""
    module = importlib.import_module(f"benchmarks.{MODULES.get(name, name)}")
    begun = perf_counter()
    result: Result = await module.run(options)
    result.details["took_s"] = round(perf_counter() - begun, 1)
    return result


def main(arguments: list[str]) -> int:
    """0 when every goal is met, 6 when one is not."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(NAMES)} (default all)")
    parser.add_argument("--pairs", type=int, default=Options().pairs, help="pairs of blocks; more see less")
    parser.add_argument("--lives", type=int, default=Options().lives, help="lives in a block")
    parser.add_argument("--runs", type=int, default=Options().runs, help="open runs to weigh")
    parser.add_argument("--cases", type=int, default=Options().cases, help="closed cases at 1x of growth")
    parser.add_argument("--full", action="store_true", help="also 10,000 open runs (several minutes)")
    parser.add_argument("--record", action="store_true", help="write the figures to benchmarks/results.md")
    given = parser.parse_args(arguments)
    if unknown := [name for name in given.names if name not in NAMES]:
        parser.error(f"there is no benchmark {unknown[0]!r}: choose from {', '.join(NAMES)}")
    options = Options(given.pairs, given.lives, given.runs, given.cases, given.full)
    results = []
    for name in given.names or NAMES:
        result = asyncio.run(measure(name, options))
        results.append(result)
        print(result.model_dump_json(), flush=True)
        print(result.table(), file=sys.stderr, flush=True)
    if given.record:
        record(results, system_clock)
    return 6 if any(figure.met is False for result in results for figure in result.figures) else 0


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    # Threads of the SDK can turn a clean exit into an abort.
    os._exit(status)
