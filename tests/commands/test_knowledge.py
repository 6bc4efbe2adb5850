"""`jidoka knowledge` as people give it: one command each, clear errors, nothing half done."""

from pathlib import Path
from typing import Any

import pytest

from records.store import Store
from settings import system_clock
from tests.commands.conftest import Answer, Command

SHIPPED = Path(__file__).parents[2] / "definitions" / "example" / "knowledge"


@pytest.fixture
def ask(command: Command) -> Any:
    """The answer as data, of a command that works."""

    def run(*args: str, who: str, status: int = 0) -> Any:
        answer: Answer = command("knowledge", *args, "--as", who, "-o", "json")
        assert answer.status == status, answer.out + answer.err
        return answer.json if status == 0 else answer.json["error"]

    return run


NEW = ("new", "--service", "email", "--title", "Stamp a letter", "--problem", "How do I stamp?", "--answer", "Do it")


def published(ask: Any, *more: str, by: str = "sam", approver: str = "kim") -> str:
    key: str = ask(*NEW, *more, who=by)["key"]
    ask("approve", key, who=approver)
    ask("publish", key, who=approver)
    return key


def test_a_draft_is_nothing_to_readers_until_two_people_stand_behind_it(ask: Any) -> None:
    key = ask(*NEW, "--audience", "public", who="sam")["key"]

    own = ask("approve", key, who="sam", status=1)
    unseen = ask("show", key, who="rita", status=3)
    early = ask("publish", key, who="kim", status=1)
    ask("approve", key, who="kim")
    ask("publish", key, who="sam")

    assert own["message"] == f"sam wrote {key}: nobody approves their own article"
    assert unseen["message"] == f"there is no article '{key}' that you may see"
    assert early["hint"] == f"Approve it first: `jidoka knowledge approve {key}`."
    assert ask("show", key, who="rita")["live"] == 1


def test_a_hidden_article_and_one_that_never_was_are_told_in_the_same_words(ask: Any) -> None:
    hidden = published(ask)

    errors = [ask(*args, who="rita", status=3) for args in (("show", hidden), ("show", "kb-nothere0"))]

    assert errors[0]["message"].replace(hidden, "X") == errors[1]["message"].replace("kb-nothere0", "X")
    assert ask("flag", hidden, "wrong", "--why", "x", who="rita", status=3) == errors[0]
    assert ask("show", hidden.upper(), who="kim")["key"] == hidden


def test_fixing_on_reuse_makes_a_version_and_readers_keep_theirs_meanwhile(ask: Any) -> None:
    key = published(ask, "--audience", "public")

    ask("edit", key, "--answer", "Do it twice", "--why", "once was not enough", who="noor")
    meanwhile = ask("show", key, who="rita")
    ask("approve", key, who="sam")
    ask("publish", key, who="sam")
    after = ask("show", key, who="kim")

    assert (meanwhile["version"], meanwhile["answer"]) == (1, "Do it")
    assert (after["version"], after["answer"]) == (2, "Do it twice")
    assert [(v["number"], v["author"], v["why"]) for v in after["versions"]] == [
        (1, "sam", ""),
        (2, "noor", "once was not enough"),
    ]
    assert ask("show", key, "--version", "1", who="kim")["answer"] == "Do it"
    assert (
        "would change" not in ask("edit", key, "--answer", "Do it twice", "--why", "x", who="kim", status=2)["message"]
    )


def test_what_cannot_be_written_is_refused_by_name_and_leaves_nothing(ask: Any) -> None:
    wrong: dict[int, list[tuple[str, ...]]] = {
        3: [("--service", "teapot"), ("--category", "teapot"), ("--team", "teapot"), ("--owner", "nobody")],
        2: [("--title", ""), ("--title", "x" * 200), ("--answer", "a\n## Cause\n")],
        4: [("--audience", "team", "--team", "network")],
    }
    for status, cases in wrong.items():
        for case in cases:
            error = ask(*NEW, *case, who="sam", status=status)
            assert error["message"], case

    assert ask("ls", "--drafts", who="ada") == []


