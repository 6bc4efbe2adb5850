"""Signed checkpoints of all chains, kept outside the database: they show cut tails and missing cases.

One line of JSON each, in one file. A line holds the ends of the chains that grew since the line before, and the
signature of that line, so lines cannot be altered, exchanged or left out unseen. Whoever can also cut the last lines of
this file must be stopped by copying it elsewhere.
"""

import hashlib
import hmac
import json
import os
import secrets
import stat
from datetime import datetime
from pathlib import Path
from typing import Any

from definitions.base import canonical, rfc3339
from records.errors import Damaged, RecordsError

FILE = "checkpoints.jsonl"
KEY_FILE = "checkpoints.key"

Ends = dict[str, tuple[int, str]]
"""Case id to its last fact: number and hash."""


Line = dict[str, Any]


class Checkpoints:
    """The checkpoints in one folder; signed with `key`, or with a key made there (mode 0600)."""

    def __init__(self, folder: Path, key: str | None = None) -> None:
        self.file = folder / FILE
        self._folder, self._given = folder, key

    def append(self, at: datetime, upto: int, ends: Ends) -> None:
        """Sign and write one; it is on the disk when this returns. `upto` is the last event id it covers."""
        lines = self._lines()
        line: Line = {
            "at": rfc3339(at),
            "upto": upto,
            "ends": {case_id: list(end) for case_id, end in sorted(ends.items())},
            "previous": lines[-1]["signature"] if lines else "",
        }
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        line["signature"] = self._sign(line, self._key(make=True))
        with open(os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8") as out:
            out.write(json.dumps(line) + "\n")
            out.flush()
            os.fsync(out.fileno())

    def read(self) -> tuple[int, Ends]:
        """How many there are, and the ends of all chains they cover. Raises Damaged when one does not hold."""
        lines = self._lines()
        if not lines:
            return 0, {}
        key, previous, ends = self._key(make=False), "", Ends()
        for number, line in enumerate(lines, 1):
            if line.get("previous") != previous or not hmac.compare_digest(
                self._sign(line, key), str(line.get("signature"))
            ):
                raise Damaged(f"checkpoint {number} in {self.file.name} was altered, or one before it was taken out")
            previous = line["signature"]
            ends |= {case_id: (int(seq), str(end)) for case_id, (seq, end) in line["ends"].items()}
        return len(lines), ends

    def upto(self) -> int:
        """The last event id that the latest one covers; 0 when there is none."""
        lines = self._lines()
        return int(lines[-1]["upto"]) if lines else 0

    def _lines(self) -> list[Line]:
        if not self.file.exists():
            return []
        try:
            return [json.loads(line) for line in self.file.read_text(encoding="utf-8").splitlines()]
        except ValueError:
            raise Damaged(f"{self.file.name} is not as it was written") from None

    @staticmethod
    def _sign(line: Line, key: bytes) -> str:
        content = canonical({name: value for name, value in line.items() if name != "signature"})
        return hmac.new(key, content, hashlib.sha256).hexdigest()

    def _key(self, *, make: bool) -> bytes:
        if self._given is not None:
            return self._given.encode()
        path = self._folder / KEY_FILE
        if make and not path.exists():
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
                out.write(secrets.token_hex(32))
        if not path.exists():
            raise Damaged(f"the key {path.name} of the checkpoints is missing")
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise RecordsError(f"others can read the key {path.name}", f"Run `chmod 600 {path}`.")
        return path.read_text().strip().encode()
