import hashlib
from pathlib import Path

import pytest

from records.blobs import Blobs
from records.errors import Damaged, NotStored, TooLarge


def test_content_is_found_by_its_hash_and_kept_once(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)

    keys = {blobs.put(b"content"), blobs.put(b"content")}

    assert keys == {hashlib.sha256(b"content").hexdigest()}
    assert blobs.get(keys.pop()) == b"content"
    assert len([p for p in tmp_path.rglob("*") if p.is_file()]) == 1


def test_only_the_owner_can_read_a_blob(tmp_path: Path) -> None:
    key = Blobs(tmp_path / "blobs").put(b"content")

    path = tmp_path / "blobs" / key[:2] / key
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_too_much_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path, max_bytes=10)

    with pytest.raises(TooLarge, match="11 bytes are more than the 10"):
        blobs.put(b"x" * 11)

    assert list(tmp_path.iterdir()) == []


def test_an_altered_file_is_noticed(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    key = blobs.put(b"content")
    (tmp_path / key[:2] / key).write_bytes(b"c0ntent")

    with pytest.raises(Damaged, match="was altered"):
        blobs.get(key)


@pytest.mark.parametrize("key", ["0" * 64, "../../etc/passwd", "", "A" * 64])
def test_what_is_no_key_of_a_blob_opens_nothing(tmp_path: Path, key: str) -> None:
    with pytest.raises(NotStored):
        Blobs(tmp_path).get(key)
