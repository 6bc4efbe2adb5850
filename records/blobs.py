"""Files by their content: originals of mail and attachments, never under the sender's name."""

import contextlib
import hashlib
import os
import re
import secrets
from pathlib import Path
from typing import BinaryIO

from records.errors import Damaged, NotStored, TooLarge

MAX_BYTES = 100 * 1024 * 1024
KEY = re.compile(r"[0-9a-f]{64}")


class Blobs:
    """The blobs in one folder; a blob's key is the SHA-256 of its content (hex)."""

    def __init__(self, folder: Path, max_bytes: int = MAX_BYTES) -> None:
        self._folder, self._max = folder, max_bytes

    def put(self, content: bytes) -> str:
        """Store the content and give its key; it is on the disk when this returns. Raises TooLarge."""
        if len(content) > self._max:
            raise TooLarge(
                f"{len(content)} bytes are more than the {self._max} that are kept of one file",
                "Send it in parts or as a link.",
            )
        key = hashlib.sha256(content).hexdigest()
        path = self._path(key)
        if path.exists():
            return key
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".{key}.{secrets.token_hex(4)}")
        try:
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            draft.replace(path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                draft.unlink()
            raise
        for folder in (path.parent, self._folder):
            _sync_folder(folder)
        return key

    def get(self, key: str) -> bytes:
        """The content. Raises NotStored, or Damaged when it is not what was put there."""
        with self.open(key) as file:
            content = file.read()
        if hashlib.sha256(content).hexdigest() != key:
            raise Damaged(f"the file of blob {key} was altered")
        return content

    def open(self, key: str) -> BinaryIO:
        """The content as a file for reading, unchecked. Raises NotStored."""
        try:
            return self._path(key).open("rb")
        except FileNotFoundError:
            raise NotStored(f"there is no blob {key}") from None

    def size(self, key: str) -> int:
        """How many bytes it has. Raises NotStored."""
        try:
            return self._path(key).stat().st_size
        except FileNotFoundError:
            raise NotStored(f"there is no blob {key}") from None

    def _path(self, key: str) -> Path:
        if not KEY.fullmatch(key):
            raise NotStored("a blob is named by 64 hex digits")
        return self._folder / key[:2] / key


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
