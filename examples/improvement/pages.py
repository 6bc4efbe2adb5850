"""What a demonstration leaves to look at, made of its records by the commands that anybody would give."""

import asyncio
import sys
from pathlib import Path


async def left(data_dir: Path, cycle: str, experiment: str, reader: str, folder: Path) -> list[Path]:
    """The page of the cycle, the same as Markdown, and the page of its experiment."""
    a3, words, tried = folder / "a3.html", folder / "a3.md", folder / "experiment.html"
    await _jidoka(data_dir, reader, "cycle", "report", cycle, "--out", str(a3))
    await _jidoka(data_dir, reader, "cycle", "report", cycle, "--out", str(words))
    await _jidoka(data_dir, reader, "experiment", "show", experiment, "--out", str(tried))
    return [a3, words, tried]


async def _jidoka(data_dir: Path, by: str, *command: str) -> None:
    given = (*command, "--data-dir", str(data_dir), "--as", by)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli", *given), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"jidoka {' '.join(given)}: {said.decode(errors='replace')}")
