from pathlib import Path

import pytest

from activities.automation.code import Failed
from activities.automation.secrets import HIDDEN, Safe


def _file(path: Path, content: str, mode: int) -> str:
    path.write_text(content)
    path.chmod(mode)
    return f"file:{path}"


def test_a_secret_comes_from_the_environment_the_secrets_file_or_a_file_of_its_own(tmp_path: Path) -> None:
    safe = Safe({"directory": "from the secrets file"}, "seed", {"LDAP": "from the environment"})
    own = _file(tmp_path / "own", "from a file\n", 0o600)

    assert safe.open("secrets:directory") == "from the secrets file"
    assert safe.open("env:LDAP") == "from the environment"
    assert safe.open(own) == "from a file"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
def test_a_file_that_others_can_read_is_not_opened(tmp_path: Path, mode: int) -> None:
    ref = _file(tmp_path / "shared", "secret", mode)

    with pytest.raises(Failed, match="can be read by others") as refused:
        Safe({}, "seed").open(ref)
    assert refused.value.hint == f"Make it your own: chmod 600 {tmp_path / 'shared'}"


def test_what_is_not_there_is_named_by_its_reference(tmp_path: Path) -> None:
    safe = Safe({}, "seed", {})

    for ref in ("env:GONE", "secrets:gone", f"file:{tmp_path / 'gone'}", f"file:{tmp_path}"):
        with pytest.raises(Failed, match=ref.partition(":")[2]):
            safe.open(ref)
    with pytest.raises(Failed, match="is empty"):
        safe.open(_file(tmp_path / "empty", "\n", 0o600))


def test_everything_that_was_opened_is_taken_out_the_longest_first() -> None:
    safe = Safe({"one": "swordfish", "two": "swordfish-and-more"}, "seed")
    safe.open("secrets:one")
    safe.open("secrets:two")

    assert safe.redacted("swordfish-and-more, swordfish, fish") == f"{HIDDEN}, {HIDDEN}, fish"


def test_a_derived_secret_is_the_same_for_one_purpose_and_another_for_each_other() -> None:
    one, other = Safe({}, "seed"), Safe({}, "another installation")

    first = one.derive("REQ-1/reset")

    assert first == Safe({}, "seed").derive("REQ-1/reset")
    assert len({first, one.derive("REQ-2/reset"), other.derive("REQ-1/reset")}) == 3
    assert len(first.replace("-", "")) == 20
    assert one.redacted(first) == HIDDEN


def test_nothing_is_derived_without_a_seed() -> None:
    with pytest.raises(Failed, match="has no secrets yet"):
        Safe({}, "").derive("x")
