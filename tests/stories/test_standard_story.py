"""A lead accepts a change while everything runs: doors and worker follow, old cases do not, and there is a way back."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from definitions.example import organisation as code
from definitions.loading import read
from tests.stack.conftest import eventually
from tests.stories.conftest import Answer, Stack

pytestmark = [pytest.mark.story, pytest.mark.timeout(300)]

GOAL = "/targets/resolution-always/goals/P3/amount"
RENEWALS = {
    "services": ["vpn"],
    "when": {"categories": ["certificate"]},
    "team": "service-desk",
    "reason": "the service desk renews certificates itself",
    "examples": [{"service": "vpn", "category": "certificate", "team": "service-desk"}],
    "before": "access",
}
CHANGE = [
    {"op": "add", "path": "/routing/renewals", "value": RENEWALS},
    {"op": "replace", "path": "/services/vpn/title", "value": "Way in"},
    {"op": "replace", "path": "/catalogue/vpn-access/title", "value": "Way in from outside"},
    {"op": "replace", "path": GOAL, "value": 2},
]
CERTIFICATE = {"service": "vpn", "category": "certificate", "title": "Certificate ran out"}


def as_(who: str, *args: str) -> tuple[str, ...]:
    return (*args, "--as", who)


def opened(stack: Stack) -> dict[str, Any]:
    """A new case by the command line, as its run has it."""
    given = [word for name, value in CERTIFICATE.items() for word in (f"--{name}", value)]
    return stack.case(stack.ask("incident", "open", *given, "--requester", "nadia@example.org", "--as", "sam")["id"])


def resolution(case: dict[str, Any]) -> float:
    return next(float(target["goal_s"]) for target in case["targets"] if target["clock"] == "resolution")


def web(stack: Stack) -> str:
    return f"http://127.0.0.1:{stack.base + 2}"


def headers(stack: Stack) -> dict[str, str]:
    return {"Authorization": f"Bearer {stack.ask('directory', 'token', 'sam', '--as', 'ada')['token']}"}


def catalogue(stack: Stack) -> httpx.Response:
    """As the running web has it."""
    return httpx.get(f"{web(stack)}/api/catalogue", headers=headers(stack), timeout=30)


def error(answer: Answer) -> str:
    message: str = answer.json["error"]["message"]
    return message


def test_an_accepted_change_holds_for_the_next_case_everywhere_without_a_restart(stack: Stack, tmp_path: Path) -> None:
    change = tmp_path / "change.json"
    change.write_text(json.dumps(CHANGE))
    accept = ("definitions", "accept", str(change), "--reason", "The service desk renews certificates")
    before = opened(stack)

    not_yet = stack.call(*as_("dana", *accept), "-o", "json")
    not_they = stack.call(*as_("sam", *accept), "--yes", "-o", "json")
    accepted = stack.ask(*as_("dana", *accept), "--yes")
    after = opened(stack)

    assert (not_yet.status, not_they.status) == (2, 4)
    assert [line["path"] for line in accepted["lines"]] == [
        *("/services/vpn/title", GOAL, "/routing/renewals", "/catalogue/vpn-access/title"),
    ]
    assert (before["team"], after["team"]) == ("network", "service-desk")
    assert resolution(after) == 2 * resolution(before)
    assert before["definition_version"] != after["definition_version"]
    assert stack.case(before["id"])["definition_version"] == before["definition_version"]

    eventually(lambda: "Way in from outside" in catalogue(stack).text, "the web's own catalogue")
    asked = CERTIFICATE | {"requester": "nadia@example.org"}
    there = httpx.post(f"{web(stack)}/api/incidents", json=asked, headers=headers(stack), timeout=30).json()["id"]
    assert eventually(lambda: stack.case(there)["team"], "the team of the web's case") == "service-desk"

    def told() -> bool:
        """The worker writes the letters."""
        return "Way in" in stack.mail(opened(stack)["id"], 0).get_body(("plain",)).get_content()  # type: ignore[union-attr]

    assert eventually(told, "a letter that calls the service by its new name")


def test_what_cannot_be_accepted_is_refused_with_the_reason_and_changes_nothing(stack: Stack, tmp_path: Path) -> None:
    number = len(stack.ask("definitions", "history", "--as", "dana"))

    def tried(what: object, *more: str) -> Answer:
        (tmp_path / "change.json").write_text(json.dumps(what))
        words = ("definitions", "accept", str(tmp_path / "change.json"), "--reason", "to see", "--yes")
        return stack.call(*as_("dana", *words), *more, "-o", "json")

    title = {"op": "replace", "path": "/services/email/title", "value": "Post"}
    person = {"op": "replace", "path": "/people/dana/roles", "value": ["requester", "analyst", "lead", "admin"]}
    answers = {
        "no change": tried({"patch": 3}),
        "of another version": tried({"base": code.version[::-1], "why": "x", "patch": [title]}),
        "not valid": tried([title | {"value": 3}]),
        "leads nowhere": tried([title | {"path": "/services/email/default_team", "value": "nobody"}]),
        "alters nothing": tried([title | {"value": code.service("email").title}]),
        "who may do what": tried([person]),
        "code nobody has": tried([title | {"path": "/automations/vpn-name/does", "value": "nothing-known"}]),
        "no such cycle": tried([title], "--cycle", "KZN-none"),
    }

    assert {name: answer.status for name, answer in answers.items()} == {
        "no change": 2,
        "of another version": 6,
        "not valid": 6,
        "leads nowhere": 6,
        "alters nothing": 6,
        "who may do what": 4,
        "code nobody has": 6,
        "no such cycle": 3,
    }
    assert "nothing-known" in error(answers["code nobody has"])
    assert len(stack.ask("definitions", "history", "--as", "dana")) == number


def test_the_standard_becomes_code_or_is_taken_back(stack: Stack, tmp_path: Path, monkeypatch: Any) -> None:
    change = [{"op": "replace", "path": "/services/email/title", "value": "Post"}]
    (tmp_path / "change.json").write_text(json.dumps(change))
    words = ("definitions", "accept", str(tmp_path / "change.json"), "--reason", "They call it so", "--yes")
    number = stack.ask(*as_("dana", *words))["number"]
    file = tmp_path / "accepted_definitions.py"

    exported = stack.ask("definitions", "export", "--out", str(file), "--as", "dana")
    monkeypatch.syspath_prepend(str(tmp_path))
    committed = stack.ask("definitions", "check", "--as", "dana", JIDOKA_DEFINITIONS=exported["definitions"])
    reverted = stack.ask("definitions", "revert", str(number), "--reason", "They do not", "--yes", "--as", "dana")
    twice = stack.call("definitions", "revert", str(number), "--reason", "No", "--yes", "--as", "dana", "-o", "json")

    loaded = read(exported["definitions"])
    assert loaded.version == exported["version"] == committed["version"] == reverted["base"]
    assert loaded.service("email").title == "Post"
    assert stack.ask("definitions", "show", "service:email", "--as", "dana")["title"] == code.service("email").title
    assert (twice.status, f"already by change {number + 1}" in error(twice)) == (6, True)


def test_code_that_moves_on_is_refused_until_the_changes_are_carried_over(
    stack: Stack, tmp_path: Path, monkeypatch: Any
) -> None:
    (tmp_path / "newer_definitions.py").write_text(
        "from definitions.example import organisation as example\n"
        "from definitions.organisation import Organisation\n"
        "organisation = Organisation.model_validate(example.model_dump() | {'name': 'Example and Sons'})\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    newer = "newer_definitions:organisation"
    title = [{"op": "replace", "path": "/services/erp/title", "value": "Books"}]
    (tmp_path / "change.json").write_text(json.dumps(title))
    words = ("definitions", "accept", str(tmp_path / "change.json"), "--reason", "They call it so", "--yes")
    stack.ask(*as_("dana", *words))

    refused = stack.call(
        "incident", "open", "--service", "erp", "--title", "Slow", "--as", "sam", "-o", "json", JIDOKA_DEFINITIONS=newer
    )
    carried = stack.ask(
        "definitions", "rebase", "--reason", "The new release", "--yes", "--as", "dana", JIDOKA_DEFINITIONS=newer
    )
    shown = stack.ask("definitions", "show", "service:erp", "--as", "dana", JIDOKA_DEFINITIONS=newer)
    old = stack.call("definitions", "check", "--as", "dana", "-o", "json")

    def goes_on() -> bool:
        """The web still has the old code: it serves as before, and its log says why."""
        kept = catalogue(stack)
        return kept.status_code == 200 and "stays in force" in (stack.data_dir / "logs" / "web.log").read_text()

    assert (refused.status, "have moved on" in error(refused)) == (6, True)
    assert carried["how"] == "rebased"
    assert shown["title"] == "Books"
    assert (old.status, "have moved on" in error(old)) == (6, True)
    assert eventually(goes_on, "a word in the log of the web")