def test_the_same_idempotency_key_gives_the_same_article(ask: Any) -> None:
    first = ask(*NEW, "--idempotency-key", "k1", who="sam")
    again = ask(*NEW, "--idempotency-key", "k1", who="sam")
    others = ask(*NEW, "--idempotency-key", "k1", who="kim")

    assert (first["key"], first["created"], again["created"]) == (again["key"], True, False)
    assert others["key"] != first["key"]
    assert [hit["key"] for hit in others["similar"]] == [first["key"]]


def test_files_in_and_out_are_the_same_to_the_byte(ask: Any, tmp_path: Path) -> None:
    taken = ask("import", str(SHIPPED), who="ada")
    given = ask("export", str(tmp_path / "out"), who="ada")
    again = ask("import", str(tmp_path / "out"), who="ada")
    rewritten = ask("export", str(tmp_path / "out"), who="ada")

    files = {path.name: path.read_bytes() for path in SHIPPED.glob("*.md")}
    assert (taken["new"], given["articles"]) == (len(files), len(files))
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == files
    assert (again["unchanged"], again["changed"], rewritten["written"]) == (len(files), 0, [])
    readers = ask("export", str(tmp_path / "rita"), who="rita")
    assert (
        readers["articles"]
        == len(ask("ls", who="rita"))
        == sum("audience: public" in f.decode() for f in files.values())
    )


def test_without_a_path_the_articles_beside_the_definitions_are_taken(ask: Any) -> None:
    assert ask("import", who="ada")["new"] == len(list(SHIPPED.glob("*.md")))


def test_a_changed_file_becomes_a_version_and_one_that_is_retired_leaves_readers(ask: Any, tmp_path: Path) -> None:
    path = tmp_path / "kb-wifi-guest.md"
    text = (SHIPPED / path.name).read_text()
    path.write_text(text)
    ask("import", str(path), who="ada")

    path.write_text(text.replace("one day", "two days"))
    changed = ask("import", str(path), who="ada")
    shown = ask("show", "kb-wifi-guest", who="rita")
    path.write_text(text.replace("state: published", "state: retired"))
    ask("import", str(path), who="ada")

    assert (changed["changed"], shown["version"]) == (1, 2)
    assert "two days" in shown["answer"]
    ask("show", "kb-wifi-guest", who="rita", status=3)
    path.write_text(text)
    ask("import", str(path), who="ada")
    assert ask("show", "kb-wifi-guest", who="rita")["answer"].count("one day") == 1


def test_one_bad_file_keeps_all_out_and_is_named_with_its_field(ask: Any, command: Command, tmp_path: Path) -> None:
    for path in list(SHIPPED.glob("kb-v*.md"))[:3]:
        (tmp_path / path.name).write_text(path.read_text())
    text = (SHIPPED / "kb-phishing.md").read_text()
    bad = {
        "a.md": (text.replace("service: email", "service: teapot"), "names"),
        "b.md": (text.replace("audience: public", "audience: world"), "content.audience"),
        "c.md": ("no front matter", "front matter"),
        "d.md": (text, "key"),
        "e.md": (text, "key"),
        "f.md": (text.replace("key: kb-phishing", "key: kb-f").replace("author: tom", "author: ada"), "state"),
    }
    for name, (content, _) in bad.items():
        (tmp_path / name).write_text(content)
    (tmp_path / "g.md").write_bytes(b"\xff\xfe")

    error = ask("import", str(tmp_path), who="ada", status=2)
    dry = command("knowledge", "import", str(tmp_path), "--dry-run", "--as", "ada", "-o", "json")

    assert error["message"].endswith("nothing was imported")
    assert ask("ls", "--drafts", who="ada") == []
    assert dry.status == 6
    named = {(Path(p["file"]).name, p["field"]) for p in dry.json["problems"]}
    assert {("a.md", "names"), ("c.md", "front matter"), ("e.md", "key"), ("f.md", "state"), ("g.md", "file")} <= named
    assert {name for name, _ in named} == {f"{letter}.md" for letter in "abcdefg"}


def test_a_search_in_vain_is_work_until_an_article_answers_it(ask: Any, command: Command) -> None:
    ask("import", who="ada")
    for who, words in (
        ("rita", "espresso machine leaks"),
        ("omar", "the espresso machine is leaking"),
        ("rita", "vpn"),
    ):
        ask("search", words, who=who)
    (gap,) = ask("gaps", who="lena")

    key = ask("new", "--gap", str(gap["id"]), "--answer", "Call facilities", "--audience", "public", who="sam")["key"]
    taken = ask("gaps", who="lena")
    ask("approve", key, who="lena")
    done = command("knowledge", "publish", key, "--as", "lena")

    assert (gap["people"], gap["searches"], gap["roles"], gap["team"]) == (2, 2, ["requester"], "service-desk")
    assert taken[0]["article"] == key
    assert "answers 2 searches" in done.err
    assert ask("gaps", who="lena") == []
    assert ask("search", "espresso machine", who="rita")["results"][0]["key"] == key


def test_a_gap_is_dismissed_with_a_reason_and_goes_with_who_searched(ask: Any, desk_dir: Path) -> None:
    ask("search", "zither tuning", who="rita")
    ask("search", "harpsichord strings", who="omar")
    ids = {gap["words"]: gap["id"] for gap in ask("gaps", who="lena")}

    ask("gaps", "--dismiss", str(ids["zither tuning"]), "--why", "not ours", who="lena")
    left = ask("gaps", who="lena")
    with Store(f"sqlite:///{desk_dir / 'jidoka.db'}", desk_dir / "blobs", system_clock) as store:
        store.texts.erase_of(person="omar")

    assert [gap["words"] for gap in left] == ["harpsichord strings"]
    assert ask("gaps", who="lena") == []
    assert "no open gap" in ask("gaps", "--dismiss", "999", "--why", "x", who="lena", status=3)["message"]


def test_a_readers_flag_reaches_the_owner_and_a_review_closes_it(ask: Any) -> None:
    key = published(ask, "--audience", "public")

    ask("flag", key, "unclear", "--why", "which stamp?", who="rita")
    (due,) = ask("review", "--mine", who="sam")
    ask("review", key, "--until", "2030-01-01", "--why", "reworded by phone", who="lena")

    assert due["needs"] == ["1 flag to be looked at"]
    shown = ask("show", key, who="sam")
    assert [(f["kind"], f["by"], f["text"], f["closed_by"]) for f in shown["flagged"]] == [
        ("unclear", "rita", "which stamp?", "lena")
    ]
    assert shown["review"] == "2030-01-01"
    assert ask("review", who="sam") == []


def test_two_articles_that_say_the_same_are_listed(ask: Any) -> None:
    ask(*NEW, who="sam")
    ask("new", "--service", "email", "--title", "A letter and its stamp", "--problem", "How do I stamp it?", who="kim")
    ask("new", "--service", "vpn", "--title", "Tunnel", "--problem", "No connection", who="kim")

    (pair,) = ask("duplicates", who="lena")

    assert {pair["its_title"], pair["others_title"]} == {"Stamp a letter", "A letter and its stamp"}


def test_pages_are_for_people(command: Command, ask: Any) -> None:
    ask("import", who="ada")

    found = command("knowledge", "search", "pasword forgoten", "--as", "rita").out
    shown = command("knowledge", "show", "kb-phishing", "--as", "kim").out
    listed = command("knowledge", "ls", "--service", "vpn", "--as", "rita").out

    assert found.startswith("Taken for: pasword as password and forgoten as forgotten.\n1. I forgot my password\n")
    assert "among 53 articles" in found
    assert "published, version 1 · for everybody · email/spam · owner noor" in shown
    assert "approve  version 1 by ada" in shown
    assert listed.splitlines()[0].split()[:3] == ["KEY", "TITLE", "SERVICE"]
